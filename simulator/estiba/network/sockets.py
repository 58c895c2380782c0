"""Published ports on real sockets. Outdoors: the only module of this room that may touch `socket`
and `selectors`.

Nothing here blocks: a `Poller` watches the sockets, and bytes travel as tasks of the scheduler.
Whoever owns the outer loop calls `Poller.poll` when nothing else is ready.
"""

from __future__ import annotations

import contextlib
import errno
import socket

from ..http.poller import READ, WRITE, Poller
from ..tasks import Channel, Duplex, Scheduler, Signal, Wait, Work
from .ports import AddressInUse, Connect

CHUNK = 1 << 16


class SocketPublisher:
    """Listens on the host's own addresses. UDP ports are held, but no datagram travels.

    Simplified: no datagrams (see docs/fidelity.md).
    """

    def __init__(self, poller: Poller, scheduler: Scheduler) -> None:
        self._poller = poller
        self._scheduler = scheduler

    def listen(self, protocol: str, address: str, port: int, connect: Connect) -> SocketListener:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
        try:
            sock = socket.socket(family, kind)
        except OSError:
            return SocketListener(None, self._poller)  # a machine without IPv6
        try:
            if family == socket.AF_INET6:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            if kind == socket.SOCK_STREAM:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((address, port))
            sock.setblocking(False)
        except OSError as error:
            sock.close()
            if family == socket.AF_INET6 and error.errno == errno.EADDRNOTAVAIL:
                return SocketListener(None, self._poller)
            reason = (error.strerror or str(error)).lower()
            raise AddressInUse(protocol, address, port, reason) from None
        if kind == socket.SOCK_STREAM:
            sock.listen(128)
            self._poller.watch(sock, READ, lambda _events: self._accept(sock, connect))
        return SocketListener(sock, self._poller)

    def _accept(self, sock: socket.socket, connect: Connect) -> None:
        try:
            client, _ = sock.accept()
        except OSError:
            return
        inside = connect()
        if inside is None:
            client.close()
            return
        client.setblocking(False)
        Relay(client, inside, self._poller, self._scheduler)


class SocketListener:
    __slots__ = ("_poller", "_sock")

    def __init__(self, sock: socket.socket | None, poller: Poller) -> None:
        self._sock, self._poller = sock, poller

    def close(self) -> None:
        if self._sock is not None:
            self._poller.watch(self._sock, 0, lambda _events: None)
            self._sock.close()
            self._sock = None


class Relay:
    """One connection: bytes both ways between a socket and a duplex, each with back-pressure and
    its own end."""

    def __init__(
        self, sock: socket.socket, inside: Duplex, poller: Poller, scheduler: Scheduler
    ) -> None:
        self._sock = sock
        self._poller = poller
        self._ready = Signal()
        self._events = 0
        self._open = 2
        scheduler.spawn(self._inwards(inside.outgoing))
        scheduler.spawn(self._outwards(inside.incoming))

    def _inwards(self, outgoing: Channel) -> Work[None]:
        try:
            while not outgoing.closed:
                try:
                    data = self._sock.recv(CHUNK)
                except BlockingIOError:
                    yield from self._until(READ, outgoing.changed)
                    continue
                except OSError:
                    return
                if not data:
                    return
                yield from outgoing.write(data)
        finally:
            outgoing.close()
            self._end()

    def _outwards(self, incoming: Channel) -> Work[None]:
        try:
            while (chunk := (yield from incoming.read())) is not None:
                rest = memoryview(chunk)
                while rest:
                    yield from self._until(WRITE)  # not in the turn that wrote it: see http.server
                    try:
                        rest = rest[self._sock.send(rest) :]
                    except BlockingIOError:
                        continue
                    except OSError:
                        incoming.cancel()
                        return
            self._shut()
        finally:
            self._end()

    def _until(self, event: int, *signals: Signal) -> Work[None]:
        self._watch(self._events | event)
        yield Wait((self._ready, *signals))
        self._watch(self._events & ~event)

    def _watch(self, events: int) -> None:
        self._events = events
        self._poller.watch(self._sock, events, self._happened)

    def _happened(self, events: int) -> None:
        self._watch(self._events & ~events)
        self._ready.fire()

    def _shut(self) -> None:
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_WR)

    def _end(self) -> None:
        self._open -= 1
        if not self._open:
            self._watch(0)
            self._sock.close()
