"""The HTTP client: our values over a Unix socket, TCP or TLS, several connections at a time.

Everything blocks, but only in two places: `send`, until the head of the answer is there, and
`wait`, which
sleeps on all streams at once, those of a terminal included (whatever has a `fileno`).
Source: RFC 9112; Docker Engine API for the upgraded connections.
"""

from __future__ import annotations

import contextlib
import select
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..errors import Unavailable
from ..tasks import Channel
from .messages import Request
from .reading import AnswerReader, BadAnswer, Head
from .transport import Answer, Stream

if TYPE_CHECKING:
    from .certificates import Certificates
    from .tls_client import TlsSocket

CHUNK = 1 << 16
UNIX_NAME = "api.moby.localhost"
CONNECT_TIMEOUT_S = 30


class SocketTransport:
    """Sends requests to one engine; idle connections are used again. Nothing is opened before the first.

    `wake` is called when nobody listens on a Unix socket, and may start who should; then it is tried once more.
    Raises (when made): ValueError for certificates that cannot be used.
    """

    def __init__(
        self,
        host: str,
        certificates: Certificates | None = None,
        wake: Callable[[], None] | None = None,
    ) -> None:
        self.host = host
        self._tls = certificates.context() if certificates is not None else None
        self._wake = wake
        self._idle: list[ClientConnection] = []

    def send(self, request: Request) -> Answer:
        """Raises: Unavailable."""
        while True:
            again = bool(self._idle) and not isinstance(request.body, Channel)
            connection = self._idle.pop() if again else self._open(request)
            try:
                return connection.exchange(request)
            except (OSError, BadAnswer) as error:
                connection.shut()
                if not again:
                    raise Unavailable(_trouble(error, request, self.host)) from None

    def wait(self, *streams: Stream, timeout_s: float | None = None) -> None:
        """Sleep until one of the streams is ready. Those without a `fileno` only count if ready now;
        with a time limit it may end early.
        """
        while not any(stream.ready for stream in streams):
            files: list[Any] = [stream for stream in streams if hasattr(stream, "fileno")]
            if not files and timeout_s is None:
                return
            with contextlib.suppress(InterruptedError):
                select.select(files, [], [], timeout_s)
            if timeout_s is not None:
                return

    def _open(self, request: Request) -> ClientConnection:
        try:
            if self.host.startswith("unix://"):
                return ClientConnection(self._unix(), UNIX_NAME, self._idle)
            opened, name = self._tcp()
            return ClientConnection(opened, name, self._idle)
        except PermissionError:
            raise Unavailable(_denied(request, self.host)) from None
        except (OSError, ValueError) as error:
            raise Unavailable(_trouble(error, request, self.host)) from None

    def _unix(self) -> socket.socket:
        path = self.host.removeprefix("unix://")
        try:
            return _dial(path)
        except (FileNotFoundError, ConnectionRefusedError):
            if self._wake is None:
                raise
        wake, self._wake = self._wake, None
        wake()
        return _dial(path)

    def _tcp(self) -> tuple[socket.socket | TlsSocket, str]:
        from urllib.parse import urlsplit  # noqa: PLC0415  (most engines are behind a Unix socket)

        parts = urlsplit(self.host)
        address = (parts.hostname or "localhost", parts.port or 2375)
        opened = socket.create_connection(address, CONNECT_TIMEOUT_S)
        opened.settimeout(None)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls is None:
            return opened, parts.netloc
        from .tls_client import TlsSocket  # noqa: PLC0415

        return TlsSocket(opened, self._tls, parts.hostname or "localhost"), parts.netloc

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().shut()


def _dial(path: str) -> socket.socket:
    opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        opened.connect(path)
    except OSError:
        opened.close()
        raise
    return opened


def _unreachable(host: str) -> str:
    return f"Cannot connect to the Docker daemon at {host}. Is the docker daemon running?"


def _denied(request: Request, host: str) -> str:
    path = host.removeprefix("unix://")
    url = f"http://{path.replace('/', '%2F')}{request.target}"
    return (
        f"permission denied while trying to connect to the Docker daemon socket at {host}: "
        f'{request.method.title()} "{url}": dial unix {path}: connect: permission denied'
    )


def _trouble(error: Exception, request: Request, host: str) -> str:
    asked = f'error during connect: {request.method.title()} "{request.target}": '
    if isinstance(error, (BadAnswer, ConnectionResetError)):
        return f"{asked}EOF"
    if problem := getattr(error, "verify_message", ""):
        return f"{asked}tls: failed to verify certificate: {problem}"
    if problem := getattr(error, "reason", ""):  # of TLS
        return f"{asked}tls: {str(problem).replace('_', ' ').lower()}"
    return _unreachable(host)


