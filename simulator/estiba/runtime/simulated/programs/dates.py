"""Dates: strftime without the machine's clock or locale, and the dates people type.

Times are nanoseconds since the epoch. Simplified: the time zone is UTC, or the fixed offset that TZ
gives (`CET-1`); no zone files. Source: date(1), strftime(3), POSIX TZ.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

SECOND = 1_000_000_000
DAY_S = 86_400
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RULE = re.compile(r"(?:([A-Za-z]{3,})|<([-+A-Za-z0-9]+)>)([-+]?\d{1,2})(?::(\d\d))?")


@dataclass(frozen=True, slots=True)
class Zone:
    """A fixed offset east of UTC. Units: seconds."""

    name: str = "UTC"
    offset: int = 0

    def moment(self, time_ns: int) -> datetime:
        shifted = timezone(timedelta(seconds=self.offset), self.name)
        return (EPOCH + timedelta(seconds=time_ns // SECOND)).astimezone(shifted)

    def from_parts(self, year: int, month: int, day: int, second_of_day: int) -> int:
        """Raises: ValueError for a date that does not exist."""
        days = (datetime(year, month, day, tzinfo=UTC) - EPOCH).days
        return (days * DAY_S + second_of_day - self.offset) * SECOND


def zone_of(environment: dict[str, str]) -> Zone:
    matched = RULE.match(environment.get("TZ", ""))
    if not matched:
        return Zone()
    name = matched[1] or matched[2]
    west = int(matched[3]) * 3600
    west += (int(matched[4] or 0) * 60) * (-1 if west < 0 else 1)
    return Zone(name, -west)


def strftime(form: str, time_ns: int, zone: Zone) -> str:
    """Format a time as date(1) does, flags and widths included.

    >>> strftime("%F %T %a %-d %N", 1_600_000_000 * SECOND, Zone())
    '2020-09-13 12:26:40 Sun 13 000000000'
    """
    moment = zone.moment(time_ns)

    def one(matched: re.Match[str]) -> str:
        flag, width, colons, letter = matched.groups()
        if letter == "z":
            text = _offset(zone.offset, len(colons))
        elif colons:
            return matched[0]
        elif letter == "N":
            digits = f"{time_ns % SECOND:09d}"
            return digits[: int(width)] if width else digits
        else:
            found = _field(letter, moment, time_ns, zone, width)
            if found is None:
                return matched[0]
            text = found
        return _padded(text, flag, width, letter)

    return re.sub(r"%([-_0^#]?)(\d*)(?:[EO]?)(:*)([a-zA-Z%+])", one, form)


def _padded(text: str, flag: str, width: str, letter: str) -> str:
    if flag == "-":
        text = re.sub(r"^[0 ]+(?=.)", "", text)
    elif flag == "_":
        text = re.sub(r"^0+(?=.)", lambda zeros: " " * len(zeros[0]), text)
    elif flag == "0":
        text = text.replace(" ", "0") if letter in "ekl" else text
    elif flag == "^":
        text = text.upper()
    elif flag == "#":
        text = text.swapcase() if letter in "pPZ" else text.upper()
    return text.rjust(int(width or 0), "0" if text.isdigit() and flag != "_" else " ")


def _offset(seconds: int, colons: int) -> str:
    sign, left = ("-", -seconds) if seconds < 0 else ("+", seconds)
    hours, minutes = divmod(left // 60, 60)
    between = ":" if colons else ""
    tail = f":{left % 60:02d}" if colons == 2 else ""
    return f"{sign}{hours:02d}{between}{minutes:02d}{tail}"


def _field(letter: str, moment: datetime, time_ns: int, zone: Zone, width: str) -> str | None:
    composed = COMPOSED.get(letter)
    if composed is not None:
        return strftime(composed, time_ns, zone)
    weekday = moment.isoweekday()
    hour12 = moment.hour % 12 or 12
    simple = {
        "a": DAYS[weekday % 7][:3], "A": DAYS[weekday % 7],
        "b": MONTHS[moment.month - 1][:3], "h": MONTHS[moment.month - 1][:3],
        "B": MONTHS[moment.month - 1], "C": f"{moment.year // 100:02d}",
        "d": f"{moment.day:02d}", "e": f"{moment.day:2d}", "H": f"{moment.hour:02d}",
        "I": f"{hour12:02d}", "j": f"{moment.timetuple().tm_yday:03d}", "k": f"{moment.hour:2d}",
        "l": f"{hour12:2d}", "m": f"{moment.month:02d}", "M": f"{moment.minute:02d}", "n": "\n",
        "p": "AM" if moment.hour < 12 else "PM", "P": "am" if moment.hour < 12 else "pm",
        "q": str((moment.month + 2) // 3), "s": str(time_ns // SECOND),
        "S": f"{moment.second:02d}", "t": "\t", "u": str(weekday), "w": str(weekday % 7),
        "y": f"{moment.year % 100:02d}", "Y": str(moment.year), "Z": zone.name, "%": "%",
    }  # fmt: skip
    if letter in "GgVUW":
        return _week(letter, moment)
    return simple.get(letter)


def _week(letter: str, moment: datetime) -> str:
    iso = moment.isocalendar()
    if letter in "Gg":
        return f"{iso.year:04d}" if letter == "G" else f"{iso.year % 100:02d}"
    if letter == "V":
        return f"{iso.week:02d}"
    weekday = moment.isoweekday() % 7 if letter == "U" else moment.isoweekday() - 1
    return f"{(moment.timetuple().tm_yday + 6 - weekday) // 7:02d}"


COMPOSED = {
    "c": "%a %b %e %H:%M:%S %Y",
    "D": "%m/%d/%y",
    "F": "%Y-%m-%d",
    "r": "%I:%M:%S %p",
    "R": "%H:%M",
    "T": "%H:%M:%S",
    "x": "%m/%d/%y",
    "X": "%H:%M:%S",
}

ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?"
    r"\s*(Z|[-+]\d\d:?\d\d|UTC|GMT)?$"
)
CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?\s*(am|pm)?$", re.I)
NAMED = re.compile(
    r"(?:[A-Za-z]{3,},?\s+)?(?:(\d{1,2})\s+([A-Za-z]{3,})|([A-Za-z]{3,})\s+(\d{1,2})),?"
    r"(?:\s+(\d\d):(\d\d)(?::(\d\d))?)?(?:\s+(?:UTC|GMT))?(?:\s+(\d{4}))?"
    r"(?:\s+(\d\d):(\d\d)(?::(\d\d))?)?(?:\s+(?:UTC|GMT|[-+]0000))?$"
)
SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{2,4}))?$")
RELATIVE = re.compile(
    r"(?:([-+]?\s*\d+|a|an|next|last|this)\s*)?"
    r"(sec|second|min|minute|hour|day|week|fortnight|month|year)s?\b(\s+ago)?",
    re.I,
)
UNIT_S = {"sec": 1, "second": 1, "min": 60, "minute": 60, "hour": 3600, "day": DAY_S,
          "week": 7 * DAY_S, "fortnight": 14 * DAY_S}  # fmt: skip


def parse_date(text: str, now_ns: int, zone: Zone) -> int | None:
    """What `date -d` and `touch -d` understand; None if they would not."""
    text = text.strip()
    if re.fullmatch(r"@-?\d+(\.\d+)?", text):
        whole, _, part = text[1:].partition(".")
        return int(whole) * SECOND + int((part + "0" * 9)[:9])
    base, rest = _absolute(text, now_ns, zone)
    if base is None:
        base, rest = now_ns, text
    return _shift(base, rest, zone)


def _absolute(text: str, now_ns: int, zone: Zone) -> tuple[int | None, str]:
    """The fixed part of a date, and what may be relative after it."""
    cut = RELATIVE.search(text)
    words = {"now": 0, "today": 0, "yesterday": -DAY_S, "tomorrow": DAY_S, "midnight": 0, "": 0}
    fixed = text[: cut.start()].strip() if cut else text
    rest = text[cut.start() :] if cut else ""
    if fixed.lower() in words:
        base = now_ns + words[fixed.lower()] * SECOND
        return (_midnight(base, zone) if fixed.lower() == "midnight" or text == "" else base), rest
    first, _, second = fixed.partition(" ")
    if first.lower() in words and CLOCK.match(second):
        return _parse_fixed(second, now_ns + words[first.lower()] * SECOND, zone), rest
    return _parse_fixed(fixed, now_ns, zone), rest if _parse_fixed(fixed, now_ns, zone) else text


def _midnight(time_ns: int, zone: Zone) -> int:
    moment = zone.moment(time_ns)
    return zone.from_parts(moment.year, moment.month, moment.day, 0)


def _parse_fixed(text: str, now_ns: int, zone: Zone) -> int | None:
    now = zone.moment(now_ns)
    try:
        if matched := ISO.match(text):
            year, month, day, hour, minute, second, part, offset = matched.groups()
            found = _zone_named(offset, zone).from_parts(
                int(year), int(month), int(day), _clock(hour, minute, second)
            )
            return found + int(((part or "") + "0" * 9)[:9])
        if matched := CLOCK.match(text):
            hour = int(matched[1])
            if matched[4]:
                hour = hour % 12 + (12 if matched[4].lower() == "pm" else 0)
            second = _clock(str(hour), matched[2], matched[3])
            return zone.from_parts(now.year, now.month, now.day, second)
        if matched := SLASHED.match(text):
            year = int(matched[3] or now.year)
            year += (2000 if year < 69 else 1900) if year < 100 else 0
            return zone.from_parts(year, int(matched[1]), int(matched[2]), 0)
        if re.fullmatch(r"\d{8}", text):
            return zone.from_parts(int(text[:4]), int(text[4:6]), int(text[6:]), 0)
        if matched := NAMED.match(text):
            return _parse_named(matched, now.year, zone)
    except ValueError:
        pass
    return None


def _zone_named(text: str | None, zone: Zone) -> Zone:
    if not text:
        return zone
    if text in ("Z", "UTC", "GMT"):
        return Zone()
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return Zone("", minutes * 60 * (-1 if text[0] == "-" else 1))


def _clock(hour: str | None, minute: str | None, second: str | None) -> int:
    parts = int(hour or 0), int(minute or 0), int(second or 0)
    if parts[0] > 23 or parts[1] > 59 or parts[2] > 60:
        raise ValueError
    return parts[0] * 3600 + parts[1] * 60 + parts[2]


def _parse_named(matched: re.Match[str], year: int, zone: Zone) -> int | None:
    day, name = matched[1] or matched[4], (matched[2] or matched[3]).lower()
    months = [i for i, month in enumerate(MONTHS, 1) if month.lower().startswith(name)]
    if len(months) != 1:
        return None
    clock = _clock(matched[5] or matched[9], matched[6] or matched[10], matched[7] or matched[11])
    return zone.from_parts(int(matched[8] or year), months[0], int(day), clock)


def _shift(base: int, text: str, zone: Zone) -> int | None:
    index = 0
    for matched in RELATIVE.finditer(text):
        if text[index : matched.start()].strip(" ,"):
            return None
        index = matched.end()
        count, unit = (matched[1] or "1").replace(" ", "").lower(), matched[2].lower()
        number = {"a": 1, "an": 1, "next": 1, "last": -1, "this": 0}.get(count)
        number = int(count) if number is None else number
        base = _move(base, -number if matched[3] else number, unit, zone)
    return None if text[index:].strip() else base


def _move(base: int, number: int, unit: str, zone: Zone) -> int:
    if unit in UNIT_S:
        return base + number * UNIT_S[unit] * SECOND
    moment = zone.moment(base)
    months = moment.year * 12 + moment.month - 1 + number * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    over = max(0, moment.day - calendar.monthrange(year, month + 1)[1])
    second = moment.hour * 3600 + moment.minute * 60 + moment.second
    found = zone.from_parts(year, month + 1, moment.day - over, second)
    return found + over * DAY_S * SECOND + base % SECOND


def parse_stamp(text: str, now_ns: int, zone: Zone) -> int | None:
    """`touch -t`: [[CC]YY]MMDDhhmm[.ss]."""
    matched = re.fullmatch(r"(\d{8}|\d{10}|\d{12})(?:\.(\d\d))?", text)
    if not matched:
        return None
    digits = matched[1]
    year = zone.moment(now_ns).year
    if len(digits) == 12:
        year = int(digits[:4])
    elif len(digits) == 10:
        year = int(digits[:2]) + (2000 if int(digits[:2]) < 69 else 1900)
    month, day, hour, minute = (digits[i : i + 2] for i in range(len(digits) - 8, len(digits), 2))
    try:
        return zone.from_parts(year, int(month), int(day), _clock(hour, minute, matched[2]))
    except ValueError:
        return None
