"""Ports as EXPOSE writes them: `80`, `443/tcp`, `53/udp`, `8000-8010`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...errors import InvalidInput

PROTOCOLS = ("tcp", "udp", "sctp")
LARGEST = 65535
LONGEST = 4000  # digits Python turns into a number


class InvalidPort(InvalidInput):
    """A port that is none."""


def port_set(words: Iterable[str]) -> list[str]:
    """`port/protocol` of all. Raises: InvalidPort."""
    return [port for word in words for port in _ports(word)]


def _ports(word: str) -> Iterator[str]:
    rest, *protocols = word.split("/")
    protocol = protocols[0].lower() if protocols and protocols[0] else "tcp"
    before, _, container = rest.rpartition(":")
    if not container:
        raise InvalidPort(f"No port specified: {word}<empty>")
    low, high = _range(container, "containerPort")
    host = before.rpartition(":")[2]
    if host:
        _range(host, "hostPort")
    if protocol not in PROTOCOLS:
        raise InvalidPort(f"Invalid proto: {protocol}")
    for port in range(low, high + 1):
        yield f"{port}/{protocol}"


def _range(text: str, what: str) -> tuple[int, int]:
    first, dash, last = text.partition("-")
    low = _number(first)
    high = _number(last) if dash else low
    if low is None or high is None or high < low:
        raise InvalidPort(f"Invalid {what}: {text}")
    return low, high


def _number(text: str) -> int | None:
    valid = text.isascii() and text.isdigit() and len(text) <= LONGEST and int(text) <= LARGEST
    return int(text) if valid else None
