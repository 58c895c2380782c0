"""Programs that start another one in some other way, and the small tools of system scripts.

Simplified: namespaces, CPU sets, locks and buffers change nothing here.
"""

from __future__ import annotations

from ..program import Process
from ..streams import print_err, print_out
from ..syscalls import X_OK, Access, Body, Mounts, Stat, SyscallError
from .environment import DEFAULT_PATH, child_of, refuse_program, run_program, wait_for
from .identity import count_processors
from .options import Grammar, Misuse, basename, complain, is_busybox, missing_operand, tool
from .status import is_directory

WRAPPERS = {
    "taskset": ("+apc:", 1), "unshare": ("+imnpuUCTfr", 0), "nsenter": ("+at:mipunUCTSGrwF", 0),
    "flock": ("+sexunw:c:oE:F", 1), "stdbuf": ("+i:o:e:", 0), "linux32": ("+vRFZLXBITS3", 0),
    "linux64": ("+vRFZLXBITS3", 0), "renice": ("+n:gpu", 9),
}  # fmt: skip


@tool(*WRAPPERS)
def wrapper(process: Process, args: list[str]) -> Body[int]:
    name = basename(process)
    letters, skipped = WRAPPERS[name]
    options = Grammar(letters).parse(process, args)
    if name in ("unshare", "nsenter"):
        text = (
            "unshare failed: Operation not permitted"
            if name == "unshare"
            else "no target PID specified"
        )
        if is_busybox(process):
            text = "unshare(0x0): Operation not permitted" if name == "unshare" else text
        yield from complain(process, text)
        return 1
    if skipped == 9:
        return 0
    operands = options.operands[0 if name == "taskset" and "c" in options else skipped :]
    if "c" in options and name == "flock":
        operands = ["/bin/sh", "-c", options.value("c")]
    if not operands:
        raise missing_operand(process)
    errno = yield from run_program(process.environment, operands)
    return (yield from refuse_program(process, operands[0], errno))


@tool("mountpoint")
def mountpoint(process: Process, args: list[str]) -> Body[int]:
    options = Grammar("dqnx", {"quiet": "q"}).parse(process, args)
    if len(options.operands) != 1:
        raise missing_operand(process)
    path = options.operands[0]
    try:
        yield from Stat(path)
    except SyscallError as error:
        yield from complain(process, f"{path}: {error}")
        return 1
    bare = path.rstrip("/") or "/"
    found = any(mount.target == bare for mount in (yield from Mounts()))
    if "q" not in options:
        yield from print_out(f"{path} is {'' if found else 'not '}a mountpoint\n")
    return 0 if found else 1 if is_busybox(process) else 32


@tool("whereis")
def whereis(process: Process, args: list[str]) -> Body[int]:
    for name in Grammar("bmsu").parse(process, args).operands:
        found = []
        for folder in DEFAULT_PATH.split(":"):
            path = f"{folder}/{name}"
            try:
                yield from Access(path, X_OK)
                if not is_directory((yield from Stat(path))):
                    found.append(path)
            except SyscallError:
                continue
        yield from print_out(" ".join([f"{name}:", *found]) + "\n")
    return 0


@tool("service")
def service(process: Process, args: list[str]) -> Body[int]:
    """Runs the script of /etc/init.d, as Debian's does."""
    if len(args) < 2:
        yield from print_err(
            "Usage: service < option > | --status-all | [ service_name [ command | --full-restart ] ]\n"
        )
        return 1
    script = f"/etc/init.d/{args[0]}"
    try:
        yield from Stat(script)
    except SyscallError:
        yield from print_err(f"{args[0]}: unrecognized service\n")
        return 1
    return (yield from wait_for((yield from child_of(process, [script, *args[1:]]))))


@tool("ldconfig", "update-alternatives", "update-rc.d", "start-stop-daemon")
def nothing(process: Process, args: list[str]) -> Body[int]:
    """What installation scripts call and nobody sees."""
    return 0
    yield


@tool("getconf")
def getconf(process: Process, args: list[str]) -> Body[int]:
    table = {
        "PAGE_SIZE": "4096",
        "PAGESIZE": "4096",
        "LONG_BIT": "64",
        "ARG_MAX": "2097152",
        "CLK_TCK": "100",
    }
    name = args[0] if args else ""
    if name in ("_NPROCESSORS_ONLN", "_NPROCESSORS_CONF"):
        yield from print_out(str((yield from count_processors())) + "\n")
        return 0
    if name not in table:
        raise Misuse(f"Unrecognized variable `{name}'", hint=False)
    yield from print_out(table[name] + "\n")
    return 0


@tool("lscpu", "lsblk")
def lscpu(process: Process, args: list[str]) -> Body[int]:
    if basename(process) == "lsblk":
        return 0
    count = yield from count_processors()
    yield from print_out(
        f"Architecture:            x86_64\n  CPU op-mode(s):        32-bit, 64-bit\nCPU(s):                  {count}\n"
    )
    return 0
