"""POSIX regular expressions, basic and extended, as Python's: what grep, sed, expr and find need.

Works on bytes, with `re`. Simplified: the leftmost match of an alternation is Python's first, not
POSIX's longest; equivalence classes are left out.
"""

from __future__ import annotations

import re

from ..streams import encode

CLASSES = {
    "alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "upper": "A-Z", "lower": "a-z",
    "space": " \\t\\n\\r\\f\\v", "blank": " \\t", "punct": "!-/:-@\\[-`{-~", "print": " -~",
    "graph": "!-~", "cntrl": "\\x00-\\x1f\\x7f", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
GNU_ESCAPES = {"w": "[A-Za-z0-9_]", "W": "[^A-Za-z0-9_]", "s": r"[ \t\n\r\f\v]",
               "S": r"[^ \t\n\r\f\v]", "b": r"\b", "B": r"\B", "<": r"\b(?=\w)", ">": r"\b(?<=\w)",
               "`": r"\A", "'": r"\Z", "n": r"\n", "t": r"\t"}  # fmt: skip


class BadPattern(Exception):
    """The text is no regular expression. `str()` is what the C library says of it."""


def compile_pattern(text: str, *, extended: bool, ignore_case: bool = False) -> re.Pattern[bytes]:
    """Raises: BadPattern."""
    translated = translate(text, extended=extended)
    flags = re.IGNORECASE if ignore_case else 0
    try:
        return re.compile(encode(translated), flags | re.MULTILINE * 0 | re.DOTALL)
    except (re.error, OverflowError):
        raise BadPattern("Invalid regular expression") from None


def translate(text: str, *, extended: bool) -> str:
    """The same pattern in Python's notation.

    >>> translate(r"a\\(b*\\)\\1", extended=False), translate("a+(b|c){2}", extended=True)
    ('a(b*)\\\\1', 'a+(b|c){2}')
    """
    return _Translation(text, extended).run()


class _Translation:
    def __init__(self, text: str, extended: bool) -> None:
        self.text, self.extended = text, extended
        self.out: list[str] = []
        self.index = 0
        self.depth = 0
        self.atom = False

    def run(self) -> str:
        while self.index < len(self.text):
            self.step()
        if self.depth > 0:
            raise BadPattern("Unmatched ( or \\(")
        return "".join(self.out)

    def put(self, text: str, atom: bool) -> None:
        self.out.append(text)
        self.atom = atom

    def step(self) -> None:
        character = self.text[self.index]
        self.index += 1
        if character == "[":
            self.bracket()
        elif character == "\\":
            self.escape()
        elif character == "*":
            self.star()
        elif character == ".":
            self.put(".", True)
        elif character == "^":
            self.caret()
        elif character == "$":
            self.dollar()
        elif self.extended and character in "(){}|+?":
            self.operator(character)
        else:
            self.put(re.escape(character), True)

    def star(self) -> None:
        if self.atom:
            self.out.append("*") if not self.out[-1].endswith("*") else None
        elif self.extended and self.out and not self.out[-1].endswith(("(", "|", "^")):
            pass
        else:
            self.put("\\*", True)

    def caret(self) -> None:
        start = not self.out or self.out[-1].endswith(("(", "|"))
        self.put("^" if self.extended or start else "\\^", not (self.extended or start))

    def dollar(self) -> None:
        rest = self.text[self.index :]
        if self.extended or not rest or rest.startswith(("\\)", "\\|")):
            self.put("$(?!\\n)", False)
        else:
            self.put("\\$", True)

    def operator(self, character: str) -> None:
        if character == "(":
            self.depth += 1
            self.put("(", False)
        elif character == ")":
            if not self.depth:
                if self.extended:
                    self.put("\\)", True)
                    return
                raise BadPattern("Unmatched ) or \\)")
            self.depth -= 1
            self.put(")", True)
        elif character == "|":
            self.put("|", False)
        elif character == "{":
            self.interval()
        elif character == "}":
            self.put("\\}", True)
        elif self.atom:
            self.out.append(character) if self.out[-1] not in ("*", "+", "?") else None
        elif not self.extended or not self.out:
            self.put("\\" + character, True)

    def interval(self) -> None:
        end = r"\}" if self.extended else r"\\\}"
        matched = re.compile(r"(\d*)(,?)(\d*)" + end).match(self.text, self.index)
        if not matched or not self.atom or not (matched[1] or matched[2]):
            if self.extended:
                self.put("\\{", True)
                return
            raise BadPattern("Unmatched \\{" if "\\}" not in self.text[self.index :]
                             else "Invalid content of \\{\\}")  # fmt: skip
        self.index = matched.end()
        self.out.append("{" + (matched[1] or "0") + matched[2] + matched[3] + "}")

    def escape(self) -> None:
        if self.index >= len(self.text):
            raise BadPattern("Trailing backslash")
        character = self.text[self.index]
        self.index += 1
        if not self.extended and character in "(){}|+?":
            self.operator(character)
        elif character.isdecimal() and character != "0":
            opened = sum(part == "(" for part in self.out)
            if int(character) > opened:
                raise BadPattern("Invalid back reference")
            self.put(f"(?:\\{character})", True)
        elif character in GNU_ESCAPES:
            self.put(GNU_ESCAPES[character], character in "wWsSnt")
        else:
            self.put(re.escape(character), True)

    def bracket(self) -> None:
        text, index = self.text, self.index
        negated = text[index : index + 1] == "^"
        index += negated
        inside: list[str] = []
        first = True
        while True:
            if index >= len(text):
                raise BadPattern("Invalid regular expression")
            character = text[index]
            if character == "]" and not first:
                break
            if matched := re.compile(r"\[:(\w*):\]").match(text, index):
                if matched[1] not in CLASSES:
                    raise BadPattern("Invalid character class name")
                inside.append(CLASSES[matched[1]])
                index = matched.end()
            elif matched := re.compile(r"\[[.=](.)[.=]\]").match(text, index):
                inside.append(re.escape(matched[1]))
                index = matched.end()
            elif character == "-" and not first and text[index + 1 : index + 2] not in ("]", ""):
                inside.append("-")
                index += 1
            else:
                inside.append("\\" + character if character in "\\]^-[&~|" else character)
                index += 1
            first = False
        self.index = index + 1
        body = "".join(inside)
        self.put(f"[{'^' if negated else ''}{body}]", True)
