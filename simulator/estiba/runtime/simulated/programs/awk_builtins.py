"""awk's functions."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from ..streams import encode
from .awk_machine import Input, Machine, Value, number
from .awk_syntax import Node
from .awk_tokens import AwkError
from .escapes import Formatter

NUMERIC: dict[str, Callable[[float], float]] = {
    "int": math.trunc,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
    "sin": math.sin,
    "cos": math.cos,
}


def call_builtin(machine: Machine, name: str, args: tuple[Node, ...]) -> Value:
    """Raises: AwkError."""
    if name in ("sub", "gsub"):
        return _substitute(machine, args, name == "gsub")
    if name == "split":
        return _split(machine, args)
    if name == "length":
        return _length(machine, args)
    if name == "match":
        return _match(machine, args)
    values = [machine.value(arg) for arg in args]
    texts = [machine.string(value) for value in values]
    if name in NUMERIC:
        try:
            return float(NUMERIC[name](number(values[0])))
        except (ValueError, OverflowError):
            return math.nan
    if name == "substr":
        return _substring(texts[0], [number(value) for value in values[1:]])
    if name == "index":
        return float(texts[0].find(texts[1]) + 1)
    if name in ("toupper", "tolower"):
        return texts[0].upper() if name == "toupper" else texts[0].lower()
    if name == "sprintf":
        return machine.format(values)
    if name == "atan2":
        return math.atan2(number(values[0]), number(values[1]))
    if name == "rand":
        machine.seed = (machine.seed * 1103515245 + 12345) & 0x7FFFFFFF
        return machine.seed / 0x80000000
    if name == "srand":
        before, machine.seed = machine.seed, int(number(values[0])) if values else 0
        return float(before)
    if name in ("close", "fflush"):
        return 0.0
    raise AwkError(f"{name} is not available in the simulator")


def _length(machine: Machine, args: tuple[Node, ...]) -> Value:
    if not args:
        return float(len(machine.string(machine.field(0))))
    if args[0][0] == "name" and isinstance(machine.scope(args[0][1]).get(args[0][1]), dict):
        return float(len(machine.array(args[0][1])))
    return float(len(machine.string(machine.value(args[0]))))


def _substring(text: str, places: list[float]) -> str:
    """mawk and BusyBox count a length from the first character even when the start is before it."""
    start = max(1, round(places[0]))
    end = len(text) + 1 if len(places) < 2 else round(start + places[1])
    return text[start - 1 : max(0, end - 1)]


def _match(machine: Machine, args: tuple[Node, ...]) -> Value:
    found = machine.matcher(args[1]).search(encode(machine.string(machine.value(args[0]))))
    machine.variables["RSTART"] = float(found.start() + 1) if found else 0.0
    machine.variables["RLENGTH"] = float(found.end() - found.start()) if found else -1.0
    start: float = machine.variables["RSTART"]
    return start


def _split(machine: Machine, args: tuple[Node, ...]) -> Value:
    text = machine.string(machine.value(args[0]))
    if len(args) > 2:
        node = args[2]
        separator = node[1] if node[0] == "regex" else machine.string(machine.value(node))
    else:
        separator = machine.string(machine.variables["FS"])
    parts = machine.split(text, separator)
    array = machine.array(args[1][1])
    array.clear()
    array.update((str(index), part) for index, part in enumerate(parts, 1))
    return float(len(parts))


def _substitute(machine: Machine, args: tuple[Node, ...], everywhere: bool) -> Value:
    target: Node = args[2] if len(args) > 2 else ("$", ("number", 0.0))
    text = encode(machine.string(machine.value(target)))
    replacement = machine.string(machine.value(args[1]))
    pieces = re.findall(r"\\\\|\\&|&|[^\\&]+|\\", replacement)

    def replace(found: re.Match[bytes]) -> bytes:
        kinds = {"\\\\": b"\\", "\\&": b"&", "&": found[0]}
        return b"".join(kinds.get(piece, encode(piece)) for piece in pieces)

    result, count = machine.matcher(args[0]).subn(replace, text, count=0 if everywhere else 1)
    if count:
        machine.set(target, Input(result.decode("utf-8", "surrogateescape")))
    return float(count)


def format_values(machine: Machine, values: list[Value]) -> str:
    if not values:
        raise AwkError("not enough arguments in printf")
    formatter = Formatter(lambda text, rest: "", lambda text: text)
    form, rest = machine.string(values[0]).replace("\\", "\\\\"), values[1:]
    pieces = re.findall(r"%[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[a-zA-Z%]|%|[^%]+", form)
    out = ""
    for piece in pieces:
        if piece[0] != "%" or piece == "%%" or len(piece) == 1:
            out += piece.replace("\\\\", "\\") if piece[0] != "%" else "%"
            continue
        count = piece.count("*") + 1
        args, rest = rest[:count], rest[count:]
        out += _one(machine, formatter, piece, args)
    return out


def _one(machine: Machine, formatter: Formatter, piece: str, args: list[Value]) -> str:
    texts = []
    for index, value in enumerate(args):
        last = index == len(args) - 1
        if last and piece[-1] == "c" and not isinstance(value, str):
            texts.append(chr(int(value)))
        elif last and piece[-1] in "sc":
            texts.append(machine.string(value))
        elif last and piece[-1] in "eEfFgGaA":
            texts.append(repr(number(value)))
        else:
            texts.append(str(int(number(value))))
    return formatter.format(piece, texts).decode("utf-8", "surrogateescape")
