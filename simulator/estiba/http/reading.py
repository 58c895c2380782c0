"""Reads the answers that come over one connection: heads, then bodies, as bytes arrive.

The client's half of HTTP/1.1, small because every command begins by loading it; requests, which strangers
send, are read by h11 in the server. Source: RFC 9112, sections 4, 6 and 7.
"""

from __future__ import annotations

from typing import NamedTuple

HEAD_LIMIT = 1 << 20
LINE_LIMIT = 1 << 12
HEX_DIGITS = frozenset(b"0123456789abcdefABCDEF")


class BadAnswer(Exception):
    """What came is not HTTP, or ended in the middle."""


class Head(NamedTuple):
    """Status and headers, names in lower case."""

    status: int
    headers: dict[str, str]
    lasting: bool
    """May the connection carry another request?"""


class AnswerReader:
    """`feed` it what the socket gives (b"" at its end); ask for a `head`, then for `chunk`s."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._ended = False
        self._left = 0
        self._framing = self._nothing

    def feed(self, data: bytes) -> None:
        self._buffer += data
        self._ended = self._ended or not data

    def head(self) -> Head | None:
        """The next head, None while it is incomplete. Raises: BadAnswer."""
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if self._ended or len(self._buffer) > HEAD_LIMIT:
                raise BadAnswer("no head of an answer")
            return None
        lines = self._buffer[:end].decode("latin-1").split("\r\n")
        del self._buffer[: end + 4]
        version, _, rest = lines[0].partition(" ")
        code = rest[:3]
        if not version.startswith("HTTP/1.") or not code.isdigit():
            raise BadAnswer(f"malformed HTTP response {lines[0]!r}")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        said = headers.get("connection", "").lower()
        return Head(
            int(code),
            headers,
            "close" not in said and (version == "HTTP/1.1" or "keep-alive" in said),
        )

    def begin_body(self, method: str, head: Head) -> bool:
        """Get ready for the body of an answer. False if only the end of the connection ends it."""
        length = head.headers.get("content-length", "")
        if method == "HEAD" or head.status < 200 or head.status in (204, 304):
            self._framing = self._nothing
        elif "chunked" in head.headers.get("transfer-encoding", "").lower():
            self._framing, self._left = self._chunked, 0
        elif length:
            if not length.isdigit():
                raise BadAnswer(f"bad Content-Length {length!r}")
            self._framing, self._left = self._counted, int(length)
        else:
            self._framing = self._until_end
            return False
        return True

    def chunk(self) -> bytes | None:
        """More of the body: b"" when nothing is there yet, None at its end. Raises: BadAnswer."""
        return self._framing()

    def rest(self) -> bytes:
        """What came after the head of an upgraded connection."""
        data = bytes(self._buffer)
        self._buffer.clear()
        return data

    def _nothing(self) -> bytes | None:
        return None

    def _until_end(self) -> bytes | None:
        return self.rest() or (None if self._ended else b"")

    def _counted(self) -> bytes | None:
        return self._take() if self._left else None

    def _take(self) -> bytes:
        """Of what is left, what is there."""
        data = bytes(self._buffer[: self._left])
        if not data and self._ended:
            raise BadAnswer("unexpected EOF")
        del self._buffer[: len(data)]
        self._left -= len(data)
        return data

    def _chunked(self) -> bytes | None:
        if self._left:
            data = self._take()
            if not self._left:
                self._framing = self._between
            return data
        line = self._line()
        if line is None:
            return b""
        size = line.partition(b";")[0].strip()
        if not size or not HEX_DIGITS.issuperset(size):
            raise BadAnswer("invalid byte in chunk length")
        self._left = int(size, 16)
        self._framing = self._chunked if self._left else self._trailers
        return self._framing()

    def _between(self) -> bytes | None:
        """The line end after the bytes of a chunk."""
        line = self._line()
        if line:
            raise BadAnswer("malformed chunked encoding")
        if line is None:
            return b""
        self._framing = self._chunked
        return self._chunked()

    def _trailers(self) -> bytes | None:
        while (line := self._line()) is not None:
            if not line:
                self._framing = self._nothing
                return None
        return b""

    def _line(self) -> bytes | None:
        end = self._buffer.find(b"\r\n")
        if end < 0:
            if self._ended or len(self._buffer) > LINE_LIMIT:
                raise BadAnswer("unexpected EOF" if self._ended else "line too long")
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        return line
