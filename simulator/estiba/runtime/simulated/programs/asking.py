"""Questions before something is lost: `rm -i`, `cp -i` and their like."""

from __future__ import annotations

from ..program import Process
from ..streams import print_err
from ..syscalls import Body, Read
from .options import called


def agrees(process: Process, question: str) -> Body[bool]:
    """Ask on standard error, read a line; y and Y agree."""
    yield from print_err(f"{called(process)}: {question} ")
    line = b""
    while not line.endswith(b"\n"):
        chunk = yield from Read(0, 1)
        if not chunk:
            break
        line += chunk
    return line[:1] in (b"y", b"Y")
