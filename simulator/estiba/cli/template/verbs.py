"""printf and its verbs as Go's fmt prints them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ...spec.gotext import quote as go_quote
from .values import MISSING, JsonNumber, Named, Typed, float_text, show, to_json, type_name

DIRECTIVE = re.compile(r"%([-+# 0]*)(\*|[0-9]+)?(?:\.(\*|[0-9]*))?(\[[0-9]+\])?(.|\Z)", re.DOTALL)


def sprintf(form: str, values: Sequence[Any]) -> str:
    """Fill a format."""
    out: list[str] = []
    position = used = 0
    reordered = False
    for match in DIRECTIVE.finditer(form):
        if match.start() < position:
            continue
        out.append(form[position : match.start()])
        position = match.end()
        flags, width, precision, index, verb = match.groups()
        if verb == "%":
            out.append("%")
            continue
        if not verb:
            out.append("%!(NOVERB)")
            continue
        if index:
            used, reordered = int(index[1:-1]) - 1, True
        (width, precision), used = _stars((width, precision), values, used)
        if not 0 <= used < len(values):
            out.append(f"%!{verb}({'BADINDEX' if index else 'MISSING'})")
            continue
        out.append(_one(flags, width, precision, verb, values[used]))
        used += 1
    out.append(form[position:])
    if used < len(values) and not reordered:
        extra = ", ".join(_typed(value) for value in values[used:])
        out.append(f"%!(EXTRA {extra})")
    return "".join(out)


def _stars(
    parts: tuple[str | None, str | None], values: Sequence[Any], used: int
) -> tuple[tuple[str | None, str | None], int]:
    read: list[str | None] = []
    for part in parts:
        if part != "*":
            read.append(part)
            continue
        known = used < len(values) and type(values[used]) is int
        read.append(str(values[used]) if known else None)
        used += 1
    return (read[0], read[1]), used


def _typed(value: Any) -> str:
    if value is None or value is MISSING:
        return "<nil>"
    return f"{type_name(value)}={show(value)}"


def _one(flags: str, width: str | None, precision: str | None, verb: str, value: Any) -> str:
    text = _text(flags, precision, verb, value)
    size = int(width or 0)
    left = "-" in flags or size < 0
    missing = abs(size) - len(text)
    if missing <= 0:
        return text
    if left:
        return text + " " * missing
    numeric = (
        verb in "dxXobeEfFgG" and isinstance(value, (int, float)) and not isinstance(value, bool)
    )
    if "0" in flags and (numeric or isinstance(value, str)):
        sign = text[:1] if numeric and text[:1] in ("+", "-") else ""
        return sign + "0" * missing + text[len(sign) :]
    return " " * missing + text


def _text(flags: str, precision: str | None, verb: str, value: Any) -> str:
    if verb == "T":
        return type_name(value)
    if verb == "v":
        return _default(flags, precision, value)
    if value is None or value is MISSING:
        return f"%!{verb}(<nil>)"
    if isinstance(value, bool):
        return show(value) if verb == "t" else _bad(verb, value)
    if isinstance(value, int):
        return _integer(flags, precision, verb, value)
    if isinstance(value, float):
        return _float(flags, precision, verb, value)
    if isinstance(value, str):
        return _string(flags, precision, verb, value)
    return _compound(flags, precision, verb, value)


def _bad(verb: str, value: Any) -> str:
    return f"%!{verb}({_typed(value)})"


def _default(flags: str, precision: str | None, value: Any) -> str:
    if isinstance(value, JsonNumber) and "#" not in flags:
        return str(value)
    if isinstance(value, str):
        text = value if precision is None else value[: int(precision or 0)]
        return go_quote(text) if "#" in flags else text
    if isinstance(value, float) and precision is not None:
        return _float(flags, precision, "g", value)
    if isinstance(value, int) and not isinstance(value, bool) and "+" in flags and value >= 0:
        return f"+{value}"
    return show(value, verb="+v" if "+" in flags else "v")


def _integer(flags: str, precision: str | None, verb: str, value: int) -> str:
    if verb == "c":
        return chr(value) if 0 <= value < 0x110000 else "\ufffd"
    if verb == "q":
        return f"'{chr(value)}'" if 0 <= value < 0x110000 else "'\ufffd'"
    if verb == "U":
        return f"U+{value:04X}"
    if verb not in "dxXob":
        return _bad(verb, value)
    digits = format(abs(value), verb)
    if precision:
        digits = digits.zfill(int(precision))
    if "#" in flags:
        digits = {"x": "0x", "X": "0X", "o": "0", "b": "0b"}.get(verb, "") + digits
    sign = "-" if value < 0 else "+" if "+" in flags else " " if " " in flags else ""
    return sign + digits


def _float(flags: str, precision: str | None, verb: str, value: float) -> str:
    if verb not in "eEfFgG":
        return _bad(verb, value)
    sign = "+" if "+" in flags and value >= 0 else ""
    if verb in "gG" and precision is None:
        return sign + float_text(value)
    places = 6 if precision is None else int(precision or 0)
    text = format(value, f".{places}{'f' if verb == 'F' else verb}")
    return sign + text


def _string(flags: str, precision: str | None, verb: str, value: str) -> str:
    if precision is not None:
        value = value[: int(precision or 0)]
    if verb == "s":
        return value
    if verb == "q":
        return f"`{value}`" if "#" in flags and "`" not in value else go_quote(value)
    if verb in "xX":
        between = " " if " " in flags else ""
        digits = between.join(f"{byte:02x}" for byte in value.encode("utf-8", "surrogateescape"))
        return digits.upper() if verb == "X" else digits
    return _bad(verb, value)


def _compound(flags: str, precision: str | None, verb: str, value: Any) -> str:
    inner: Any = value
    if isinstance(value, Typed):
        inner = value.data
        if isinstance(inner, dict):
            inner = {key: value.element(item) for key, item in inner.items()}
        elif inner is not None:
            inner = [value.element(item) for item in inner]
    if isinstance(inner, (list, tuple)):
        items = (_text(flags, precision, verb, item) for item in inner)
        return "[" + " ".join(items) + "]"
    if isinstance(inner, dict):
        shown = (
            f"{_text(flags, precision, verb, key)}:{_text(flags, precision, verb, inner[key])}"
            for key in sorted(inner)
        )
        return "map[" + " ".join(shown) + "]"
    if isinstance(value, Named):
        return value.text(True, "v") if verb == "s" else _bad(verb, value)
    return to_json(value)


def sprint(values: Sequence[Any]) -> str:
    """Go's Sprint: a space between two values of which neither is a string."""
    text = ""
    for position, value in enumerate(values):
        if position and not isinstance(value, str) and not isinstance(values[position - 1], str):
            text += " "
        text += show(value) if value is not MISSING else "<nil>"
    return text


def sprintln(values: Sequence[Any]) -> str:
    return " ".join(show(value) if value is not MISSING else "<nil>" for value in values) + "\n"
