"""Interactive commands in a real terminal: keys, sizes, and a terminal left as it was found, whatever happens."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator

import pytest
from daemon_house import DaemonHouse
from terminal_house import Terminal

pytest.importorskip("h11", reason="the server extra is not installed")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs pseudo-terminals")

Open = Callable[..., Terminal]
PROMPT = "# "


@pytest.fixture
def docker(house: DaemonHouse) -> Iterator[Open]:
    """Opens terminals with a docker command in them."""
    opened = []

    def open_terminal(*words: str) -> Terminal:
        opened.append(Terminal(["docker", *words], house.environment))
        return opened[-1]

    house.docker("pull", "-q", "ubuntu")
    yield open_terminal
    for terminal in opened:
        terminal.close()


def test_a_shell_has_the_window_and_its_keys(docker: Open) -> None:
    shell = docker("run", "-it", "--rm", "ubuntu", "bash")
    shell.sees(PROMPT)
    assert shell.mode() != shell.before
    shell.type("stty size\r")
    shell.sees("30 100")
    shell.resize(40, 120)
    shell.sees(PROMPT)
    shell.type("sleep 0.3; stty size\r")
    shell.sees("40 120")
    shell.type("sleep 100\r")
    shell.sees("sleep 100\r\n")
    shell.type("\x03")
    shell.sees("^C")
    shell.type("echo code-$?\r")
    shell.sees("code-130")
    shell.type("exit 7\r")
    assert shell.code() == 7
    assert shell.mode() == shell.before


def test_the_end_of_input_ends_the_shell(docker: Open) -> None:
    shell = docker("run", "-it", "--rm", "ubuntu", "bash")
    shell.sees(PROMPT)
    shell.type("\x04")
    assert (shell.code(), shell.mode()) == (0, shell.before)
    assert b"exit" in shell.screen


def test_a_job_is_suspended_by_its_key(docker: Open) -> None:
    shell = docker("run", "-it", "--rm", "ubuntu", "bash")
    shell.sees(PROMPT)
    shell.type("sleep 100\r")
    shell.sees("sleep 100\r\n")
    shell.type("\x1a")
    shell.sees("Stopped")
    shell.type("kill %1; wait; exit 7\r")
    assert (shell.code(), shell.mode()) == (7, shell.before)


def test_keys_detach_and_attach_comes_back(docker: Open, house: DaemonHouse) -> None:
    shell = docker("run", "-it", "--name", "kept", "ubuntu", "bash")
    shell.sees(PROMPT)
    shell.type("\x10\x11")
    assert (shell.code(), shell.mode()) == (0, shell.before)
    assert "kept" in house.docker("ps")
    again = docker("attach", "--detach-keys", "ctrl-x,x", "kept")
    again.type("echo it-$((40+2))\r")
    again.sees("it-42")
    again.type("\x18x")
    assert again.code() == 1
    assert b"read escape sequence" in again.screen
    assert again.mode() == again.before


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_leaves_the_terminal_as_it_was(
    docker: Open, house: DaemonHouse, name: str
) -> None:
    house.docker("run", "-d", "--name", "still", "ubuntu", "sleep", "1000")
    shell = docker("exec", "-it", "still", "bash")
    shell.sees(PROMPT)
    number = getattr(signal, name)
    shell.process.send_signal(number)
    assert (shell.code(), shell.mode()) == (128 + number, shell.before)


def test_the_daemons_sudden_end_leaves_the_terminal_as_it_was(
    docker: Open, house: DaemonHouse
) -> None:
    shell = docker("run", "-it", "ubuntu", "bash")
    shell.sees(PROMPT)
    os.kill(int((house.home / "daemon.pid").read_text().split()[0]), signal.SIGKILL)
    assert (shell.code(), shell.mode()) == (125, shell.before)
    assert b"unexpected EOF" in shell.screen


def test_what_is_typed_ahead_is_kept(docker: Open) -> None:
    shell = docker("run", "-it", "--rm", "ubuntu", "bash")
    shell.type("exit 3\r")
    assert shell.code() == 3
