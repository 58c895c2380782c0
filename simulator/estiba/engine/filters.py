"""The filters of lists and prunes, as Docker reads them.

A name may be given several times: values of one name are alternatives (labels must all match),
different names must all match.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ..errors import Failure, InvalidInput
from ..spec.gotext import parse_int, quote
from ..spec.gotime import InvalidDuration, InvalidTime, parse_duration, parse_time

NS_PER_S = 1_000_000_000
FOR_EVER_NS = 1 << 63


class InvalidFilter(InvalidInput):
    def __init__(self, name: str, value: str | None = None) -> None:
        super().__init__(
            f"Invalid filter '{name}'" if value is None else f"Invalid filter '{name}={value}'"
        )


class Filters:
    """Values by name, checked against the names a command knows. Raises: InvalidFilter."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Iterable[str]], accepted: Iterable[str]) -> None:
        self._values = {name: tuple(given) for name, given in values.items()}
        known = frozenset(accepted)
        for name in self._values:
            if name not in known:
                raise InvalidFilter(name)

    def __contains__(self, name: str) -> bool:
        return bool(self._values.get(name))

    def __bool__(self) -> bool:
        return any(self._values.values())

    def get(self, name: str) -> tuple[str, ...]:
        return self._values.get(name, ())

    def exact(self, name: str, value: str) -> bool:
        """Is the value one of those asked for? True when nobody asked."""
        wanted = self._values.get(name)
        return not wanted or value in wanted

    def fuzzy(self, name: str, value: str) -> bool:
        """Does the value begin so?"""
        wanted = self._values.get(name)
        return not wanted or any(value.startswith(text) for text in wanted)

    def match(self, name: str, value: str) -> bool:
        """Equal, or found as a regular expression; a broken expression matches nothing."""
        wanted = self._values.get(name)
        return not wanted or any(text == value or _search(text, value) for text in wanted)

    def flag(self, name: str) -> bool:
        """One value, true or false. Raises: InvalidFilter."""
        values = self._values.get(name, ())
        if len(values) == 1 and values[0] in ("1", "true"):
            return True
        if len(values) == 1 and values[0] in ("0", "false"):
            return False
        raise InvalidFilter(name, f"[{' '.join(values)}]")

    def labels_match(self, labels: Mapping[str, str] | None) -> bool:
        """Are all of `label` there, and none of `label!`?"""
        wanted, unwanted = self._values.get("label"), self._values.get("label!")
        if wanted and not all(_has_label(labels or {}, text) for text in wanted):
            return False
        return not unwanted or not all(_has_label(labels or {}, text) for text in unwanted)

    def until_ns(self, now_ns: int) -> int:
        """The one `until`: only what is older counts. Raises: InvalidInput."""
        values = self._values.get("until")
        if not values:
            return FOR_EVER_NS
        if len(values) > 1:
            raise Failure("more than one until filter specified")
        return until_ns(values[0], now_ns)


def _has_label(labels: Mapping[str, str], text: str) -> bool:
    name, equals, value = text.partition("=")
    return name in labels and (not equals or labels[name] == value)


def _search(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False


def moment_ns(text: str, now_ns: int) -> int:
    """A time given as seconds since the epoch, as RFC 3339, or as a duration ago.

    Raises: Failure in Go's words. Units: nanoseconds since the epoch.
    """
    try:
        return now_ns - parse_duration(text)
    except InvalidDuration:
        pass
    try:
        return parse_time(text)
    except InvalidTime:
        return seconds_ns(text)


def until_ns(text: str, now_ns: int) -> int:
    """The moment of an `until` filter. Raises: Failure."""
    try:
        return moment_ns(text, now_ns)
    except Failure:
        raise Failure(f"failed to parse value as time or duration: {quote(text)}") from None


def seconds_ns(text: str) -> int:
    """`seconds[.nanoseconds]` since the epoch, in nanoseconds. Raises: Failure."""
    whole, dot, fraction = text.partition(".")
    try:
        seconds = parse_int(whole)
        nanoseconds = int(fraction.ljust(9, "0")[:9]) if dot and parse_int(fraction) >= 0 else 0
    except InvalidInput as error:
        raise Failure(str(error)) from None
    return seconds * NS_PER_S + nanoseconds
