"""read and mapfile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ...streams import decode, read_all
from ...syscalls import Body, Isatty, Poll, Read, SyscallError, Tcgetattr, Tcsetattr, Termios
from ...syscalls.errnos import EINTR
from ..dialect import Dialect
from ..word_parts import is_name
from .registry import BASH, builtin, number

if TYPE_CHECKING:
    from ..shell import Shell

WHITE = " \t\n"


class _Options:
    """The options of `read`."""

    def __init__(self) -> None:
        self.raw = False
        self.prompt = ""
        self.timeout: float | None = None
        self.count: int | None = None
        self.delimiter = "\n"
        self.silent = False
        self.array: str | None = None
        self.fd = 0
        self.exact = False

    def parse(self, args: list[str]) -> list[str] | str:
        """The names; or a bad option."""
        while args and args[0].startswith("-") and len(args[0]) > 1:
            letters, args = args[0][1:], args[1:]
            if letters == "-":
                break
            while letters:
                letter, letters = letters[0], letters[1:]
                if letter in "rse":
                    self.raw |= letter == "r"
                    self.silent |= letter == "s"
                elif letter in "ptnNdau":
                    value = letters
                    if not value:
                        if not args:
                            return letter
                        value, args = args[0], args[1:]
                    self._set(letter, value)
                    letters = ""
                else:
                    return letter
        return args

    def _set(self, letter: str, value: str) -> None:
        if letter == "p":
            self.prompt = value
        elif letter == "t":
            self.timeout = float(value)
        elif letter in "nN":
            self.count, self.exact = number(value), letter == "N"
        elif letter == "d":
            self.delimiter = value[:1] or "\0"
        elif letter == "a":
            self.array = value
        else:
            self.fd = int(value)


@builtin("read")
def read(shell: Shell, args: list[str]) -> Body[int]:
    options = _Options()
    names = options.parse(args)
    if isinstance(names, str):
        text = (
            f"-{names}: invalid option"
            if shell.dialect is Dialect.BASH
            else f"Illegal option -{names}"
        )
        yield from shell.complain(text, "read")
        return 2
    if not names and options.array is None and shell.dialect is Dialect.DASH:
        yield from shell.complain("arg count", "read")
        return 2
    for name in names:
        if not is_name(name):
            yield from shell.complain(shell.wording.bad_identifier(name), "read")
            return 1
    is_terminal = yield from Isatty(options.fd)
    if options.prompt and is_terminal:
        yield from shell.write_error(options.prompt)
    saved = (yield from _quiet(options)) if is_terminal else None
    try:
        status, text, escaped = yield from _line(shell, options)
    except SyscallError as error:
        yield from shell.complain(f"read error: {options.fd}: {error.strerror}", "read")
        return 1
    if saved is not None:
        yield from Tcsetattr(options.fd, saved)
    _store(shell, options, names, text, escaped)
    return status


def _quiet(options: _Options) -> Body[Termios | None]:
    """No echo for `-s`, no lines for `-n`; answers what to put back."""
    if not options.silent and options.count is None:
        return None
    settings = yield from Tcgetattr(options.fd)
    changed = replace(
        settings,
        echo=settings.echo and not options.silent,
        canonical=settings.canonical and options.count is None,
    )
    yield from Tcsetattr(options.fd, changed)
    return settings


def _line(shell: Shell, options: _Options) -> Body[tuple[int, str, set[int]]]:
    """Byte by byte, so that the rest stays for others. Also the places of escaped characters."""
    data = bytearray()
    escaped: set[int] = set()
    delimiter = options.delimiter.encode("utf-8", "surrogateescape")
    backslash = False
    while options.count is None or len(data) < options.count:
        if options.timeout is not None and not (
            yield from Poll((options.fd,), (), options.timeout)
        ):
            return 142, decode(bytes(data)), escaped
        byte = yield from _byte(shell, options.fd)
        if byte == b"":
            return 1, decode(bytes(data)), escaped
        if backslash:
            backslash = False
            if byte != b"\n":
                escaped.add(len(data))
                data += byte
        elif byte == b"\\" and not options.raw:
            backslash = True
        elif byte == delimiter and not options.exact:
            break
        elif byte != b"\0":
            data += byte
    return 0, decode(bytes(data)), escaped


def _byte(shell: Shell, fd: int) -> Body[bytes]:
    while True:
        try:
            return (yield from Read(fd, 1))
        except SyscallError as error:
            if error.errno != EINTR:
                raise
            yield from shell.traps.run_pending()


def _store(shell: Shell, options: _Options, names: list[str], text: str, escaped: set[int]) -> None:
    ifs = shell.expander.ifs()
    if options.array is not None:
        fields = _fields(text, ifs, escaped, None)
        shell.state.variables.pop(options.array, None)
        shell.state.set(options.array, dict(enumerate(fields)))
        return
    if not names:
        shell.assign("REPLY", text)
        return
    if options.exact:
        shell.assign(names[0], text)
        return
    fields = _fields(text, ifs, escaped, len(names))
    for place, name in enumerate(names):
        shell.assign(name, fields[place] if place < len(fields) else "")


def _fields(text: str, ifs: str, escaped: set[int], most: int | None) -> list[str]:
    """Split at IFS; the last of `most` fields takes the rest."""
    white = "".join(one for one in ifs if one in WHITE)
    fields: list[str] = []
    at, size = 0, len(text)

    def is_in(place: int, characters: str) -> bool:
        return place < size and place not in escaped and text[place] in characters

    while is_in(at, white):
        at += 1
    while at < size:
        if most is not None and len(fields) == most - 1:
            fields.append(_rest(text, at, ifs, white, escaped))
            break
        start = at
        while at < size and not is_in(at, ifs):
            at += 1
        fields.append(text[start:at])
        while is_in(at, white):
            at += 1
        if is_in(at, ifs):
            at += 1
            while is_in(at, white):
                at += 1
    return fields


def _rest(text: str, start: int, ifs: str, white: str, escaped: set[int]) -> str:
    """The last field: without white space at its end, nor a single separator that ends it."""
    end = len(text)
    while end > start and end - 1 not in escaped and text[end - 1] in white:
        end -= 1
    rest = text[start:end]
    inner = rest[:-1]
    if rest and rest[-1] in ifs and end - 1 not in escaped and not set(inner) & set(ifs):
        return inner
    return rest


@builtin("mapfile", "readarray", dialects=(BASH,))
def mapfile(shell: Shell, args: list[str]) -> Body[int]:
    strip = "-t" in args
    names = [arg for arg in args if not arg.startswith("-")]
    data = decode((yield from read_all(0)))
    lines = data.splitlines(keepends=True)
    values = [line.rstrip("\n") if strip else line for line in lines]
    name = names[0] if names else "MAPFILE"
    shell.state.variables.pop(name, None)
    shell.state.set(name, dict(enumerate(values)))
    return 0
