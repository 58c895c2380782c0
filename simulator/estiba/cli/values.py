"""The kinds of flag values: how each is read, what it starts as, what `--help` calls it.

A reader raises ValueError with the words Docker uses; who calls it adds which flag it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

from ..errors import EstibaError
from ..spec.gotext import quote

INT64_MAX = (1 << 63) - 1


class Kind(NamedTuple):
    """`bare` is the value of the flag without one; `empty` is what help shows as a default."""

    label: str
    parse: Callable[[str], Any]
    start: Callable[[str], Any]
    bare: str | None = None
    many: bool = False
    empty: str = ""

    def add(self, values: Any, text: str) -> Any:
        """One more value of a flag that may be repeated."""
        value = self.parse(text)
        if isinstance(values, dict):
            values.update(value)
        elif isinstance(value, list):
            values.extend(value)
        else:
            values.append(value)
        return values


def parse_bool(text: str) -> bool:
    if text in ("1", "t", "T", "TRUE", "true", "True"):
        return True
    if text in ("0", "f", "F", "FALSE", "false", "False"):
        return False
    raise ValueError(f"strconv.ParseBool: parsing {quote(text)}: invalid syntax")


NUMBER = r"[+-]?(0[xX]_?[0-9a-fA-F_]+|0[bB]_?[01_]+|0[oO]?_?[0-7_]*|[1-9][0-9_]*)"


def parse_integer(text: str, function: str, low: int, high: int) -> int:
    """A number as Go reads it with base 0: decimal, 0x, 0o, 0b, underscores."""
    unsigned = function == "ParseUint"
    if not re.fullmatch(NUMBER, text) or (unsigned and text[0] in "+-") or text.endswith("_"):
        raise ValueError(f"strconv.{function}: parsing {quote(text)}: invalid syntax")
    digits = text.lstrip("+-")
    if len(digits) > 1 and digits[0] == "0" and digits[1] not in "xXbBoO":
        digits = "0o" + digits[1:].lstrip("_")
    value = -int(digits, 0) if text[0] == "-" else int(digits, 0)
    if not low <= value <= high:
        raise ValueError(f"strconv.{function}: parsing {quote(text)}: value out of range")
    return value


def parse_int(text: str) -> int:
    return parse_integer(text, "ParseInt", -INT64_MAX - 1, INT64_MAX)


def parse_uint16(text: str) -> int:
    return parse_integer(text, "ParseUint", 0, 65535)


def parse_uint64(text: str) -> int:
    return parse_integer(text, "ParseUint", 0, (1 << 64) - 1)


def decimal(text: str, function: str, high: int) -> int:
    """A number as Go reads it with base 10."""
    if not re.fullmatch(r"[+-]?[0-9]+" if function != "ParseUint" else r"[0-9]+", text):
        raise ValueError(f"strconv.{function}: parsing {quote(text)}: invalid syntax")
    if not -high - 1 <= int(text) <= high:
        raise ValueError(f"strconv.{function}: parsing {quote(text)}: value out of range")
    return int(text)


def parse_duration(text: str) -> int:
    """Units: nanoseconds."""
    from ..spec.gotime import parse_duration as parse  # noqa: PLC0415

    try:
        return parse(text)
    except EstibaError as error:
        raise ValueError(str(error)) from None


def parse_bytes(text: str) -> int:
    from ..spec.rule import Rule  # noqa: PLC0415
    from ..spec.units import ram_in_bytes  # noqa: PLC0415

    try:
        return ram_in_bytes(text, Rule.CLIENT)
    except EstibaError as error:
        raise ValueError(str(error)) from None


def parse_swap(text: str) -> int:
    return -1 if text == "-1" else parse_bytes(text)


RATIONAL = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?"


def parse_cpus(text: str) -> int:
    """Units: billionths of a CPU."""
    from fractions import Fraction  # noqa: PLC0415

    try:
        if not re.fullmatch(RATIONAL, text) and not re.fullmatch(r"[+-]?[0-9]+/[0-9]+", text):
            raise ValueError
        nano = Fraction(text) * 1_000_000_000
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"failed to parse {text} as a rational number") from None
    if nano.denominator != 1:
        raise ValueError("value is too precise")
    return nano.numerator


def parse_csv(text: str) -> list[str]:
    """One line of comma-separated values, as encoding/csv reads it."""
    if not text:
        raise ValueError("EOF")
    if '"' not in text:
        return text.split("\n", 1)[0].split(",")
    fields: list[str] = []
    position = 0
    while True:
        match = re.compile(r'"((?:[^"]|"")*)"(,|\Z)|([^,"]*)(,|\Z)').match(text, position)
        if match is None:
            raise ValueError(_csv_fault(text, position))
        fields.append(match[3] if match[1] is None else match[1].replace('""', '"'))
        position = match.end()
        if not (match[2] or match[4]):
            return fields


def _csv_fault(text: str, position: int) -> str:
    if text[position : position + 1] != '"':
        column = len(text[: text.index('"', position)].encode()) + 1
        return f'parse error on line 1, column {column}: bare " in non-quoted-field'
    end = re.compile(r'"((?:[^"]|"")*)').match(text, position)
    column = len(text[: end.end() if end else 0].encode()) + 1
    return f'parse error on line 1, column {column}: extraneous or missing " in quoted-field'


def parse_strings(text: str) -> list[str]:
    return parse_csv(text) if text else []


def parse_pair(text: str) -> dict[str, str]:
    key, _, value = text.partition("=")
    return {key: value}


def parse_pairs(text: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for field in [text] if text.count("=") < 2 else parse_csv(text):
        key, equals, value = field.partition("=")
        if not equals:
            raise ValueError(f"{field} must be formatted as key=value")
        pairs[key] = value
    return pairs


def parse_filter(text: str) -> list[tuple[str, str]]:
    if not text:
        return []
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError("bad format of filter (expected name=value)")
    return [(name.strip().lower(), value.strip())]


def checked(name: str) -> Callable[[str], Any]:
    """A reader of `checks`, loaded when it is first needed."""

    def parse(text: str) -> Any:
        return getattr(import_module(".checks", __package__), name)(text)

    return parse


def _list(parse: Callable[[str], Any] = str, label: str = "list", empty: str = "") -> Kind:
    return Kind(label, parse, lambda _: [], many=True, empty=empty)


def _map(parse: Callable[[str], dict[str, str]]) -> Kind:
    return Kind("map", parse, lambda _: {}, many=True, empty="map[]")


def _number(label: str, parse: Callable[[str], int]) -> Kind:
    return Kind(label, parse, lambda default: int(default or 0))


KINDS: dict[str, Kind] = {
    "bool": Kind("", parse_bool, lambda default: default == "true", bare="true"),
    "string": Kind("string", str, str),
    "int": _number("int", parse_int),
    "int64": _number("int", parse_int),
    "uint16": _number("uint16", parse_uint16),
    "uint64": _number("uint", parse_uint64),
    "duration": _number("duration", parse_duration),
    "bytes": _number("bytes", parse_bytes),
    "swap": _number("bytes", parse_swap),
    "cpus": _number("decimal", parse_cpus),
    "strings": _list(parse_strings, "strings"),
    "stringToString": Kind("stringToString", parse_pairs, lambda _: {}, many=True, empty="[]"),
    "filter": _list(parse_filter, "filter"),
    "list": _list(),
    "map": _map(parse_pair),
    "map:sysctl": _map(checked("sysctl")),
    "ulimit": _list(checked("ulimit"), "ulimit", "[]"),
    "mount": _list(checked("mount"), "mount"),
    "network": _list(checked("network"), "network"),
    "gpus": _list(checked("gpus"), "gpu-request"),
    "weight-device": _list(checked("weight_device"), "list", "[]"),
    "throttle:bps": _list(checked("throttle_bps"), "list", "[]"),
    "throttle:iops": _list(checked("throttle_iops"), "list", "[]"),
    **{
        f"list:{name}": _list(checked(name.replace("-", "_")))
        for name in ("attach", "cgroup-rule", "domain", "env", "host", "ip", "label", "link", "tag")
    },
}


def kind_of(name: str) -> Kind:
    return KINDS[name]
