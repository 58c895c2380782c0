"""env, printenv, pwd, basename, dirname, which, true paths and running with a changed world:
nohup, nice, timeout, setsid, chroot, time.
"""

from __future__ import annotations

from ..program import Process
from ..streams import print_err, print_out
from ..syscalls import (
    X_OK,
    Access,
    Alarm,
    Body,
    Chdir,
    Chroot,
    Execve,
    Fork,
    Getcwd,
    Kill,
    Setsid,
    Sigaction,
    Stat,
    SyscallError,
    Time,
    Waitpid,
)
from ..syscalls.errnos import EACCES, EINTR, ENOENT
from ..syscalls.processes import Action
from ..syscalls.signals import SIGALRM, SIGHUP, SIGTERM, signal_number
from .options import Grammar, Misuse, called, complain, is_busybox, missing_operand, tool
from .printing import DURATION, UNITS
from .quoting import literal, quoted
from .status import is_directory

ENV = Grammar("+0iu:vC:S:", {"null": "0", "ignore-environment": "i", "unset=": "u", "debug": "v",
                             "chdir=": "C", "split-string=": "S"}, "iu:0")  # fmt: skip
PWD = Grammar("LP", {"logical": "L", "physical": "P"})
BASENAME = Grammar("+as:z", {"multiple": "a", "suffix=": "s", "zero": "z"})
TIMEOUT = Grammar("+fk:s:v", {"foreground": "f", "kill-after=": "k", "signal=": "s",
                              "preserve-status": "preserve", "verbose": "v"})  # fmt: skip
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def run_program(environment: dict[str, str], argv: list[str]) -> Body[int]:
    """Become another program, looked for in PATH; comes back as an error number."""
    name = argv[0]
    folders = [""] if "/" in name else environment.get("PATH", DEFAULT_PATH).split(":")
    worst = ENOENT
    for folder in folders:
        path = name if "/" in name else f"{folder or '.'}/{name}"
        try:
            if is_directory((yield from Stat(path))):
                worst = EACCES
                continue
            yield from Execve(path, argv, environment)
        except SyscallError as error:
            if error.errno not in (ENOENT, 20):
                worst = error.errno
    return worst


def refuse_program(process: Process, name: str, errno: int) -> Body[int]:
    """The complaint of env, xargs, nohup …; answers 127 or 126."""
    error = SyscallError(errno)
    if process.name.endswith("xargs"):
        yield from complain(process, f"{name}: {error}")
    elif is_busybox(process):
        yield from complain(process, f"can't execute '{name}': {error}")
    else:
        yield from complain(process, f"{quoted(process, name)}: {error}")
    return 127 if errno == ENOENT else 126


@tool("env", misuse=125)
def env(process: Process, args: list[str]) -> Body[int]:
    options = ENV.parse(process, args)
    clean = "i" in options or options.operands[:1] == ["-"]
    operands = options.operands[options.operands[:1] == ["-"] :]
    environment = {} if clean else dict(process.environment)
    for name in options.values("u"):
        environment.pop(name, None)
    while operands and "=" in operands[0]:
        name, _, value = operands.pop(0).partition("=")
        environment[name] = value
    operands = options.value("S").split() + operands
    if not operands:
        end = "\0" if "0" in options else "\n"
        yield from print_out("".join(f"{k}={v}{end}" for k, v in environment.items()))
        return 0
    if "C" in options:
        yield from Chdir(options.value("C"))
    errno = yield from run_program(environment, operands)
    return (yield from refuse_program(process, operands[0], errno))


@tool("printenv", misuse=2)
def printenv(process: Process, args: list[str]) -> Body[int]:
    options = Grammar("+0", {"null": "0"}).parse(process, args)
    end = "\0" if "0" in options else "\n"
    environment = process.environment
    if not options.operands:
        yield from print_out("".join(f"{k}={v}{end}" for k, v in environment.items()))
        return 0
    found = [environment[name] for name in options.operands if name in environment]
    yield from print_out("".join(value + end for value in found))
    return 0 if len(found) == len(options.operands) else 1


@tool("pwd")
def pwd(process: Process, args: list[str]) -> Body[int]:
    options = PWD.parse(process, args)
    if options.operands and not is_busybox(process):
        yield from complain(process, "ignoring non-option arguments")
    yield from print_out((yield from Getcwd()) + "\n")
    return 0


@tool("basename")
def basename(process: Process, args: list[str]) -> Body[int]:
    options = BASENAME.parse(process, args)
    operands = options.operands
    if not operands:
        raise missing_operand(process)
    many = options.any("as")
    if not many and len(operands) > 2:
        shown = literal(process, operands[2])
        raise Misuse("" if is_busybox(process) else f"extra operand {shown}")
    suffix = options.value("s") if many else ([*operands, ""])[1]
    for path in operands if many else operands[:1]:
        name = path.rstrip("/").rpartition("/")[2] or ("/" if path else "")
        if suffix and name.endswith(suffix) and name != suffix:
            name = name[: -len(suffix)]
        yield from print_out(name + ("\0" if "z" in options else "\n"))
    return 0


@tool("dirname")
def dirname(process: Process, args: list[str]) -> Body[int]:
    options = Grammar("z", {"zero": "z"}).parse(process, args)
    if not options.operands:
        raise missing_operand(process)
    for path in options.operands:
        stripped = path.rstrip("/")
        folder = stripped.rpartition("/")[0].rstrip("/")
        if not folder:
            folder = "/" if path.startswith("/") else "."
        yield from print_out(folder + ("\0" if "z" in options else "\n"))
    return 0