class ClientConnection:
    """One connection: a request and its answer at a time, then perhaps raw bytes both ways."""

    def __init__(
        self, opened: socket.socket | TlsSocket, host: str, idle: list[ClientConnection]
    ) -> None:
        self.socket = opened
        self._host = host
        self._idle = idle
        self._reader = AnswerReader()
        self._lasting = True
        self._ended = False

    def fileno(self) -> int:
        return self.socket.fileno()

    def exchange(self, request: Request) -> Answer:
        """Send the request and wait for the head of the answer."""
        body = request.body
        if isinstance(body, Channel):
            self.send_bytes(self._head(request, "transfer-encoding: chunked\r\n"))
            while chunk := body.poll():
                self.send_bytes(b"%x\r\n%b\r\n" % (len(chunk), chunk))
            self.send_bytes(b"0\r\n\r\n")
        else:
            has_body = body or request.method not in ("GET", "HEAD")
            length = f"content-length: {len(body)}\r\n" if has_body else ""
            self.send_bytes(self._head(request, length) + body)
        return self._answer(request.method)

    def _head(self, request: Request, length: str) -> bytes:
        lines = [f"{request.method} {request.target} HTTP/1.1", f"host: {self._host}"]
        lines += [f"{name}: {value}" for name, value in request.headers.items()]
        if any("\r" in line or "\n" in line for line in lines):
            raise ValueError("a line break in the head of a request")
        return "\r\n".join([*lines, f"{length}\r\n"]).encode("utf-8", "surrogateescape")

    def _answer(self, method: str) -> Answer:
        while True:
            head = self._read_head()
            if head.status == 101:
                upgraded = Upgraded(self, self._reader.rest())
                return Answer(101, head.headers, upgraded, upgraded)
            if head.status >= 200:
                self._lasting = self._reader.begin_body(method, head) and head.lasting
                return Answer(head.status, head.headers, AnswerBody(self))

    def _read_head(self) -> Head:
        while (head := self._reader.head()) is None:
            self._reader.feed(self.socket.recv(CHUNK))
        return head

    def send_bytes(self, data: bytes) -> None:
        """Send everything, unless the other side has said something and then stopped listening."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            if not select.select([self.socket], [], [], 0)[0]:
                raise

    def pending(self) -> bool:
        """Would a read from the socket not block?"""
        decrypted = getattr(self.socket, "pending", None)  # TLS keeps what it has decrypted
        if decrypted is not None and decrypted():
            return True
        return self.socket.fileno() < 0 or bool(select.select([self.socket], [], [], 0)[0])

    def next_chunk(self) -> bytes | None:
        """More of the body without waiting; None at its end, b"" when there is nothing yet."""
        while not self._ended:
            chunk = self._reader.chunk()
            if chunk:
                return chunk
            if chunk is None:
                self._finish()
            elif not self.pending():
                return b""
            else:
                self._reader.feed(self.socket.recv(CHUNK))
        self._ended = False
        return None

    def _finish(self) -> None:
        self._ended = True
        if self._lasting:
            self._idle.append(self)
        else:
            self.socket.close()

    def shut(self) -> None:
        self._ended = True
        self.socket.close()


class AnswerBody:
    """The body of an answer as a stream that can be waited on."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection: ClientConnection | None = connection
        self._chunk: bytes | None = b""

    def fileno(self) -> int:
        return self._connection.fileno() if self._connection else -1

    @property
    def ready(self) -> bool:
        if self._chunk == b"":
            self._chunk = self._read()
        return self._chunk != b""

    def poll(self) -> bytes | None:
        chunk = self._chunk if self._chunk != b"" else self._read()
        self._chunk = None if chunk is None else b""
        return chunk

    def _read(self) -> bytes | None:
        if self._connection is None:
            return None
        try:
            chunk = self._connection.next_chunk()
        except (OSError, BadAnswer):
            self._connection.shut()
            chunk = None
        if chunk is None:
            self._connection = None
        return chunk


class Upgraded:
    """An upgraded connection: it is its own incoming stream."""

    def __init__(self, connection: ClientConnection, first: bytes) -> None:
        self._connection = connection
        self._first = first
        self._closed = False
        self.incoming = self

    def fileno(self) -> int:
        return self._connection.fileno()

    @property
    def ready(self) -> bool:
        return self._closed or bool(self._first) or self._connection.pending()

    def poll(self) -> bytes | None:
        if self._first:
            first, self._first = self._first, b""
            return first
        if self._closed:
            return None
        if not self._connection.pending():
            return b""
        try:
            data = self._connection.socket.recv(CHUNK)
        except OSError:
            data = b""
        if not data:
            self._closed = True
        return data or None

    def send(self, data: bytes) -> None:
        with contextlib.suppress(OSError):
            self._connection.socket.sendall(data)

    def close_write(self) -> None:
        with contextlib.suppress(OSError):
            self._connection.socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self._closed = True
        self._connection.shut()
