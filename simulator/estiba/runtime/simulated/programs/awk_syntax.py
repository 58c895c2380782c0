"""awk's language: text to a tree of tuples, each beginning with the kind of its node.

Source: POSIX, awk, "Grammar". Simplified: no `getline`, no pipes.
"""

from __future__ import annotations

from typing import Any

from .awk_tokens import AwkError, tokens_of, unescape

Node = tuple[Any, ...]

ASSIGNMENTS = frozenset(("=", "+=", "-=", "*=", "/=", "%=", "^=", "**="))


class Parser:
    """Recursive descent. `rules` are (pattern, action) and `functions` (parameters, body)."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens_of(text)
        self.index = 0
        self.rules: list[tuple[Node | None, Node | None]] = []
        self.functions: dict[str, tuple[list[str], Node]] = {}

    def peek(self) -> str:
        return self.tokens[self.index][1] or "\0"

    def kind(self) -> str:
        return self.tokens[self.index][0]

    def take(self, word: str = "") -> str:
        if word and self.peek() != word:
            shown = self.peek().replace("\n", "newline").replace("\0", "end of file")
            raise AwkError(f"syntax error at or near {shown}")
        self.index += 1
        return self.tokens[self.index - 1][1]

    def accept(self, *words: str) -> str:
        if self.kind() in ("symbol", "keyword", "newline") and self.peek() in words:
            return self.take()
        return ""

    def newlines(self) -> None:
        while self.accept("\n", ";"):
            pass

    def blank(self) -> None:
        while self.accept("\n"):
            pass

    def parse(self) -> Parser:
        self.newlines()
        while self.kind() != "end":
            if self.accept("function", "func"):
                self.function()
            else:
                self.rule()
            self.newlines()
        return self

    def function(self) -> None:
        name = self.take()
        self.take("(")
        names: list[str] = []
        while not self.accept(")"):
            names.append(self.take())
            self.accept(",")
        self.blank()
        self.functions[name] = (names, self.block())

    def rule(self) -> None:
        pattern: Node | None = None
        if special := self.accept("BEGIN", "END"):
            pattern = (special,)
        elif self.peek() != "{":
            pattern = self.expression()
            if self.accept(","):
                self.blank()
                pattern = ("range", pattern, self.expression(), len(self.rules))
        action = self.block() if self.peek() == "{" else None
        self.rules.append((pattern, action))

    def block(self) -> Node:
        self.take("{")
        body = []
        self.newlines()
        while not self.accept("}"):
            body.append(self.statement())
            self.newlines()
        return ("block", tuple(body))

    def simple_or_block(self) -> Node:
        self.blank()
        if self.accept(";"):
            return ("block", ())
        return self.statement()

    def statement(self) -> Node:
        if self.peek() == "{":
            return self.block()
        word = self.accept("if", "while", "do", "for")
        if word:
            return getattr(self, f"{word}_statement")()  # type: ignore[no-any-return]
        node = self.simple()
        if self.peek() not in ("}", "\0"):  # noqa: SIM102
            if not self.accept(";", "\n"):
                self.take(";")
        return node

    def if_statement(self) -> Node:
        self.take("(")
        test = self.expression()
        self.take(")")
        then = self.simple_or_block()
        place = self.index
        self.newlines()
        if self.accept("else"):
            return ("if", test, then, self.simple_or_block())
        self.index = place
        return ("if", test, then, ("block", ()))

    def while_statement(self) -> Node:
        self.take("(")
        test = self.expression()
        self.take(")")
        return ("for", None, test, None, self.simple_or_block())

    def do_statement(self) -> Node:
        body = self.simple_or_block()
        self.newlines()
        self.take("while")
        self.take("(")
        test = self.expression()
        self.take(")")
        return ("do", body, test)

    def for_statement(self) -> Node:
        self.take("(")
        if self.kind() == "name" and self.tokens[self.index + 1][1] == "in":
            name = self.take()
            self.take("in")
            array = self.take()
            self.take(")")
            return ("forin", name, array, self.simple_or_block())
        first = None if self.peek() == ";" else self.simple()
        self.take(";")
        self.blank()
        test = None if self.peek() == ";" else self.expression()
        self.take(";")
        self.blank()
        step = None if self.peek() == ")" else self.simple()
        self.take(")")
        return ("for", first, test, step, self.simple_or_block())

    def simple(self) -> Node:
        if word := self.accept("print", "printf"):
            return self.print(word)
        if word := self.accept("next", "nextfile", "break", "continue"):
            return (word,)
        if word := self.accept("exit", "return"):
            bare = self.peek() in (";", "\n", "}", "\0")
            return (word, None if bare else self.expression())
        if self.accept("delete"):
            name = self.take()
            if self.accept("["):
                return ("delete", name, self.subscript())
            return ("delete", name, None)
        return ("do_expression", self.expression())

    def print(self, word: str) -> Node:
        args: list[Node] = []
        if self.peek() == "(":
            place = self.index
            self.take("(")
            args = self.arguments(")")
            if self.peek() not in (";", "\n", "}", ">", ">>", "|", "\0"):
                self.index, args = place, []
        if not args:
            while self.peek() not in (";", "\n", "}", ">", ">>", "|", "\0"):
                args.append(self.ternary(no_greater=True))
                if not self.accept(","):
                    break
                self.blank()
        target: Node | None = None
        if mark := self.accept(">", ">>"):
            target = (mark, self.concatenation())
        elif self.accept("|"):
            target = ("|", self.concatenation())
        return (word, tuple(args), target)

    def arguments(self, end: str) -> list[Node]:
        found = []
        self.blank()
        while not self.accept(end):
            found.append(self.expression())
            self.blank()
            if not self.accept(","):
                self.take(end)
                break
            self.blank()
        return found

    def subscript(self) -> tuple[Node, ...]:
        return tuple(self.arguments("]"))

    def expression(self) -> Node:
        return self.ternary()

    no_greater = False

    def ternary(self, *, no_greater: bool = False) -> Node:
        before, self.no_greater = self.no_greater, no_greater
        try:
            test = self.either()
            if self.accept("?"):
                self.blank()
                then = self.ternary(no_greater=no_greater)
                self.blank()
                self.take(":")
                self.blank()
                return ("?", test, then, self.ternary(no_greater=no_greater))
            if (
                test[0] in ("name", "index", "$")
                and self.peek() in ASSIGNMENTS
                and self.kind() == "symbol"
            ):
                operator = self.take()
                self.blank()
                return ("assign", operator[:-1], test, self.ternary(no_greater=no_greater))
            return test
        finally:
            self.no_greater = before

    def either(self) -> Node:
        node = self.both()
        while self.accept("||"):
            self.blank()
            node = ("||", node, self.both())
        return node

    def both(self) -> Node:
        node = self.membership()
        while self.accept("&&"):
            self.blank()
            node = ("&&", node, self.membership())
        return node

    def membership(self) -> Node:
        node = self.match()
        while self.accept("in"):
            node = ("in", (node,), self.take())
        return node

    def match(self) -> Node:
        node = self.comparison()
        while operator := self.accept("~", "!~"):
            node = (operator, node, self.comparison())
        return node

    def comparison(self) -> Node:
        node = self.concatenation()
        operators = ["<", "<=", "==", "!=", ">="] + ([] if self.no_greater else [">"])
        if operator := self.accept(*operators):
            return ("compare", operator, node, self.concatenation())
        return node

    def concatenation(self) -> Node:
        node = self.sum()
        while self.kind() in ("number", "string", "name", "call", "builtin", "regex") or (
            self.kind() == "symbol" and self.peek() in ("$", "(", "!", "-", "+", "++", "--")
        ):
            if self.peek() in ("-", "+") or (self.peek() == "!" and node[0] != "string"):
                break
            node = ("concat", node, self.sum())
        return node

    def sum(self) -> Node:
        node = self.product()
        while operator := self.accept("+", "-"):
            node = ("arithmetic", operator, node, self.product())
        return node

    def product(self) -> Node:
        node = self.unary()
        while operator := self.accept("*", "/", "%"):
            node = ("arithmetic", operator, node, self.unary())
        return node

    def unary(self) -> Node:
        if operator := self.accept("!", "-", "+"):
            return ("unary", operator, self.unary())
        return self.power()

    def power(self) -> Node:
        node = self.postfix()
        if self.accept("^", "**"):
            return ("arithmetic", "^", node, self.unary())
        return node

    def postfix(self) -> Node:
        node = self.primary()
        if node[0] in ("name", "index", "$") and (operator := self.accept("++", "--")):
            return ("post", operator, node)
        return node

    def primary(self) -> Node:
        kind, word = self.tokens[self.index]
        if kind == "number":
            self.take()
            return ("number", float(int(word, 16)) if word[:2] in ("0x", "0X") else float(word))
        if kind == "string":
            return ("string", unescape(self.take()[1:-1]))
        if kind == "regex":
            return ("regex", self.take())
        if kind == "builtin":
            self.take()
            args = self.arguments(")") if self.accept("(") else []
            return ("builtin", word, tuple(args))
        if kind == "call":
            self.take()
            self.take("(")
            return ("call", word, tuple(self.arguments(")")))
        if kind == "name":
            self.take()
            if self.accept("["):
                return ("index", word, self.subscript())
            return ("name", word)
        return self.symbol()

    def symbol(self) -> Node:
        if self.accept("$"):
            if operator := self.accept("++", "--"):
                return ("$", ("pre", operator, self.primary()))
            return ("$", self.primary())
        if operator := self.accept("++", "--"):
            return ("pre", operator, self.primary())
        if self.accept("-", "+", "!"):
            return ("unary", self.tokens[self.index - 1][1], self.primary())
        self.take("(")
        args = self.arguments(")")
        if len(args) > 1:
            self.take("in")
            return ("in", tuple(args), self.take())
        return ("group", args[0])
