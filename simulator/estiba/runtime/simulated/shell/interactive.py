"""stub"""
from __future__ import annotations
from ..syscalls import Body
from .shell import Shell
def interact(shell: Shell, files: Body[None]) -> Body[int]:
    yield from files
    return 0
