"""The runtime port on the simulated kernel: what runc and Docker say and do."""

from __future__ import annotations

from typing import Any

import pytest
from machine_house import ENV, ID, Machine, drain

from estiba.errors import EstibaError, NotFound
from estiba.filesystem import MemoryFilesystem, UnionMount, UpperTree
from estiba.runtime import (
    Bind,
    ContainerSpec,
    ExecutableDenied,
    ExecutableNotFound,
    NoSuchDirectory,
    ProcessSpec,
    Stdio,
    UnknownUser,
)
from estiba.tasks import Channel


@pytest.mark.parametrize(
    ("command", "kind", "text"),
    [
        ("nosuch", ExecutableNotFound, '"nosuch": executable file not found in $PATH'),
        ("", ExecutableNotFound, '"": executable file not found in $PATH'),
        ("echo hi", ExecutableNotFound, '"echo hi": executable file not found in $PATH'),
        ("/nosuch/x", ExecutableNotFound, '"/nosuch/x": stat /nosuch/x: no such file or directory'),
        ("/etc/passwd", ExecutableDenied, '"/etc/passwd": permission denied'),
        ("/etc", ExecutableDenied, '"/etc": permission denied'),
        ("./nosuch", ExecutableNotFound, '"./nosuch": stat ./nosuch: no such file or directory'),
    ],
)
def test_a_missing_executable_is_told_as_runc_tells_it(
    command: str, kind: type[EstibaError], text: str
) -> None:
    with pytest.raises(kind) as caught:
        Machine().start(command)
    assert str(caught.value) == text


def test_a_missing_working_directory_is_told_as_runc_tells_it() -> None:
    with pytest.raises(NoSuchDirectory) as caught:
        Machine().start("pwd", cwd="/nope")
    expected = 'chdir to cwd ("/nope") set in config.json failed: no such file or directory'
    assert str(caught.value) == expected


@pytest.mark.parametrize(
    ("user", "text"),
    [
        ("nosuch", "unable to find user nosuch: no matching entries in passwd file"),
        ("daemon:nosuch", "unable to find group nosuch: no matching entries in group file"),
    ],
)
def test_an_unknown_user_is_told_as_docker_tells_it(user: str, text: str) -> None:
    with pytest.raises(UnknownUser) as caught:
        Machine().start("id", user=user)
    assert str(caught.value) == text


@pytest.mark.parametrize(
    ("user", "ids", "home"),
    [
        ("", "uid=0(root) gid=0(root) groups=0(root)", "/root"),
        ("daemon", "uid=1(daemon) gid=1(daemon) groups=1(daemon),33(www-data)", "/usr/sbin"),
        ("1", "uid=1(daemon) gid=1(daemon) groups=1(daemon),33(www-data)", "/usr/sbin"),
        ("1000", "uid=1000 gid=0(root) groups=0(root)", "/"),
        ("1000:33", "uid=1000 gid=33(www-data) groups=33(www-data)", "/"),
        ("daemon:0", "uid=1(daemon) gid=0(root) groups=0(root)", "/usr/sbin"),
    ],
)
def test_users_are_looked_up_inside(user: str, ids: str, home: str) -> None:
    assert Machine().run("sh", "-c", "id; echo $HOME", user=user)[0] == f"{ids}\n{home}\n"


def test_more_groups_are_names_or_numbers() -> None:
    ran = Machine().run("id", user="daemon", groups=("1000", "root", "www-data"))[0]
    assert ran == "uid=1(daemon) gid=1(daemon) groups=1(daemon),33(www-data),0(root),1000\n"
    with pytest.raises(UnknownUser) as caught:
        Machine().start("id", groups=("nosuch",))
    assert str(caught.value) == "Unable to find group nosuch: no matching entries in group file"


def test_a_start_that_fails_leaves_nothing_behind() -> None:
    machine = Machine()
    with pytest.raises(ExecutableNotFound):
        machine.start("nosuch")
    with pytest.raises(NotFound):
        machine.runtime.processes(ID)


def test_a_script_without_its_interpreter_fails_after_the_start() -> None:
    machine = Machine(files={"/work/s": "#!/no/such\n"})
    assert machine.run("./s") == ("", "exec ./s: no such file or directory\n", 1)


def test_a_text_without_interpreter_is_no_program() -> None:
    machine = Machine(files={"/work/s": "echo hi\n"})
    assert machine.run("./s") == ("", "exec ./s: exec format error\n", 1)
    assert machine.run("sh", "-c", "./s")[0] == "hi\n"


def test_unknown_machine_code_says_so() -> None:
    machine = Machine(files={"/work/prog": "\x7fELF\x02\x01\x01\x00"})
    out, err, code = machine.run("./prog")
    assert (out, code) == ("", 126)
    assert "no simulated counterpart" in err


