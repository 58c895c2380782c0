"""Programs that need a kernel around them: processes, pipes, signals, users, the network."""

from __future__ import annotations

import pytest
from program_house import House

from estiba.runtime.simulated.program import Flavour, find_program
from estiba.runtime.simulated.programs import MODULES

HTTPD_SCRIPT = """#!/bin/sh
echo "AH00558: httpd: stand-in server starting" >&2
busybox httpd -f -p 80 -h /srv &
child=$!
trap 'kill $child; exit 0' TERM WINCH INT
wait $child
"""


@pytest.mark.parametrize("name", sorted(MODULES))
def test_every_listed_name_has_a_program(name: str) -> None:
    assert find_program(name) or find_program(name, Flavour.BUSYBOX)


def test_ps_shows_the_shell_and_itself_in_both_forms() -> None:
    out, _, _ = House("sh ps").sh("ps -ef; true")
    head, shell, ps = out.splitlines()
    assert head.split() == ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"]
    assert shell.split()[:3] == ["root", "1", "0"]
    assert ps.endswith("ps -ef")
    out, _, _ = House("sh ps", busybox=True).sh("ps; true")
    assert out == "PID   USER     COMMAND\n    1 root     sh -c ps; true\n    2 root     ps\n"


def test_ps_prints_the_columns_asked_for() -> None:
    out, _, _ = House("sh ps").sh("ps -A -o pid,comm --no-headers; true")
    assert out == "    1 sh\n    2 ps\n"


def test_a_writer_ends_when_nobody_reads() -> None:
    assert House("sh yes head").sh("yes | head -2") == ("y\ny\n", "", 0)


def test_find_hands_its_files_to_a_command() -> None:
    house = House("sh find rm touch ls", busybox=True)
    out, _, status = house.sh("cd /tmp; touch a b c.txt; find . -name '?' -exec rm {} +; ls")
    assert (out, status) == ("c.txt\n", 0)


def test_xargs_reports_a_failing_command() -> None:
    assert House("xargs false").run("xargs", "false", stdin=b"a\n")[2] == 123


def test_env_becomes_the_command_it_is_given() -> None:
    house = House("env printenv")
    assert house.run("env", "A=1", "printenv", "A") == ("1\n", "", 0)
    assert house.run("env", "nada")[1:] == ("env: 'nada': No such file or directory\n", 127)


@pytest.mark.parametrize(("busybox", "status"), [(False, 124), (True, 143)])
def test_timeout_ends_a_command_that_takes_too_long(busybox: bool, status: int) -> None:
    assert House("timeout sleep", busybox=busybox).run("timeout", "1", "sleep", "60")[2] == status


def test_kill_ends_a_sleeper() -> None:
    out, _, _ = House("sh sleep kill").sh("sleep 100 & /bin/kill $!; wait $!; echo $?")
    assert out == "143\n"


def test_useradd_makes_user_group_and_home() -> None:
    house = House("sh useradd id ls")
    out, _, _ = house.sh("useradd -m -u 1500 -s /bin/sh ana; id ana; ls /home")
    assert out == "uid=1500(ana) gid=1500(ana) groups=1500(ana)\nana\n"
    assert house.run("useradd", "ana")[1:] == ("useradd: user 'ana' already exists\n", 9)


def test_busybox_adduser_uses_its_own_defaults() -> None:
    house = House("sh adduser getent cat tail", busybox=True)
    out, _, _ = house.sh("adduser -D ana; tail -n1 /etc/passwd")
    assert out == "ana:x:1000:1000:Linux User,,,:/home/ana:/bin/ash\n"


def test_su_changes_the_user_of_a_command() -> None:
    out, _, status = House("sh su id").run("su", "-s", "/bin/sh", "daemon", "-c", "id -un")
    assert (out, status) == ("daemon\n", 0)


def test_the_oracles_httpd_serves_and_stops_with_status_zero() -> None:
    house = House(
        "sh httpd",
        busybox=True,
        texts={"bin/httpd-foreground": HTTPD_SCRIPT, "srv/index.html": "<h1>hola</h1>\n"},
    )
    process = house.start("httpd-foreground")
    answer = house.ask(80, b"GET / HTTP/1.0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\n\r\n<h1>hola</h1>\n")
    house.runtime.kill("c" * 12, 15)
    house.scheduler.run_idle()
    assert process.exit_code == 0


def test_apache_serves_the_docker_images_tree() -> None:
    page = {"usr/local/apache2/htdocs/index.html": "<h1>hola</h1>\n"}
    house = House("httpd httpd-foreground", texts=page)
    process = house.start("httpd-foreground")
    assert house.ask(80, b"GET / HTTP/1.0\r\n\r\n").endswith(b"<h1>hola</h1>\n")
    house.runtime.kill("c" * 12, 28)
    house.scheduler.run_idle()
    assert process.exit_code == 0


def test_mysql_refuses_to_start_without_a_password() -> None:
    _, err, status = House("mysqld").run("mysqld")
    assert "password option is not specified" in err
    assert status == 1


def test_redis_listens_and_ends_on_sigterm() -> None:
    house = House("redis-server")
    process = house.start("redis-server")
    house.scheduler.run_idle()
    assert house.runtime.connect("c" * 12, 6379) is not None
    house.runtime.kill("c" * 12, 15)
    house.scheduler.run_idle()
    assert process.exit_code == 0


def test_busybox_runs_an_applet_by_name() -> None:
    house = House("ls", busybox=True)
    assert house.run("busybox", "echo", "hola") == ("hola\n", "", 0)
    assert house.run("busybox", "nada")[1:] == ("nada: applet not found\n", 127)
    assert house.run("busybox", "--list")[0] == "busybox\nls\n"


def test_wget_fetches_from_a_server_in_the_same_container() -> None:
    house = House("sh httpd wget sleep", busybox=True, texts={"srv/a": "hola\n"})
    out, _, status = house.sh("httpd -f -h /srv & sleep 1; wget -qO- http://localhost/a")
    assert (out, status) == ("hola\n", 0)


def test_apt_fails_as_without_a_network() -> None:
    house = House("apt-get")
    assert "Temporary failure resolving" in house.run("apt-get", "update")[0]
    _, err, status = house.run("apt-get", "install", "-y", "curl")
    assert (err, status) == ("E: Unable to locate package curl\n", 100)


def test_mv_across_mounts_copies_and_removes() -> None:
    house = House("sh mv ls cat")
    out, err, status = house.sh("echo hola > /tmp/a; mv /tmp/a /dev/shm/b; cat /dev/shm/b; ls /tmp")
    assert (out, err, status) == ("hola\n", "", 0)


def test_awk_writes_through_a_pipe() -> None:
    house = House("sh awk sort")
    out, _, status = house.run("awk", '{print $1 | "sort"}', stdin=b"b 1\na 2\n")
    assert (out, status) == ("a\nb\n", 0)


@pytest.mark.parametrize("letter", ["", "z", "j", "J"])
def test_tar_reads_back_what_it_compressed(letter: str) -> None:
    house = House("sh tar cat mkdir")
    line = f"cd /tmp; echo hola > a; tar -c{letter}f x a; mkdir d; tar -xf x -C d; cat d/a"
    assert house.sh(line) == ("hola\n", "", 0)
