"""The client's socket under TLS, whose two directions end one by one, as an attached stream needs.

`ssl.SSLSocket` forgets TLS when one direction is shut, so the bytes go through an `SSLObject` here.
"""

from __future__ import annotations

import contextlib
import socket
import ssl

CHUNK = 1 << 16


class TlsSocket:
    """What `http.client` uses of a socket. Raises: OSError (ssl.SSLError is one)."""

    def __init__(self, opened: socket.socket, context: ssl.SSLContext, name: str) -> None:
        self._socket = opened
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=name)
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self._flush()
                self._fill()
                continue
            finally:
                self._flush()
            return

    def fileno(self) -> int:
        return self._socket.fileno()

    def pending(self) -> bool:
        """Is there something to read that has left the socket?"""
        return bool(self._tls.pending() or self._incoming.pending)

    def sendall(self, data: bytes) -> None:
        self._tls.write(data)
        self._flush()

    def recv(self, size: int) -> bytes:
        """b"" at the end. What was taken from the socket may be no data yet: then it waits for more."""
        while True:
            try:
                return self._tls.read(size)
            except ssl.SSLWantReadError:
                self._flush()
                self._fill()
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""

    def shutdown(self, _: int) -> None:
        """End our direction alone."""
        with contextlib.suppress(ssl.SSLError):
            self._tls.unwrap()
        self._flush()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.shutdown(socket.SHUT_WR)
        self._socket.close()

    def _fill(self) -> None:
        data = self._socket.recv(CHUNK)
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()

    def _flush(self) -> None:
        if self._outgoing.pending:
            self._socket.sendall(self._outgoing.read())
