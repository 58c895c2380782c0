"""Reading a JSON object into a structure as Go does: types checked, case of keys ignored.

The engine's answer to a wrong type is Go's message, so ours is too.

Source: Go 1.19, encoding/json, Unmarshal; the messages of dockerd 20.10.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from estiba.errors import InvalidInput

Words = tuple[str, ...] | None

_KINDS = {
    bool: "bool",
    str: "string",
    int: "number",
    float: "number",
    list: "array",
    dict: "object",
}


def _kind(item: Any) -> str:
    return _KINDS.get(type(item), "null")


class InvalidConfig(InvalidInput):
    """A JSON text has not the form its structure needs."""


class Fields:
    """The fields of one structure; what is missing or null is None, or the type's zero."""

    __slots__ = ("_prefix", "_struct", "_value")

    def __init__(self, value: Mapping[str, Any], struct: str, *, prefix: str = "") -> None:
        self._value = {key.lower(): item for key, item in value.items()}
        self._struct = struct
        self._prefix = prefix

    def of(self, key: str, kind: type[Any], go_type: str) -> Any:
        """The item under a key, of the wanted JSON kind or None.

        Raises: InvalidConfig.
        """
        item = self._value.get(key.lower())
        if item is None or type(item) is kind:
            return item
        raise self._mismatch(_kind(item), key, go_type)

    def objects(self, key: str, go_type: str) -> list[dict[str, Any]]:
        items: list[Any] = self.of(key, list, go_type) or []
        for item in items:
            if type(item) is not dict:
                raise self._mismatch(_kind(item), key, go_type.removeprefix("[]"))
        return items

    def text(self, key: str) -> str:
        return self.of(key, str, "string") or ""

    def flag(self, key: str) -> bool:
        return bool(self.of(key, bool, "bool"))

    def number(self, key: str, go_type: str = "int") -> int | None:
        """A whole number of 64 bits."""
        item = self._value.get(key.lower())
        if type(item) is float or (type(item) is int and not -(2**63) <= item < 2**63):
            raise self._mismatch(f"number {item}", key, go_type)
        number: int | None = self.of(key, int, go_type)
        return number

    def words(self, key: str) -> Words:
        items = self.of(key, list, "[]string")
        return None if items is None else self._strings(items, key)

    def command(self, key: str) -> Words:
        """A list of words, or one word alone."""
        item = self._value.get(key.lower())
        if isinstance(item, str):
            return (item,)
        if isinstance(item, list) and all(type(word) is str or word is None for word in item):
            return tuple(word or "" for word in item)
        self.of(key, type(None), "string")
        return None

    def keys(self, key: str, go_type: str = "map[string]struct {}") -> Words:
        """The members of a set, which Go writes as an object of empty objects."""
        items = self.of(key, dict, go_type)
        if items is None:
            return None
        for item in items.values():
            if item is not None and type(item) is not dict:
                raise self._mismatch(_kind(item), key, "struct {}")
        return tuple(sorted(items))

    def mapping(self, key: str) -> Mapping[str, str] | None:
        items = self.of(key, dict, "map[string]string")
        if items is None:
            return None
        return dict(zip(items, self._strings(items.values(), key), strict=True))

    def _strings(self, items: Iterable[Any], key: str) -> tuple[str, ...]:
        for item in items:
            if type(item) is not str and item is not None:
                raise self._mismatch(_kind(item), key, "string")
        return tuple(item or "" for item in items)

    def _mismatch(self, found: str, key: str, go_type: str) -> InvalidConfig:
        return InvalidConfig(
            f"json: cannot unmarshal {found} into Go struct field"
            f" {self._struct}.{self._prefix}{key} of type {go_type}"
        )
