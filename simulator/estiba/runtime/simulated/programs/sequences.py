"""seq and factor: numbers in rows."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from ..program import Process
from ..streams import print_out
from ..syscalls import Body
from .options import Grammar, Misuse, complain, is_busybox, missing_operand, tool
from .quoting import literal

SEQ = Grammar("+f:s:w", {"format=": "f", "separator=": "s", "equal-width": "w"}, "s:w")


@tool("seq")
def seq(process: Process, args: list[str]) -> Body[int]:
    split = next((i for i, arg in enumerate(args) if re.match(r"-[\d.]", arg)), len(args))
    options = SEQ.parse(process, args[:split])
    operands = options.operands + args[split:]
    if not operands:
        raise missing_operand(process)
    if len(operands) > 3:
        raise Misuse(
            "" if is_busybox(process) else f"extra operand {literal(process, operands[3])}"
        )
    numbers = [_number(process, text) for text in operands]
    first = numbers[0] if len(numbers) > 1 else Decimal(1)
    step = numbers[1] if len(numbers) > 2 else Decimal(1)
    if step == 0 and not is_busybox(process):
        raise Misuse(f"invalid Zero increment value: {literal(process, operands[1])}")
    lines = _sequence(first, step, numbers[-1], operands, options.value("f"), "w" in options)
    separator = options.value("s", "\n")
    started = False
    batch: list[str] = []
    for line in lines:
        batch.append(line)
        if len(batch) == 1000:
            yield from print_out((separator if started else "") + separator.join(batch))
            started, batch = True, []
    if batch:
        yield from print_out((separator if started else "") + separator.join(batch))
        started = True
    if started:
        yield from print_out("\n")
    return 0


def _number(process: Process, text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        if is_busybox(process):
            raise Misuse() from None
        raise Misuse(f"invalid floating point argument: {literal(process, text)}") from None


def _sequence(
    first: Decimal, step: Decimal, last: Decimal, texts: list[str], form: str, equal: bool
) -> list[str] | _Lines:
    places = max((len(text.partition(".")[2]) for text in texts[:2] if len(texts) > 1), default=0)
    if len(texts) == 2:
        places = len(texts[0].partition(".")[2])
    width = max(len(f"{first:.{places}f}"), len(f"{last:.{places}f}")) if equal else 0
    return _Lines(first, step, last, places, width, form)


class _Lines:
    """The numbers as lines, made one by one."""

    def __init__(
        self, first: Decimal, step: Decimal, last: Decimal, places: int, width: int, form: str
    ) -> None:
        self.first, self.step, self.last = first, step, last
        self.places, self.width, self.form = places, width, form

    def __iter__(self) -> _Lines:
        self.index = 0
        return self

    def __next__(self) -> str:
        value = self.first + self.step * self.index
        if (value > self.last) if self.step > 0 else (value < self.last):
            raise StopIteration
        self.index += 1
        if self.form:
            return self.form % float(value)
        text = f"{value:.{self.places}f}"
        if self.width and text.startswith("-"):
            return "-" + text[1:].rjust(self.width - 1, "0")
        return text.rjust(self.width, "0")


@tool("factor")
def factor(process: Process, args: list[str]) -> Body[int]:
    status = 0
    for text in Grammar("").parse(process, args).operands:
        if not text.isdecimal():
            status = 1
            busybox = f"invalid number '{text}'"
            gnu = f"{literal(process, text)} is not a valid positive integer"
            yield from complain(process, busybox if is_busybox(process) else gnu)
            continue
        left, found, divisor = int(text), [], 2
        while divisor * divisor <= left:
            while left % divisor == 0:
                found.append(divisor)
                left //= divisor
            divisor += 1
        found += [left] if left > 1 else []
        yield from print_out(" ".join([f"{int(text)}:", *map(str, found)]) + "\n")
    return status
