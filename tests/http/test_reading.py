"""Answers, read in any pieces."""

from __future__ import annotations

import pytest

from estiba.http.reading import AnswerReader, BadAnswer


def read(data: bytes, piece: int, method: str = "GET") -> tuple[int, bytes, bool]:
    """Status, body, and whether the connection can go on, fed `piece` bytes at a time."""
    reader = AnswerReader()
    pieces = [data[start : start + piece] for start in range(0, len(data), piece)] + [b""]
    pieces.reverse()
    while (head := reader.head()) is None:
        reader.feed(pieces.pop())
    counted = reader.begin_body(method, head)
    body = b""
    while (chunk := reader.chunk()) is not None:
        if not chunk:
            reader.feed(pieces.pop())
        body += chunk
    return head.status, body, counted and head.lasting


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", (200, b"abc", True)),
        (b"HTTP/1.1 204 No Content\r\n\r\n", (204, b"", True)),
        (CHUNKED + b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", (200, b"abcde", True)),
        (CHUNKED + b"A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n", (200, b"0123456789", True)),
        (b"HTTP/1.1 200 OK\r\n\r\nto the end", (200, b"to the end", False)),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", (200, b"x", False)),
        (
            b"HTTP/1.1 404 \r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
            (404, b"", False),
        ),
    ],
)
def test_a_body_is_framed_by_its_head(
    piece: int, data: bytes, expected: tuple[int, bytes, bool]
) -> None:
    assert read(data, piece) == expected


def test_the_answer_to_head_has_no_body() -> None:
    assert read(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", 5, "HEAD") == (200, b"", True)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"garbage\r\n\r\n",
        b"SSH-2.0-x\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
        CHUNKED + b"3\r\nab",
        CHUNKED + b"3\r\nabcde\r\n",
        CHUNKED + b"x\r\n",
        CHUNKED + b"+3\r\nabc\r\n",
        CHUNKED + b"\r\n",
        CHUNKED + b"1" * 5000,
    ],
)
def test_what_is_no_answer_is_told(data: bytes) -> None:
    with pytest.raises(BadAnswer):
        read(data, 1000)
