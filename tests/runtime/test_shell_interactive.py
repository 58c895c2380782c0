"""Interactive shells: prompts, line editing, history, job control. Facts from real shells on a real terminal."""

from __future__ import annotations

import re

import pytest
from machine_house import Machine, Session

PS1 = ("PS1=$ ", "HOME=/root")
LINE = 'echo "00000000000000000">file.txt'


def bash(machine: Machine) -> Session:
    return Session(machine, "bash", "--norc", env=PS1)


def shown(text: str) -> str:
    """Without bracketed paste and line clearing."""
    return (
        re.sub(r"\x1b\[(\?2004[hl]|K)|\r(?=\r?\n)", "", text)
        .replace("\r\n", "\n")
        .replace("\r", "")
    )


# The course's numbers.


@pytest.mark.parametrize(
    ("keys", "history"),
    [
        (["\x04"], None),
        (["exit\r"], b"exit\n"),
        ([LINE + "\r", "\x04"], LINE.encode() + b"\n"),
        ([LINE + "\r", "exit\r"], LINE.encode() + b"\nexit\n"),
        (["\r", "\x04"], None),
        (["unset HISTFILE\r", "exit\r"], None),
        (["HISTFILE=\r", "exit\r"], None),
        (["set +o history\r", "exit\r"], None),
        (["HISTSIZE=0\r", "exit\r"], b""),
        (["HISTSIZE=1\r", "exit\r"], b"exit\n"),
        (["HISTFILESIZE=0\r", "exit\r"], b""),
        (["set +o history\r", "set -o history\r", "\x04"], b"set +o history\n"),
        (["echo $HISTFILE >/h\r", "\x04"], b"echo $HISTFILE >/h\n"),
    ],
)
def test_history_is_written_as_bash_writes_it(keys: list[str], history: bytes | None) -> None:
    machine = Machine()
    session = bash(machine)
    for key in keys:
        session.type(key)
    assert session.code == 0
    if history is None:
        with pytest.raises(Exception, match="No such file"):
            machine.read("/root/.bash_history")
    else:
        assert machine.read("/root/.bash_history") == history


def test_leaving_with_exit_twice_writes_62_bytes() -> None:
    machine = Machine()
    bash(machine).type("exit\r")
    assert len(machine.read("/root/.bash_history")) == 5
    session = bash(machine)
    session.type(LINE + "\r")
    session.type("exit\r")
    sizes = len(machine.read("/root/.bash_history")), len(machine.read("/file.txt"))
    assert (sum(sizes), sizes[1]) == (62, 18)


def test_a_killed_shell_saves_nothing_and_a_hung_up_one_does() -> None:
    for number, saved in ((9, False), (1, True)):
        machine = Machine()
        session = bash(machine)
        session.type("echo hi\r")
        machine.runtime.kill("c" * 64, number)
        machine.scheduler.run_idle()
        assert session.code == 128 + number
        try:
            found = machine.read("/root/.bash_history") == b"echo hi\n"
        except Exception:
            found = False
        assert found is saved


def test_control_d_prints_exit_and_keeps_the_last_status() -> None:
    session = bash(Machine())
    session.type("false\r")
    assert shown(session.type("\x04")).endswith("\nexit\n")
    assert session.code == 1


# Editing.


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ("echo abc", "abc"),
        ("echo ac\x1b[Db", "abc"),
        ("ho abc\x01ec", "abc"),
        ("echo abcX\x7f", "abc"),
        ("echo wrong\x17right", "right"),
        ("nonsense\x15echo ok", "ok"),
        ("echo abcd\x1b[D\x0b", "abc"),
        ("echo one two\x1bb\x0b", "one"),
        ("echo abdc\x1b[D\x1b[D\x14\x05", "adbc"),
        ("echo x\x01\x0becho y\x19", "yecho x"),
        ("cho hi\x1b[He\x1b[F!", "hi!"),
        ("echo a\x1b[200~ b\x1b[201~", "a b"),
        ("echo ñandú\x7fú", "ñandú"),
        ("ec\tfine", "fine"),
        ("cat /etc/pass\t\x01\x1b[3~\x1b[3~\x1b[3~echo", "/etc/passwd"),
    ],
)
def test_keys_edit_the_line(keys: str, line: str) -> None:
    out = shown(bash(Machine()).type(keys + "\r"))
    assert out.rstrip("$ ").rstrip("\n").rsplit("\n", 1)[-1] == line


def test_arrows_walk_through_history() -> None:
    session = bash(Machine())
    session.type("echo one\r")
    session.type("echo two\r")
    assert "one\n" in shown(session.type("\x1b[A\x1b[A\r"))
    assert "two\n" in shown(session.type("\x1b[A\x1b[A\x1b[A\x1b[B\r"))
    assert "two\n" in shown(session.type("\x12tw\r"))
    assert shown(session.type("!!\r")).count("two") >= 2
    assert "event not found" in shown(session.type("!zzz\r"))


