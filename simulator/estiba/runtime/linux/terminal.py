"""Terminals: a pair from the container's own /dev/pts."""

from __future__ import annotations

import fcntl
import os
import struct
import termios

TIOCGPTN, TIOCSPTLCK = 0x80045430, 0x40045431


def open_pair(rows: int, columns: int) -> tuple[int, int]:
    """Master and slave of a new terminal of a size."""
    master = os.open("/dev/pts/ptmx", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    fcntl.ioctl(master, TIOCSPTLCK, struct.pack("i", 0))
    [number] = struct.unpack("i", fcntl.ioctl(master, TIOCGPTN, struct.pack("i", 0)))
    slave = os.open(f"/dev/pts/{number}", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    resize(slave, rows, columns)
    return master, slave


def resize(fd: int, rows: int, columns: int) -> None:
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def control(fd: int) -> None:
    """Make it the terminal of this session."""
    fcntl.ioctl(fd, termios.TIOCSCTTY, 0)
