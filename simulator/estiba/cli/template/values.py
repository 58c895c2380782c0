"""The values a template works on, seen the way Go sees them.

Plain Python values stand for Go's: str, bool, int, float, None, list (`[]interface {}`), dict
(`map[string]interface {}`). What has a named type in Docker is a `Struct` (fields or methods by name) or a
`Typed` list or map. MISSING is the absence of a value, as when a map has no such key.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from .errors import EvaluationError


class Missing:
    """No value at all; prints as `<no value>`."""

    def __repr__(self) -> str:
        return "<no value>"


MISSING = Missing()


class JsonNumber(str):
    """A number of JSON that was not given a type."""

    __slots__ = ()


class Named:
    """A value of one of Docker's own types."""

    __slots__ = ()
    go_type: str

    def plain(self) -> Any:
        """What JSON shows."""
        raise NotImplementedError

    def text(self, top: bool, verb: str) -> str:
        """What %v shows; a pointer shows what it points to only at the top."""
        raise NotImplementedError


class Struct(Named):
    """A value with members. `member` raises KeyError for a name that is none.

    `by_methods`: its members are functions and it writes its own JSON, which marks HTML.
    """

    __slots__ = ()
    by_methods: ClassVar[bool] = False

    def member(self, name: str) -> Any:
        raise NotImplementedError

    def member_or_none(self, name: str) -> Any:
        """The member, or None instead of an error."""
        try:
            return self.member(name)
        except KeyError:
            return None


class Method:
    """A member that takes arguments, all strings."""

    __slots__ = ("arity", "function")

    def __init__(self, function: Callable[..., Any], arity: int) -> None:
        self.function = function
        self.arity = arity


class Typed(Named):
    """A list, a map or a nil of a named type. `element` wraps what it holds."""

    __slots__ = ("data", "element", "go_type", "key_type")

    def __init__(
        self,
        go_type: str,
        data: Any,
        element: Callable[[Any], Any] | None = None,
        key: str = "string",
    ) -> None:
        self.go_type = go_type
        self.data = data
        self.element = element or (lambda value: value)
        self.key_type = key

    def plain(self) -> Any:
        if self.data is None:
            return None
        if isinstance(self.data, dict):
            return {key: plain(self.element(self.data[key])) for key in sorted(self.data)}
        return [plain(self.element(item)) for item in self.data]

    def text(self, top: bool, verb: str) -> str:
        if self.data is None:
            return "<nil>" if self.go_type.startswith("*") else self._empty()
        if isinstance(self.data, dict):
            return show_map({key: self.element(value) for key, value in self.data.items()}, verb)
        return show_list([self.element(value) for value in self.data], verb)

    def _empty(self) -> str:
        return "map[]" if self.go_type.startswith("map[") else "[]"


def type_name(value: Any) -> str:
    """The name of a value's Go type."""
    if isinstance(value, Named):
        return value.go_type
    if isinstance(value, JsonNumber):
        return "json.Number"
    if isinstance(value, list):
        return "[]string" if isinstance(value, StringList) else "[]interface {}"
    names: dict[type, str] = {
        str: "string",
        bool: "bool",
        int: "int",
        float: "float64",
        dict: "map[string]interface {}",
        type(None): "<nil>",
    }
    return names.get(type(value), "<nil>")


class StringList(list[str]):
    """A list known to hold strings."""


def is_true(value: Any) -> bool:
    """What `if` takes as true: whatever is not the zero of its type."""
    if isinstance(value, Typed):
        return bool(value.data)
    if isinstance(value, Struct):
        return True
    return value is not MISSING and bool(value)


def float_text(value: float) -> str:
    """A float as %v prints it: shortest, with an exponent below 1e-4 and from 1e21."""
    if not math.isfinite(value):
        return {"nan": "NaN", "inf": "+Inf", "-inf": "-Inf"}[str(value)]
    size = abs(value)
    if size and (size < 1e-4 or size >= 1e21):
        mantissa, _, exponent = f"{value!r}".partition("e")
        if not exponent:
            mantissa, _, exponent = f"{value:e}".partition("e")
            mantissa = mantissa.rstrip("0").rstrip(".")
        return f"{mantissa}e{exponent[0] if exponent[0] in '+-' else '+'}{exponent.lstrip('+-').zfill(2)}"
    text = repr(value)
    if "e" in text:
        text = f"{value:f}"
    return text.removesuffix(".0") if text.endswith(".0") else re.sub(r"(\.\d*?)0+$", r"\1", text)


def show(value: Any, *, top: bool = True, verb: str = "v") -> str:
    """A value as %v prints it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return float_text(value)
    if value is None:
        return "<nil>"
    if isinstance(value, Named):
        return value.text(top, verb)
    if isinstance(value, dict):
        return show_map(value, verb)
    if isinstance(value, (list, tuple)):
        return show_list(value, verb)
    return str(value)


def show_list(values: Sequence[Any], verb: str) -> str:
    return "[" + " ".join(show(value, top=False, verb=verb) for value in values) + "]"


def show_map(values: dict[Any, Any], verb: str) -> str:
    shown = (f"{show(k)}:{show(values[k], top=False, verb=verb)}" for k in sorted(values))
    return "map[" + " ".join(shown) + "]"


def plain(value: Any) -> Any:
    """A value as JSON shows it; maps come sorted."""
    if isinstance(value, Named):
        return value.plain()
    if isinstance(value, dict):
        return {key: plain(value[key]) for key in sorted(value)}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return None if value is MISSING else value


class _Raw(float):
    """A number that goes into JSON as it was written."""

    def __new__(cls, text: str) -> _Raw:
        made = super().__new__(cls, 0.0)
        made.text = text
        return made

    text: str

    def __repr__(self) -> str:
        return self.text


ESCAPES = {"\u2028": "\\u2028", "\u2029": "\\u2029", "\x7f": "\x7f"}
HTML = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def to_json(value: Any, *, html: bool = False) -> str:
    """JSON as Go's encoder writes it. With `html`, `<`, `>` and `&` are escaped."""
    html = html or (isinstance(value, Struct) and value.by_methods)
    text = json.dumps(_numbers(plain(value)), ensure_ascii=False, separators=(",", ":"))
    for mark, escaped in (ESCAPES | HTML if html else ESCAPES).items():
        if mark in text:
            text = text.replace(mark, escaped)
    return text


def _numbers(value: Any) -> Any:
    if isinstance(value, JsonNumber):
        return int(value) if re.fullmatch("-?[0-9]+", value) else _Raw(value)
    if isinstance(value, dict):
        return {key: _numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_numbers(item) for item in value]
    return value


def length(value: Any) -> int:
    """Go's len. Raises: EvaluationError."""
    if isinstance(value, str):
        return len(value.encode("utf-8", "surrogateescape"))
    if isinstance(value, Typed):
        return len(value.data or ())
    if isinstance(value, (list, dict)):
        return len(value)
    if value is None or value is MISSING:
        raise EvaluationError("reflect: call of reflect.Value.Type on zero Value")
    raise EvaluationError(f"len of type {type_name(value)}")