def test_two_tabs_show_the_choices() -> None:
    machine = Machine(files={"/tmp/aa1": "", "/tmp/aa2": ""})
    session = bash(machine)
    session.type("cat /tmp/aa\t")
    assert "aa1  aa2" in shown(session.type("\t"))


def test_control_c_gives_a_new_prompt_and_130() -> None:
    session = bash(Machine())
    session.type("echo not thi")
    assert shown(session.type("\x03")) == "^C\n$ "
    assert "130\n" in shown(session.type("echo $?\r"))


def test_control_c_ends_the_command_in_the_foreground() -> None:
    session = bash(Machine())
    session.type("sleep 100\r")
    assert session.type("\x03") == "^C\r\n\x1b[?2004h$ "
    assert "130\n" in shown(session.type("echo $?\r"))


def test_a_command_may_take_several_lines_and_is_one_in_history() -> None:
    machine = Machine()
    session = bash(machine)
    assert shown(session.type("for i in 1 2\r")).endswith("> ")
    session.type("do echo $i\r")
    assert "1\n2\n" in shown(session.type("done\r"))
    session.type("echo 'a\r")
    session.type("b'\r")
    session.type("\x04")
    assert machine.read("/root/.bash_history") == b"for i in 1 2; do echo $i; done\necho 'a\nb'\n"


def test_unfinished_text_asks_and_control_d_gives_up() -> None:
    session = bash(Machine())
    session.type("if true\r")
    assert "unexpected end of file" in shown(session.type("\x04"))
    assert session.code is None


# Jobs.


def test_jobs_stop_continue_and_end() -> None:
    session = bash(Machine())
    session.type("sleep 100\r")
    assert "^Z\n[1]+  Stopped                 sleep 100\n" in shown(session.type("\x1a"))
    assert "[1]+  Stopped                 sleep 100\n" in shown(session.type("jobs\r"))
    assert "[1]+ sleep 100 &\n" in shown(session.type("bg\r"))
    assert "[1]+  Running                 sleep 100 &\n" in shown(session.type("jobs\r"))
    session.type("kill %1\r")
    assert "Terminated" in shown(session.type("\r")) or "No" not in shown(session.type("jobs\r"))


def test_a_background_job_tells_its_number() -> None:
    session = bash(Machine())
    assert re.search(r"\n\[1\] \d+\n", shown(session.type("sleep 5 &\r")))
    assert "sleep 5\n" in shown(session.type("fg\r"))
    assert shown(session.type("\x03")).startswith("^C")


# The other shells.


def test_dash_reads_plain_lines() -> None:
    session = Session(Machine(), "dash", env=PS1)
    assert session.greeting == "$ "
    assert session.type("nosuch\r") == "nosuch\r\ndash: 1: nosuch: not found\r\n$ "
    assert session.type("if true\r") == "if true\r\n> "
    assert session.type("then echo ok; fi\r").endswith("ok\r\n$ ")
    assert session.type("\x03") == "^C\r\n$ "
    session.type("\x04")
    assert session.code == 130


def test_ash_asks_where_the_cursor_is_and_speaks_for_itself() -> None:
    session = Session(Machine(busybox=True), "sh", env=("HOME=/root",))
    assert session.greeting == "/ # \x1b[6n"
    assert session.type("echo hola\r") == "echo hola\r\nhola\r\n/ # \x1b[6n"
    assert session.type("nosuch\r") == "nosuch\r\nsh: nosuch: not found\r\n/ # \x1b[6n"
    assert session.type("cd /tmp\r").endswith("/tmp # \x1b[6n")
    session.type("exit 3\r")
    assert session.code == 3


def test_ash_keeps_its_history_line_by_line() -> None:
    machine = Machine(busybox=True)
    session = Session(machine, "sh", env=("HOME=/root",))
    session.type("echo hola\r")
    assert machine.read("/root/.ash_history") == b"echo hola\n"
    machine.runtime.kill("c" * 64, 9)
    assert machine.read("/root/.ash_history") == b"echo hola\n"


# Start-up files.


def test_start_up_files_make_the_prompt() -> None:
    bashrc = "[ -z \"$PS1\" ] && return\nPS1='${debian_chroot:+($debian_chroot)}\\u@\\h:\\w\\$ '\n"
    machine = Machine(files={"/etc/bash.bashrc": bashrc, "/root/.bashrc": "alias ll='echo long'\n"})
    session = Session(machine, "bash", env=("HOME=/root",))
    assert session.greeting == "\x1b[?2004hroot@host:/# "
    assert "long\n" in shown(session.type("ll\r"))
    assert shown(session.type("cd /tmp\r")).endswith("root@host:/tmp# ")
    assert shown(session.type("cd\r")).endswith("root@host:~# ")
