"""Arithmetic of `$((…))`: 64-bit integers, C's operators, variables that hold expressions.

Source: POSIX.1-2017, Shell Command Language, 2.6.4; bash(1), "ARITHMETIC EVALUATION".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+#[0-9a-zA-Z@_]+|0[xX][0-9a-fA-F]+|\d+)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<operator>\*\*|<<=|>>=|[-+*/%&|^]=|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%<>=!~&|^?:(),\[\]]))"
)
BINARY = (
    ("||",), ("&&",), ("|",), ("^",), ("&",), ("==", "!="), ("<", "<=", ">", ">="), ("<<", ">>"),
    ("+", "-"), ("*", "/", "%"),
)  # fmt: skip
ASSIGNING = frozenset(("=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="))
DEPTH = 64
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_"


class ArithmeticFailure(Exception):
    """`kind` is division, operand, syntax, base or assignment; `token` what was left unread."""

    def __init__(self, kind: str, token: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.token = token


class Variables(Protocol):
    """Where names get and leave their values."""

    def read(self, name: str, index: str | None) -> str: ...

    def write(self, name: str, index: str | None, value: str) -> None: ...


def wrap(value: int) -> int:
    """As a signed 64-bit number."""
    return (value + (1 << 63)) % (1 << 64) - (1 << 63)


def evaluate(text: str, variables: Variables, depth: int = 0) -> int:
    """Raises: ArithmeticFailure, and what `variables` raises."""
    if depth > DEPTH:
        raise ArithmeticFailure("recursion", text)
    return _Evaluator(text, variables, depth).whole()


class _Evaluator:
    """Recursive descent; `_skipping` parses a part without doing it."""

    def __init__(self, text: str, variables: Variables, depth: int) -> None:
        self._text = text
        self._at = 0
        self._variables = variables
        self._depth = depth
        self._skipping = 0
        self._kind = ""
        self._token = ""
        self._start = 0
        self._advance()

    def _advance(self) -> None:
        match = TOKEN.match(self._text, self._at)
        if match is None:
            rest = self._text[self._at :].strip()
            self._start = len(self._text) - len(self._text[self._at :].lstrip())
            self._kind, self._token = ("bad", rest) if rest else ("end", "")
            return
        self._kind, self._token = match.lastgroup or "", match.group(match.lastgroup or 0)
        self._start = match.start(match.lastgroup or 0)
        self._at = match.end()

    def _rest(self) -> str:
        return self._text[self._start :]

    def _is(self, *operators: str) -> bool:
        return self._kind == "operator" and self._token in operators

    def _take(self) -> str:
        token = self._token
        self._advance()
        return token

    def whole(self) -> int:
        if self._kind == "end":
            return 0
        value = self._comma()
        if self._kind != "end":
            raise ArithmeticFailure("syntax", self._rest())
        return value

    def _comma(self) -> int:
        value = self._assignment()
        while self._is(","):
            self._take()
            value = self._assignment()
        return value

    def _assignment(self) -> int:
        if self._kind == "name":
            saved = (self._at, self._kind, self._token, self._start)
            name = self._take()
            index = self._index()
            if self._is(*ASSIGNING):
                operator = self._take()
                value = self._assignment()
                if operator != "=":
                    value = self._apply(operator[:-1], self._value(name, index), value)
                return self._store(name, index, value)
            self._at, self._kind, self._token, self._start = saved
        return self._ternary()

    def _index(self) -> str | None:
        if not self._is("["):
            return None
        depth, start = 1, self._at
        while self._at < len(self._text) and depth:
            depth += {"[": 1, "]": -1}.get(self._text[self._at], 0)
            self._at += 1
        index = self._text[start : self._at - 1]
        self._advance()
        return index

    def _store(self, name: str, index: str | None, value: int) -> int:
        if not self._skipping:
            self._variables.write(name, index, str(value))
        return value

    def _value(self, name: str, index: str | None) -> int:
        if self._skipping:
            return 0
        text = self._variables.read(name, index)
        if not text:
            return 0
        if text.lstrip("-").isdigit() and not text.lstrip("-").startswith("0"):
            return wrap(int(text))
        return evaluate(text, self._variables, self._depth + 1)

    def _ternary(self) -> int:
        condition = self._binary(0)
        if not self._is("?"):
            return condition
        self._take()
        yes = self._maybe(bool(condition), self._comma)
        if not self._is(":"):
            raise ArithmeticFailure("colon", self._rest())
        self._take()
        no = self._maybe(not condition, self._assignment)
        return yes if condition else no

    def _maybe(self, wanted: bool, parse: Callable[[], int]) -> int:
        self._skipping += not wanted
        value = parse()
        self._skipping -= not wanted
        return value

    def _binary(self, level: int) -> int:
        if level == len(BINARY):
            return self._power()
        left = self._binary(level + 1)
        while self._is(*BINARY[level]):
            operator = self._take()
            if operator in ("&&", "||"):
                wanted = bool(left) == (operator == "&&")
                right = self._maybe(wanted, lambda: self._binary(level + 1))
                left = int(bool(left and right) if operator == "&&" else bool(left or right))
            else:
                rest = self._rest()
                right = self._binary(level + 1)
                left = self._apply(operator, left, right, rest)
        return left

    def _power(self) -> int:
        base = self._unary()
        if not self._is("**"):
            return base
        self._take()
        exponent = self._power()
        if exponent < 0:
            raise ArithmeticFailure("exponent", self._rest())
        return wrap(pow(base, exponent, 1 << 64))

    def _unary(self) -> int:
        if self._is("++", "--"):
            step = 1 if self._take() == "++" else -1
            if self._kind != "name":
                return self._unary()
            name = self._take()
            index = self._index()
            return self._store(name, index, wrap(self._value(name, index) + step))
        if self._is("+", "-", "!", "~"):
            operator = self._take()
            value = self._unary()
            return {"+": value, "-": wrap(-value), "!": int(not value), "~": ~value}[operator]
        return self._primary()

    def _primary(self) -> int:
        if self._kind == "number":
            return wrap(self._number(self._take()))
        if self._kind == "name":
            name = self._take()
            index = self._index()
            value = self._value(name, index)
            if self._is("++", "--"):
                self._store(name, index, wrap(value + (1 if self._take() == "++" else -1)))
            return value
        if self._is("("):
            self._take()
            value = self._comma()
            if not self._is(")"):
                raise ArithmeticFailure("parenthesis", self._rest())
            self._take()
            return value
        rest = self._rest() if self._kind != "end" else self._text.strip()[-1:]
        raise ArithmeticFailure("operand", rest)

    @staticmethod
    def _number(text: str) -> int:
        base, mark, digits = text.partition("#")
        try:
            if mark:
                return _in_base(int(base), digits)
            if text[:2] in ("0x", "0X"):
                return int(text, 16)
            return int(text, 8) if text.startswith("0") else int(text)
        except ValueError:
            raise ArithmeticFailure("base", text) from None

    def _apply(self, operator: str, left: int, right: int, rest: str = "") -> int:
        if operator in ("/", "%"):
            if right == 0:
                if self._skipping:
                    return 0
                raise ArithmeticFailure("division", rest)
            quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
            return wrap(quotient if operator == "/" else left - quotient * right)
        return wrap(int(OPERATIONS[operator](left, right)))


def _in_base(base: int, digits: str) -> int:
    value = 0
    for digit in digits:
        place = DIGITS.index(digit.lower() if base <= 36 else digit)
        if place >= base:
            raise ValueError(digits)
        value = value * base + place
    return value


OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "<<": lambda a, b: a << (b & 63),
    ">>": lambda a, b: a >> (b & 63),
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
}
