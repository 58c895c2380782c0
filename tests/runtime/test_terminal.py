"""The line discipline: what a person at a terminal sees and what programs get."""

from __future__ import annotations

import pytest
from machine_house import Machine, Session


@pytest.mark.parametrize(
    ("keys", "screen"),
    [
        ("abc\r", "abc\r\nabc\r\n"),
        ("abX\x7fc\r", "abX\b \bc\r\nabc\r\n"),
        ("one two\x17\r", "one two\b \b\b \b\b \b\r\none \r\n"),
        ("junk\x15ok\r", "junk" + "\b \b" * 4 + "ok\r\nok\r\n"),
        ("a\tb\r", "a\tb\r\na\tb\r\n"),
        ("\x01\r", "^A\r\n\x01\r\n"),
        ("ñ\x7fn\r", "ñ\b \bn\r\nn\r\n"),
        ("x\x04\x04", "xx"),
        ("\x16\x03\r", "^\b^C\r\n\x03\r\n"),
    ],
)
def test_canonical_input_is_edited_and_echoed(keys: str, screen: str) -> None:
    assert Session(Machine(), "cat").type(keys) == screen


def test_control_d_on_an_empty_line_is_the_end_of_input() -> None:
    session = Session(Machine(), "bash", "-c", "cat; echo after $?")
    assert session.type("\x04") == "after 0\r\n"


@pytest.mark.parametrize(("key", "echo", "code"), [("\x03", "^C", 130), ("\x1c", "^\\", 131)])
def test_keys_that_signal_reach_the_foreground_group(key: str, echo: str, code: int) -> None:
    session = Session(Machine(), "bash", "-c", "(sleep 100); exit $?")
    assert session.type(key).startswith(echo)
    assert session.code is None or session.code == code


def test_the_first_process_ignores_control_c_without_a_handler() -> None:
    session = Session(Machine(), "sleep", "100")
    assert session.type("\x03") == "^C"
    assert session.code is None


def test_a_window_that_changes_tells_the_program() -> None:
    machine = Machine()
    session = Session(machine, "bash", "-c", "trap 'stty size' WINCH; while :; do sleep 1; done")
    session.process.resize(40, 132)
    machine.scheduler.run_idle()
    machine.scheduler.pass_time()
    assert session.type("").endswith("40 132\r\n")


def test_programs_know_their_terminal() -> None:
    session = Session(
        Machine(), "bash", "-c", "tty; [ -t 0 ] && echo yes; ls -l /dev/console | cut -c1"
    )
    assert session.greeting == "/dev/pts/0\r\nyes\r\nc\r\n"


def test_raw_mode_gives_keys_at_once() -> None:
    session = Session(Machine(), "bash", "-c", "read -rsn1 k; echo got $k")
    assert session.type("q") == "got q\r\n"


def test_the_terminal_stays_when_nobody_types_any_more() -> None:
    machine = Machine()
    session = Session(machine, "cat")
    machine.stdin.close()
    machine.scheduler.run_idle()
    assert session.code is None
