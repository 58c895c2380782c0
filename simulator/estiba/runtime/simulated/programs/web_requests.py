"""One HTTP request and its answer, over the simulated network: what wget and curl share."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..streams import decode, encode, read_all, write_all
from ..syscalls import Body, Close, Connect, Resolve, SyscallError

ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+$")
URL = re.compile(r"(?:(https?|ftp)://)?(?:[^/@]*@)?([^:/?#]+)(?::(\d+))?([/?][^#]*)?")
REDIRECTS = (301, 302, 303, 307, 308)

Headers = list[tuple[str, str]]


@dataclass(slots=True)
class Url:
    """The parts of an address that matter on the wire."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def file_name(self) -> str:
        """Under what name a download is kept."""
        return self.path.partition("?")[0].rpartition("/")[2] or "index.html"


@dataclass(slots=True)
class Answer:
    """What a server said: the status line, the headers, and the bytes of head and body."""

    line: str
    status: int
    headers: Headers
    head: bytes
    body: bytes

    @property
    def reason(self) -> str:
        """The status line without the protocol: `404 Not Found`."""
        return self.line.partition(" ")[2]

    @property
    def head_lines(self) -> list[str]:
        return decode(self.head).strip().split("\r\n")

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")

    def redirect(self, url: Url) -> Url | None:
        """Where the server sends us instead, None when it does not."""
        place = self.header("location")
        if self.status not in REDIRECTS or not place:
            return None
        if place.startswith("/"):
            return Url(url.scheme, url.host, url.port, place)
        return parse_url(place)


class Unreachable(Exception):
    """No connection: `step` is resolve or connect."""

    def __init__(self, step: str, error: SyscallError, address: str = "") -> None:
        super().__init__(step)
        self.step, self.error, self.address = step, error, address


def parse_url(text: str) -> Url | None:
    matched = URL.match(text)
    if not matched:
        return None
    scheme = matched[1] or "http"
    path = matched[4] or "/"
    path = "/" + path if path.startswith("?") else path
    return Url(scheme, matched[2], int(matched[3] or (443 if scheme == "https" else 80)), path)


def parse_header(line: str) -> tuple[str, str]:
    """`Name: value` as an option gives it."""
    name, _, value = line.partition(":")
    return name, value.strip()


def connect(host: str, port: int) -> Body[tuple[int, str]]:
    """A connection, and the address. Raises: Unreachable."""
    try:
        address = host if ADDRESS.match(host) else (yield from Resolve(host))
    except SyscallError as error:
        raise Unreachable("resolve", error) from None
    try:
        return (yield from Connect(address, port)), address
    except SyscallError as error:
        raise Unreachable("connect", error, address) from None


def exchange(fd: int, url: Url, method: str, headers: Headers, body: bytes) -> Body[Answer]:
    """One request and its whole answer; the connection is closed."""
    host = url.host if url.port in (80, 443) else f"{url.host}:{url.port}"
    lines = [f"{method} {url.path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in headers] + ["Connection: close"]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    yield from write_all(fd, encode("\r\n".join(lines) + "\r\n\r\n") + body)
    data = yield from read_all(fd)
    yield from Close(fd)
    return _answer(data)


def _answer(data: bytes) -> Answer:
    head, _, rest = data.partition(b"\r\n\r\n")
    first, *others = decode(head).split("\r\n")
    words = first.split()
    status = int(words[1]) if len(words) > 1 and words[1].isdecimal() else 0
    headers = [parse_header(line) for line in others]
    answer = Answer(first, status, headers, head + b"\r\n\r\n", rest)
    if "chunked" in answer.header("transfer-encoding"):
        answer.body = _unchunked(rest)
    return answer


def _unchunked(data: bytes) -> bytes:
    out = b""
    while data:
        size_text, _, data = data.partition(b"\r\n")
        size = int(size_text.split(b";")[0] or b"0", 16)
        if not size:
            break
        out, data = out + data[:size], data[size + 2 :]
    return out
