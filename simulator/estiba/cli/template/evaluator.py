"""Carries a template out: text, branches, loops, calls of other templates."""

from __future__ import annotations

from typing import Any, NoReturn

from ...spec.gotext import quote
from .errors import TemplateError
from .expressions import Expressions
from .lexer import line_of
from .nodes import (
    Action,
    Branch,
    Call,
    Jump,
    Pipeline,
    Text,
)
from .values import MISSING, Struct, Typed, is_true, show

DEPTH = 100


class _Break(Exception):
    pass


class _Continue(Exception):
    pass


class Evaluator(Expressions):
    """One run of a template over one value."""

    __slots__ = ()

    def run(self, value: Any) -> str:
        """Raises: TemplateError."""
        self._variables = [("$", value)]
        self._walk(self._templates[self._name], value)
        return "".join(self.out)

    # -- statements ----------------------------------------------------------------------------

    def _walk(self, nodes: list[Any], dot: Any) -> None:
        for node in nodes:
            if type(node) is Text:
                self.out.append(node.text)
            elif type(node) is Action:
                if node.simple and isinstance(dot, Struct):
                    found = dot.member_or_none(node.simple)
                    if type(found) is str:
                        self.out.append(found)
                        continue
                value = self._pipeline(node.pipeline, dot)
                if not node.pipeline.declared:
                    self.out.append(_printed(value))
            elif type(node) is Branch:
                self._branch(node, dot)
            elif type(node) is Jump:
                raise _Break if node.kind == "break" else _Continue
            elif type(node) is Call:
                self._template(node, dot)

    def _branch(self, node: Branch, dot: Any) -> None:
        known = len(self._variables)
        if node.kind == "range":
            self._range(node, dot)
        else:
            value = self._pipeline(node.pipeline, dot)
            if is_true(value):
                self._walk(node.body, value if node.kind == "with" else dot)
            elif node.otherwise is not None:
                self._walk(node.otherwise, dot)
        del self._variables[known:]

    def _range(self, node: Branch, dot: Any) -> None:
        value = self._pipeline(node.pipeline, dot)
        if node.pipeline.declared and not node.pipeline.assigns:
            del self._variables[len(self._variables) - len(node.pipeline.declared) :]
        known = len(self._variables)
        entries = self._entries(node, value)
        try:
            for key, item in entries:
                self._bind(node.pipeline, key, item)
                try:
                    self._walk(node.body, item)
                except _Continue:
                    pass
                finally:
                    del self._variables[known:]
        except _Break:
            return
        if not entries and node.otherwise is not None:
            self._walk(node.otherwise, dot)

    def _entries(self, node: Branch, value: Any) -> list[tuple[Any, Any]]:
        if isinstance(value, Typed):
            data = value.data or ({} if value.go_type.startswith("map[") else [])
            if isinstance(data, dict):
                return [(key, value.element(data[key])) for key in sorted(data)]
            return [(place, value.element(item)) for place, item in enumerate(data)]
        if isinstance(value, dict):
            return [(key, value[key]) for key in sorted(value)]
        if isinstance(value, list):
            return list(enumerate(value))
        if isinstance(value, int) and not isinstance(value, bool):
            if len(node.pipeline.declared) > 1:
                self._fail(f"can't use {value} to iterate over more than one variable")
            return [(place, place) for place in range(value)]
        if value is MISSING or value is None:
            return []
        self._fail(f"range can't iterate over {show(value)}")

    def _bind(self, pipeline: Pipeline, key: Any, item: Any) -> None:
        names = pipeline.declared
        if not names:
            return
        pairs = [(names[0], item)] if len(names) == 1 else [(names[0], key), (names[1], item)]
        for name, value in pairs:
            if pipeline.assigns:
                self._assign(name, value)
            else:
                self._variables.append((name, value))

    def _template(self, node: Call, dot: Any) -> None:
        body = self._templates.get(node.name)
        if body is None:
            self._fail_plain(node, f"template {quote(node.name)} not defined")
        if self._depth >= DEPTH:
            self._fail_plain(node, f"exceeded maximum template depth ({100000})")
        value = self._pipeline(node.pipeline, dot) if node.pipeline else MISSING
        outer, self._variables = self._variables, [("$", value)]
        running, self._running = self._running, node.name
        self._depth += 1
        self._walk(body, value)
        self._depth -= 1
        self._variables, self._running = outer, running

    def _fail_plain(self, node: Call, message: str) -> NoReturn:
        shown = f"{{{{template {quote(node.name)}{f' {node.pipeline}' if node.pipeline else ''}}}}}"
        before = self._text[: node.position]
        column = len(before[before.rfind("\n") + 1 :].encode())
        where = f"{self._name}:{line_of(self._text, node.position)}:{column}"
        raise TemplateError(
            f"template: {where}: executing {quote(self._running)} at <{shown}>: {message}"
        )


def _printed(value: Any) -> str:
    if type(value) is str:
        return value
    if value is MISSING or value is None:
        return "<no value>"
    return show(value).removeprefix("&")  # a pointer shows what it points to
