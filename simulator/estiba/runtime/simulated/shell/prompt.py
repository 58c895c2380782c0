"""Prompts: PS1 and PS2, with their backslash escapes.

Source: bash(1), "PROMPTING".
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from ..streams import decode
from ..syscalls import Body, Time
from .control import Failure
from .dialect import Dialect
from .word_parts import WordParts

if TYPE_CHECKING:
    from .shell import Shell

DEFAULTS = {
    Dialect.BASH: {"PS1": "\\s-\\v\\$ ", "PS2": "> "},
    Dialect.ASH: {"PS1": "\\w \\$ ", "PS2": "> "},
}
SHORT_VERSION = "5.2"


def set_defaults(shell: Shell) -> None:
    """What an interactive shell has before its start-up files, which test it: prompts, history."""
    defaults = dict(DEFAULTS.get(shell.dialect, {}))
    if shell.dialect is Dialect.BASH:
        defaults["HISTFILE"] = f"{shell.state.get('HOME') or ''}/.bash_history"
        defaults |= {"HISTSIZE": "500", "HISTFILESIZE": "500"}
    for name, text in defaults.items():
        if shell.state.get(name) is None:
            shell.state.set(name, text)


def prompt(shell: Shell, name: str = "PS1") -> Body[str]:
    """The prompt as it is printed; `\\[` and `\\]` are left as \\x01 and \\x02."""
    text = shell.state.get(name)
    if text is None:
        if shell.dialect is Dialect.DASH:
            text = {"PS1": "# " if shell.uid == 0 else "$ "}.get(name, "> ")
        else:
            text = DEFAULTS[shell.dialect][name]
    if shell.dialect is not Dialect.DASH:
        text = yield from _escapes(shell, text)
    if "$" in text or "`" in text:
        text = yield from _expanded(shell, text)
    return text


def _expanded(shell: Shell, text: str) -> Body[str]:
    status = shell.state.status
    lexer: WordParts = shell.lexer(text)
    try:
        expanded = yield from shell.expander.quoted_parts(lexer.read_document_parts())
    except Failure:
        return text
    finally:
        shell.state.status = status
    return expanded


def _escapes(shell: Shell, text: str) -> Body[str]:
    if "\\" not in text:
        return text
    out: list[str] = []
    at = 0
    while at < len(text):
        if text[at] != "\\" or at + 1 >= len(text):
            out.append(text[at])
            at += 1
            continue
        letter = text[at + 1]
        digits = text[at + 1 : at + 4]
        if len(digits) == 3 and all(one in "01234567" for one in digits):
            out.append(decode(bytes((int(digits, 8) & 255,))))
            at += 4
            continue
        out.append((yield from _escape(shell, letter)))
        at += 2
    return "".join(out)


def _escape(shell: Shell, letter: str) -> Body[str]:
    simple = {
        "a": "\a", "e": "\x1b", "n": "\n", "r": "\r", "\\": "\\\\", "[": "\x01", "]": "\x02",
        "$": "#" if shell.uid == 0 else "\\$", "h": shell.hostname.partition(".")[0],
        "H": shell.hostname, "s": posixpath.basename(shell.state.name).lstrip("-"),
        "v": SHORT_VERSION, "V": f"{SHORT_VERSION}.15", "j": str(len(shell.jobs.all)),
        "#": str(shell.command_number), "!": str(len(shell.history or ()) + 1), "l": "0",
    }  # fmt: skip
    if letter in simple:
        return simple[letter]
    if letter == "u":
        return (yield from shell.user_name())
    if letter in "wW":
        return _directory(shell, short=letter == "W")
    if letter in "tT@AdD":
        return _time((yield from Time()), letter)
    return "\\" + letter


def _directory(shell: Shell, *, short: bool) -> str:
    path = shell.state.get("PWD") or "/"
    home = (shell.state.get("HOME") or "").rstrip("/")
    if home and (path == home or path.startswith(home + "/")):
        path = "~" + path[len(home) :]
    if short:
        path = posixpath.basename(path) or "/"
    return path.replace("\\", "\\\\").replace("$", "\\$").replace("`", "\\`")


def _time(now_ns: int, letter: str) -> str:
    from datetime import UTC, datetime  # noqa: PLC0415 - rarely asked for

    forms = {"t": "%H:%M:%S", "T": "%I:%M:%S", "@": "%I:%M %p", "A": "%H:%M", "d": "%a %b %d"}
    return datetime.fromtimestamp(now_ns // 10**9, UTC).strftime(forms.get(letter, "%H:%M:%S"))


def visible_width(text: str) -> int:
    """Columns of the last line of a prompt, without what is between \\[ and \\] or in escapes."""
    line = text.rpartition("\n")[2]
    width, hidden, at = 0, False, 0
    while at < len(line):
        one = line[at]
        if one == "\x1b":
            at += 1
            while at < len(line) and not line[at].isalpha() and line[at] != "\a":
                at += 1
        elif one in "\x01\x02":
            hidden = one == "\x01"
        elif not hidden:
            width += 1
        at += 1
    return width