def test_the_environment_ends_with_home() -> None:
    assert Machine().run("env", env=("A=1",))[0].splitlines()[-2:] == ["A=1", "HOME=/root"]


def test_exec_adds_a_process_that_ends_by_itself() -> None:
    machine = Machine()
    main = machine.start("sleep", "100")
    out = Channel()
    added = machine.runtime.execute(
        ID, ProcessSpec(("sh", "-c", "echo $PPID; exit 9"), ENV), Stdio(None, out, Channel())
    )
    machine.scheduler.run_idle()
    assert (drain(out), added.exit_code, main.exit_code) == ("0\n", 9, None)


def test_an_exec_on_a_terminal_has_one_of_its_own() -> None:
    machine = Machine()
    machine.start("sleep", "100", tty=True)
    out = Channel()
    spec = ProcessSpec(("tty",), ENV, tty=True)
    machine.runtime.execute(ID, spec, Stdio(Channel(), out, Channel()))
    machine.scheduler.run_idle()
    assert drain(out) == "/dev/pts/1\r\n"


def test_processes_are_listed_as_ps_lists_them() -> None:
    machine = Machine()
    process = machine.start("bash", "-c", "sleep 5; :", tty=True, user="daemon")
    machine.scheduler.run_idle()
    rows = machine.runtime.processes(ID)
    assert [(row.user, row.tty, row.command) for row in rows] == [
        ("daemon", "pts/0", "bash -c sleep 5; :"),
        ("daemon", "pts/0", "sleep 5"),
    ]
    assert rows[1].parent == process.pid == rows[0].pid


def test_usage_counts_processes_and_bytes() -> None:
    machine = Machine(files={"/work/f": "12345"})
    machine.start("sh", "-c", "cat f > g; sleep 100; :")
    machine.scheduler.run_idle()
    usage = machine.runtime.usage(ID)
    assert (usage.pids, usage.read, usage.written) == (2, 5, 5)


def test_a_published_port_reaches_a_server_inside() -> None:
    machine = Machine(busybox=True)
    machine.start("sh", "-c", "echo page > index.html; httpd -f -p 80 -h /work")
    machine.scheduler.run_idle()
    wire = machine.runtime.connect(ID, 80)
    assert wire is not None
    wire.outgoing.put(b"GET /index.html HTTP/1.0\r\n\r\n")
    wire.outgoing.close()
    machine.scheduler.run_idle()
    assert drain(wire.incoming).endswith("\r\n\r\npage\n")
    assert machine.runtime.connect(ID, 81) is None


def spec_with(machine: Machine, *args: str, **more: object) -> ContainerSpec[object]:
    return ContainerSpec(ID, machine.root, ProcessSpec(args, ENV), "host", **more)  # type: ignore[arg-type]


def result(machine: Machine, spec: ContainerSpec[object]) -> str:
    out = Channel()
    process = machine.runtime.start(spec, Stdio(None, out, out))  # type: ignore[arg-type]
    machine.finish(process)
    return drain(out)


def test_binds_lie_over_the_tree() -> None:
    machine = Machine()
    binds: tuple[Bind[Any], ...] = (
        Bind("/etc/hosts", b"1.2.3.4\tx\n"),
        Bind("/etc", MemoryFilesystem()),
        Bind("/v", UnionMount((), UpperTree()), True),
    )
    spec = spec_with(machine, "sh", "-c", "ls /etc; cat /etc/hosts; touch /v/x", binds=binds)
    text = "hosts\n1.2.3.4\tx\ntouch: cannot touch '/v/x': Read-only file system\n"
    assert result(machine, spec) == text


def test_a_read_only_container_may_still_write_to_tmpfs() -> None:
    machine = Machine()
    script = "touch /x; touch /tmp/x && echo ok"
    spec = spec_with(machine, "sh", "-c", script, read_only=True, tmpfs=("/tmp",))
    assert result(machine, spec) == "touch: cannot touch '/x': Read-only file system\nok\n"


def test_limits_and_capabilities_reach_the_processes() -> None:
    machine = Machine()
    more = {"limits": {"nofile": (100, 200)}, "cap_drop": ("CAP_CHOWN",)}
    spec = spec_with(machine, "bash", "-c", "ulimit -n; ulimit -Hn; chown 1 /tmp", **more)
    assert result(machine, spec).startswith("100\n200\nchown: ")


def test_the_limit_of_processes_stops_forks() -> None:
    machine = Machine()
    spec = spec_with(machine, "bash", "-c", "sleep 1 & sleep 1 & sleep 1 & echo end", pids=3)
    assert "Resource temporarily unavailable" in result(machine, spec)
