"""A small web server: connections, requests, files. The servers in `web_servers` give it a face.

One process serves all connections, waiting in Poll. Source: RFC 9112.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

from ..streams import decode, encode, write_all
from ..syscalls import (
    O_RDONLY,
    Accept,
    Body,
    Close,
    Listen,
    Open,
    Poll,
    Read,
    Sigaction,
    Stat,
    SyscallError,
    Time,
)
from ..syscalls.errnos import EACCES, EINTR
from ..syscalls.signals import SIGHUP, SIGUSR1
from .dates import Zone, strftime
from .status import is_directory

HTTP_DATE = "%a, %d %b %Y %H:%M:%S GMT"
LOG_DATE = "%d/%b/%Y:%H:%M:%S +0000"
TYPES = {
    "html": "text/html", "htm": "text/html", "txt": "text/plain", "css": "text/css",
    "js": "application/javascript", "json": "application/json", "png": "image/png",
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "svg": "image/svg+xml",
    "ico": "image/x-icon", "xml": "text/xml", "pdf": "application/pdf",
    "gz": "application/x-gzip", "tar": "application/x-tar", "zip": "application/zip",
}  # fmt: skip
REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 304: "Not Modified",
400: "Bad Request",
           403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
           501: "Not Implemented"}  # fmt: skip
LARGEST_HEAD = 65536


@dataclass(slots=True)
class Request:
    """One request as it came."""

    line: str
    method: str
    path: str
    query: str
    version: str
    headers: dict[str, str]
    peer: str


@dataclass(slots=True)
class Reply:
    """An answer before it is written. `path` names a file to send as it is."""

    status: int
    reason: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


@dataclass(slots=True)
class Found:
    """What a URL path leads to: a file, or a directory to list (or why not)."""

    path: str
    status: int
    size: int = 0
    mtime_ns: int = 0
    listing: bool = False


Answer = Callable[[Request], Body[Reply]]


def http_date(time_ns: int) -> str:
    return strftime(HTTP_DATE, time_ns, Zone())


def content_type(path: str, default: str = "text/plain") -> str:
    return TYPES.get(path.rpartition("/")[2].rpartition(".")[2].lower(), default)


def find_file(root: str, url: str, indexes: tuple[str, ...] = ("index.html",)) -> Body[Found]:
    """Follow a URL path below a root: 200, 301 to the directory, 403, 404."""
    parts: list[str] = []
    for part in unquote(url).split("/"):
        if part == "..":
            if not parts:
                return Found("", 400)
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    path = root.rstrip("/") + "/" + "/".join(parts)
    try:
        status = yield from Stat(path)
        if not is_directory(status):
            return Found(path, 200 if not url.endswith("/") else 404, status.size, status.mtime_ns)
        if not url.endswith("/"):
            return Found(path, 301)
        for name in indexes:
            inner = f"{path.rstrip('/')}/{name}"
            try:
                status = yield from Stat(inner)
            except SyscallError:
                continue
            return Found(inner, 200, status.size, status.mtime_ns)
        return Found(path, 200, listing=True)
    except SyscallError as error:
        return Found(path, 403 if error.errno == EACCES else 404)


def read_whole(path: str) -> Body[bytes]:
    """Raises: SyscallError."""
    fd = yield from Open(path, O_RDONLY)
    parts = []
    while chunk := (yield from Read(fd, 1 << 20)):
        parts.append(chunk)
    yield from Close(fd)
    return b"".join(parts)


class Server:
    """Listens and answers until a signal handler sets `stopping`."""

    def __init__(self, answer: Answer, *, keep_alive: bool = True) -> None:
        self.answer, self.keep_alive = answer, keep_alive
        self.listeners: list[int] = []
        self.connections: dict[int, tuple[str, bytes]] = {}
        self.signals: list[int] = []

    def listen(self, port: int, address: str = "0.0.0.0") -> Body[None]:
        """Raises: SyscallError."""
        self.listeners.append((yield from Listen(port, address)))

    def run(self) -> Body[int]:
        """Serve; answers the signal that ended it."""
        while not self.signals:
            try:
                ready = yield from Poll((*self.listeners, *self.connections))
            except SyscallError as error:
                if error.errno == EINTR:
                    continue
                raise
            for fd in ready:
                try:
                    yield from (self.accept(fd) if fd in self.listeners else self.receive(fd))
                except SyscallError as error:
                    if error.errno != EINTR:
                        yield from self.drop(fd)
        return self.signals[0]

    def accept(self, listener: int) -> Body[None]:
        fd, peer = yield from Accept(listener)
        self.connections[fd] = (peer.rpartition(":")[0], b"")

    def drop(self, fd: int) -> Body[None]:
        if self.connections.pop(fd, None) is not None:
            yield from Close(fd)

    def receive(self, fd: int) -> Body[None]:
        peer, data = self.connections[fd]
        chunk = yield from Read(fd)
        if not chunk:
            yield from self.drop(fd)
            return
        data += chunk
        while fd in self.connections:
            head, blank, rest = data.partition(b"\r\n\r\n")
            if not blank:
                head, blank, rest = data.partition(b"\n\n")
            if not blank:
                break
            request = parse_request(decode(head), peer)
            length = int(request.headers.get("content-length", "0") or "0")
            if len(rest) < length:
                break
            data = rest[length:]
            yield from self.reply(fd, request)
        if fd in self.connections:
            self.connections[fd] = (peer, data)
            if len(data) > LARGEST_HEAD * 16:
                yield from self.drop(fd)

    def reply(self, fd: int, request: Request) -> Body[None]:
        reply = yield from self.answer(request)
        wanted = request.headers.get("connection", "").lower()
        keep = self.keep_alive and (
            wanted != "close" if request.version == "HTTP/1.1" else wanted == "keep-alive"
        )
        keep = keep and reply.status != 400
        names = {name.lower() for name, _ in reply.headers}
        headers = list(reply.headers)
        if not keep and "connection" not in names:
            headers.append(("Connection", "close"))
        head = f"HTTP/1.1 {reply.status} {reply.reason}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in headers) + "\r\n"
        body = b"" if request.method == "HEAD" else reply.body
        yield from write_all(fd, encode(head) + body)
        if not keep:
            yield from self.drop(fd)


def parse_request(head: str, peer: str) -> Request:
    """Lenient: what is missing is empty."""
    lines = head.replace("\r\n", "\n").split("\n")
    words = lines[0].split()
    method = words[0] if words else ""
    target = words[1] if len(words) > 1 else ""
    version = words[2] if len(words) > 2 else "HTTP/0.9"
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    path, _, query = target.partition("?")
    return Request(lines[0], method, path, query, version, headers, peer)


def now() -> Body[int]:
    return (yield from Time())


def catch(server: Server, *numbers: int) -> Body[None]:
    for number in numbers:
        yield from Sigaction(number, server.signals.append)


def exists(path: str) -> Body[bool]:
    try:
        yield from Stat(path)
    except SyscallError:
        return False
    return True


def until_stopped(server: Server) -> Body[int]:
    """SIGHUP and SIGUSR1 only restart."""
    while True:
        number = yield from server.run()
        if number not in (SIGHUP, SIGUSR1):
            return number
        server.signals.clear()
