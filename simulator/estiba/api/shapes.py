"""The forms of JSON bodies, read as Go reads them into its structures.

Keys may differ in case, unknown ones are dropped, null is as good as nothing, and a wrong type is told in
the words of Go's decoder: the innermost structure, the path of fields, the type that was wanted.
What comes out has the keys as declared. Source: Go 1.19, encoding/json, `Unmarshal`; dockerd 20.10.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..errors import EstibaError

JSON_KINDS = {bool: "bool", str: "string", int: "number", float: "number", list: "array"}


class WrongType(EstibaError):
    """A value is of another kind than its place wants. Each door gives it its own status."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a body we are: the structure, and the fields that lead there."""

    struct: str = ""
    fields: tuple[str, ...] = ()

    def refuse(self, value: Any, wanted: str, found: str = "") -> WrongType:
        found = found or JSON_KINDS.get(type(value), "object")
        at = f"struct field {self.struct}.{'.'.join(self.fields)}" if self.fields else "value"
        return WrongType(f"json: cannot unmarshal {found} into Go {at} of type {wanted}")


class Shape(Protocol):
    """What a value must look like. `go` is what Go calls the type."""

    @property
    def go(self) -> str: ...

    @property
    def zero(self) -> Any:
        """What null becomes inside a list or a map."""
        ...

    def read(self, value: Any, place: Place) -> Any:
        """The value in canonical form; it is not null. Raises: WrongType."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    go: str = "string"
    zero: Any = ""

    def read(self, value: Any, place: Place) -> str:
        if type(value) is not str:
            raise place.refuse(value, self.go)
        return value if value.isascii() else whole(value)


@dataclass(frozen=True, slots=True)
class Flag:
    go: str = "bool"
    zero: Any = False

    def read(self, value: Any, place: Place) -> bool:
        if type(value) is not bool:
            raise place.refuse(value, self.go)
        return value


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number. Units: `bits` of its Go type."""

    go: str = "int64"
    bits: int = 64
    signed: bool = True
    zero: Any = 0

    def read(self, value: Any, place: Place) -> int:
        half = 1 << self.bits - 1
        low, high = (-half, half) if self.signed else (0, 2 * half)
        if type(value) is int and low <= value < high:
            return value
        number = type(value) in (int, float)
        raise place.refuse(value, self.go, f"number {value}" if number else "")


@dataclass(frozen=True, slots=True)
class Words:
    """A list of words, or one word alone."""

    go: str = "strslice.StrSlice"
    zero: Any = None

    def read(self, value: Any, place: Place) -> list[str]:
        if type(value) is list and all(item is None or type(item) is str for item in value):
            return [whole(item or "") for item in value]
        return [TEXT.read(value, place)]


@dataclass(frozen=True, slots=True)
class ListOf:
    item: Shape
    pointer: bool = False
    zero: Any = None

    @property
    def go(self) -> str:
        return f"[]{'*' * self.pointer}{self.item.go}"

    def read(self, value: Any, place: Place) -> list[Any]:
        if type(value) is not list:
            raise place.refuse(value, self.go)
        return [self.item.zero if item is None else self.item.read(item, place) for item in value]


@dataclass(frozen=True, slots=True)
class MapOf:
    """An object whose keys are data. `name` where Go has a name for the type."""

    item: Shape
    pointer: bool = False
    name: str = ""
    zero: Any = None

    @property
    def go(self) -> str:
        return self.name or f"map[string]{'*' * self.pointer}{self.item.go}"

    def read(self, value: Any, place: Place) -> dict[str, Any]:
        if type(value) is not dict:
            raise place.refuse(value, self.go)
        return {
            whole(key): self.item.zero if item is None else self.item.read(item, place)
            for key, item in value.items()
        }


@dataclass(frozen=True, slots=True)
class Struct:
    """An object with known fields. `go` is qualified, as messages about the whole value have it."""

    go: str
    fields: Mapping[str, Shape]
    zero: Any = None
    _spelled: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def name(self) -> str:
        return self.go.rpartition(".")[2]

    def read(self, value: Any, place: Place = Place()) -> dict[str, Any]:
        if type(value) is not dict:
            raise place.refuse(value, self.go)
        found: dict[str, Any] = {}
        for key, item in value.items():
            name = key if key in self.fields else self._known(key)
            if name is not None:
                below = Place(self.name, (*place.fields, name))
                found[name] = None if item is None else self.fields[name].read(item, below)
        return found

    def _known(self, key: str) -> str | None:
        if not self._spelled:
            self._spelled.update((name.lower(), name) for name in self.fields)
        return self._spelled.get(key.lower())


TEXT, FLAG, NUMBER = Text(), Flag(), Number()


def whole(text: str) -> str:
    """Half a pair of surrogates, which JSON can spell and nothing can send, becomes U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
