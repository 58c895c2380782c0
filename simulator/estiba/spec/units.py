"""Sizes and ages as Docker prints and reads them.

Sizes on disk are decimal (kB = 1000), memory is binary (KiB = 1024). Tables show three significant
digits, `docker system df` totals and virtual sizes four.

Source: the behaviour of docker/go-units 0.5.
"""

import math
import re

from estiba.errors import InvalidInput
from estiba.spec.gotext import parse_float
from estiba.spec.rule import Rule

_DECIMAL = ("B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB")
_BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB")
_SUFFIXES = "bkmgtp"
_SUFFIX = r"|b|[kmgtp](?:b|ib)?"
_INT64_MIN = -(2**63)
_LONGEST_S = 2**63 / 1e9  # what an int64 of nanoseconds can hold: 292 years
_HOUR_S = 3600


class InvalidSize(InvalidInput):
    hint = "A size is a number and a unit: 512m, 1.5g, 20kB."


def human_size(size: float, precision: int = 4) -> str:
    """Print a size in decimal units; tables use a precision of 3.

    >>> human_size(72779264), human_size(72779264, 3), human_size(999500, 3)
    ('72.78MB', '72.8MB', '1e+03kB')

    Units: `size`, bytes.
    """
    return _scaled(size, 1000.0, _DECIMAL, precision)


def bytes_size(size: float) -> str:
    """Print a size in binary units, as `docker stats` and `docker info` do.

    Units: `size`, bytes.
    """
    return _scaled(size, 1024.0, _BINARY, 4)


def _scaled(size: float, base: float, names: tuple[str, ...], precision: int) -> str:
    unit = 0
    size = float(size)
    while size >= base and unit < len(names) - 1:
        size /= base
        unit += 1
    return f"{size:.{precision}g}{names[unit]}"


def from_human_size(text: str, rule: Rule = Rule.LIBRARY) -> int:
    """Read a size in decimal units: `1kB` is 1000.

    The rules differ only in what they find wrong with a text of several spaces.

    Raises: InvalidSize.
    """
    return _parse_size(text, 1000, rule)


def ram_in_bytes(text: str, rule: Rule = Rule.LIBRARY) -> int:
    """Read a memory size: `1k` is 1024.

    Raises: InvalidSize.
    """
    return _parse_size(text, 1024, rule)


def _parse_size(text: str, base: int, rule: Rule) -> int:
    number, suffix = _split(text, rule)
    value = parse_float(number)
    if value < 0:
        raise InvalidSize(f"invalid size: '{text}'")
    return _int64(value * _multiplier(suffix, base))


def _split(text: str, rule: Rule) -> tuple[str, str]:
    """Part number and unit: at the first space, or after the last digit if there is none."""
    last = max(text.rfind(mark) for mark in "0123456789. ")
    if last < 0:
        raise InvalidSize(f"invalid size: '{text}'")
    if rule is Rule.LIBRARY and " " in text:
        last = text.index(" ")
    return text[: last + (text[last] != " ")], text[last + 1 :]


def _multiplier(suffix: str, base: int) -> float:
    lowered = suffix.lower() if len(suffix.encode("utf-8", "surrogateescape")) <= 3 else suffix
    if not re.fullmatch(_SUFFIX, lowered):
        raise InvalidSize(f"invalid suffix: '{lowered}'")
    return float(base ** _SUFFIXES.index(lowered[:1] or "b"))


def _int64(value: float) -> int:
    """Convert as the processor does: what does not fit becomes the least integer."""
    return int(value) if math.isfinite(value) and value < 2**63 else _INT64_MIN


def human_duration(seconds: float) -> str:
    """Print an age roughly. Hours are rounded, all other units cut down.

    >>> human_duration(5400), human_duration(63071999)
    ('2 hours', '1 years')
    """
    seconds = min(seconds, _LONGEST_S)
    if seconds < 3600:
        return _below_an_hour(int(seconds))
    hours = math.floor(seconds / _HOUR_S + 0.5)
    if hours == 1:
        return "About an hour"
    if hours < 48:
        return f"{hours} hours"
    if hours < 24 * 7 * 2:
        return f"{hours // 24} days"
    if hours < 24 * 30 * 2:
        return f"{hours // (24 * 7)} weeks"
    if hours < 24 * 365 * 2:
        return f"{hours // (24 * 30)} months"
    return f"{int(seconds / _HOUR_S) // (24 * 365)} years"


def _below_an_hour(seconds: int) -> str:
    if seconds < 1:
        return "Less than a second"
    if seconds == 1:
        return "1 second"
    if seconds < 60:
        return f"{seconds} seconds"
    if seconds < 120:
        return "About a minute"
    return f"{seconds // 60} minutes"
