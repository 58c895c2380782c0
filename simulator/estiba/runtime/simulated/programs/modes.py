"""Permission modes as people write them: 755, u+x,go=rX, a-w.

Source: chmod(1); POSIX, chmod, "Symbolic mode".
"""

from __future__ import annotations

import re

WHO = {"u": 0o4700, "g": 0o2070, "o": 0o1007, "a": 0o7777}
CLAUSE = re.compile(r"([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]|[0-7]+))+)$")
ACTION = re.compile(r"([-+=])([0-7]+|[ugo]|[rwxXst]*)")


def apply_mode(text: str, mode: int, umask: int, *, directory: bool) -> int | None:
    """The permission bits after a change; None if the text is no mode.

    >>> oct(apply_mode("u+x,go=r", 0o600, 0o022, directory=False))
    '0o744'
    >>> oct(apply_mode("a-w", 0o666, 0o022, directory=False))
    '0o444'
    """
    if re.fullmatch(r"[0-7]{1,5}", text):
        value = int(text, 8)
        if value > 0o7777:
            return None
        keep = mode & 0o6000 if directory and len(text) < 5 else 0
        return value | keep
    if re.fullmatch(r"[-+=][0-7]{1,5}", text):
        return _change(mode, text[0], int(text[1:], 8), 0o7777)
    for clause in text.split(","):
        matched = CLAUSE.match(clause)
        if not matched:
            return None
        mode = _apply_clause(matched[1], matched[2], mode, umask, directory)
    return mode & 0o7777


def _apply_clause(who: str, actions: str, mode: int, umask: int, directory: bool) -> int:
    mask = 0
    for letter in who:
        mask |= WHO[letter]
    for operator, what in ACTION.findall(actions):
        if what.isdecimal():
            bits = int(what, 8)
        elif what in ("u", "g", "o") and what:
            three = mode >> {"u": 6, "g": 3, "o": 0}[what] & 7
            bits = three * 0o111
        else:
            bits = _bits(what, mode, directory)
        reach = mask or 0o7777
        if not mask:
            bits &= ~umask
        special = 0o7000 if directory and operator == "=" and "s" not in what else 0
        mode = _change(mode, operator, bits & reach, reach & ~special if mask else 0o777)
    return mode


def _bits(letters: str, mode: int, directory: bool) -> int:
    bits = 0
    for letter in letters:
        if letter == "X":
            bits |= 0o111 if directory or mode & 0o111 else 0
        else:
            bits |= {"r": 0o444, "w": 0o222, "x": 0o111, "s": 0o6000, "t": 0o1000}[letter]
    return bits


def _change(mode: int, operator: str, bits: int, reach: int) -> int:
    if operator == "+":
        return mode | bits
    if operator == "-":
        return mode & ~bits
    return mode & ~reach | bits
