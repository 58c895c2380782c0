"""umask, ulimit, times, and what only exists to be accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...streams import print_out
from ...syscalls import Body, Getrlimit, Setrlimit, SyscallError, Times, Umask
from ..dialect import Dialect
from .registry import BASH, builtin

if TYPE_CHECKING:
    from ..shell import Shell

RESOURCES = {
    "c": ("core file size", "blocks", 512),
    "d": ("data seg size", "kbytes", 1024),
    "e": ("scheduling priority", "", 1),
    "f": ("file size", "blocks", 512),
    "i": ("pending signals", "", 1),
    "l": ("max locked memory", "kbytes", 1024),
    "m": ("max memory size", "kbytes", 1024),
    "n": ("open files", "", 1),
    "q": ("POSIX message queues", "bytes", 1),
    "r": ("real-time priority", "", 1),
    "s": ("stack size", "kbytes", 1024),
    "t": ("cpu time", "seconds", 1),
    "u": ("max user processes", "", 1),
    "v": ("virtual memory", "kbytes", 1024),
    "x": ("file locks", "", 1),
}


@builtin("umask")
def umask(shell: Shell, args: list[str]) -> Body[int]:
    now = yield from Umask()
    symbolic, reusable = "-S" in args, "-p" in args
    args = [arg for arg in args if arg not in ("-S", "-p", "--")]
    if not args:
        head = f"umask {'-S ' if symbolic else ''}" if reusable else ""
        yield from print_out(head + (_symbols(now) if symbolic else f"{now:04o}") + "\n")
        return 0
    text = args[0]
    if text.isdigit():
        if set(text) - set("01234567"):
            yield from shell.complain(f"{text}: octal number out of range", "umask")
            return 1
        yield from Umask(int(text, 8))
        return 0
    made = _changed(now, text)
    if made is None:
        yield from shell.complain(f"`{text[:1]}': invalid symbolic mode operator", "umask")
        return 1
    yield from Umask(made)
    return 0


def _symbols(mask: int) -> str:
    parts = []
    for letter, shift in (("u", 6), ("g", 3), ("o", 0)):
        allowed = ~(mask >> shift) & 7
        parts.append(
            f"{letter}="
            + "".join(bit for bit, of in (("r", 4), ("w", 2), ("x", 1)) if allowed & of)
        )
    return ",".join(parts)


def _changed(mask: int, text: str) -> int | None:
    allowed = ~mask & 0o777
    for clause in text.split(","):
        at = next((place for place, one in enumerate(clause) if one in "+-="), -1)
        if at < 0:
            return None
        bits = sum({"r": 4, "w": 2, "x": 1}.get(one, 0) for one in set(clause[at + 1 :]))
        for who in clause[:at].replace("a", "ugo") or "ugo":
            shift = {"u": 6, "g": 3, "o": 0}[who]
            if clause[at] == "+":
                allowed |= bits << shift
            elif clause[at] == "-":
                allowed &= ~(bits << shift)
            else:
                allowed = allowed & ~(7 << shift) | bits << shift
    return ~allowed & 0o777


@builtin("ulimit")
def ulimit(shell: Shell, args: list[str]) -> Body[int]:
    letters, hard, soft = [], False, False
    while args and args[0].startswith("-"):
        for letter in args[0][1:]:
            hard |= letter == "H"
            soft |= letter == "S"
            if letter not in "HS":
                letters.append(letter)
        args = args[1:]
    if "a" in letters:
        for letter in RESOURCES:
            yield from _show(letter, hard, named=True)
        return 0
    letter = letters[0] if letters else "f"
    if letter not in RESOURCES:
        yield from shell.complain(f"-{letter}: invalid option", "ulimit")
        return 2
    if not args:
        yield from _show(letter, hard, named=len(letters) > 1)
        return 0
    return (yield from _limit(shell, letter, args[0], hard, soft))


def _text(value: int, letter: str) -> str:
    return "unlimited" if value < 0 else str(value // RESOURCES[letter][2])


def _show(letter: str, hard: bool, *, named: bool) -> Body[None]:
    limits = yield from Getrlimit(letter)
    value = _text(limits[hard], letter)
    name, unit, _ = RESOURCES[letter]
    if named:
        option = f"({unit}, -{letter})" if unit else f"(-{letter})"
        yield from print_out(f"{name:<24}{option:>15} {value}\n")
    else:
        yield from print_out(value + "\n")


def _limit(shell: Shell, letter: str, text: str, hard: bool, soft: bool) -> Body[int]:
    now = yield from Getrlimit(letter)
    if text == "unlimited":
        value = -1
    elif text in ("hard", "soft"):
        value = now[text == "hard"]
    elif text.isdecimal():
        value = int(text) * RESOURCES[letter][2]
    else:
        yield from shell.complain(f"{text}: invalid number", "ulimit")
        return 1
    both = hard == soft
    try:
        made = (value if soft or both else now[0], value if hard or both else now[1])
        yield from Setrlimit(letter, *made)
    except SyscallError as error:
        name = RESOURCES[letter][0]
        if shell.dialect is Dialect.BASH:
            yield from shell.complain(f"{name}: cannot modify limit: {error.strerror}", "ulimit")
        else:
            yield from shell.complain(f"error setting limit: {error.strerror}", "ulimit")
        return 1
    return 0


@builtin("times")
def times(shell: Shell, args: list[str]) -> Body[int]:
    found = yield from Times()
    rows = [(found.user, found.system), (found.children_user, found.children_system)]
    for row in rows:
        yield from print_out(" ".join(f"{int(t // 60)}m{t % 60:.3f}s" for t in row) + "\n")
    return 0


@builtin("complete", "compgen", "compopt", "bind", "enable", "suspend", "caller", dialects=(BASH,))
def accepted(shell: Shell, args: list[str]) -> Body[int]:
    """Known, accepted, without effect."""
    return 0
    yield
