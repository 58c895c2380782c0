"""One accepted socket, plain or under TLS, that never waits.

`receive` and `send` raise BlockingIOError where the socket would wait, OSError when it is broken.
"""

from __future__ import annotations

import contextlib
import select
import socket
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import ssl

CHUNK = 1 << 16
PLAIN_ON_TLS = b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"


class Wire(Protocol):
    """What a connection needs of its socket."""

    @property
    def socket(self) -> socket.socket: ...

    def receive(self) -> bytes:
        """What is there; b"" at the end of the other side's words."""
        ...

    @property
    def more(self) -> bool:
        """Would `receive` give something that the poller does not know of?"""
        ...

    def send(self, data: memoryview) -> int: ...

    def close(self) -> None: ...


class PlainWire:
    """A socket as it is."""

    more = False

    def __init__(self, accepted: socket.socket) -> None:
        accepted.setblocking(False)
        self.socket = accepted

    def receive(self) -> bytes:
        return self.socket.recv(CHUNK)

    def send(self, data: memoryview) -> int:
        return self.socket.send(data)

    def close(self) -> None:
        self.socket.close()


class TlsWire:
    """A socket under TLS. The handshake happens inside the first calls of `receive`."""

    def __init__(self, accepted: socket.socket, context: ssl.SSLContext) -> None:
        accepted.setblocking(False)
        self.socket: ssl.SSLSocket = context.wrap_socket(
            accepted, server_side=True, do_handshake_on_connect=False
        )
        self._shaken = False

    def receive(self) -> bytes:
        import ssl  # noqa: PLC0415  (slow to load)

        try:
            if not self._shaken:
                self.socket.do_handshake()
                self._shaken = True
            return self.socket.recv(CHUNK)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise BlockingIOError from None
        except ssl.SSLEOFError:
            return b""
        except ssl.SSLError as error:
            if error.reason == "HTTP_REQUEST":
                with contextlib.suppress(OSError):
                    socket.socket.send(self.socket, PLAIN_ON_TLS)
            raise

    def close(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self.socket.unwrap()  # says goodbye and does not wait for an answer
        self.socket.close()

    @property
    def more(self) -> bool:
        return self._shaken and self.socket.pending() > 0

    def send(self, data: memoryview) -> int:
        import ssl  # noqa: PLC0415

        try:
            return self.socket.send(data)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise BlockingIOError from None


def has_vanished(sock: socket.socket) -> bool:
    """Is the other side gone for good, not only silent? Seen without reading."""
    poll = select.poll()
    poll.register(sock, 0)
    return any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll(0))
