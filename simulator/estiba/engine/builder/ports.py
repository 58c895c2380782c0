"""Ports as EXPOSE writes them: `80`, `443/tcp`, `53/udp`, `8000-8010`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...errors import InvalidInput

PROTOCOLS = ("tcp", "udp", "sctp")
LARGEST = 65535


class InvalidPort(InvalidInput):
    """A port that is none."""


def port_set(words: Iterable[str]) -> list[str]:
    """`port/protocol` of all. Raises: InvalidPort."""
    return [port for word in words for port in _ports(word)]


def _ports(word: str) -> Iterator[str]:
    rest, *protocols = word.split("/")
    protocol = protocols[0].lower() if protocols and protocols[0] else "tcp"
    container = rest.rpartition(":")[2]
    if not container:
        raise InvalidPort(f"No port specified: {word}<empty>")
    low, high = _range(container)
    if protocol not in PROTOCOLS:
        raise InvalidPort(f"Invalid proto: {protocol}")
    for port in range(low, high + 1):
        yield f"{port}/{protocol}"


def _range(text: str) -> tuple[int, int]:
    first, dash, last = text.partition("-")
    low = _number(first, text)
    high = _number(last, text) if dash else low
    if high < low:
        raise InvalidPort(f"Invalid containerPort: {text}")
    return low, high


def _number(text: str, whole: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > LARGEST:
        raise InvalidPort(f"Invalid containerPort: {whole}")
    return int(text)
