"""Comparing an answer with the truth, leniently in form and strictly in substance."""

from __future__ import annotations

import re
from typing import Any

from ..spec.units import human_size

SIZE = re.compile(r"(\d+(?:[.,]\d+)?)\s*(bytes?|[kKMGT]?i?B?)")
FACTORS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


def plain(answer: Any) -> str:
    """An answer as one text; lists are joined by commas."""
    if isinstance(answer, list):
        return ", ".join(plain(item) for item in answer)
    if isinstance(answer, bool):
        return "true" if answer else "false"
    return " ".join(str(answer).split())


def equal(kind: str, answer: Any, truth: str) -> bool:
    """Is the answer right? `truth` is what the engine printed."""
    given, truth = plain(answer), " ".join(truth.split())
    match kind:
        case "number":
            return _number(given) is not None and _number(given) == _number(truth)
        case "size":
            return _same_size(given, truth)
        case _:
            return given.casefold() == truth.casefold()


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", ".").removesuffix("B").strip())
    except ValueError:
        return None


def _bytes(text: str) -> float | None:
    match = SIZE.fullmatch(text.strip())
    if match is None:
        return None
    unit = match[2][:1].lower() if match[2][:1].lower() in "kmgt" else ""
    return float(match[1].replace(",", ".")) * FACTORS[unit]


def _same_size(given: str, truth: str) -> bool:
    """The same number of bytes, or what Docker prints for it with three or four digits."""
    size, wanted = _bytes(given), _bytes(truth)
    if size is None or wanted is None:
        return False
    shown = {human_size(round(wanted), digits) for digits in (3, 4)}
    return (
        size == wanted or human_size(round(size), 4) in shown or human_size(round(size), 3) in shown
    )
