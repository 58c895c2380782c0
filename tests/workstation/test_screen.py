"""What is left on a terminal."""

import pytest

from estiba.workstation.screen import rendered


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        ("a\nb\n", ["a", "b"]),
        ("abc\rx", ["xbc"]),
        ("one\ntwo\n\x1b[2A\x1b[2K\rdone\x1b[2B\n", ["done", "two"]),
        ("abc\b\bx", ["axc"]),
        ("abcdef\x1b[3D\x1b[K", ["abc"]),
        ("\x1b[?2004h$ ls\x1b[?2004l\r\nfile\r\n", ["$ ls", "file"]),
        ("a\x1b[5Cb\x1b[2Gc", ["ac    b"]),
        ("a\nb\x1b[H\x1b[Jc", ["c"]),
        ("\x07x  \n\n\n", ["x"]),
        ("", []),
    ],
)
def test_a_terminal_shows(written: str, lines: list[str]) -> None:
    assert rendered(written) == lines
