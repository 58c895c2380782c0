"""JSON that is shown as the engine wrote it, only laid out anew."""

from __future__ import annotations

import re

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def compact(text: str) -> str:
    """Without blanks between the tokens."""
    return "".join(TOKEN.findall(text))


def indent(text: str, step: str = "    ") -> str:
    """One member a line; empty objects and lists stay closed."""
    out: list[str] = []
    depth = 0
    opened = False
    for token in TOKEN.findall(text):
        if token in "}]":
            depth -= 1
            if not opened:
                out.append("\n" + step * depth)
            out.append(token)
            opened = False
            continue
        if opened:
            out.append("\n" + step * depth)
            opened = False
        if token in "{[":
            depth += 1
            opened = True
            out.append(token)
        elif token == ",":
            out.append(",\n" + step * depth)
        elif token == ":":
            out.append(": ")
        else:
            out.append(token)
    return "".join(out)
