"""What docker commands do, on the simulated host and on the kernel alike."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from two_hosts import Docker, close, is_clean, leftovers, make, reason_to_skip

from estiba.demo.script import Key
from estiba.runtime.linux.plans import INITS

REASON = reason_to_skip()
PROMPT = "# "
"""That of busybox, which then asks where the cursor is."""


@pytest.fixture(
    scope="module",
    params=[
        "simulated",
        pytest.param("linux", marks=pytest.mark.skipif(REASON is not None, reason=REASON or "")),
    ],
)
def docker(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Docker]:
    made = make(request.param, tmp_path_factory.mktemp("home") / "h")
    yield made
    close(made)


@pytest.fixture(autouse=True)
def no_containers(docker: Docker) -> Iterator[None]:
    yield
    names = docker.out("ps", "-aq").split()
    if names:
        docker("rm", "-f", *names)


# -- run, output, exit codes ---------------------------------------------------------------------


def test_output_and_errors_come_apart(docker: Docker) -> None:
    result = docker("run", "small", "sh", "-c", "echo out; echo err >&2; exit 3")
    assert (result.code, result.out, result.err) == (3, "out\n", "err\n")


@pytest.mark.parametrize(
    ("program", "code", "words"),
    [
        ("nothere", 127, 'exec: "nothere": executable file not found in $PATH'),
        ("/bin/nothere", 127, 'exec: "/bin/nothere": stat /bin/nothere: no such file or directory'),
        ("/etc/motd", 126, 'exec: "/etc/motd": permission denied'),
        ("/etc", 126, 'exec: "/etc": permission denied'),
    ],
)
def test_what_cannot_run_says_why(docker: Docker, program: str, code: int, words: str) -> None:
    result = docker("run", "small", program)
    assert result.code == code
    assert words in result.err


def test_a_working_directory_that_is_a_file_is_refused(docker: Docker) -> None:
    result = docker("run", "-w", "/etc/motd/x", "small", "pwd")
    assert (result.code, result.out) == (125, "")


@pytest.mark.parametrize(("number", "name"), [(9, "KILL"), (15, "TERM"), (1, "HUP")])
def test_a_signal_ends_it_with_128_and_its_number(docker: Docker, number: int, name: str) -> None:
    result = docker("run", "small", "sh", "-c", f"sh -c 'kill -{name} $$'; exit $?")
    assert result.code == 128 + number


def test_a_container_reads_what_is_piped_into_it(docker: Docker) -> None:
    assert docker("run", "-i", "small", "cat", stdin=b"x" * 200_000).out == "x" * 200_000


def test_without_i_there_is_nothing_to_read(docker: Docker) -> None:
    assert docker("run", "small", "cat", stdin=b"lost").out == ""


def test_logs_keep_what_was_written(docker: Docker) -> None:
    docker("run", "-d", "--name", "logs", "small", "sh", "-c", "echo one; echo two >&2")
    assert docker.wait_exit("logs") == 0
    result = docker("logs", "logs")
    assert (result.out, result.err) == ("one\n", "two\n")


# -- who, where, with what -----------------------------------------------------------------------


def test_the_environment_is_dockers_and_ours(docker: Docker) -> None:
    shown = docker.out("run", "-h", "box", "-e", "A=1", "-e", "B=x y", "small", "env")
    assert set(shown.splitlines()) == {
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOSTNAME=box",
        "A=1",
        "B=x y",
        "HOME=/root",
    }


@pytest.mark.parametrize(
    ("user", "shown"),
    [
        ("ana", "1000 1000 1000 2000"),
        ("1000", "1000 1000 1000 2000"),
        ("ana:crew", "1000 2000 2000"),
        ("7:8", "7 8 8"),
    ],
)
def test_the_user_is_looked_up_inside(docker: Docker, user: str, shown: str) -> None:
    out = docker.out("run", "-u", user, "small", "sh", "-c", "echo $(id -u) $(id -g) $(id -G)")
    assert out.strip() == shown


def test_an_unknown_user_is_an_error(docker: Docker) -> None:
    result = docker("run", "-u", "nobody-here", "small", "id")
    assert result.code in (125, 126)
    assert "unable to find user nobody-here: no matching entries in passwd file" in result.err


def test_the_working_directory_is_made(docker: Docker) -> None:
    assert docker.out("run", "-w", "/new/place", "small", "pwd") == "/new/place\n"


def test_the_hostname_is_the_short_id_or_ours(docker: Docker) -> None:
    name = docker.out("run", "-d", "small", "hostname").strip()
    docker.wait_exit(name)
    assert docker.out("logs", name).strip() == name[:12]
    assert docker.out("run", "-h", "box", "small", "hostname") == "box\n"


def test_a_user_without_power_cannot_write_roots_files(docker: Docker) -> None:
    result = docker("run", "-u", "ana", "small", "sh", "-c", "echo x > /etc/motd")
    assert result.code == 1
    assert "ermission denied" in result.err


def test_a_read_only_root_refuses_writes_but_tmpfs_takes_them(docker: Docker) -> None:
    script = "echo x > /f; echo y > /t/f && cat /t/f"
    result = docker("run", "--read-only", "--tmpfs", "/t", "small", "sh", "-c", script)
    assert (result.code, result.out) == (0, "y\n")
    assert "ead-only file system" in result.err


# -- files -----------------------------------------------------------------------------------------


def test_the_diff_and_the_size_are_those_of_the_upper_directory(docker: Docker) -> None:
    script = "echo 0000000000000000 > /file.txt; mkdir /d; rm /etc/motd; echo more >> /etc/passwd"
    docker.out("run", "--name", "changed", "small", "sh", "-c", script)
    shown = docker.out("diff", "changed").splitlines()
    assert sorted(shown) == ["A /d", "A /file.txt", "C /etc", "C /etc/passwd", "D /etc/motd"]
    passwd = docker.out("run", "--rm", "small", "wc", "-c", "/etc/passwd").split()[0]
    size = docker.out("ps", "-a", "--filter", "name=changed", "--size", "--format", "{{.Size}}")
    assert size.split()[0] == f"{17 + int(passwd) + 5}B"


def test_what_does_nothing_leaves_nothing(docker: Docker) -> None:
    docker.out("run", "--name", "still", "small", "cat", "/etc/motd")
    assert docker.out("diff", "still") == ""
    size = docker.out("ps", "-a", "--filter", "name=still", "--size", "--format", "{{.Size}}")
    assert size.startswith("0B ")


def test_a_commit_carries_the_changes(docker: Docker) -> None:
    docker.out("run", "--name", "source", "small", "sh", "-c", "echo new > /kept; rm /etc/motd")
    docker.out("commit", "source", "made")
    out = docker.out("run", "--rm", "made", "sh", "-c", "cat /kept; test -e /etc/motd || echo gone")
    assert out == "new\ngone\n"
    docker.out("rm", "source")
    docker.out("rmi", "made")


def test_a_container_goes_on_where_it_was(docker: Docker) -> None:
    docker.out("run", "--name", "again", "small", "sh", "-c", "echo x >> /f; wc -l < /f")
    assert docker.out("start", "-a", "again").strip() == "2"


def test_cp_brings_files_in_and_out(docker: Docker, tmp_path: Path) -> None:
    docker.out("run", "-d", "--name", "cp", "small", "sh", "-c", "echo inside > /f; sleep 100")
    docker.until("f", "exec", "cp", "ls", "/")
    docker.house.files.write("given", b"from outside\n")
    docker.out("cp", "given", "cp:/tmp/given")
    assert docker.out("exec", "cp", "cat", "/tmp/given") == "from outside\n"
    docker.out("cp", "cp:/f", "taken")
    assert docker.house.files.read("taken") == b"inside\n"
    docker.out("kill", "cp")
    docker.out("cp", "given", "cp:/later")
    docker.out("cp", "cp:/later", "taken")
    assert docker.house.files.read("taken") == b"from outside\n"


def test_a_volume_outlives_its_containers(docker: Docker) -> None:
    docker.out("run", "-v", "data:/data", "small", "sh", "-c", "echo kept > /data/f")
    assert docker.out("run", "-v", "data:/d", "small", "cat", "/d/f") == "kept\n"
    refused = docker("run", "-v", "data:/d:ro", "small", "sh", "-c", "echo no > /d/f")
    assert "ead-only file system" in refused.err
    docker("rm", *docker.out("ps", "-aq").split())
    docker.out("volume", "rm", "data")


def test_a_new_volume_gets_what_the_image_has_there(docker: Docker) -> None:
    out = docker.out("run", "-v", "filled:/etc", "small", "cat", "/etc/motd")
    assert out == "welcome\n"
    out = docker.out("run", "-v", "filled:/copy", "small", "cat", "/copy/motd")
    assert out == "welcome\n"
    docker("rm", *docker.out("ps", "-aq").split())
    docker.out("volume", "rm", "filled")


def test_a_mount_point_that_was_missing_shows_in_the_diff(docker: Docker) -> None:
    docker.out("run", "--name", "point", "-v", "empty:/a/b", "small", "true")
    assert docker.out("diff", "point").splitlines() == ["A /a", "A /a/b"]
    docker.out("rm", "point")
    docker.out("volume", "rm", "empty")


# -- processes -------------------------------------------------------------------------------------


def test_the_first_process_is_number_one(docker: Docker) -> None:
    assert docker.out("run", "small", "sh", "-c", "echo $$") == "1\n"


def test_exec_runs_beside_it(docker: Docker) -> None:
    docker.out("run", "-d", "--name", "host", "-e", "A=1", "small", "sleep", "100")
    result = docker("exec", "host", "sh", "-c", "echo $A; cat /proc/1/comm; exit 7")
    assert (result.code, result.out) == (7, "1\nsleep\n")
    assert docker("exec", "-i", "host", "cat", stdin=b"typed").out == "typed"
    assert docker("exec", "-u", "ana", "-w", "/tmp", "host", "sh", "-c", "id -un; pwd").out == (
        "ana\n/tmp\n"
    )
    result = docker("exec", "host", "nothere")
    assert result.code == 126 and "executable file not found in $PATH" in result.err + result.out


def test_stop_asks_and_then_kills(docker: Docker) -> None:
    docker.out("run", "-d", "--name", "deaf", "small", "sleep", "1000")
    docker.out("stop", "-t", "1", "deaf")
    assert docker.wait_exit("deaf") == 137


def test_a_first_process_that_listens_to_signals_ends_its_own_way(docker: Docker) -> None:
    script = "trap 'echo bye; exit 5' TERM; echo ready; while true; do sleep 0.05; done"
    docker.out("run", "-d", "--name", "polite", "small", "sh", "-c", script)
    docker.until("ready", "logs", "polite")
    docker.out("stop", "polite")
    assert docker.wait_exit("polite") == 5
    assert docker.out("logs", "polite") == "ready\nbye\n"


def test_kill_sends_the_signal_that_is_named(docker: Docker) -> None:
    script = "trap 'echo usr1' USR1; echo ready; while true; do sleep 0.05; done"
    docker.out("run", "-d", "--name", "signalled", "small", "sh", "-c", script)
    docker.until("ready", "logs", "signalled")
    docker.out("kill", "-s", "USR1", "signalled")
    docker.until("usr1", "logs", "signalled")
    docker.out("kill", "signalled")
    assert docker.wait_exit("signalled") == 137


def test_pause_holds_everything_until_unpause(docker: Docker) -> None:
    script = "while true; do echo x; sleep 0.05; done"
    docker.out("run", "-d", "--name", "held", "small", "sh", "-c", script)
    docker.until("x", "logs", "held")
    docker.out("pause", "held")
    docker.house.pass_time(0.2)
    before = docker.out("logs", "held")
    docker.house.pass_time(0.5)
    assert docker.out("logs", "held") == before
    assert "(Paused)" in docker.out("ps")
    docker.out("unpause", "held")
    docker.until(before + "x\n", "logs", "held")


def test_top_shows_the_processes(docker: Docker) -> None:
    docker.out("run", "-d", "--name", "top", "-u", "bin", "small", "sleep", "77")
    rows = docker.out("top", "top").splitlines()
    assert rows[0].split()[:2] == ["UID", "PID"]
    assert len(rows) == 2 and rows[1].endswith("sleep 77")


def test_a_restart_policy_starts_it_again(docker: Docker) -> None:
    script = "echo x >> /n; test $(wc -l < /n) -ge 3"
    docker.out(
        "run", "-d", "--restart", "on-failure:5", "--name", "tries", "small", "sh", "-c", script
    )
    docker.until("Exited (0)", "ps", "-a")
    assert docker.out("inspect", "-f", "{{.RestartCount}}", "tries") == "2\n"


def test_containers_that_end_while_their_groups_are_joined_end_all_the_same(docker: Docker) -> None:
    for tenths in (0.08, 0.1, 0.1, 0.1, 0.12):
        assert docker("run", "--rm", "small", "sleep", str(tenths)).code == 0


def test_rm_with_the_flag_leaves_no_container(docker: Docker) -> None:
    docker.out("run", "--rm", "--name", "gone", "small", "true")
    assert docker.until("", "ps", "-a").count("gone") == 0


def test_init_reaps_and_passes_signals_on(docker: Docker) -> None:
    if docker.name == "linux" and not any(map(shutil.which, INITS)):
        pytest.skip(f"none of {', '.join(INITS)} on this machine")
    script = "echo ready; exec sleep 1000"
    docker.out("run", "-d", "--init", "--name", "tini", "small", "sh", "-c", script)
    docker.until("ready", "logs", "tini")
    docker.out("stop", "tini")
    assert docker.wait_exit("tini") == 143


def test_networks_are_of_ones_own_the_hosts_or_anothers(docker: Docker) -> None:
    if docker.name != "linux":
        pytest.skip("the simulated host shows networks in its own way")
    words = ("small", "readlink", "/proc/1/ns/net")
    hosts = os.readlink("/proc/self/ns/net") + "\n"
    assert docker.out("run", "--network", "host", *words) == hosts
    seen = {hosts}
    for name in ("one", "other"):  # at the same time: numbers of what is gone come again
        docker.out("run", "-d", "--name", name, "--network", "none", "small", "sleep", "100")
        link = docker.out("exec", name, "readlink", "/proc/self/ns/net")
        assert docker.out("run", "--network", f"container:{name}", *words) == link
        seen.add(link)
    assert len(seen) == 3


def test_twenty_containers_start_together(docker: Docker) -> None:
    names = [docker.out("run", "-d", "small", "echo", str(n)).strip() for n in range(20)]
    assert [docker.wait_exit(name) for name in names] == [0] * 20
    assert [docker.out("logs", name).strip() for name in names] == [str(n) for n in range(20)]


# -- limits ----------------------------------------------------------------------------------------


def test_limits_hold(docker: Docker) -> None:
    shown = docker.out(
        "run", "--ulimit", "nofile=100:200", "small", "sh", "-c", "ulimit -n; ulimit -Hn"
    )
    assert shown.split() == ["100", "200"]


def test_a_sysctl_of_the_container_is_set(docker: Docker) -> None:
    if docker.name != "linux":
        pytest.skip("the simulated kernel has no sysctls")
    name = "net.ipv4.ip_forward"
    out = docker.out(
        "run", "--sysctl", f"{name}=1", "small", "cat", "/proc/sys/net/ipv4/ip_forward"
    )
    assert out == "1\n"


def test_a_tmpfs_has_the_options_asked_for(docker: Docker) -> None:
    if docker.name != "linux":
        pytest.skip("trees in memory have no options on the simulated host")
    out = docker.out(
        "run", "--tmpfs", "/t:size=1m,mode=700", "small", "sh", "-c", "stat -c %a /t; df -k /t"
    )
    assert out.splitlines()[0] == "700"
    assert out.splitlines()[-1].split()[1] == "1024"


def test_a_privileged_container_may_mount(docker: Docker) -> None:
    if docker.name != "linux":
        pytest.skip("nothing can be mounted from inside on the simulated host")
    script = (
        "mount -t tmpfs none /tmp && grep -c ' /tmp ' /proc/mounts; grep Seccomp: /proc/1/status"
    )
    out = docker.out("run", "--privileged", "small", "sh", "-c", script)
    assert out.split() == ["1", "Seccomp:", "0"]
    refused = docker("run", "small", "mount", "-t", "tmpfs", "none", "/tmp")
    assert refused.code != 0


def test_too_many_processes_and_too_much_memory_are_refused(docker: Docker) -> None:
    if docker.name != "linux":
        pytest.skip("the simulated host limits nothing")
    hierarchies = docker.house.engine.host.runtime.hierarchies  # type: ignore[attr-defined]
    if not {"pids", "memory"} <= hierarchies.places.keys() and not hierarchies.unified:
        pytest.skip("this machine's control groups are not ours to use")
    script = "for i in 1 2 3 4 5 6 7 8 9; do sleep 5 & done; wait"
    result = docker("run", "--pids-limit", "5", "small", "sh", "-c", script)
    assert result.code != 0 and "can't fork" in result.err
    script = "dd if=/dev/zero of=/dev/null bs=200M count=1"
    assert (
        docker("run", "-m", "20m", "--memory-swap", "20m", "small", "sh", "-c", script).code == 137
    )


# -- terminals -------------------------------------------------------------------------------------


def test_a_terminal_has_the_size_of_ours(docker: Docker) -> None:
    keys = (Key("stty size; exit 4\r", PROMPT),)
    result = docker.typed("run", "-it", "small", "sh", keys=keys)
    assert result.code == 4
    assert "40 132" in result.out


def test_detaching_leaves_it_running(docker: Docker) -> None:
    docker.typed("run", "-it", "--name", "left", "small", "sh", keys=(Key("\x10\x11", PROMPT),))
    assert "Up " in docker.out("ps", "--filter", "name=left")
    keys = (Key("\r", ""), Key("exit 9\r", PROMPT))
    assert docker.typed("attach", "left", keys=keys).code == 9


def test_control_c_interrupts_what_runs(docker: Docker) -> None:
    line = "sh -c 'echo asleep; exec sleep 1000'\r"
    keys = (Key(line, PROMPT), Key("\x03", "asleep\r\n", 0.5), Key("exit 6\r", PROMPT, 0.2))
    assert docker.typed("run", "-it", "small", "sh", keys=keys).code == 6


def test_exec_gets_a_terminal_of_its_own(docker: Docker) -> None:
    docker.out("run", "-d", "--name", "host", "small", "sleep", "100")
    result = docker.typed("exec", "-it", "host", "sh", keys=(Key("tty; exit 2\r", PROMPT),))
    assert result.code == 2
    assert "/dev/pts/0" in result.out


def test_nothing_is_left_on_the_machine(docker: Docker) -> None:
    if docker.name != "linux":
        pytest.skip("the simulated host changes nothing on the machine")
    name = docker.out("run", "-d", "--name", "last", "small", "sleep", "1000").strip()
    assert any("/memory/" in place or "estiba" in place for place in leftovers(docker, name))
    docker.out("rm", "-f", "last")
    assert is_clean(docker, name)
