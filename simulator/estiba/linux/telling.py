"""System calls in words, much as strace shows them: names for the flags that teach something."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

CLONES = {
    0x8000: "CLONE_PARENT", 0x20000: "CLONE_NEWNS", 0x2000000: "CLONE_NEWCGROUP", 0x4000000: "CLONE_NEWUTS",
    0x8000000: "CLONE_NEWIPC", 0x10000000: "CLONE_NEWUSER", 0x20000000: "CLONE_NEWPID", 0x40000000: "CLONE_NEWNET",
}  # fmt: skip
MOUNTS = {
    1: "MS_RDONLY", 2: "MS_NOSUID", 4: "MS_NODEV", 8: "MS_NOEXEC", 32: "MS_REMOUNT", 4096: "MS_BIND",
    16384: "MS_REC", 1 << 18: "MS_PRIVATE", 1 << 19: "MS_SLAVE", 1 << 24: "MS_STRICTATIME",
}  # fmt: skip
OPTIONS = {
    1: "PR_SET_PDEATHSIG", 8: "PR_SET_KEEPCAPS", 22: "PR_SET_SECCOMP", 24: "PR_CAPBSET_DROP",
    38: "PR_SET_NO_NEW_PRIVS", 47: "PR_CAP_AMBIENT",
}  # fmt: skip
WORDS: Mapping[tuple[str, int], Mapping[int, str]] = {
    ("clone", 0): CLONES,
    ("setns", 1): CLONES,
    ("mount", 3): MOUNTS,
    ("umount2", 1): {2: "MNT_DETACH"},
    ("prctl", 0): OPTIONS,
}
"""The meaning of an argument, by the call and its place."""


def told(name: str, arguments: Sequence[object]) -> str:
    """A call as one line.

    >>> told("umount2", (b".", 2))
    'umount2(".", MNT_DETACH)'
    """
    shown = [_shown(argument, WORDS.get((name, place))) for place, argument in enumerate(arguments)]
    while name == "prctl" and len(shown) > 2 and shown[-1] == "0":
        shown.pop()
    return f"{name}({', '.join(shown)})"


def _shown(argument: object, words: Mapping[int, str] | None) -> str:
    value = getattr(argument, "value", argument)
    if isinstance(value, bytes | str):
        return f'"{os.fsdecode(value)}"'
    if isinstance(value, int):
        return _number(value, words or {})
    return "NULL" if value is None else "{…}"


def _number(value: int, words: Mapping[int, str]) -> str:
    if value in words:
        return words[value]
    named = [word for bit, word in words.items() if value & bit == bit]
    if named and sum(bit for bit in words if value & bit == bit) == value:
        return "|".join(named)
    return str(value) if value < 1 << 12 else hex(value)
