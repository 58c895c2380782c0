"""Quoting of names, as GNU programs show them.

Source: behaviour of GNU coreutils 9.1 (`ls --quoting-style=shell-escape` and error messages).
"""

from __future__ import annotations

from ..program import Process
from ..streams import encode

ALWAYS_SPECIAL = frozenset(" !\"$&'()*;<=>?[\\^`|\t\n")
SPECIAL_FIRST = frozenset("#~")
UNSAFE_IN_DOUBLE = frozenset('"$`\\!')
NAMED_ESCAPES = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r"}


def is_utf8(process: Process) -> bool:
    """Does the locale of the process know letters outside ASCII?"""
    environment = process.environment
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        if value := environment.get(name):
            return value.lower().replace("-", "").endswith("utf8")
    return False


def _printable(character: str, utf8: bool) -> bool:
    if character < "\x80":
        return " " <= character <= "~"
    return utf8 and character.isprintable() and not "\udc80" <= character <= "\udcff"


def escaped_byte(byte: int) -> str:
    return NAMED_ESCAPES.get(byte) or f"\\{byte:03o}"


def shell_escape(text: str, *, always: bool = False, utf8: bool = False) -> str:
    """As a shell could read it back.

    >>> shell_escape("a b"), shell_escape("ab"), shell_escape("it's"), shell_escape("ab",
    always=True)
    ("'a b'", 'ab', '"it\\'s"', "'ab'")
    """
    odd = any(not _printable(character, utf8) for character in text)
    special = not text or text[0] in SPECIAL_FIRST or not ALWAYS_SPECIAL.isdisjoint(text)
    if not (always or odd or special):
        return text
    if "'" in text and not odd and UNSAFE_IN_DOUBLE.isdisjoint(text):
        return f'"{text}"'
    if not odd:
        return "'" + text.replace("'", "'\\''") + "'"
    return _escape_odd(text, utf8)


def _escape_odd(text: str, utf8: bool) -> str:
    out, escaping = ["'"], False
    for character in text:
        if _printable(character, utf8):
            if escaping:
                out.append("''")
                escaping = False
            out.append("'\\''" if character == "'" else character)
        else:
            if not escaping:
                out.append("'$'")
                escaping = True
            out.extend(escaped_byte(byte) for byte in encode(character))
    out.append("'")
    return "".join(out)


def quoted(process: Process, name: str) -> str:
    """A file name in an error message: always in quotes."""
    return shell_escape(name, always=True, utf8=is_utf8(process))


def maybe_quoted(process: Process, name: str) -> str:
    """A file name at the start of an error message: quoted only if it must be."""
    return shell_escape(name, always=":" in name or not name, utf8=is_utf8(process))


def literal(process: Process, text: str) -> str:
    """An argument in an error message, in the quotes of the locale."""
    if is_utf8(process):
        return f"‘{text}’"
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
