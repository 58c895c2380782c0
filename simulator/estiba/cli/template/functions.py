"""The functions templates may call: Go's own and Docker's."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from ...spec.gotext import quote
from .errors import EvaluationError
from .values import (
    MISSING,
    JsonNumber,
    Missing,
    StringList,
    Struct,
    Typed,
    length,
    to_json,
    type_name,
)
from .verbs import sprint, sprintf, sprintln


@dataclass(frozen=True, slots=True)
class Builtin:
    """`takes` names the type of each argument; the last one counts for all that follow if `rest`."""

    call: Callable[..., Any]
    takes: tuple[str, ...]
    rest: bool = False


def index(value: Any, *keys: Any) -> Any:
    """Raises: EvaluationError."""
    if value is MISSING or value is None:
        raise EvaluationError("index of untyped nil")
    for key in keys:
        value = _item(value, key)
    return value


def _item(value: Any, key: Any) -> Any:
    data = value.data if isinstance(value, Typed) else value
    if isinstance(value, Typed) and data is None:
        if value.go_type.startswith("*"):
            raise EvaluationError("index of nil pointer")
        data = {} if value.go_type.startswith("map[") else []
    if isinstance(data, dict):
        wanted = value.key_type if isinstance(value, Typed) else "string"
        if type_name(key) != wanted:
            raise EvaluationError(f"value has type {type_name(key)}; should be {wanted}")
        if key not in data:
            return value.element(None) if isinstance(value, Typed) else MISSING
        return value.element(data[key]) if isinstance(value, Typed) else data[key]
    if isinstance(data, list) or (isinstance(data, str) and not isinstance(data, JsonNumber)):
        text = data.encode() if isinstance(data, str) else data
        found = text[_within(value, position(key, len(text) + 1), len(text))]
        return value.element(found) if isinstance(value, Typed) else found
    raise EvaluationError(f"can't index item of type {type_name(value)}")


def _within(value: Any, key: int, size: int) -> int:
    """Go lets the index right behind the end through, and fails then."""
    if key == size:
        kind = "string" if isinstance(value, str) else "slice"
        raise EvaluationError(f"reflect: {kind} index out of range")
    return key


def position(key: Any, size: int, *, top: int = -1) -> int:
    if key is MISSING or key is None:
        raise EvaluationError("cannot index slice/array with nil")
    if isinstance(key, bool) or not isinstance(key, int):
        raise EvaluationError(f"cannot index slice/array with type {type_name(key)}")
    if not 0 <= key < size + (top >= 0):
        raise EvaluationError(f"index out of range: {key}")
    return key


def cut(value: Any, *bounds: Any) -> Any:
    """Go's slice. Raises: EvaluationError."""
    data = value.data or [] if isinstance(value, Typed) else value
    if len(bounds) > 3:
        raise EvaluationError(f"too many slice indexes: {len(bounds)}")
    if not isinstance(data, (list, str)):
        raise EvaluationError(f"can't slice item of type {type_name(value)}")
    if isinstance(data, str) and len(bounds) == 3:
        raise EvaluationError("cannot 3-index slice a string")
    raw = data.encode() if isinstance(data, str) else data
    ends = [position(bound, len(raw), top=0) for bound in bounds]
    low = ends[0] if ends else 0
    high = ends[1] if len(ends) > 1 else len(raw)
    if low > high:
        raise EvaluationError(f"invalid slice index: {low} > {high}")
    part = raw[low:high]
    if isinstance(part, bytes):
        return part.decode("utf-8", "replace")
    return Typed(value.go_type, part, value.element) if isinstance(value, Typed) else part


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float, str)):
        return type(value).__name__ if not isinstance(value, str) else "str"
    return ""


def equal(first: Any, *others: Any) -> bool:
    """Raises: EvaluationError."""
    if not others:
        raise EvaluationError("missing argument for comparison")
    _comparable(first)
    for other in others:
        _comparable(other)
        if _same(first, other):
            return True
    return False


def _comparable(value: Any) -> None:
    if isinstance(value, (list, dict)) or (isinstance(value, Typed) and value.data is not None):
        raise EvaluationError(f"non-comparable type {sprintf('%s', [value])}: {type_name(value)}")


def _same(first: Any, other: Any) -> bool:
    absent = [value is None or value is MISSING for value in (first, other)]
    if any(absent):
        return all(absent)
    if _kind(first) != _kind(other):
        raise EvaluationError("incompatible types for comparison")
    return bool(first == other)


