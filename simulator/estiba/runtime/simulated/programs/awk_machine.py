"""awk's machine: values, records, fields, statements."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from ..streams import encode
from .awk_syntax import Node, Parser
from .awk_tokens import AwkError
from .regexes import BadPattern, compile_pattern

NUMERIC = re.compile(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$")
LEADING = re.compile(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


class Input(str):
    """Text from outside: compares as a number where it looks like one."""

    __slots__ = ()


Value = str | float


class Jump(Exception):
    """next, exit, break, continue, return."""

    def __init__(self, kind: str, value: Any = None) -> None:
        super().__init__(kind)
        self.kind, self.value = kind, value


def number(value: Value) -> float:
    if isinstance(value, float):
        return value
    matched = LEADING.match(value)
    return float(matched[0]) if matched else 0.0


def looks_numeric(value: Value) -> bool:
    return isinstance(value, float) or (
        isinstance(value, Input) and NUMERIC.match(value) is not None
    )


class Machine:
    """A running program. Output gathers in `out` and `files` (path: appended text)."""

    def __init__(self, program: Parser, assignments: dict[str, str], arguments: list[str]) -> None:
        self.program = program
        self.variables: dict[str, Any] = {
            "FS": " ", "OFS": " ", "RS": "\n", "ORS": "\n", "NR": 0.0, "FNR": 0.0, "SUBSEP": "\x1c",
            "CONVFMT": "%.6g", "OFMT": "%.6g", "RSTART": 0.0, "RLENGTH": -1.0, "FILENAME": "",
            "ENVIRON": {}, "ARGC": float(len(arguments) + 1),
        }  # fmt: skip
        self.variables["ARGV"] = {str(i): Input(a) for i, a in enumerate(["awk", *arguments])}
        self.variables.update((name, Input(text)) for name, text in assignments.items())
        self.frames: list[dict[str, Any]] = []
        self.fields: list[Value] = [Input("")]
        self.out: list[str] = []
        self.files: dict[str, tuple[bool, list[str]]] = {}
        self.piped: dict[str, list[str]] = {}
        self.status = 0
        self.ranges: set[int] = set()
        self.patterns: dict[str, re.Pattern[bytes]] = {}
        self.seed = 0

    def string(self, value: Value, form: str = "CONVFMT") -> str:
        if isinstance(value, str):
            return value
        if not math.isfinite(value):
            return ("-" if value < 0 else "") + ("nan" if math.isnan(value) else "inf")
        if value == int(value):
            return str(int(value))
        return str(self.variables[form] % value)

    def truth(self, value: Value) -> bool:
        if looks_numeric(value):
            return number(value) != 0
        return value != ""

    def pattern(self, text: str) -> re.Pattern[bytes]:
        if text not in self.patterns:
            try:
                self.patterns[text] = compile_pattern(text, extended=True)
            except BadPattern as bad:
                raise AwkError(f"regular expression compile failed ({bad})") from None
        return self.patterns[text]

    def matcher(self, node: Node) -> re.Pattern[bytes]:
        return self.pattern(node[1] if node[0] == "regex" else self.string(self.value(node)))

    # Records and fields.

    def set_record(self, text: str) -> None:
        self.fields = [Input(text), *self.split(text, self.string(self.variables["FS"]))]

    def split(self, text: str, separator: str) -> list[Value]:
        if not text:
            return []
        if separator == " ":
            return [Input(part) for part in re.split(r"[ \t\n]+", text.strip(" \t\n")) if part]
        if separator == "":
            return [Input(part) for part in text]
        if len(separator) == 1 and separator != "\\":
            return [Input(part) for part in text.split(separator)]
        data = encode(text)
        parts, place = [], 0
        for found in self.pattern(separator).finditer(data):
            if found.end() > found.start():
                parts.append(data[place : found.start()])
                place = found.end()
        return [Input(part.decode("utf-8", "surrogateescape")) for part in [*parts, data[place:]]]

    def field(self, index: int) -> Value:
        return self.fields[index] if index < len(self.fields) else Input("")

    def set_field(self, index: int, value: Value) -> None:
        if index == 0:
            self.set_record(self.string(value))
            return
        while len(self.fields) <= index:
            self.fields.append(Input(""))
        self.fields[index] = value
        self.rebuild()

    def rebuild(self) -> None:
        joiner = self.string(self.variables["OFS"])
        self.fields[0] = Input(joiner.join(map(self.string, self.fields[1:])))

    # Variables.

    def scope(self, name: str) -> dict[str, Any]:
        if self.frames and name in self.frames[-1]:
            return self.frames[-1]
        return self.variables

    def array(self, name: str) -> dict[str, Any]:
        scope = self.scope(name)
        found = scope.get(name)
        if not isinstance(found, dict):
            found = scope[name] = {}
        return found

    def get(self, name: str) -> Value:
        if name == "NF":
            return float(len(self.fields) - 1)
        found = self.scope(name).get(name)
        return Input("") if found is None or isinstance(found, dict) else found

    def set(self, node: Node, value: Value) -> Value:
        if node[0] == "$":
            self.set_field(int(number(self.value(node[1]))), value)
        elif node[0] == "index":
            self.array(node[1])[self.key(node[2])] = value
        elif node[1] == "NF":
            count = int(number(value))
            self.fields = (self.fields + [Input("")] * count)[: count + 1]
            self.rebuild()
        else:
            self.scope(node[1])[node[1]] = value
        return value

    def key(self, nodes: tuple[Node, ...]) -> str:
        return self.string(self.variables["SUBSEP"]).join(self.string(self.value(n)) for n in nodes)

    # Expressions.

    def value(self, node: Node) -> Value:
        found: Value = getattr(self, f"eval_{NAMES.get(node[0], node[0])}")(node)
        return found

    def eval_number(self, node: Node) -> Value:
        return float(node[1])

    def eval_string(self, node: Node) -> Value:
        return str(node[1])

    def eval_regex(self, node: Node) -> Value:
        return float(self.pattern(node[1]).search(encode(self.string(self.field(0)))) is not None)

    def eval_group(self, node: Node) -> Value:
        return self.value(node[1])

    def eval_name(self, node: Node) -> Value:
        return self.get(node[1])

    def eval_index(self, node: Node) -> Value:
        found: Value = self.array(node[1]).setdefault(self.key(node[2]), Input(""))
        return found

    def eval_field(self, node: Node) -> Value:
        return self.field(int(number(self.value(node[1]))))

    def eval_ternary(self, node: Node) -> Value:
        return self.value(node[2] if self.truth(self.value(node[1])) else node[3])

    def eval_or(self, node: Node) -> Value:
        return float(self.truth(self.value(node[1])) or self.truth(self.value(node[2])))

    def eval_and(self, node: Node) -> Value:
        return float(self.truth(self.value(node[1])) and self.truth(self.value(node[2])))

    def eval_in(self, node: Node) -> Value:
        return float(self.key(node[1]) in self.array(node[2]))

    def eval_match(self, node: Node) -> Value:
        text = encode(self.string(self.value(node[1])))
        return float((self.matcher(node[2]).search(text) is not None) == (node[0] == "~"))

    def eval_compare(self, node: Node) -> Value:
        one, other = self.value(node[2]), self.value(node[3])
        a: Any = one
        b: Any = other
        if looks_numeric(one) and looks_numeric(other):
            a, b = number(one), number(other)
        else:
            a, b = self.string(one), self.string(other)
        table = {"<": a < b, "<=": a <= b, "==": a == b, "!=": a != b, ">": a > b, ">=": a >= b}
        return float(table[node[1]])

    def eval_concat(self, node: Node) -> Value:
        return self.string(self.value(node[1])) + self.string(self.value(node[2]))

    def eval_arithmetic(self, node: Node) -> Value:
        return self.arithmetic(node[1], number(self.value(node[2])), number(self.value(node[3])))

    def arithmetic(self, operator: str, a: float, b: float) -> float:
        if operator in ("/", "%") and b == 0:
            raise AwkError("division by zero")
        if operator == "%":
            return math.fmod(a, b)
        if operator in ("^", "**"):
            return float(a**b)
        return {"+": a + b, "-": a - b, "*": a * b}[operator] if operator != "/" else a / b

    def eval_unary(self, node: Node) -> Value:
        value = self.value(node[2])
        if node[1] == "!":
            return float(not self.truth(value))
        return -number(value) if node[1] == "-" else number(value)

    def eval_assign(self, node: Node) -> Value:
        value = self.value(node[3])
        if node[1]:
            value = self.arithmetic(node[1], number(self.value(node[2])), number(value))
        return self.set(node[2], value)

    def eval_pre(self, node: Node) -> Value:
        step = 1.0 if node[1] == "++" else -1.0
        return self.set(node[2], number(self.value(node[2])) + step)

    def eval_post(self, node: Node) -> Value:
        before = number(self.value(node[2]))
        self.set(node[2], before + (1.0 if node[1] == "++" else -1.0))
        return before

    def eval_call(self, node: Node) -> Value:
        if node[1] not in self.program.functions:
            raise AwkError(f"calling undefined function {node[1]}")
        names, body = self.program.functions[node[1]]
        frame: dict[str, Any] = dict.fromkeys(names)
        for name, arg in zip(names, node[2], strict=False):
            bare = arg[0] == "name" and (
                isinstance(self.scope(arg[1]).get(arg[1]), dict) or arg[1] not in self.scope(arg[1])
            )
            frame[name] = self.array(arg[1]) if bare else self.value(arg)
        self.frames.append(frame)
        try:
            self.run(body)
        except Jump as jump:
            if jump.kind != "return":
                raise
            return Input("") if jump.value is None else jump.value
        finally:
            self.frames.pop()
        return Input("")

    def eval_builtin(self, node: Node) -> Value:
        from .awk_builtins import call_builtin  # noqa: PLC0415 - it needs this module

        return call_builtin(self, node[1], node[2])

    # Statements.

    def run(self, node: Node) -> None:
        handler: Callable[[Node], None] = getattr(self, f"run_{node[0]}")
        handler(node)

    def run_block(self, node: Node) -> None:
        for each in node[1]:
            self.run(each)

    def run_do_expression(self, node: Node) -> None:
        self.value(node[1])

    def run_if(self, node: Node) -> None:
        self.run(node[2] if self.truth(self.value(node[1])) else node[3])

    def run_for(self, node: Node) -> None:
        if node[1] is not None:
            self.run(node[1])
        while node[2] is None or self.truth(self.value(node[2])):
            if not self.body(node[4]):
                break
            if node[3] is not None:
                self.run(node[3])

    def run_do(self, node: Node) -> None:
        while self.body(node[1]) and self.truth(self.value(node[2])):
            pass

    def run_forin(self, node: Node) -> None:
        for key in list(self.array(node[2])):
            self.set(("name", node[1]), Input(key))
            if not self.body(node[3]):
                break

    def body(self, node: Node) -> bool:
        """Run the body of a loop; False after `break`."""
        try:
            self.run(node)
        except Jump as jump:
            if jump.kind == "break":
                return False
            if jump.kind != "continue":
                raise
        return True

    def run_next(self, node: Node) -> None:
        raise Jump(node[0])

    run_nextfile = run_break = run_continue = run_next

    def run_exit(self, node: Node) -> None:
        raise Jump(node[0], None if node[1] is None else self.value(node[1]))

    run_return = run_exit

    def run_delete(self, node: Node) -> None:
        if node[2] is None:
            self.array(node[1]).clear()
        else:
            self.array(node[1]).pop(self.key(node[2]), None)

    def run_print(self, node: Node) -> None:
        values = [self.value(arg) for arg in node[1]] or [self.field(0)]
        joiner = self.string(self.variables["OFS"])
        text = joiner.join(self.string(value, "OFMT") for value in values)
        self.emit(text + self.string(self.variables["ORS"]), node[2])

    def run_printf(self, node: Node) -> None:
        self.emit(self.format([self.value(arg) for arg in node[1]]), node[2])

    def format(self, values: list[Value]) -> str:
        from .awk_builtins import format_values  # noqa: PLC0415 - it needs this module

        return format_values(self, values)

    def emit(self, text: str, target: Node | None) -> None:
        if target is None:
            self.out.append(text)
            return
        name = self.string(self.value(target[1]))
        if target[0] == "|":
            self.piped.setdefault(name, []).append(text)
        elif name in ("/dev/stdout", "-"):
            self.out.append(text)
        else:
            self.files.setdefault(name, (target[0] == ">>", []))[1].append(text)

    # Rules.

    def rules(self, which: str) -> None:
        for pattern, action in self.program.rules:
            special = pattern[0] if pattern is not None and pattern[0] in ("BEGIN", "END") else ""
            if special == which and (special or self.selected(pattern)):
                self.run(action if action is not None else ("print", (), None))

    def selected(self, pattern: Node | None) -> bool:
        if pattern is None:
            return True
        if pattern[0] != "range":
            return self.truth(self.value(pattern))
        if pattern[3] not in self.ranges:
            if not self.truth(self.value(pattern[1])):
                return False
            self.ranges.add(pattern[3])
        if self.truth(self.value(pattern[2])):
            self.ranges.discard(pattern[3])
        return True


NAMES = {"$": "field", "?": "ternary", "||": "or", "&&": "and", "~": "match", "!~": "match"}
