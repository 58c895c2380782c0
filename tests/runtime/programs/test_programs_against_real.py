"""Simulated programs against the real GNU and BusyBox ones, on the same directory.

A corpus holds one command line per row; `G ` and `B ` restrict it to one flavour. `reads` leave
the directory alone, `changes` work on a new one each time and compare it afterwards, `terminal`
rows write to a terminal. BusyBox's usage is compared up to its synopsis.
"""

from __future__ import annotations

import ast
import fcntl
import os
import pty
import re
import shlex
import shutil
import struct
import subprocess
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest
from program_host import UTC, Result, simulate
from program_tree import make_tree, picture

from estiba.runtime.simulated.program import Flavour

CORPORA = Path(__file__).parent / "corpora"
COLUMNS = 80


def _version(command: list[str]) -> str:
    if shutil.which(command[0]) is None:
        return ""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


REAL = {
    "gnu": "(GNU coreutils) 9.1" in _version(["ls", "--version"]),
    "busybox": "BusyBox v1.35.0 (Debian" in _version(["busybox"]),
}


def _rows() -> Iterator[tuple[str, str, str, bytes]]:
    for path in sorted(CORPORA.glob("*.txt")):
        kind = path.stem.rpartition(".")[2]
        stdin = b""
        for line in path.read_text().splitlines():
            if line.startswith("# stdin: "):
                stdin = ast.literal_eval(line.removeprefix("# stdin: "))
                continue
            flavours = {"G ": ["gnu"], "B ": ["busybox"]}.get(line[:2], ["gnu", "busybox"])
            text = line[2:] if line[:2] in ("G ", "B ") else line
            for flavour in flavours:
                yield kind, flavour, text, stdin


def _rows_of(kind: str) -> list[tuple[str, str, bytes]]:
    return [(flavour, text, stdin) for which, flavour, text, stdin in _rows() if which == kind]


def _need(flavour: str) -> None:
    if not REAL[flavour]:
        pytest.skip(f"the real {flavour} programs of Debian 12 are not on this machine")
    if os.getuid() != 0:
        pytest.skip("needs root, for owners and device files")


def _masked(result: Result) -> tuple[bytes, bytes, int]:
    cut = re.sub(rb"(BusyBox v1[^\n]*\n\nUsage: [^\n]*\n).*", rb"\1", result.stderr, flags=re.S)
    return result.stdout, cut, result.status


def _real(argv: list[str], flavour: str, root: str, stdin: bytes) -> Result:
    command = argv if flavour == "gnu" else ["busybox", *argv]
    done = subprocess.run(command, cwd=root, input=stdin, capture_output=True, env=UTC, check=False)
    return Result(done.stdout, done.stderr, done.returncode)


def _real_terminal(argv: list[str], flavour: str, root: str) -> tuple[bytes, int]:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
    command = argv if flavour == "gnu" else ["busybox", *argv]
    with subprocess.Popen(
        command, cwd=root, stdin=theirs, stdout=theirs, stderr=theirs, env=UTC
    ) as real:
        os.close(theirs)
        out = b""
        try:
            while chunk := os.read(ours, 65536):
                out += chunk
        except OSError:  # a pty whose other side is closed
            pass
    os.close(ours)
    return out.replace(b"\r\n", b"\n"), real.returncode


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> str:
    if os.getuid() != 0:
        pytest.skip("needs root, for owners and device files")
    root = str(tmp_path_factory.mktemp("programs") / "w")
    make_tree(root)
    return root


@pytest.mark.parametrize(("flavour", "text", "stdin"), _rows_of("reads"))
def test_it_prints_what_the_real_one_prints(
    flavour: str, text: str, stdin: bytes, shared: str
) -> None:
    _need(flavour)
    argv = shlex.split(text)
    real = _real(argv, flavour, shared, stdin)
    simulated = simulate(argv, shared, stdin=stdin, flavour=Flavour(flavour))
    assert _masked(simulated) == _masked(real)


@pytest.mark.parametrize(("flavour", "text", "stdin"), _rows_of("changes"))
def test_it_leaves_the_directory_as_the_real_one_does(
    flavour: str, text: str, stdin: bytes, tmp_path: Path
) -> None:
    _need(flavour)
    argv, root = shlex.split(text), str(tmp_path / "w")
    make_tree(root)
    real, after_real = _real(argv, flavour, root, stdin), picture(root)
    make_tree(root)
    simulated = simulate(argv, root, stdin=stdin, flavour=Flavour(flavour))
    assert _masked(simulated) == _masked(real)
    assert picture(root) == after_real


@pytest.mark.parametrize(("flavour", "text", "stdin"), _rows_of("terminal"))
def test_it_writes_to_a_terminal_as_the_real_one_does(
    flavour: str, text: str, stdin: bytes, shared: str
) -> None:
    _need(flavour)
    argv = shlex.split(text)
    out, status = _real_terminal(argv, flavour, shared)
    simulated = simulate(argv, shared, flavour=Flavour(flavour), tty=COLUMNS)
    mixed = Result(b"", simulated.stdout + simulated.stderr, simulated.status)
    assert _masked(mixed) == _masked(Result(b"", out, status))


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13, 30])
@pytest.mark.parametrize("columns", [COLUMNS])
def test_columns_of_ls_are_laid_out_like_the_real_ones(
    count: int, columns: int, tmp_path: Path
) -> None:
    _need("gnu")
    for number in range(count):
        (tmp_path / ("n" * (number * 7 % 18 + 1) + str(number))).touch()
    out, _ = _real_terminal(["ls"], "gnu", str(tmp_path))
    assert simulate(["ls"], str(tmp_path), tty=columns).stdout == out
