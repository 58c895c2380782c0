"""Builtins that steer: exit, return, break, eval, exec, `.`, command, trap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...search import find_command
from ...streams import print_out
from ...syscalls import Body, Stat, SyscallError, signals
from ...syscalls.errnos import ENOENT
from ..control import BreakLoop, ContinueLoop, Failure, Returned, ShellExit
from ..dialect import Dialect
from ..quoting import single_quoted
from ..traps import NAMED
from .registry import ASH, BASH, builtin, find_builtin, number

if TYPE_CHECKING:
    from ..shell import Shell


@builtin(":", "true")
def true(shell: Shell, args: list[str]) -> Body[int]:
    return 0
    yield


@builtin("false")
def false(shell: Shell, args: list[str]) -> Body[int]:
    return 1
    yield


@builtin("exit", "logout")
def exit_(shell: Shell, args: list[str]) -> Body[int]:
    status = shell.state.status
    if args:
        given = number(args[0])
        if given is None or (given < 0 and shell.dialect is not Dialect.BASH):
            yield from shell.complain(shell.wording.bad_number(args[0]), "exit")
            raise ShellExit(2)
        if len(args) > 1 and shell.dialect is Dialect.BASH:
            yield from shell.complain("too many arguments", "exit")
            return 1
        status = given & 255
    raise ShellExit(status)


@builtin("return")
def return_(shell: Shell, args: list[str]) -> Body[int]:
    status = shell.state.status
    if args:
        given = number(args[0])
        if given is None:
            yield from shell.complain(shell.wording.bad_number(args[0]), "return")
            given = 2
        status = given & 255
    if not shell.calls and not shell.state.sourcing:
        if shell.dialect is Dialect.BASH:
            text = "can only `return' from a function or sourced script"
            yield from shell.complain(text, "return")
            return 2
        raise ShellExit(status)
    raise Returned(status)


def _levels(shell: Shell, name: str, args: list[str]) -> Body[int]:
    """How many loops to leave; 0 when there is none."""
    if not shell.state.loops:
        if shell.dialect is Dialect.BASH:
            yield from shell.complain("only meaningful in a `for', `while', or `until' loop", name)
        return 0
    levels = number(args[0]) if args else 1
    if levels is None or levels < 1:
        raise Failure(f"{name}: {args[0]}: loop count out of range")
    return min(levels, shell.state.loops)


@builtin("break")
def break_(shell: Shell, args: list[str]) -> Body[int]:
    levels = yield from _levels(shell, "break", args)
    if levels:
        raise BreakLoop(levels)
    return 0


@builtin("continue")
def continue_(shell: Shell, args: list[str]) -> Body[int]:
    levels = yield from _levels(shell, "continue", args)
    if levels:
        raise ContinueLoop(levels)
    return 0


@builtin("eval")
def eval_(shell: Shell, args: list[str]) -> Body[int]:
    text = " ".join(args)
    if not text.strip():
        return 0
    return (yield from shell.run_text(text, "eval"))


@builtin("exec")
def exec_(shell: Shell, args: list[str]) -> Body[int]:
    name = None
    if args[:1] == ["-a"] and shell.dialect is Dialect.BASH:
        name, args = args[1], args[2:]
    if args[:1] == ["--"]:
        args = args[1:]
    if not args:
        return 0
    try:
        path = yield from shell.evaluator.locate(args[0])
    except SyscallError as error:
        if error.errno == ENOENT:
            yield from shell.complain(f"{args[0]}: not found", "exec")
            status = 127
        else:
            yield from shell.complain(shell.wording.cannot_run(args[0], error.errno), "exec")
            status = 126
        if shell.at_prompt:
            return status
        raise ShellExit(status) from None
    shell.save_history_at_exit = False
    status = yield from shell.evaluator.execute(path, [name or args[0], *args[1:]])
    if not shell.at_prompt:
        raise ShellExit(status)
    return status


@builtin("source", dialects=(BASH, ASH))
@builtin(".")
def source(shell: Shell, args: list[str]) -> Body[int]:
    if not args:
        if shell.dialect is Dialect.BASH:
            yield from shell.complain("filename argument required", ".")
            yield from shell.write_error(".: usage: . filename [arguments]\n")
        return 2
    path = args[0]
    if "/" not in path:
        path = yield from _along_path(shell, path)
    saved = shell.state.positional
    if len(args) > 1:
        shell.state.positional = args[1:]
    try:
        return (yield from shell.source(path))
    except SyscallError as error:
        message = shell.wording.cannot_source(args[0], error.errno)
        if shell.dialect is Dialect.BASH:
            yield from shell.complain(message)
            return 1
        yield from shell.complain(message, ".")
        if shell.at_prompt:
            return 2
        raise ShellExit(2) from None
    finally:
        shell.state.positional = saved


def _along_path(shell: Shell, name: str) -> Body[str]:
    for directory in (shell.state.get("PATH") or "").split(":"):
        path = f"{directory or '.'}/{name}"
        try:
            yield from Stat(path)
        except SyscallError:
            continue
        return path
    return name


@builtin("builtin", dialects=(BASH,))
def builtin_(shell: Shell, args: list[str]) -> Body[int]:
    if not args:
        return 0
    found = find_builtin(args[0], shell.dialect)
    if found is None:
        yield from shell.complain(f"{args[0]}: not a shell builtin", "builtin")
        return 1
    return (yield from found(shell, args[1:]))


@builtin("command")
def command(shell: Shell, args: list[str]) -> Body[int]:
    from .lookup import describe  # noqa: PLC0415 - they need one another

    while args and args[0].startswith("-") and len(args[0]) > 1:
        option, args = args[0], args[1:]
        if option in ("-v", "-V"):
            return (yield from describe(shell, args, option))
        if option not in ("-p", "--"):
            yield from shell.complain(f"{option}: invalid option", "command")
            return 2
    if not args:
        return 0
    found = find_builtin(args[0], shell.dialect)
    if found is not None:
        return (yield from found(shell, args[1:]))
    try:
        path = yield from find_command(args[0], shell.state.get("PATH") or "")
    except SyscallError:
        yield from shell.complain(shell.wording.not_found(args[0]))
        return 127
    return (yield from shell.run_program(path, args))


# Traps.


@builtin("trap")
def trap(shell: Shell, args: list[str]) -> Body[int]:
    if args[:1] == ["--"]:
        args = args[1:]
    if not args or args[:1] == ["-p"]:
        yield from _list_traps(shell, args[1:])
        return 0
    if args[:1] == ["-l"]:
        return (yield from _list_signals())
    action: str | None = args[0]
    wanted = args[1:]
    if len(args) == 1 or (action is not None and number(action) is not None):
        action, wanted = None, args
    if action == "-":
        action = None
    status = 0
    for name in wanted:
        found = _trap_number(name)
        if found is None:
            yield from _bad_trap(shell, name)
            status = 1
        else:
            yield from shell.traps.set(found, action)
    return status


def _trap_number(name: str) -> int | None:
    upper = name.upper().removeprefix("SIG")
    return NAMED[upper] if upper in NAMED else signals.signal_number(name)


def _bad_trap(shell: Shell, name: str) -> Body[None]:
    if shell.dialect is Dialect.DASH:
        yield from shell.write_error(f"trap: {name}: bad trap\n")
    else:
        yield from shell.complain(f"{name}: invalid signal specification", "trap")


def _list_traps(shell: Shell, wanted: list[str]) -> Body[None]:
    names = {value: name for name, value in NAMED.items()}
    numbers = {_trap_number(name) for name in wanted}
    for key in sorted(shell.state.traps):
        if numbers and key not in numbers:
            continue
        name = names.get(key) or signals.signal_name(key)
        if shell.dialect is Dialect.BASH and key > 0:
            name = f"SIG{name}"
        yield from print_out(f"trap -- {single_quoted(shell.state.traps[key])} {name}\n")


def _list_signals() -> Body[int]:
    for start in range(1, 32, 5):
        row = [f"{n:2d}) SIG{signals.signal_name(n)}" for n in range(start, min(start + 5, 32))]
        yield from print_out("\t".join(row) + "\n")
    return 0
