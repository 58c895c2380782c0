"""Finds the value of what stands between the braces: fields, variables, calls, pipelines."""

from __future__ import annotations

from typing import Any, NoReturn

from ...spec.gotext import quote
from .errors import EvaluationError, TemplateError
from .functions import Builtin
from .lexer import line_of
from .nodes import (
    Chain,
    Command,
    Constant,
    Dot,
    Field,
    Function,
    Nil,
    Pipeline,
    Variable,
)
from .values import (
    MISSING,
    JsonNumber,
    Method,
    Missing,
    StringList,
    Struct,
    Typed,
    is_true,
    type_name,
)

NO_VALUE = object()  # no value comes from the pipeline before


class Expressions:
    """The state of one run, and how expressions are evaluated in it. With `strict`, a map without the key is
    an error. Errors name the place the way Go does: `template: NAME:LINE:COLUMN: executing …`.
    """

    __slots__ = (
        "_depth", "_functions", "_name", "_node", "_running", "_strict", "_templates", "_text",
        "_variables", "out",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        text: str,
        templates: dict[str, list[Any]],
        functions: dict[str, Builtin],
        *,
        strict: bool = False,
    ) -> None:
        self._name = name
        self._text = text
        self._templates = templates
        self._functions = functions
        self._strict = strict
        self._variables: list[tuple[str, Any]] = []
        self._depth = 0
        self._running = name
        self._node: Any = None  # what was looked at last: where an error happened
        self.out: list[str] = []

    def _fail(self, message: str) -> NoReturn:
        node = self._node
        before = self._text.encode()
        place = len(self._text[: node.position].encode())
        column = place - (before[:place].rfind(b"\n") + 1)
        where = f"{self._name}:{line_of(self._text, node.position)}:{column}"
        raise TemplateError(
            f"template: {where}: executing {quote(self._running)} at <{node}>: {message}"
        )

    def _assign(self, name: str, value: Any) -> bool:
        for place in range(len(self._variables) - 1, -1, -1):
            if self._variables[place][0] == name:
                self._variables[place] = (name, value)
                return True
        return False

    def _pipeline(self, pipeline: Pipeline, dot: Any) -> Any:
        self._node = pipeline
        value: Any = NO_VALUE
        for command in pipeline.commands:
            value = self._command(command, dot, value)
        for name in pipeline.declared:
            if pipeline.assigns:
                if not self._assign(name, value):
                    self._fail(f"undefined variable: {name}")
            else:
                self._variables.append((name, value))
        return value

    def _command(self, command: Command, dot: Any, final: Any) -> Any:
        words = command.words
        first = words[0]
        kind = type(first)
        self._node = first
        if kind is Field:
            return self._fields(first, dot, dot, first.names, words[1:], final)
        if kind is Function:
            return self._call(command, first, dot, words[1:], final)
        if kind is Variable:
            return self._fields(
                first, dot, self._variable(first.name), first.names, words[1:], final
            )
        if kind is Chain:
            return self._fields(
                first, dot, self._argument(first.term, dot), first.names, words[1:], final
            )
        if kind is Pipeline:
            self._no_arguments(first, words, final)
            return self._pipeline(first, dot)
        self._no_arguments(first, words, final)
        if kind is Nil:
            self._fail("nil is not a command")
        return dot if kind is Dot else self._constant(first)

    def _constant(self, node: Constant) -> Any:
        if type(node.value) is int and not -(1 << 63) <= node.value < 1 << 63:
            self._fail(f"{node} overflows int")
        return node.value

    def _no_arguments(self, first: Any, words: list[Any], final: Any) -> None:
        if len(words) > 1 or final is not NO_VALUE:
            self._fail(f"can't give argument to non-function {first}")

    def _variable(self, name: str) -> Any:
        for known, value in reversed(self._variables):
            if known == name:
                return value
        return MISSING

    def _argument(self, node: Any, dot: Any) -> Any:
        """A word that stands as an argument."""
        kind = type(node)
        self._node = node
        if kind is Constant:
            return self._constant(node)
        if kind is Dot:
            return dot
        if kind is Nil:
            return None
        if kind is Function:
            return self._call(node, node, dot, [], NO_VALUE)
        if kind is Pipeline:
            return self._pipeline(node, dot)
        if kind is Chain and isinstance(node.term, Nil):
            self._fail(f"indirection through explicit nil in {node}")
        base = dot
        if kind is Variable:
            base = self._variable(node.name)
        elif kind is Chain:
            base = self._argument(node.term, dot)
        return self._fields(node, dot, base, node.names, [], NO_VALUE)

    def _fields(
        self, node: Any, dot: Any, value: Any, names: tuple[str, ...], words: list[Any], final: Any
    ) -> Any:
        if not names:
            if words or final is not NO_VALUE:
                self._fail(f"can't give argument to non-function {node}")
            return value
        for name in names[:-1]:
            value = self._field(node, dot, value, name, [], NO_VALUE)
        return self._field(node, dot, value, names[-1], words, final)

    def _field(
        self, node: Any, dot: Any, value: Any, name: str, words: list[Any], final: Any
    ) -> Any:
        if isinstance(value, Struct):
            try:
                found = value.member(name)
            except KeyError:
                self._fail(f"can't evaluate field {name} in type {value.go_type}")
            if isinstance(found, Method):
                return self._method(node, dot, found, name, words, final)
            given = len(words) + (final is not NO_VALUE)
            if given and value.by_methods:
                self._fail(f"wrong number of args for {name}: want 0 got {given}")
            if given:
                self._fail(f"{name} has arguments but cannot be invoked as function")
            return found
        if isinstance(value, Missing) or value is None:
            if self._strict and value is MISSING:
                self._fail(f"nil data; no entry for key {quote(name)}")
            if value is None:
                self._fail(f"nil pointer evaluating interface {{}}.{name}")
            return MISSING
        return self._entry(node, value, name, words, final)

    def _entry(self, node: Any, value: Any, name: str, words: list[Any], final: Any) -> Any:
        data = value.data if isinstance(value, Typed) else value
        go_type = type_name(value)
        if isinstance(value, Typed) and data is None and go_type.startswith("*"):
            self._fail(f"nil pointer evaluating {go_type}.{name}")
        if go_type.startswith("map["):
            if isinstance(value, Typed) and value.key_type != "string":
                self._fail(f"can't evaluate field {name} in type {go_type}")
            if words or final is not NO_VALUE:
                self._fail(f"{name} is not a method but has arguments")
            if data and name in data:
                return value.element(data[name]) if isinstance(value, Typed) else data[name]
            if self._strict:
                self._fail(f"map has no entry for key {quote(name)}")
            return MISSING
        self._fail(f"can't evaluate field {name} in type {go_type}")

    def _method(
        self, node: Any, dot: Any, method: Method, name: str, words: list[Any], final: Any
    ) -> Any:
        given = len(words) + (final is not NO_VALUE)
        if given != method.arity:
            self._fail(f"wrong number of args for {name}: want {method.arity} got {given}")
        arguments = [self._checked(word, dot, "string") for word in words]
        if final is not NO_VALUE:
            arguments.append(final)
        return method.function(*arguments)

    # -- functions -----------------------------------------------------------------------------

    def _call(self, node: Any, word: Function, dot: Any, words: list[Any], final: Any) -> Any:
        name = word.name
        self._node = word
        function = self._functions[name]
        given = len(words) + (final is not NO_VALUE)
        self._count(word, name, function, given)
        if name in ("and", "or"):
            return self._logic(node, name == "and", dot, words, final)
        takes = function.takes
        arguments = [
            self._checked(argument, dot, takes[min(place, len(takes) - 1)])
            for place, argument in enumerate(words)
        ]
        if final is not NO_VALUE:
            arguments.append(self._valid(node, final, takes[min(len(words), len(takes) - 1)]))
        if name == "not":
            return not is_true(arguments[0])
        try:
            return function.call(*arguments)
        except EvaluationError as error:
            self._node = node
            self._fail(f"error calling {name}: {error}")

    def _count(self, node: Any, name: str, function: Builtin, given: int) -> None:
        wanted = len(function.takes)
        if function.rest:
            least = wanted - 1 if name not in ("and", "or") else 1
            if given < least:
                self._fail(f"wrong number of args for {name}: want at least {least} got {given}")
        elif given != wanted:
            self._fail(f"wrong number of args for {name}: want {wanted} got {given}")

    def _logic(self, node: Any, wants: bool, dot: Any, words: list[Any], final: Any) -> Any:
        value: Any = MISSING
        for word in words:
            value = self._argument(word, dot)
            if is_true(value) is not wants:
                return value
        return value if final is NO_VALUE else final

    def _checked(self, node: Any, dot: Any, wanted: str) -> Any:
        """An argument of the type a function wants."""
        self._node = node
        if wanted == "any":
            return self._argument(node, dot)
        if type(node) is Nil:
            if wanted == "[]string":
                return []
            self._fail(f"cannot assign nil to {wanted}")
        if type(node) is Constant:
            kind = type_name(node.value)
            if wanted == "int" and kind == "int":
                return node.value
            if kind != wanted:
                names = {"int": "integer", "string": "string"}
                if wanted == "[]string":
                    self._fail(f"can't handle {node} for arg of type []string")
                self._fail(f"expected {names[wanted]}; found {node}")
            return node.value
        return self._valid(node, self._argument(node, dot), wanted)

    def _valid(self, node: Any, value: Any, wanted: str) -> Any:
        if wanted == "any":
            return value
        if value is MISSING or value is None:
            if wanted == "[]string" or (value is MISSING and wanted == "string"):
                if value is None:
                    return []
                self._fail(f"invalid value; expected {wanted}")
            self._fail(f"invalid value; expected {wanted}")
        kind = type_name(value)
        if kind == wanted and not isinstance(value, JsonNumber):
            return value
        if wanted == "[]string" and isinstance(value, (StringList, Typed)) and _strings(value):
            return value
        self._fail(f"wrong type for value; expected {wanted}; got {kind}")


def _strings(value: StringList | Typed) -> bool:
    return not isinstance(value, Typed) or value.go_type in ("[]string", "strslice.StrSlice")
