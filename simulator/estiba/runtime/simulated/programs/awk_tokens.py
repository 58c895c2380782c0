"""awk's words: numbers, strings, regular expressions, names, symbols."""

from __future__ import annotations

import re

KEYWORDS = frozenset(
    "BEGIN END function func if else while for do break continue next nextfile exit return delete in"
    " print printf getline".split()
)
BUILTINS = frozenset(
    "length substr index split sub gsub match sprintf toupper tolower int sqrt exp log sin cos atan2"
    " rand srand system close fflush".split()
)
TOKEN = re.compile(
    r"(?P<space>(?:[ \t\r]|\\\n|#[^\n]*)+)|(?P<newline>\n)"
    r"|(?P<number>0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
    r"|(?P<string>\"(?:[^\"\\\n]|\\.)*\")|(?P<call>[A-Za-z_]\w*(?=\())|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<symbol>\+\+|--|\*\*=|\*\*|[-+*/%^!=<>]=|&&|\|\||!~|>>|[-+*/%^!<>|?:~$=(){}\[\],;])",
    re.S,
)
ENDS_VALUE = frozenset((")", "]", "$", "++", "--"))
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "/": "/", "a": "\a", "b": "\b",
           "f": "\f", "v": "\v"}  # fmt: skip


class AwkError(Exception):
    """The program is wrong."""


def unescape(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        if found[1][0] in "01234567":
            return chr(int(found[1], 8) & 255)
        return ESCAPES.get(found[1], "\\" + found[1])

    return re.sub(r"\\([0-7]{1,3}|.)", one, text, flags=re.S)


def tokens_of(text: str) -> list[tuple[str, str]]:
    """Pairs of kind and text. Raises: AwkError."""
    found: list[tuple[str, str]] = []
    index = 0
    while index < len(text):
        if text[index] == "/" and _regex_may_start(found):
            matched = re.compile(r"/((?:[^/\\\n\[]|\\.|\[\^?\]?(?:[^\]\\]|\\.)*\])*)/", re.S).match(
                text, index
            )
            if not matched:
                raise AwkError("unterminated regexp")
            found.append(("regex", matched[1]))
            index = matched.end()
            continue
        token = TOKEN.match(text, index)
        if not token:
            raise AwkError(f"unexpected character '{text[index]}'")
        index = token.end()
        kind = token.lastgroup or ""
        if kind == "space":
            continue
        word = token[0]
        if kind in ("name", "call") and word in KEYWORDS:
            kind = "keyword"
        elif kind in ("name", "call") and word in BUILTINS:
            kind = "builtin"
        found.append((kind, word))
    return [*found, ("end", "")]


def _regex_may_start(found: list[tuple[str, str]]) -> bool:
    if not found:
        return True
    kind, word = found[-1]
    if kind in ("number", "string", "name", "regex", "builtin"):
        return False
    return not (kind == "symbol" and word in ENDS_VALUE)
