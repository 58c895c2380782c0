"""How wide a text is, without a font at hand: so that a box is made for its text and nothing is cut off.

Widths are those of DejaVu Sans and its bold and monospaced faces, which are wider than what browsers
usually have (Helvetica, Arial, Segoe UI): a text measured here fits there too. `widths.json` maps a width
in thousandths of the font size to the characters that have it.
"""

from __future__ import annotations

import json
import unicodedata
from functools import cache
from importlib.resources import files

MONO = 602
WIDE, UNKNOWN = 1000, 800
ELLIPSIS = "…"


@cache
def _widths(face: str) -> dict[str, int]:
    tables = json.loads((files(__package__) / "widths.json").read_text(encoding="utf-8"))
    return {char: int(width) for width, chars in tables[face].items() for char in chars}


@cache
def _cell(char: str, face: str) -> int:
    if unicodedata.combining(char):
        return 0
    if unicodedata.east_asian_width(char) in "WF":
        return WIDE
    return MONO if face == "mono" else _widths(face).get(char, UNKNOWN)


def text_width(text: str, size: float, *, bold: bool = False, mono: bool = False) -> float:
    """Units: `size` and the answer in the drawing's units (pixels at its natural size)."""
    face = "mono" if mono else "bold" if bold else "regular"
    return sum(_cell(char, face) for char in text) * size / 1000


def fit(text: str, width: float, size: float, *, bold: bool = False, mono: bool = False) -> str:
    """The text, or as much of its beginning as fits, with an ellipsis."""
    if text_width(text, size, bold=bold, mono=mono) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        cut = text[:middle].rstrip() + ELLIPSIS
        if text_width(cut, size, bold=bold, mono=mono) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + ELLIPSIS


def fit_middle(
    text: str, width: float, size: float, *, bold: bool = False, mono: bool = False
) -> str:
    """As `fit`, but the cut is in the middle: names and paths tell most at both ends."""
    if text_width(text, size, bold=bold, mono=mono) <= width:
        return text
    kept = len(text) - 1
    while kept > 1:
        head = (kept + 1) // 2
        cut = text[:head] + ELLIPSIS + text[len(text) - (kept - head) :]
        if text_width(cut, size, bold=bold, mono=mono) <= width:
            return cut
        kept -= 1
    return ELLIPSIS


def wrap(
    text: str, width: float, size: float, lines: int, *, bold: bool = False, mono: bool = False
) -> tuple[str, ...]:
    """The text in at most so many lines; what does not fit ends in an ellipsis.

    A word that is too long for a line is broken after its separators.
    """
    found: list[str] = []
    rest = text.split()
    while rest and len(found) < lines:
        if len(found) == lines - 1:
            found.append(fit(" ".join(rest), width, size, bold=bold, mono=mono))
            break
        line = rest.pop(0)
        if text_width(line, size, bold=bold, mono=mono) > width:
            line, left = _first_piece(line, width, size, bold=bold, mono=mono)
            rest.insert(0, left)
        else:
            while rest and text_width(f"{line} {rest[0]}", size, bold=bold, mono=mono) <= width:
                line += f" {rest.pop(0)}"
        found.append(line)
    return tuple(found)


def _first_piece(
    text: str, width: float, size: float, *, bold: bool, mono: bool
) -> tuple[str, str]:
    """As much of a name as fits, cut after a separator if there is one in its second half; and the rest."""
    end = max(len(fit(text, width, size, bold=bold, mono=mono)) - 1, 1)
    at = max(text.rfind(sign, 0, end) for sign in "/:@-_. ") + 1
    at = at if at > end // 2 else end
    return text[:at], text[at:]


def break_name(
    text: str, width: float, size: float, lines: int, *, bold: bool = False, mono: bool = False
) -> tuple[str, ...]:
    """A name or path without spaces in at most so many lines, broken after its separators if it can be.

    What does not fit is cut in the middle of the last line.
    """
    found: list[str] = []
    while len(found) < lines - 1 and text_width(text, size, bold=bold, mono=mono) > width:
        piece, text = _first_piece(text, width, size, bold=bold, mono=mono)
        found.append(piece.rstrip())
        text = text.lstrip()
    return (*found, fit_middle(text, width, size, bold=bold, mono=mono))
