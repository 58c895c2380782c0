"""The programs bash, dash, sh and ash: options, start-up files, and where the commands come from.

Source: bash(1), "INVOCATION"; POSIX.1-2017, sh.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from ..program import Flavour, Process, Program, program
from ..streams import decode, print_err, print_out, read_file
from ..syscalls import (
    Body,
    Getcwd,
    Getpid,
    Getppid,
    Getuid,
    Isatty,
    Read,
    Stat,
    SyscallError,
    Time,
    Uname,
)
from ..syscalls.errnos import EACCES, EINTR, EISDIR
from .builtins.options import set_option
from .control import Control, ShellExit
from .dialect import Dialect
from .interactive import interact
from .invocation import USAGE, VERSION, Arguments, BadOption, parse
from .lexer import Incomplete, ShellSyntaxError
from .prompt import set_defaults
from .shell import Shell
from .state import OPTION_LETTERS, State, Variable
from .word_parts import is_name

SHOPT_AT_START: tuple[str, ...] = (
    "checkwinsize",
    "cmdhist",
    "complete_fullquote",
    "extquote",
    "force_fignore",
)
SHOPT_AT_START += ("globasciiranges", "globskipdots", "hostcomplete", "interactive_comments")
SHOPT_AT_START += ("patsub_replacement", "progcomp", "promptvars", "sourcepath")


@program("bash", "rbash")
def bash(process: Process, args: list[str]) -> Body[int]:
    if "--version" in args[:1]:
        yield from print_out(VERSION)
        return 0
    if "--help" in args[:1]:
        yield from print_out("GNU bash, version 5.2.15(1)-release-(x86_64-pc-linux-gnu)\n" + USAGE)
        return 0
    return (yield from _shell(process, args, Dialect.BASH))


@program("dash", "sh")
def dash(process: Process, args: list[str]) -> Body[int]:
    return (yield from _shell(process, args, Dialect.DASH))


@program("sh", "ash", "bash", flavour=Flavour.BUSYBOX)
def ash(process: Process, args: list[str]) -> Body[int]:
    return (yield from _shell(process, args, Dialect.ASH))


def conversation(told: Callable[[int], None]) -> Program:
    """A bash that reads its commands from standard input and tells the status of each."""

    def converse(process: Process, args: list[str]) -> Body[int]:
        shell = Shell(process, Dialect.BASH, State(Dialect.BASH, "bash"))
        yield from _prepare(shell, parse(args, Dialect.BASH))
        try:
            yield from _from_stdin(shell, told)
        except ShellExit as end:
            shell.state.status = end.status
            told(end.status)
        return (yield from shell.traps.finish())

    return converse


def _shell(process: Process, args: list[str], dialect: Dialect) -> Body[int]:
    name = process.name
    try:
        arguments = parse(args, dialect)
    except BadOption as bad:
        yield from _complain(name, str(bad), dialect)
        return 2
    shell = Shell(process, dialect, State(dialect, name))
    yield from _prepare(shell, arguments)
    for option, on in arguments.options:
        if not set_option(shell, option, on) and option not in OPTION_LETTERS.values():
            yield from print_err(f"{name}: {option}: invalid option name\n")
            return 2
    try:
        return (yield from _run(shell, arguments))
    except ShellExit as end:
        shell.state.status = end.status
    except Control:
        pass
    return (yield from shell.traps.finish())


def _complain(name: str, option: str, dialect: Dialect) -> Body[None]:
    if option == "-c":
        text = (
            "-c: option requires an argument"
            if dialect is Dialect.BASH
            else "-c requires an argument"
        )
        middle = "0: " if dialect is Dialect.DASH else ""
        yield from print_err(f"{name}: {middle}{text}\n")
    elif dialect is Dialect.BASH:
        yield from print_err(f"{name}: {option}: invalid option\n{USAGE}")
    elif dialect is Dialect.DASH:
        yield from print_err(f"{name}: 0: Illegal option {option}\n")
    else:
        yield from print_err(f"{name}: illegal option {option}\n")


def _prepare(shell: Shell, arguments: Arguments) -> Body[None]:
    """The memory of a new shell, from its environment."""
    state = shell.state
    for name, value in shell.process.environment.items():
        if is_name(name):
            state.variables[name] = Variable(value, exported=True)
    state.variables["IFS"] = Variable(" \t\n")
    state.pid = shell.own_pid = yield from Getpid()
    shell.parent = yield from Getppid()
    shell.uid = yield from Getuid()
    if shell.dialect is Dialect.BASH:
        state.options |= {"hashall", "braceexpand", "interactive-comments"}
        state.shopt = set(SHOPT_AT_START)
        state.started_ns = yield from Time()
        shell.hostname = (yield from Uname()).nodename
        if posixpath.basename(state.name.lstrip("-")) == "sh" or arguments.posix:
            state.options.add("posix")
    if shell.dialect is not Dialect.DASH:
        level = state.get("SHLVL") or "0"
        state.set("SHLVL", str(int(level) + 1 if level.isdecimal() else 1))
        state.mark("SHLVL", exported=True)
    yield from _set_directory(shell)
    if "PATH" not in state.variables:
        state.set("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    if shell.dialect is not Dialect.BASH:
        state.variables["OPTIND"] = Variable("1")
        state.variables["PS4"] = Variable("+ ")
    for name, on in arguments.shopt:
        (state.shopt.add if on else state.shopt.discard)(name)


def _set_directory(shell: Shell) -> Body[None]:
    """PWD: what the environment says if it is true."""
    state = shell.state
    try:
        real = yield from Getcwd()
    except SyscallError:
        return
    given = state.get("PWD")
    if given and given.startswith("/") and given != real:
        try:
            one, other = (yield from Stat(given)), (yield from Stat("."))
            if (one.dev, one.ino) == (other.dev, other.ino):
                return
        except SyscallError:
            pass
    state.set("PWD", real)
    if shell.dialect is not Dialect.DASH or given is not None:
        state.mark("PWD", exported=True)
    if shell.dialect is Dialect.BASH and "OLDPWD" not in state.variables:
        return


def _run(shell: Shell, arguments: Arguments) -> Body[int]:
    state, rest = shell.state, arguments.rest
    if arguments.command is not None:
        state.name = rest[0] if rest else state.name
        state.positional = rest[1:]
        if arguments.login or state.name.startswith("-"):
            yield from _login_files(shell, arguments)
        shell.from_command = True
        yield from shell.run_text(arguments.command, "-c", exec_last=True)
        return (yield from shell.traps.finish())
    if rest and not arguments.stdin:
        return (yield from _script(shell, rest))
    state.positional = rest
    state.options.add("stdin")
    is_terminal = (yield from Isatty(0)) and (yield from Isatty(2))
    if arguments.interactive or is_terminal:
        login = arguments.login or shell.process.name.startswith("-")
        return (yield from _interactive(shell, arguments, login))
    if arguments.login:
        yield from _login_files(shell, arguments)
    yield from _from_stdin(shell)
    return (yield from shell.traps.finish())


def _interactive(shell: Shell, arguments: Arguments, login: bool) -> Body[int]:
    shell.at_prompt = True
    shell.state.options |= {"interactive", "monitor"}
    if shell.dialect is Dialect.BASH:
        shell.state.options |= {"emacs", "history", "histexpand"}
        shell.state.shopt.add("expand_aliases")
    set_defaults(shell)
    files = _login_files(shell, arguments) if login else _interactive_files(shell, arguments)
    return (yield from interact(shell, files))


def _login_files(shell: Shell, arguments: Arguments) -> Body[None]:
    if not arguments.profile:
        return
    yield from _maybe_source(shell, "/etc/profile")
    home = shell.state.get("HOME") or "/"
    names = (".bash_profile", ".bash_login", ".profile")
    for name in names if shell.dialect is Dialect.BASH else (".profile",):
        if (yield from _maybe_source(shell, posixpath.join(home, name))):
            break


def _interactive_files(shell: Shell, arguments: Arguments) -> Body[None]:
    if shell.dialect is not Dialect.BASH or "posix" in shell.state.options:
        path = shell.state.get("ENV")
        if path:
            yield from _maybe_source(shell, path)
        return
    if arguments.startup:
        home = shell.state.get("HOME") or "/"
        yield from _maybe_source(shell, "/etc/bash.bashrc")
        yield from _maybe_source(shell, arguments.rcfile.replace("~", home, 1))


def _maybe_source(shell: Shell, path: str) -> Body[bool]:
    try:
        yield from shell.source(path)
    except SyscallError:
        return False
    return True


# Scripts.


def _script(shell: Shell, rest: list[str]) -> Body[int]:
    path = rest[0]
    try:
        data = yield from _read_script(shell, path)
    except SyscallError as error:
        return (yield from _cannot_read(shell, path, error.errno))
    if b"\0" in data[:80].split(b"\n", maxsplit=1)[0]:
        yield from shell.write_error(f"{path}: {path}: cannot execute binary file\n")
        return 126
    shell.state.name, shell.state.positional = path, rest[1:]
    shell.from_file = True
    shell.sources.append(path)
    yield from shell.run_text(decode(data))
    return (yield from shell.traps.finish())


def _read_script(shell: Shell, path: str) -> Body[bytes]:
    try:
        return (yield from read_file(path))
    except SyscallError:
        if "/" in path or shell.dialect is Dialect.DASH:
            raise
    return (yield from read_file((yield from shell.evaluator.locate(path))))


def _cannot_read(shell: Shell, path: str, errno: int) -> Body[int]:
    name = shell.state.name
    text = SyscallError(errno).strerror
    if shell.dialect is Dialect.BASH:
        if errno == EISDIR:
            yield from shell.write_error(f"{path}: {path}: Is a directory\n")
            return 126
        yield from shell.write_error(f"{name}: {path}: {text}\n")
        return 126 if errno == EACCES else 127
    if shell.dialect is Dialect.DASH:
        reason = "No such file" if "No such" in text else text
        yield from shell.write_error(f"{name}: 0: cannot open {path}: {reason}\n")
    else:
        yield from shell.write_error(f"{name}: can't open '{path}': {text}\n")
    return 2


def _from_stdin(shell: Shell, told: Callable[[int], None] | None = None) -> Body[None]:
    """Commands from standard input, read line by line so that they can read the rest of it."""
    text, line, first = "", 0, 1
    while True:
        piece = yield from _input_line(shell)
        if not piece and not text:
            return
        line += 1
        text += piece
        try:
            first = yield from _run_piece(shell, text, first, line, ended=not piece)
        except Incomplete:
            continue
        text = ""
        if told is not None:
            told(shell.state.status)
        if not piece:
            return


def _run_piece(shell: Shell, text: str, first: int, line: int, *, ended: bool) -> Body[int]:
    parser = shell.parser(text, first)
    sequences = []
    try:
        while (sequence := parser.next_line()) is not None:
            sequences.append(sequence)
        if not ended and (text.endswith("\\\n") or parser.lexer.open_document is not None):
            raise Incomplete("", line)
    except Incomplete as error:
        if not ended:
            raise
        yield from shell.syntax_error(error, text)
    except ShellSyntaxError as error:
        yield from shell.syntax_error(error, text)
    for sequence in sequences:
        yield from shell.run_line(sequence)
    return line + 1


def _input_line(shell: Shell) -> Body[str]:
    data = bytearray()
    while True:
        try:
            byte = yield from Read(0, 1)
        except SyscallError as error:
            if error.errno != EINTR:
                raise
            yield from shell.traps.run_pending()
            continue
        data += byte
        if byte in (b"\n", b""):
            return decode(bytes(data))
