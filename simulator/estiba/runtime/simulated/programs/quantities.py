"""Numbers with suffixes, and sizes for people, as coreutils and BusyBox read and write them."""

from __future__ import annotations

import re

SUFFIX = re.compile(r"(\d*)([a-zA-Z]*)$")
POWERS = "KMGTPEZY"


def multiplier(suffix: str) -> int | None:
    """`K` and `KiB` are 1024, `kB` and `KB` 1000, `b` 512; None if unknown."""
    if suffix in ("", "c"):
        return 1
    if suffix in ("b", "w"):
        return 512 if suffix == "b" else 2
    power = POWERS.find(suffix[0].upper()) + 1
    if not power:
        return None
    if suffix[1:] in ("", "iB"):
        return int(1024**power)
    return int(1000**power) if suffix[1:] in ("B", "D") else None


def parse_size(text: str) -> int | None:
    """`10`, `4K`, `1MB`, `2b`; None if it is no size.

    >>> parse_size("4K"), parse_size("1kB"), parse_size("K"), parse_size("x")
    (4096, 1000, 1024, None)
    """
    matched = SUFFIX.match(text)
    if not matched or not text:
        return None
    digits, suffix = matched.groups()
    factor = multiplier(suffix)
    return None if factor is None else int(digits or "1") * factor


def human(size: int, base: int = 1024, *, decimals_below: int = 10) -> str:
    """`1.5K`, rounded up, as `ls -h` and `du -h` of coreutils show it.

    >>> human(1023), human(1024), human(1025), human(10 * 1024 + 1)
    ('1023', '1.0K', '1.1K', '11K')
    """
    if size < base:
        return str(size)
    power, unit = 0, 1
    while size >= unit * base and power < len(POWERS):
        unit *= base
        power += 1
    tenths = -(-size * 10 // unit)
    if tenths < decimals_below * 10:
        text = f"{tenths // 10}.{tenths % 10}"
    else:
        whole = -(-size // unit)
        if whole >= base and power < len(POWERS):
            power, text = power + 1, "1.0"
        else:
            text = str(whole)
    letter = "k" if base == 1000 and power == 1 else POWERS[power - 1]
    return text + letter


def busybox_human(size: int) -> str:
    """As BusyBox shows it: rounded to the nearest, `1.5K`, `10.0M`, `123M`.

    >>> busybox_human(1000), busybox_human(1536), busybox_human(123 * 1024)
    ('1000', '1.5K', '123.0K')
    """
    if size < 1024:
        return str(size)
    power, whole, rest = 0, size, 0
    while whole >= 1024 and power < len(POWERS):
        power += 1
        rest = (whole % 1024 * 10 + 512) // 1024
        whole //= 1024
    if rest >= 10:
        whole, rest = whole + 1, 0
    return f"{whole}.{rest}{POWERS[power - 1]}"


def ceiling(value: int, unit: int) -> int:
    return -(-value // unit)
