"""What an engine answered, dressed in the types of `shapes`: members by name, zero values, JSON order."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from .shapes import SHAPES
from .template import Struct, Typed
from .template.values import plain, show

NUMBERS = frozenset("int int64 uint uint16 uint32 uint64 byte".split())
LINE = re.compile(r"^(\S+): ((?:.*\n)(?:  .*\n)*)", re.MULTILINE)
ZERO_TIME = "0001-01-01T00:00:00Z"


class Member:
    """One member of a type. An embedded one has no name."""

    __slots__ = ("go_type", "json", "name", "optional")

    def __init__(self, text: str) -> None:
        name, space, go_type = text.partition(" ")
        if not space:
            self.name, self.json, self.optional, self.go_type = "", "", False, name
            return
        self.optional = name.endswith("?")
        name, equals, json = name.rstrip("?").partition("=")
        self.name = name
        self.json = json if equals else name
        self.go_type = go_type


@lru_cache(maxsize=1)
def _texts() -> dict[str, str]:
    return {name: " ".join(body.split()) for name, body in LINE.findall(SHAPES)}


@cache
def members(go_type: str) -> tuple[Member, ...]:
    return tuple(Member(text) for text in _texts()[go_type].split("; "))


@cache
def _by_name(go_type: str) -> dict[str, Member]:
    """All members that can be named, those of embedded types too; the nearest wins."""
    found: dict[str, Member] = {}
    for member in members(go_type):
        if not member.name:
            inner = member.go_type.lstrip("*")
            found = {**_by_name(inner), **found}
            found.setdefault(inner.partition(".")[2], member)
    return {**found, **{member.name: member for member in members(go_type) if member.name}}


class Shaped(Struct):
    """A struct of Docker's, over decoded JSON."""

    __slots__ = ("data", "go_type")

    def __init__(self, go_type: str, data: dict[str, Any]) -> None:
        self.go_type = go_type
        self.data = data

    @property
    def _name(self) -> str:
        return self.go_type.lstrip("*")

    def member(self, name: str) -> Any:
        member = _by_name(self._name)[name]
        if not member.name:
            return shape(member.go_type, self.data)
        return shape(member.go_type, _entry(self.data, member.json))

    def plain(self) -> Any:
        out: dict[str, Any] = {}
        for member in members(self._name):
            value = self.data if not member.name else _entry(self.data, member.json)
            shaped = plain(shape(member.go_type, value))
            if not member.name:
                out.update(shaped or {})
            elif not (member.optional and _is_empty(shaped, member.go_type)):
                out[member.json] = shaped
        return out

    def text(self, top: bool, verb: str) -> str:
        if self.go_type.startswith("*") and not top:
            return "0xc000000000"
        parts = []
        for member in members(self._name):
            value = self.data if not member.name else _entry(self.data, member.json)
            if member.go_type in ("*int", "*int64", "*bool") and value is not None:
                shown = "0xc000000000"
            else:
                shown = show(shape(member.go_type, value), top=False, verb=verb)
            name = member.name or member.go_type.lstrip("*").partition(".")[2]
            parts.append(f"{name}:{shown}" if verb == "+v" else shown)
        return ("&" if self.go_type.startswith("*") else "") + "{" + " ".join(parts) + "}"


def _entry(data: dict[str, Any], name: str) -> Any:
    """Names of JSON are matched without regard to case, as the client does."""
    if name in data:
        return data[name]
    lowered = name.lower()
    return next((value for key, value in data.items() if key.lower() == lowered), None)


def _is_empty(value: Any, go_type: str) -> bool:
    if go_type.startswith("*"):
        return value is None
    if "." in go_type and not go_type.startswith(("[", "map[")):
        return False
    return value in (None, False, 0, "", [], {})


def shape(go_type: str, value: Any) -> Any:
    """The value of a type, from JSON or from nothing."""
    kind = go_type[0]
    if kind == "*":
        inner = go_type[1:]
        if value is None:
            return Typed(go_type, None)
        return (
            Shaped(go_type, value) if "." in inner and inner != "time.Time" else shape(inner, value)
        )
    if kind == "[":
        return _list(go_type, value)
    if go_type.startswith("map["):
        return _map(go_type, value)
    if go_type == "any":
        return value
    if go_type == "struct{}":
        return _Nothing()
    if go_type == "time.Time":
        return Time(value or ZERO_TIME)
    if "." in go_type and go_type != "nat.Port":
        return Shaped(go_type, value if isinstance(value, dict) else {})
    return _basic(go_type, value)


def _basic(go_type: str, value: Any) -> Any:
    if go_type == "bool":
        return bool(value)
    if go_type in NUMBERS:
        return int(value) if isinstance(value, (int, float, str)) and value != "" else 0
    if go_type == "float64":
        return float(value or 0)
    return value if isinstance(value, str) else "" if value is None else str(value)


def _list(go_type: str, value: Any) -> Any:
    size, _, inner = go_type[1:].partition("]")
    items = value if isinstance(value, list) else None
    if size:
        items = [*(items or []), *[None] * int(size)][: int(size)]
    return Typed(go_type, items, lambda item: shape(inner, item))


def _map(go_type: str, value: Any) -> Any:
    key, _, inner = go_type[4:].partition("]")
    return Typed(
        go_type, value if isinstance(value, dict) else None, lambda v: shape(inner, v), key
    )


class _Nothing(Struct):
    """`struct{}`: no members at all."""

    __slots__ = ()
    go_type = "struct {}"

    def member(self, name: str) -> Any:
        raise KeyError(name)

    def plain(self) -> Any:
        return {}

    def text(self, top: bool, verb: str) -> str:
        return "{}"


class Time(Struct):
    """A time: JSON shows it as it came, %v in full."""

    __slots__ = ("written",)
    go_type = "time.Time"

    def __init__(self, written: str) -> None:
        self.written = written

    def member(self, name: str) -> Any:
        raise KeyError(name)

    def plain(self) -> Any:
        return self.written

    def text(self, top: bool, verb: str) -> str:
        from ..errors import EstibaError  # noqa: PLC0415
        from ..spec.gotime import go_time_string, parse_time  # noqa: PLC0415

        try:
            return go_time_string(parse_time(self.written))
        except EstibaError:
            return self.written
