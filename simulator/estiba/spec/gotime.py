"""Times and durations as Go prints and reads them.

A time is a number of nanoseconds since the Unix epoch, a duration a number of nanoseconds. The
calendar is our own arithmetic, because Go's zero time (year 1) and nanoseconds must survive.

Source: Go, package time; RFC 3339.
"""

import re
from functools import lru_cache

from estiba.errors import InvalidInput
from estiba.spec.gotext import quote

NS_PER_S = 1_000_000_000
ZERO_TIME = "0001-01-01T00:00:00Z"

_DAY_S = 86_400
_RFC3339 = r"(?a:(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d))"
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_UNITS_NS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 1_000_000,
    "s": NS_PER_S,
    "m": 60 * NS_PER_S,
    "h": 3600 * NS_PER_S,
}
_PART = r"(?s)(?=.)(?P<whole>[0-9]*)(?P<fraction>\.[0-9]*)?(?P<unit>[^0-9.]*)"


class InvalidTime(InvalidInput):
    hint = "A time looks like 2024-05-01T10:00:00.5Z."


class InvalidDuration(InvalidInput):
    hint = "A duration looks like 1h30m, 10s or 500ms."


@lru_cache(maxsize=4096)
def parse_time(text: str) -> int:
    """Read an RFC 3339 time as nanoseconds since the epoch.

    Raises: InvalidTime.
    """
    match = re.fullmatch(_RFC3339, text)
    if match is None:
        raise InvalidTime(f"parsing time {quote(text)}: not an RFC 3339 time")
    year, month, day, hour, minute, second = map(int, match.groups()[:6])
    if not (1 <= month <= 12 and 1 <= day <= _days_in(year, month)):
        raise InvalidTime(f"parsing time {quote(text)}: day out of range")
    if hour > 23 or minute > 59 or second > 59:
        raise InvalidTime(f"parsing time {quote(text)}: hour out of range")
    seconds = _days_from_civil(year, month, day) * _DAY_S + hour * 3600 + minute * 60 + second
    fraction = (match[7] or "")[:9].ljust(9, "0")
    return (seconds - _offset_s(match[8])) * NS_PER_S + int(fraction)


def format_time(ns: int) -> str:
    """Print in UTC with as many decimals as needed (RFC3339Nano).

    >>> format_time(1_500_000_000), format_time(parse_time("0001-01-01T00:00:00Z"))
    ('1970-01-01T00:00:01.5Z', '0001-01-01T00:00:00Z')
    """
    date, clock, fraction = _fields(ns)
    return f"{date}T{clock}{fraction}Z"


def format_time_fixed(ns: int) -> str:
    """Print in UTC with nine decimals always, as the lines of `docker logs -t` begin."""
    date, clock, _ = _fields(ns)
    return f"{date}T{clock}.{ns % NS_PER_S:09d}Z"


def go_time_string(ns: int) -> str:
    """Print as Go's `Time.String`, which tables show under CREATED AT.

    >>> go_time_string(1_500_000_000)
    '1970-01-01 00:00:01.5 +0000 UTC'
    """
    date, clock, fraction = _fields(ns)
    return f"{date} {clock}{fraction} +0000 UTC"


def _fields(ns: int) -> tuple[str, str, str]:
    seconds, rest = divmod(ns, NS_PER_S)
    days, in_day = divmod(seconds, _DAY_S)
    year, month, day = _civil_from_days(days)
    minutes, second = divmod(in_day, 60)
    hour, minute = divmod(minutes, 60)
    fraction = f".{rest:09d}".rstrip("0") if rest else ""
    return f"{year:04d}-{month:02d}-{day:02d}", f"{hour:02d}:{minute:02d}:{second:02d}", fraction


def _offset_s(zone: str) -> int:
    if zone == "Z":
        return 0
    seconds = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
    return -seconds if zone[0] == "-" else seconds


def _days_in(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if month == 2 and leap else _MONTH_DAYS[month - 1]


def _days_from_civil(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 in the Gregorian calendar, counting years from March."""
    year -= month <= 2
    in_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return year * 365 + year // 4 - year // 100 + year // 400 + in_year - 719_468


def _civil_from_days(days: int) -> tuple[int, int, int]:
    era, in_era = divmod(days + 719_468, 146_097)
    year = (in_era - in_era // 1460 + in_era // 36_524 - in_era // 146_096) // 365
    in_year = in_era - (365 * year + year // 4 - year // 100)
    shifted = (5 * in_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return era * 400 + year + (month <= 2), month, in_year - (153 * shifted + 2) // 5 + 1


def parse_duration(text: str) -> int:
    """Read a duration like `1h30m`.

    Units: nanoseconds.
    Raises: InvalidDuration.
    """
    negative = text.startswith("-")
    rest = text[text.startswith(("-", "+")) :]
    if rest == "0":
        return 0
    total = sum(_part_ns(part, text) for part in re.finditer(_PART, rest))
    if not rest or total > 2**63 - (not negative):
        raise InvalidDuration(f"time: invalid duration {_quote(text)}")
    return -total if negative else total


def _part_ns(part: re.Match[str], text: str) -> int:
    whole, fraction, unit = part["whole"], part["fraction"] or ".", part["unit"]
    if not whole and fraction == ".":
        raise InvalidDuration(f"time: invalid duration {_quote(text)}")
    if not unit:
        raise InvalidDuration(f"time: missing unit in duration {_quote(text)}")
    if unit not in _UNITS_NS:
        raise InvalidDuration(f"time: unknown unit {_quote(unit)} in duration {_quote(text)}")
    if int(whole or "0") > 2**63:
        raise InvalidDuration(f"time: invalid duration {_quote(text)}")
    decimals = fraction[1:][:18]
    scaled = float(int(decimals or "0")) * (_UNITS_NS[unit] / 10.0 ** len(decimals))
    return int(whole or "0") * _UNITS_NS[unit] + int(scaled)


def _quote(text: str) -> str:
    """Quote as package time does, which writes all but printable ASCII byte by byte."""
    quoted = bytearray()
    for byte in text.encode("utf-8", "surrogateescape"):
        if byte >= 0x80 or byte < 0x20:
            quoted += f"\\x{byte:02x}".encode()
        else:
            quoted += (b"\\" if byte in b'"\\' else b"") + bytes((byte,))
    return f'"{quoted.decode()}"'


def format_duration(ns: int) -> str:
    """Print as Go's `Duration.String`.

    >>> [format_duration(n) for n in (0, 1500, 90_000_000_000, 3_600_500_000_000)]
    ['0s', '1.5µs', '1m30s', '1h0m0.5s']
    """
    if ns == 0:
        return "0s"
    sign, ns = ("-", -ns) if ns < 0 else ("", ns)
    if ns < NS_PER_S:
        unit = "ns" if ns < 1_000 else "µs" if ns < 1_000_000 else "ms"
        return f"{sign}{_decimal(ns, _UNITS_NS[unit])}{unit}"
    minutes, rest = divmod(ns, 60 * NS_PER_S)
    hours, minutes = divmod(minutes, 60)
    parts = f"{hours}h{minutes}m" if hours else f"{minutes}m" if minutes else ""
    return f"{sign}{parts}{_decimal(rest, NS_PER_S)}s"


def _decimal(ns: int, unit_ns: int) -> str:
    whole, rest = divmod(ns, unit_ns)
    if not rest:
        return str(whole)
    return f"{whole}.{rest:0{len(str(unit_ns)) - 1}d}".rstrip("0")
