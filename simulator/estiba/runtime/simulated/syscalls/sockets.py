"""Calls about TCP connections, simpler than Berkeley's: one call does socket, bind and listen, or
socket and connect.

Connections are read, written, polled and closed as any descriptor.
"""

from __future__ import annotations

from dataclasses import dataclass

from .base import Syscall


@dataclass(slots=True)
class Listen(Syscall[int]):
    """EADDRINUSE, EADDRNOTAVAIL; port 0 takes a free one."""

    port: int
    address: str = "0.0.0.0"


@dataclass(slots=True)
class Accept(Syscall[tuple[int, str]]):
    """Wait for a connection; answers its descriptor and the peer's `address:port`."""

    fd: int


@dataclass(slots=True)
class Connect(Syscall[int]):
    """`address` is an IP address. ECONNREFUSED, EHOSTUNREACH, ENETUNREACH."""

    address: str
    port: int


@dataclass(slots=True)
class Shutdown(Syscall[None]):
    """End our sending; reading goes on."""

    fd: int


@dataclass(slots=True)
class Resolve(Syscall[str]):
    """The address of a host name:

    /etc/hosts, then the container's networks. ENOENT if nobody knows it.
    """

    name: str
