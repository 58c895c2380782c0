"""The network of a container, from inside: another's, or its own with the loopback up."""

from __future__ import annotations

import fcntl
import os
import socket
import struct
from typing import Any

from ...linux import calls

SIOCSIFFLAGS, IFF_UP = 0x8914, 1


def wake_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def enter(plan: dict[str, Any]) -> None:
    """Join the network of the process that is named, if one is; else our own stays."""
    if plan["network_of"]:
        fd = os.open(f"/proc/{plan['network_of']}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        calls.setns(fd, calls.CLONE_NEWNET)
        os.close(fd)