def _less(first: Any, other: Any) -> bool:
    kinds = _kind(first), _kind(other)
    for kind in kinds:
        if kind in ("", "bool"):
            raise EvaluationError("invalid type for comparison")
    if kinds[0] != kinds[1]:
        raise EvaluationError("incompatible types for comparison")
    return bool(first < other)


def not_equal(first: Any, other: Any) -> bool:
    return not equal(first, other)


def _call(function: Any, *_: Any) -> Any:
    if function is None or function is MISSING:
        raise EvaluationError("call of nil")
    raise EvaluationError(f"non-function {quote('')} of type {type_name(function)}")


def title(text: str) -> str:
    """Each word with its first letter upper case; a word begins where no letter, digit or _ was."""
    out: list[str] = []
    before = " "
    for letter in text:
        starts = not (before.isalnum() or before == "_") and not (
            ord(before) > 127 and not before.isspace()
        )
        out.append(letter.upper() if starts else letter)
        before = letter
    return "".join(out)


def pad(text: str, before: int, after: int) -> str:
    if text and (before < 0 or after < 0):
        raise EvaluationError("strings: negative Repeat count")
    return " " * before + text + " " * after if text else text


def truncate(text: str, size: int) -> str:
    raw = text.encode("utf-8", "surrogateescape")
    if size < 0:
        raise EvaluationError(f"runtime error: slice bounds out of range [:{size}]")
    return text if len(raw) < size else raw[:size].decode("utf-8", "surrogateescape")


def split(text: str, mark: str) -> StringList:
    return StringList(text.split(mark) if mark else list(text))


def join(parts: Any, mark: str) -> str:
    return mark.join((parts.data or []) if isinstance(parts, Typed) else parts)


def _escape_js(text: str) -> str:
    plain = {
        "\\": "\\\\",
        "'": "\\'",
        '"': '\\"',
        "<": "\\u003C",
        ">": "\\u003E",
        "&": "\\u0026",
        "=": "\\u003D",
    }
    return re.sub(r"[\\'\"<>&=\x00-\x1f]", lambda m: plain.get(m[0], f"\\u{ord(m[0]):04X}"), text)


def _html(text: str) -> str:
    return html.escape(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")


ANY = ("any",)
FUNCTIONS: dict[str, Builtin] = {
    "and": Builtin(lambda *_: None, ANY, rest=True),
    "or": Builtin(lambda *_: None, ANY, rest=True),
    "not": Builtin(lambda value: value, ANY),
    "len": Builtin(length, ANY),
    "index": Builtin(index, ("any", "any"), rest=True),
    "slice": Builtin(cut, ("any", "any"), rest=True),
    "print": Builtin(lambda *v: sprint(v), ANY, rest=True),
    "printf": Builtin(lambda form, *v: sprintf(form, v), ("string", "any"), rest=True),
    "println": Builtin(lambda *v: sprintln(v), ANY, rest=True),
    "html": Builtin(lambda *v: _html(sprint(v)), ANY, rest=True),
    "js": Builtin(lambda *v: _escape_js(sprint(v)), ANY, rest=True),
    "urlquery": Builtin(lambda *v: quote_plus(sprint(v)), ANY, rest=True),
    "call": Builtin(_call, ("any", "any"), rest=True),
    "eq": Builtin(equal, ("any", "any"), rest=True),
    "ne": Builtin(not_equal, ("any", "any")),
    "lt": Builtin(_less, ("any", "any")),
    "le": Builtin(lambda a, b: not _less(b, a) if _less(a, b) or True else False, ("any", "any")),
    "gt": Builtin(lambda a, b: _less(b, a), ("any", "any")),
    "ge": Builtin(lambda a, b: not _less(a, b), ("any", "any")),
    "json": Builtin(to_json, ANY),
    "split": Builtin(split, ("string", "string")),
    "join": Builtin(join, ("[]string", "string")),
    "title": Builtin(title, ("string",)),
    "lower": Builtin(str.lower, ("string",)),
    "upper": Builtin(str.upper, ("string",)),
    "pad": Builtin(pad, ("string", "int", "int")),
    "truncate": Builtin(truncate, ("string", "int")),
}

HEADER_FUNCTIONS: dict[str, Builtin] = {
    **FUNCTIONS,
    "json": Builtin(str, ("string",)),
    "split": Builtin(lambda text, _: text, ("string", "string")),
    "join": Builtin(lambda text, _: text, ("string", "string")),
    "title": Builtin(str, ("string",)),
    "lower": Builtin(str, ("string",)),
    "upper": Builtin(str, ("string",)),
    "truncate": Builtin(lambda text, _: text, ("string", "int")),
}

__all__ = ["FUNCTIONS", "HEADER_FUNCTIONS", "Builtin", "Missing", "Struct"]
