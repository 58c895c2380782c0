"""xargs: command lines out of standard input."""

from __future__ import annotations

import re

from ..program import Process
from ..streams import decode, print_err, read_all, read_file
from ..syscalls import Body
from .environment import child_of, wait_for
from .options import Grammar, Misuse, Options, complain, is_busybox, tool
from .quoting import shell_escape

GRAMMAR = Grammar(
    "+0a:d:E:I:L:n:oP:prs:tx",
    {
        "null": "0", "arg-file=": "a", "delimiter=": "d", "replace=?": "I", "max-lines=?": "L",
        "max-args=": "n", "max-procs=": "P", "interactive": "p", "no-run-if-empty": "r",
        "max-chars=": "s", "verbose": "t", "exit": "x",
    },
    "+0I:n:P:prs:tE:a:ox",
)  # fmt: skip
WORD = re.compile(r"(?:\\.|'[^'\n]*'|\"[^\"\n]*\"|[^\s\\'\"])+", re.S)


class _Unmatched(Exception):
    pass


def _words(text: str) -> list[list[str]]:
    """Words by line, with xargs's quotes. Raises: _Unmatched."""
    lines = []
    for line in re.split(r"(?<!\\)\n", text):
        bare = re.sub(r"\\.|'[^']*'|\"[^\"]*\"", "", line, flags=re.S)
        if "'" in bare or '"' in bare:
            raise _Unmatched("single" if "'" in bare else "double")
        lines.append([_unquoted(found[0]) for found in WORD.finditer(line)])
    return lines


def _unquoted(word: str) -> str:
    return re.sub(
        r"\\(.)|'([^']*)'|\"([^\"]*)\"", lambda m: m[1] or m[2] or m[3] or "", word, flags=re.S
    )


def _items(options: Options, text: str, busybox: bool) -> list[list[str]]:
    if "0" in options or "d" in options:
        mark = (
            "\0"
            if "0" in options
            else options.value("d").replace("\\n", "\n").replace("\\t", "\t").replace("\\0", "\0")
        )
        parts = text.split(mark)
        return [[part] for part in (parts[:-1] if parts[-1] == "" else parts)]
    if "I" in options:
        keep = str if busybox else _unquoted
        return [[keep(line.strip())] for line in text.split("\n") if line.strip()]
    return [words for words in _words(text) if words]


@tool("xargs")
def xargs(process: Process, args: list[str]) -> Body[int]:
    options = GRAMMAR.parse(process, args)
    command = options.operands or ["echo"]
    data = yield from (read_file(options.value("a")) if "a" in options else read_all(0))
    try:
        lines = _items(options, decode(data), is_busybox(process))
    except _Unmatched as which:
        text = (
            f"unmatched {which} quote; by default quotes are "
            "special to xargs unless you use the -0 option"
        )
        if is_busybox(process):
            text = f"unmatched {which} quote"
        yield from complain(process, text)
        return 1
    status = 0
    for argv in _commands(options, command, lines):
        if "t" in options or "p" in options:
            shown = argv if is_busybox(process) else map(shell_escape, argv)
            yield from print_err(" ".join(shown) + "\n")
        found = yield from wait_for((yield from child_of(process, argv)))
        if found in (126, 127):
            return found
        if found == 255:
            yield from complain(process, f"{argv[0]}: exited with status 255; aborting")
            return 124
        if found > 128 and not is_busybox(process):
            yield from complain(process, f"{argv[0]}: terminated by signal {found - 128}")
            return 125
        status = 123 if found else status
    return status


def _commands(options: Options, command: list[str], lines: list[list[str]]) -> list[list[str]]:
    if "I" in options:
        mark = options.value("I") or "{}"
        return [[word.replace(mark, line[0]) for word in command] for line in lines]
    if "L" in options:
        size = _number(options.value("L") or "1")
        groups = [_joined(lines[i : i + size]) for i in range(0, len(lines), size)]
        return [command + group for group in groups]
    items = _joined(lines)
    if not items:
        return [] if "r" in options else [command]
    size = _number(options.value("n")) if "n" in options else 5000
    return [command + items[i : i + size] for i in range(0, len(items), size)]


def _number(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise Misuse(f'invalid number "{text}" for -n option')
    return int(text)


def _joined(lines: list[list[str]]) -> list[str]:
    return [word for line in lines for word in line]
