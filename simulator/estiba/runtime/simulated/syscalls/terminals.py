"""Calls about terminals. ENOTTY when the descriptor is none."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Syscall


@dataclass(frozen=True, slots=True)
class Termios:
    """The settings of a line discipline; `dataclasses.replace` changes some.

    The control characters are single bytes as integers, 0 turns one off.
    Source: termios(3).
    """

    canonical: bool = True
    echo: bool = True
    echo_control: bool = True
    signals: bool = True
    extended: bool = True
    cr_to_nl: bool = True
    output_processing: bool = True
    flow_control: bool = True
    interrupt: int = 3
    quit: int = 28
    erase: int = 127
    kill: int = 21
    end_of_file: int = 4
    suspend: int = 26
    word_erase: int = 23
    reprint: int = 18
    literal_next: int = 22


@dataclass(slots=True)
class Isatty(Syscall[bool]):
    """False, never an error, for what is no terminal."""

    fd: int


@dataclass(slots=True)
class Ttyname(Syscall[str]):
    fd: int


@dataclass(slots=True)
class Tcgetattr(Syscall[Termios]):
    fd: int


@dataclass(slots=True)
class Tcsetattr(Syscall[None]):
    """`flush` throws away input that nobody has read."""

    fd: int
    settings: Termios
    flush: bool = False


@dataclass(slots=True)
class Tcgetpgrp(Syscall[int]):
    fd: int


@dataclass(slots=True)
class Tcsetpgrp(Syscall[None]):
    fd: int
    group: int


@dataclass(slots=True)
class Getwinsize(Syscall[tuple[int, int]]):
    """Rows and columns."""

    fd: int


@dataclass(slots=True)
class Setwinsize(Syscall[None]):
    fd: int
    rows: int
    columns: int