@tool("which", "which.debianutils")
def which(process: Process, args: list[str]) -> Body[int]:
    options = Grammar("as", {}, "a").parse(process, args)
    status = 0 if options.operands else 1
    for name in options.operands:
        found = False
        folders = [""] if "/" in name else process.environment.get("PATH", DEFAULT_PATH).split(":")
        for folder in folders:
            path = name if "/" in name else f"{folder or '.'}/{name}"
            try:
                yield from Access(path, X_OK)
                if is_directory((yield from Stat(path))):
                    continue
            except SyscallError:
                continue
            found = True
            if "s" not in options:
                yield from print_out(path + "\n")
            if "a" not in options:
                break
        status |= not found
    return status


@tool("nohup", misuse=125)
def nohup(process: Process, args: list[str]) -> Body[int]:
    operands = Grammar("+").parse(process, args).operands
    if not operands:
        raise missing_operand(process)
    yield from Sigaction(SIGHUP, Action.IGNORE)
    errno = yield from run_program(process.environment, operands)
    yield from complain(
        process, f"failed to run command {quoted(process, operands[0])}: {SyscallError(errno)}"
    )
    return 127 if errno == ENOENT else 126


@tool("nice", "ionice", misuse=125)
def nice(process: Process, args: list[str]) -> Body[int]:
    options = Grammar("+n:c:p:t", {"adjustment=": "n"}).parse(process, args)
    if not options.operands:
        yield from print_out("0\n")
        return 0
    errno = yield from run_program(process.environment, options.operands)
    return (yield from refuse_program(process, options.operands[0], errno))


@tool("setsid")
def setsid(process: Process, args: list[str]) -> Body[int]:
    options = Grammar("+cfw", {"ctty": "c", "fork": "f", "wait": "w"}).parse(process, args)
    if not options.operands:
        raise Misuse("" if is_busybox(process) else "no command specified")

    def child() -> Body[int]:
        yield from Setsid()
        errno = yield from run_program(process.environment, options.operands)
        return (yield from refuse_program(process, options.operands[0], errno))

    try:
        yield from Setsid()
    except SyscallError:
        pid = yield from Fork(child)
        if "w" in options:
            status = yield from Waitpid(pid)
            return status.shell_status if status else 0
        return 0
    errno = yield from run_program(process.environment, options.operands)
    return (yield from refuse_program(process, options.operands[0], errno))


@tool("chroot", misuse=125)
def chroot(process: Process, args: list[str]) -> Body[int]:
    operands = Grammar("+").parse(process, args).operands
    if not operands:
        raise missing_operand(process)
    try:
        yield from Chroot(operands[0])
        yield from Chdir("/")
    except SyscallError as error:
        what = f"cannot change root directory to {quoted(process, operands[0])}"
        busybox = f"can't change root directory to '{operands[0]}'"
        yield from complain(process, f"{busybox if is_busybox(process) else what}: {error}")
        return 1 if is_busybox(process) else 125
    argv = operands[1:] or [process.environment.get("SHELL", "/bin/sh"), "-i"]
    errno = yield from run_program(process.environment, argv)
    if is_busybox(process):
        return (yield from refuse_program(process, argv[0], errno))
    text = f"failed to run command {quoted(process, argv[0])}: {SyscallError(errno)}"
    yield from complain(process, text)
    return 127 if errno == ENOENT else 126


def child_of(process: Process, argv: list[str]) -> Body[int]:
    """Start a program as a child; answers its pid."""

    def child() -> Body[int]:
        errno = yield from run_program(process.environment, argv)
        return (yield from refuse_program(process, argv[0], errno))

    return (yield from Fork(child))


def wait_for(pid: int) -> Body[int]:
    """The status of a child as a shell tells it, however often signals interrupt us."""
    while True:
        try:
            status = yield from Waitpid(pid)
        except SyscallError as error:
            if error.errno == EINTR:
                continue
            raise
        return status.shell_status if status else 0


@tool("timeout", misuse=125)
def timeout(process: Process, args: list[str]) -> Body[int]:
    options = TIMEOUT.parse(process, args)
    if len(options.operands) < 2:
        raise Misuse()
    matched = DURATION.match(options.operands[0])
    if not matched or matched[2] not in UNITS:
        text = literal(process, options.operands[0])
        raise Misuse("" if is_busybox(process) else f"invalid time interval {text}")
    number = signal_number(options.value("s", "TERM"))
    if number is None:
        raise Misuse(f"{literal(process, options.value('s'))}: invalid signal")
    expired: list[int] = []
    yield from Sigaction(SIGALRM, expired.append)
    pid = yield from child_of(process, options.operands[1:])
    yield from Alarm(float(matched[1]) * UNITS[matched[2]])
    while True:
        try:
            status = yield from Waitpid(pid)
            break
        except SyscallError:
            if expired:
                yield from Kill(pid, number if len(expired) == 1 else 9)
                again = DURATION.match(options.value("k"))
                if again and len(expired) == 1:
                    yield from Alarm(float(again[1]) * UNITS.get(again[2], 1.0))
    yield from Alarm(0)
    shell = status.shell_status if status else 0
    if expired and not is_busybox(process) and "preserve" not in options:
        return 137 if number == 9 or len(expired) > 1 else 124
    return 143 if expired and is_busybox(process) and number == SIGTERM else shell


@tool("time")
def time(process: Process, args: list[str]) -> Body[int]:
    if not args:
        raise missing_operand(process)
    start = yield from Time()
    status = yield from wait_for((yield from child_of(process, args)))
    elapsed = ((yield from Time()) - start) / 1e9
    text = f"real\t{int(elapsed // 60)}m {elapsed % 60:.2f}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n"
    yield from print_err(text)
    return status


__all__ = ["called", "child_of", "run_program", "wait_for"]
