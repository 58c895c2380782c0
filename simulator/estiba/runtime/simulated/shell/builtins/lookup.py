"""type, hash, which command a name is; help, history."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...search import find_command
from ...streams import print_out
from ...syscalls import Access, Body, SyscallError
from ..dialect import Dialect
from ..lookup_words import BASH_KEYWORDS, KEYWORDS
from ..quoting import single_quoted
from .registry import ASH, BASH, builtin, find_builtin, names, number

if TYPE_CHECKING:
    from ..shell import Shell


def _kind(shell: Shell, name: str) -> Body[tuple[str, str]]:
    """What a name is, and for files where; ("", "") if nothing."""
    keywords = BASH_KEYWORDS if shell.dialect is Dialect.BASH else KEYWORDS
    if name in shell.state.aliases:
        return "alias", shell.state.aliases[name]
    if name in keywords:
        return "keyword", ""
    if name in shell.state.functions:
        return "function", ""
    if find_builtin(name, shell.dialect) is not None:
        return "builtin", ""
    try:
        path = yield from find_command(name, shell.state.get("PATH") or "")
        if "/" in name:
            yield from Access(name, 1)
    except SyscallError:
        return "", ""
    return "file", path


def describe(shell: Shell, args: list[str], option: str) -> Body[int]:
    """`command -v` and `command -V`."""
    status = 0
    for name in args:
        kind, path = yield from _kind(shell, name)
        if option == "-V":
            status |= yield from _tell(shell, name, kind, path, "command")
        elif kind == "alias":
            yield from print_out(f"alias {name}={single_quoted(path)}\n")
        elif kind:
            yield from print_out(f"{path or name}\n")
        else:
            status = 1 if shell.dialect is Dialect.BASH else 127
    return status


def _tell(shell: Shell, name: str, kind: str, path: str, builtin_name: str) -> Body[int]:
    bash = shell.dialect is Dialect.BASH
    if kind == "file":
        hashed = bash and name in shell.state.hashed
        verb = "is hashed" if hashed else "is"
        yield from print_out(f"{name} {verb} ({path})\n" if hashed else f"{name} is {path}\n")
    elif kind == "alias":
        text = f"aliased to `{path}'" if bash else f"an alias for {path}"
        yield from print_out(f"{name} is {text}\n")
    elif kind == "function":
        text = "a function" if bash else "a shell function"
        yield from print_out(f"{name} is {text}\n")
    elif kind == "builtin":
        special = name in (
            "local",
            "source",
            "break",
            ":",
            "continue",
            ".",
            "eval",
            "exec",
            "exit",
            "export",
        )
        special = special or name in (
            "readonly",
            "return",
            "set",
            "shift",
            "times",
            "trap",
            "unset",
        )
        text = "a special shell builtin" if special and not bash else "a shell builtin"
        yield from print_out(f"{name} is {text}\n")
    elif kind == "keyword":
        yield from print_out(f"{name} is a shell keyword\n")
    else:
        message, status = shell.wording.type_not_found(name)
        if bash:
            yield from shell.complain(message, builtin_name)
        else:
            yield from print_out(message + "\n")
        return status
    return 0


@builtin("type")
def type_(shell: Shell, args: list[str]) -> Body[int]:
    options = ""
    while args and re.fullmatch(r"-[afptP]+", args[0]) and shell.dialect is Dialect.BASH:
        options, args = options + args[0][1:], args[1:]
    status = 0
    for name in args:
        kind, path = yield from _kind(shell, name)
        if "t" in options:
            if kind:
                yield from print_out(kind + "\n")
            else:
                status = 1
        elif "p" in options or "P" in options:
            if kind == "file":
                yield from print_out(path + "\n")
            status |= int(not kind)
        else:
            status |= yield from _tell(shell, name, kind, path, "type")
    return status


@builtin("hash")
def hash_(shell: Shell, args: list[str]) -> Body[int]:
    if args[:1] == ["-r"]:
        shell.state.hashed.clear()
        args = args[1:]
    elif not args:
        if shell.dialect is Dialect.BASH:
            if not shell.state.hashed:
                yield from print_out("hash: hash table empty\n")
                return 0
            yield from print_out("hits\tcommand\n")
        for path in shell.state.hashed.values():
            head = "   1\t" if shell.dialect is Dialect.BASH else ""
            yield from print_out(f"{head}{path}\n")
    status = 0
    for name in args:
        try:
            yield from shell.evaluator.locate(name)
        except SyscallError:
            yield from shell.complain(f"{name}: not found", "hash")
            status = 1
    return status


@builtin("help", dialects=(BASH, ASH))
def help_(shell: Shell, args: list[str]) -> Body[int]:
    known = names(shell.dialect)
    if shell.dialect is Dialect.ASH:
        yield from print_out("Built-in commands:\n------------------\n")
        line = "\t"
        for name in known:
            if len(line) + len(name) > 74:
                yield from print_out(line.rstrip(" ") + "\n")
                line = "\t"
            line += name + " "
        yield from print_out(line.rstrip(" ") + "\n")
        return 0
    for name in args:
        if name not in known:
            yield from shell.complain(f"no help topics match `{name}'.", "help")
            return 1
        yield from print_out(f"{name}: {name}: a shell builtin\n")
    if not args:
        yield from print_out("These shell commands are defined internally.\n\n")
        for name in known:
            yield from print_out(f" {name}\n")
    return 0


@builtin("history", dialects=(BASH, ASH))
def history(shell: Shell, args: list[str]) -> Body[int]:
    lines = shell.history
    if lines is None:
        lines = []
    if args[:1] == ["-c"] and shell.dialect is Dialect.BASH:
        lines.clear()
        return 0
    if args[:1] in (["-w"], ["-a"]) and shell.save_history is not None:
        yield from shell.save_history()
        return 0
    if args[:1] == ["-d"] and len(args) > 1 and (place := number(args[1])):
        del lines[place - 1 : place]
        return 0
    count = number(args[0]) if args else None
    if args and count is None:
        yield from shell.complain(shell.wording.bad_number(args[0]), "history")
        return 1
    first = 0 if count is None else max(len(lines) - count, 0)
    start = 1 if shell.dialect is Dialect.BASH else 0
    for place, line in enumerate(lines[first:], first + start):
        width = 5 if shell.dialect is Dialect.BASH else 4
        gap = "  " if shell.dialect is Dialect.BASH else " "
        yield from print_out(f"{place:{width}d}{gap}{line}\n")
    return 0
