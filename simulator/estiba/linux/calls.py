"""System calls by ctypes: the only module that calls C. Each raises OSError with the call's name.

Numbers of calls that the C library does not wrap are those of x86_64 and aarch64.
Source: the man pages of the calls, section 2; Linux, include/uapi.
"""

from __future__ import annotations

import ctypes
import functools
import os
import platform
import sys

from .telling import told

CLONE_PARENT = 0x8000
CLONE_NEWNS = 0x20000
CLONE_NEWCGROUP = 0x2000000
CLONE_NEWUTS = 0x4000000
CLONE_NEWIPC = 0x8000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_MOVE, MS_REC = 32, 4096, 8192, 16384
MS_PRIVATE, MS_SLAVE, MS_SHARED = 1 << 18, 1 << 19, 1 << 20
MS_RELATIME, MS_STRICTATIME = 1 << 21, 1 << 24
MNT_DETACH = 2

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_KEEPCAPS = 1, 4, 8
PR_SET_NAME, PR_SET_SECCOMP, PR_CAPBSET_DROP = 15, 22, 24
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 38, 47
PR_CAP_AMBIENT_CLEAR_ALL, SECCOMP_MODE_FILTER = 4, 2

RESOLVE_NO_MAGICLINKS, RESOLVE_NO_SYMLINKS, RESOLVE_BENEATH, RESOLVE_IN_ROOT = 2, 4, 8, 16

SIGCHLD = 17
CAPABILITY_VERSION = 0x20080522
NUMBERS = {"x86_64": {"clone": 56}, "aarch64": {"clone": 220}}
OPENAT2, CLOSE_RANGE = 437, 436  # the same on every machine


class _OpenHow(ctypes.Structure):
    _fields_ = [("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64)]


class _FilterProgram(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


recorded: list[str] | None = None
"""What was called, in order, as lines of a story; None while nobody wants to know."""


def tell(name: str, *arguments: object) -> None:
    """Note a call for the story, made here or through `os`."""
    if recorded is not None:
        recorded.append(told(name, arguments))


@functools.cache
def _library() -> ctypes.PyDLL:
    """The C library; a PyDLL keeps the interpreter's lock, so that `clone` is safe in one thread."""
    return ctypes.PyDLL(None, use_errno=True)


def _call(name: str, *arguments: object, path: str = "") -> int:
    tell(name, *arguments)
    answer: int = getattr(_library(), name)(*arguments)
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}", path or None)
    return answer


def _syscall(name: str, number: int, *arguments: object, path: str = "") -> int:
    tell(name, *arguments)
    answer: int = _library().syscall(ctypes.c_long(number), *arguments)
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}", path or None)
    return answer


def number_of(name: str) -> int:
    """The number of a call on this machine. Raises: OSError (ENOSYS) on machines not listed."""
    try:
        return NUMBERS[platform.machine()][name]
    except KeyError:
        raise OSError(38, f"{name}: unknown on {platform.machine()}") from None


def clone(flags: int) -> int:
    """As fork, with namespaces: the child's number; 0 in the child. Only for processes of one thread."""
    number = number_of("clone")
    sys.stdout.flush()
    given = ctypes.c_ulong(flags | SIGCHLD)
    answer: int = _library().syscall(ctypes.c_long(number), given, None, None, None, None)
    if answer < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"clone: {os.strerror(error)}")
    return answer


def unshare(flags: int) -> None:
    _call("unshare", ctypes.c_int(flags))


def setns(fd: int, flags: int) -> None:
    """Enter namespaces: of a process (a pidfd and which ones), or one given by its file."""
    _call("setns", ctypes.c_int(fd), ctypes.c_int(flags))


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    _call(
        "mount",
        os.fsencode(source),
        os.fsencode(target),
        os.fsencode(kind) or None,
        ctypes.c_ulong(flags),
        os.fsencode(data) or None,
        path=target,
    )


def unmount(target: str, flags: int = 0) -> None:
    _call("umount2", os.fsencode(target), ctypes.c_int(flags), path=target)


def pivot_root(new: str, old: str) -> None:
    _call("pivot_root", os.fsencode(new), os.fsencode(old), path=new)


def set_hostname(name: str) -> None:
    data = name.encode()
    _call("sethostname", data, ctypes.c_size_t(len(data)))


def set_domainname(name: str) -> None:
    data = name.encode()
    _call("setdomainname", data, ctypes.c_size_t(len(data)))


def prctl(option: int, *arguments: int) -> int:
    padded = [ctypes.c_ulong(argument) for argument in (*arguments, 0, 0, 0, 0)[:4]]
    return _call("prctl", ctypes.c_int(option), *padded)


def set_capabilities(effective: int, permitted: int, inheritable: int) -> None:
    """Each a mask, bit n for capability n."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    words = []
    for shift in (0, 32):
        words += [mask >> shift & 0xFFFFFFFF for mask in (effective, permitted, inheritable)]
    _call("capset", header, (ctypes.c_uint32 * 6)(*words))


def set_seccomp_filter(program: bytes) -> None:
    """Install a BPF program, 8 bytes an instruction, for this process and all it starts."""
    kept = ctypes.create_string_buffer(program, len(program))
    given = _FilterProgram(len(program) // 8, ctypes.cast(kept, ctypes.c_void_p))
    _call(
        "prctl",
        ctypes.c_int(PR_SET_SECCOMP),
        ctypes.c_ulong(SECCOMP_MODE_FILTER),
        ctypes.byref(given),
        ctypes.c_ulong(0),
        ctypes.c_ulong(0),
    )


def open_in(directory: int, path: str, flags: int, mode: int = 0, resolve: int = 0) -> int:
    """openat2: a descriptor for a path that is looked up as `resolve` says."""
    how = _OpenHow(flags | os.O_CLOEXEC, mode, resolve)
    return _syscall(
        "openat2",
        OPENAT2,
        ctypes.c_int(directory),
        os.fsencode(path),
        ctypes.byref(how),
        ctypes.c_size_t(ctypes.sizeof(how)),
        path=path,
    )


def close_on_exec(first: int) -> None:
    """Mark every descriptor from `first` on."""
    _syscall(
        "close_range",
        CLOSE_RANGE,
        ctypes.c_uint(first),
        ctypes.c_uint(0xFFFFFFFF),
        ctypes.c_uint(4),
    )
