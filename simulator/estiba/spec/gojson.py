"""JSON with the bytes Go's `encoding/json` writes.

What is named by its digest must come out byte for byte, so the few places where Go and Python
differ matter: Go writes `<`, `>`, `&` and the two line separators of Unicode as `\\u003c` and so
on, has no short form for backspace and form feed, and replaces bytes that were no UTF-8.

Source: Go 1.19, encoding/json, Marshal and MarshalIndent.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

_ESCAPED = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
    "\\b": "\\u0008",
    "\\f": "\\u000c",
}
_SPECIAL = "\\\\.|[<>&\u2028\u2029\ud800-\udfff]"

Json = Any


def dump(value: Json) -> bytes:
    """Write compactly, as `json.Marshal`; keys keep their order."""
    return _go(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def dump_indented(value: Json, indent: int = 3) -> bytes:
    """Write over several lines, as `json.MarshalIndent`; registries' manifests use three spaces."""
    return _go(json.dumps(value, ensure_ascii=False, indent=indent))


def sorted_keys(value: Mapping[str, Json]) -> dict[str, Json]:
    """Order keys as Go orders those of a map."""
    return {key: value[key] for key in sorted(value)}


def without_empty(value: Mapping[str, Json]) -> dict[str, Json]:
    """Leave out what `omitempty` leaves out: null, false, zero and what has no elements."""
    return {key: item for key, item in value.items() if item}


def _go(text: str) -> bytes:
    return re.sub(_SPECIAL, _replacement, text).encode()


def _replacement(match: re.Match[str]) -> str:
    found = match[0]
    if "\ud800" <= found <= "\udfff":
        return "\\ufffd"
    return _ESCAPED.get(found, found)
