"""What the parts of a find expression share: the visited file, the result, the words left."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..program import Process
from ..streams import Output
from ..syscalls import (
    Body,
)
from .accounts import Accounts
from .environment import child_of, wait_for
from .options import Misuse, is_busybox


@dataclass(slots=True)
class Visit:
    """One file that find looks at."""

    path: str
    name: str
    status: Any
    depth: int
    root: str
    pruned: bool = False


Test = Callable[[Visit], Body[bool]]


def plain(check: Callable[[Visit], bool]) -> Test:
    def test(visit: Visit) -> Body[bool]:
        return check(visit)
        yield

    return test


class Expression:
    """A parsed expression with the global options found in it."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.max_depth: int | None = None
        self.min_depth = 0
        self.depth_first = self.one_device = self.done = self.follow = False
        self.acts = False
        self.status = 0
        self.out = Output()
        self.batches: list[tuple[list[str], list[str]]] = []
        self.test: Test = plain(lambda _: True)
        self.now_ns = 0
        self.accounts = Accounts((), ())

    def run(self, visit: Visit) -> Body[None]:
        yield from self.test(visit)

    def finish(self) -> Body[None]:
        for command, paths in self.batches:
            if paths:
                yield from self.out.flush()
                status = yield from wait_for((yield from child_of(self.process, command + paths)))
                self.status = self.status or (1 if status else 0)


def compared(sign: str, number: int) -> Callable[[int], bool]:
    if sign == "+":
        return lambda value: value > number
    if sign == "-":
        return lambda value: value < number
    return lambda value: value == number


def tick(text: str) -> str:
    """findutils quotes the old way in the C locale."""
    return f"`{text}'"


class Words:
    """The words of the expression, read from left to right."""

    def __init__(self, process: Process, words: list[str]) -> None:
        self.process, self.words = process, words
        self.index = 0
        self.word = ""
        self.expression = Expression(process)

    def stray(self) -> Misuse:
        """What is said of a word that does not belong here."""
        word = self.words[self.index]
        if is_busybox(self.process):
            return Misuse(f"unrecognized: {word}")
        if word == ")":
            return Misuse("invalid expression; you have too many ')'", hint=False)
        return Misuse(f"paths must precede expression: {tick(word)}", hint=False)

    def peek(self) -> str:
        return self.words[self.index] if self.index < len(self.words) else ""

    def argument(self) -> str:
        if self.index >= len(self.words):
            if is_busybox(self.process):
                raise Misuse(f"{self.word} requires an argument", hint=False)
            raise Misuse(f"missing argument to {tick(self.word)}", hint=False)
        self.index += 1
        return self.words[self.index - 1]

    def number(self) -> Callable[[int], bool]:
        text = self.argument()
        matched = re.fullmatch(r"([-+]?)(\d+)", text)
        if not matched:
            self.invalid(text)
        assert matched is not None
        return compared(matched[1], int(matched[2]))

    def invalid(self, text: str) -> None:
        if is_busybox(self.process):
            raise Misuse(f"invalid number '{text}'", hint=False)
        shown = tick(self.word)
        raise Misuse(f"invalid argument {tick(text)} to {shown}", hint=False)

    def printer(self, end: str) -> Test:
        expression = self.expression

        def show(visit: Visit) -> Body[bool]:
            expression.out.put(visit.path + end)
            return True
            yield

        return show
