"""cd, pwd, and bash's directory stack."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from ...streams import print_out
from ...syscalls import Body, Chdir, Getcwd, Stat, SyscallError
from ...syscalls.errnos import ENOENT, ENOTDIR
from ..dialect import Dialect
from .registry import BASH, builtin

if TYPE_CHECKING:
    from ..shell import Shell


@builtin("cd", "chdir")
def cd(shell: Shell, args: list[str]) -> Body[int]:
    physical = "physical" in shell.state.options
    while args and args[0] in ("-L", "-P", "--", "-LP", "-PL", "-e"):
        physical = args[0].endswith("P") or (physical and args[0] != "-L")
        args = args[1:]
    if len(args) > 1 and shell.dialect is Dialect.BASH:
        yield from shell.complain("too many arguments", "cd")
        return 1
    show = False
    if not args:
        target = shell.state.get("HOME")
        if target is None:
            if shell.dialect is Dialect.BASH:
                yield from shell.complain("HOME not set", "cd")
                return 1
            return 0
    elif args[0] == "-":
        target, show = shell.state.get("OLDPWD") or "", True
        if not target:
            if shell.dialect is Dialect.BASH:
                yield from shell.complain("OLDPWD not set", "cd")
                return 1
            target = shell.state.get("PWD") or "."
    else:
        target = args[0]
        if target == "":
            return 0
    return (yield from change(shell, target, physical, show))


def change(shell: Shell, target: str, physical: bool, show: bool) -> Body[int]:
    """Go there, along CDPATH if need be; keeps PWD and OLDPWD."""
    for place in _places(shell, target):
        try:
            yield from _go(shell, place, physical)
        except SyscallError as error:
            failure = error
            continue
        if show or (place != target and shell.state.get("CDPATH")):
            yield from print_out(f"{shell.state.get('PWD')}\n")
        return 0
    yield from shell.complain(shell.wording.cannot_cd(target, failure.errno), "cd")
    return 1 if shell.dialect is Dialect.BASH else 2


def _places(shell: Shell, target: str) -> list[str]:
    roots = shell.state.get("CDPATH")
    if not roots or target.startswith(("/", "./", "../")) or target in (".", ".."):
        return [target]
    return [posixpath.join(root, target) for root in roots.split(":")] + [target]


def _go(shell: Shell, place: str, physical: bool) -> Body[None]:
    old = shell.state.get("PWD") or (yield from Getcwd())
    logical = posixpath.normpath(posixpath.join(old, place))
    if logical.startswith("//"):
        logical = logical[1:]
    if physical:
        yield from Chdir(place)
        logical = yield from Getcwd()
    else:
        yield from _enter(place, logical)
    if shell.state.get("PWD") is not None or old:
        shell.assign("OLDPWD", old)
    shell.assign("PWD", logical)


def _enter(place: str, logical: str) -> Body[None]:
    """A path with `..` must exist as written, not only once shortened."""
    if ".." in place.split("/"):
        head = place.rpartition("..")[0].rstrip("/")
        if head and head.strip("./"):
            status = yield from Stat(head)
            if status.mode & 0o170000 != 0o040000:
                raise SyscallError(ENOTDIR)
    try:
        yield from Chdir(logical)
    except SyscallError as error:
        if error.errno != ENOENT or place.startswith("/"):
            raise
        yield from Chdir(place)


@builtin("pwd")
def pwd(shell: Shell, args: list[str]) -> Body[int]:
    physical = "-P" in args
    path = shell.state.get("PWD")
    if physical or not path or not path.startswith("/"):
        try:
            path = yield from Getcwd()
        except SyscallError as error:
            yield from shell.complain(
                f"error retrieving current directory: {error.strerror}", "pwd"
            )
            return 1
    yield from print_out(path + "\n")
    return 0


# The directory stack.


def _stack(shell: Shell) -> list[str]:
    return [shell.state.get("PWD") or "/", *shell.state.directories]


def _show_stack(shell: Shell) -> Body[int]:
    home = shell.state.get("HOME") or ""
    shown = []
    for path in _stack(shell):
        inside = home and home != "/" and (path == home or path.startswith(home + "/"))
        shown.append("~" + path[len(home) :] if inside else path)
    yield from print_out(" ".join(shown) + "\n")
    return 0


@builtin("dirs", dialects=(BASH,))
def dirs(shell: Shell, args: list[str]) -> Body[int]:
    if args == ["-c"]:
        shell.state.directories = []
        return 0
    if args in (["-p"], ["-l"], ["-v"]):
        for place, path in enumerate(_stack(shell)):
            head = f"{place:2d}  " if args == ["-v"] else ""
            yield from print_out(f"{head}{path}\n")
        return 0
    return (yield from _show_stack(shell))


@builtin("pushd", dialects=(BASH,))
def pushd(shell: Shell, args: list[str]) -> Body[int]:
    here = shell.state.get("PWD") or "/"
    if not args:
        if not shell.state.directories:
            yield from shell.complain("no other directory", "pushd")
            return 1
        target = shell.state.directories.pop(0)
    else:
        target = args[0]
    status = yield from change(shell, target, False, False)
    if status == 0:
        shell.state.directories.insert(0, here)
        status = yield from _show_stack(shell)
    return status


@builtin("popd", dialects=(BASH,))
def popd(shell: Shell, args: list[str]) -> Body[int]:
    if not shell.state.directories:
        yield from shell.complain("directory stack empty", "popd")
        return 1
    target = shell.state.directories.pop(0)
    status = yield from change(shell, target, False, False)
    return status or (yield from _show_stack(shell))
