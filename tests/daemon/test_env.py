"""`estiba env`: its words carried out by the shells themselves."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
from daemon_house import DaemonHouse

from estiba.daemon.env import DIALECTS, exports, usual_shell
from estiba.daemon.places import Places

pytest.importorskip("h11", reason="the server extra is not installed")

NASTY = Places("/a b/it's $HOME \\n;`x`")


def carried_out(shell: str, lines: list[str], show: str) -> str:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    said = subprocess.run(
        [shell, "-c", "\n".join([*lines, show])], capture_output=True, text=True, check=True
    )
    return said.stdout


@pytest.mark.parametrize("shell", ["sh", "bash", "zsh", "fish"])
def test_every_shell_reads_its_words(shell: str) -> None:
    lines = exports(NASTY, DIALECTS[shell], {"DOCKER_TLS_VERIFY": "1"})
    shown = (
        'echo "$DOCKER_HOST|$DOCKER_TLS_VERIFY"' if shell != "sh" else 'printf "%s|" "$DOCKER_HOST"'
    )
    assert carried_out(shell, lines, shown).startswith(f"{NASTY.docker_host}|")


def test_powershell_quotes_by_doubling() -> None:
    (line,) = exports(NASTY, DIALECTS["powershell"], {})
    assert line == f"$Env:DOCKER_HOST = '{NASTY.docker_host.replace(chr(39), chr(39) * 2)}';"


def test_the_lines_can_be_joined() -> None:
    lines = exports(Places("/a"), DIALECTS["sh"], {"DOCKER_CONTEXT": "x"})
    assert carried_out("sh", [" ".join(lines)], 'echo "$DOCKER_HOST"') == "unix:///a/docker.sock\n"


@pytest.mark.parametrize(
    ("shell", "expected"), [("/usr/bin/fish", "fish"), ("/bin/bash", "bash"), ("/bin/tcsh", "sh")]
)
def test_the_usual_shell_is_the_default(shell: str, expected: str) -> None:
    assert usual_shell({"SHELL": shell}) == expected


def test_a_shell_that_did_it_reaches_the_daemon(house: DaemonHouse) -> None:
    house.environment["PYTHON"] = sys.executable
    script = (
        'eval $("$PYTHON" -m estiba env --shell sh); echo "$DOCKER_HOST"; '
        'eval $("$PYTHON" -m estiba env --shell sh --unset); echo "[$DOCKER_HOST]"'
    )
    said = subprocess.run(
        ["sh", "-c", script], env=house.environment, capture_output=True, text=True, check=True
    )
    assert said.stdout == f"unix://{house.socket}\n[]\n"
    assert house.estiba("daemon", "status").returncode == 0
