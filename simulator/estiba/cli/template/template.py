"""A template, read once and carried out for each value."""

from __future__ import annotations

from typing import Any

from .errors import TemplateError
from .evaluator import Evaluator
from .functions import FUNCTIONS, HEADER_FUNCTIONS
from .parser import Parser


class Template:
    """A template that was read. Raises (when made and when rendered): TemplateError."""

    __slots__ = ("_name", "_templates", "_text")

    def __init__(self, text: str, name: str = "") -> None:
        self._text = text
        self._name = name
        self._templates = Parser(text, name, FUNCTIONS).parse()

    def render(self, value: Any, *, strict: bool = False) -> str:
        evaluator = Evaluator(self._name, self._text, self._templates, FUNCTIONS, strict=strict)
        try:
            return evaluator.run(value)
        except TemplateError as error:
            error.so_far = "".join(evaluator.out)
            raise

    def render_header(self, value: Any) -> str:
        """The head of a table; where the template fails, what came before."""
        evaluator = Evaluator(self._name, self._text, self._templates, HEADER_FUNCTIONS)
        try:
            return evaluator.run(value)
        except TemplateError:
            return "".join(evaluator.out)
