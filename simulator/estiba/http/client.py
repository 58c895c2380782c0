"""The HTTP client: our values over a Unix socket, TCP or TLS, several connections at a time.

Everything blocks, but only in two places: `send`, until the head of the answer is there, and
`wait`, which
sleeps on all streams at once, those of a terminal included (whatever has a `fileno`).
Source: RFC 9112; Docker Engine API for the upgraded connections.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

import h11

from ..errors import Unavailable
from ..tasks import Channel
from .messages import Request
from .transport import Answer, Stream

CHUNK = 1 << 16
HEAD_LIMIT = 1 << 20
DEFAULT_HOST = "unix:///var/run/docker.sock"
CONNECT_TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class Certificates:
    """What TLS needs: files in PEM form. With `verify` off any server is believed."""

    authority: str = ""
    certificate: str = ""
    key: str = ""
    verify: bool = True

    def context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.authority or None)
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if self.certificate:
            context.load_cert_chain(self.certificate, self.key or None)
        return context


def connect(environment: Mapping[str, str]) -> SocketTransport:
    """A transport to the engine that DOCKER_HOST names, with the certificates of DOCKER_CERT_PATH.

    Nothing is opened before the first request.
    """
    host = environment.get("DOCKER_HOST") or DEFAULT_HOST
    verify = bool(environment.get("DOCKER_TLS_VERIFY"))
    if not verify and not environment.get("DOCKER_TLS"):
        return SocketTransport(host)
    folder = environment.get("DOCKER_CERT_PATH") or os.path.expanduser("~/.docker")
    authority, certificate, key = (
        os.path.join(folder, name) for name in ("ca.pem", "cert.pem", "key.pem")
    )
    return SocketTransport(host, Certificates(authority, certificate, key, verify))


class SocketTransport:
    """Sends requests to one engine; idle connections are used again."""

    def __init__(self, host: str, certificates: Certificates | None = None) -> None:
        self.host = host
        self._certificates = certificates
        self._idle: list[ClientConnection] = []

    def send(self, request: Request) -> Answer:
        """Raises: Unavailable."""
        while True:
            again = bool(self._idle)
            connection = self._idle.pop() if again else self._open(request)
            try:
                return connection.exchange(request)
            except (OSError, h11.RemoteProtocolError) as error:
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
        parts = urlsplit(self.host)
        try:
            opened = self._socket(parts)
        except PermissionError:
            raise Unavailable(_denied(request, self.host)) from None
        except (OSError, ValueError):
            raise Unavailable(_unreachable(self.host)) from None
        name = "api.moby.localhost" if parts.scheme == "unix" else parts.netloc
        return ClientConnection(opened, name, self._idle)

    def _socket(self, parts: SplitResult) -> socket.socket:
        if parts.scheme == "unix":
            opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                opened.connect(self.host.removeprefix("unix://"))
            except OSError:
                opened.close()
                raise
            return opened
        address = (parts.hostname or "localhost", parts.port or 2375)
        opened = socket.create_connection(address, CONNECT_TIMEOUT_S)
        opened.settimeout(None)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._certificates is None:
            return opened
        return self._certificates.context().wrap_socket(opened, server_hostname=parts.hostname)

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().shut()


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
    if isinstance(error, (h11.RemoteProtocolError, ConnectionResetError)):
        return f'error during connect: {request.method.title()} "{request.target}": EOF'
    return _unreachable(host)


class ClientConnection:
    """One connection: a request and its answer at a time, then perhaps raw bytes both ways."""

    def __init__(self, opened: socket.socket, host: str, idle: list[ClientConnection]) -> None:
        self.socket = opened
        self._host = host
        self._idle = idle
        self._h11 = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_LIMIT)
        self._ended = False

    def fileno(self) -> int:
        return self.socket.fileno()

    def exchange(self, request: Request) -> Answer:
        """Send the request and wait for the head of the answer."""
        self._send_head(request)
        if isinstance(request.body, Channel):
            while chunk := request.body.poll():
                self._send(h11.Data(data=chunk))
        elif request.body:
            self._send(h11.Data(data=request.body))
        self._send(h11.EndOfMessage())
        while True:
            event = self._h11.next_event()
            if event is h11.NEED_DATA:
                self._receive()
            elif isinstance(event, h11.InformationalResponse) and event.status_code == 101:
                upgraded = Upgraded(self, self._h11.trailing_data[0])
                return Answer(101, _headers(event), upgraded, upgraded)
            elif isinstance(event, h11.Response):
                return Answer(event.status_code, _headers(event), AnswerBody(self))
            elif isinstance(event, h11.ConnectionClosed):
                raise ConnectionResetError

    def _send_head(self, request: Request) -> None:
        headers = [("host", self._host), *request.headers.items()]
        if isinstance(request.body, Channel):
            headers.append(("transfer-encoding", "chunked"))
        elif request.method not in ("GET", "HEAD") or request.body:
            headers.append(("content-length", str(len(request.body))))
        target = request.target.encode("ascii", "surrogateescape")
        self._send(h11.Request(method=request.method, target=target, headers=headers))

    def _send(self, event: Any) -> None:
        data = self._h11.send(event)
        if data:
            self.send_bytes(data)

    def send_bytes(self, data: bytes) -> None:
        """Send everything, unless the other side has said something and then stopped listening."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            if not select.select([self.socket], [], [], 0)[0]:
                raise

    def _receive(self) -> None:
        self._h11.receive_data(self.socket.recv(CHUNK))

    def pending(self) -> bool:
        """Would a read from the socket not block?"""
        if isinstance(self.socket, ssl.SSLSocket) and self.socket.pending():
            return True
        return self.socket.fileno() < 0 or bool(select.select([self.socket], [], [], 0)[0])

    def next_chunk(self) -> bytes | None:
        """More of the body without waiting; None at its end, b"" when there is nothing yet."""
        while not self._ended:
            event = self._h11.next_event()
            if isinstance(event, h11.Data):
                return bytes(event.data)
            if event is h11.NEED_DATA:
                if not self.pending():
                    return b""
                self._receive()
            else:
                self._finish()
                return None
        return None

    def _finish(self) -> None:
        self._ended = True
        if self._h11.our_state is h11.DONE and self._h11.their_state is h11.DONE:
            self._h11.start_next_cycle()
            self._ended = False
            self._idle.append(self)
        else:
            self.shut()

    def shut(self) -> None:
        self._ended = True
        self.socket.close()


def _headers(event: Any) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in event.headers}


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
        except (OSError, h11.RemoteProtocolError):
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
