"""What a system call is: a value that a program yields and the kernel answers."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Generic, TypeVar

from .errnos import strerror

R = TypeVar("R")

Body = Generator["Syscall[Any]", Any, R]
"""A piece of a running program: yields system calls, returns an `R`."""


class Syscall(Generic[R]):
    """Base of all calls. `R` is the type of the kernel's answer.

    `answer = yield from Open("/etc/passwd")` is typed; `answer = yield Open(...)` is the same, a
    little faster, and untyped. Values are made once, yielded once and not kept, hence not frozen.
    """

    __slots__ = ()

    def __iter__(self) -> Generator[Syscall[Any], Any, R]:
        answer: R = yield self
        return answer


class SyscallError(Exception):
    """What the kernel raises at the `yield` of a call that failed.

    >>> str(SyscallError(2))
    'No such file or directory'
    """

    __slots__ = ("errno",)

    def __init__(self, errno: int) -> None:
        super().__init__(errno)
        self.errno = errno

    @property
    def strerror(self) -> str:
        """The C library's text (glibc's; musl's differ little)."""
        return strerror(self.errno)

    def __str__(self) -> str:
        return self.strerror
