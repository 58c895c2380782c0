"""printf."""

from __future__ import annotations

import re

from ..program import Process
from ..streams import write_all
from ..syscalls import Body
from .escapes import Formatter
from .options import Asked, complain, is_busybox, missing_operand, tool
from .quoting import literal, shell_escape


def format_with(process: Process, form: str, args: list[str]) -> tuple[bytes, Formatter]:
    """printf's output and its complaints, in the wording of the flavour."""
    if is_busybox(process):
        formatter = Formatter(
            lambda text, _: f"invalid number '{text}'", shell_escape, lenient=True
        )
    else:
        formatter = Formatter(lambda text, rest: _bad_number(process, text, rest), shell_escape)
    return formatter.format(form, args), formatter


def _bad_number(process: Process, text: str, rest: str) -> str:
    why = "value not completely converted" if rest else "expected a numeric value"
    return f"{literal(process, text)}: {why}"


@tool("printf")
def printf(process: Process, args: list[str]) -> Body[int]:
    if args[:1] == ["--"]:
        args = args[1:]
    if not args:
        raise missing_operand(process)
    if len(args) == 1 and args[0] in ("--help", "--version") and not is_busybox(process):
        raise Asked(args[0][2:])
    data, formatter = format_with(process, args[0], args[1:])
    yield from write_all(1, data)
    for text in formatter.errors:
        yield from complain(process, text)
    if formatter.fatal:
        if is_busybox(process):
            yield from complain(process, f"{formatter.fatal}: invalid format")
        elif formatter.fatal == "%":
            yield from complain(process, "missing conversion character")
        else:
            yield from complain(process, f"{formatter.fatal}: invalid conversion specification")
    elif not is_busybox(process) and args[1:] and not re.search(r"%[^%]", args[0]):
        extra = literal(process, args[1])
        yield from complain(process, f"warning: ignoring excess arguments, starting with {extra}")
    return 1 if formatter.errors or formatter.fatal else 0
