"""Go's text/template, as far as Docker's `--format` goes: reading, carrying out, exact error texts.

Entry points: `compiled` (a template, cached), `Template.render`. What a template sees of Docker's own types is
a `Struct`. Source: the behaviour of Go 1.24's text/template.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from .errors import TemplateError
from .evaluator import Evaluator
from .functions import FUNCTIONS, HEADER_FUNCTIONS
from .parser import Parser
from .values import MISSING, JsonNumber, Method, Struct, Typed, to_json

__all__ = [
    "MISSING",
    "JsonNumber",
    "Method",
    "Struct",
    "Template",
    "TemplateError",
    "Typed",
    "compiled",
    "to_json",
]


class Template:
    """A template that was read. Raises (when made and when rendered): TemplateError."""

    __slots__ = ("_name", "_templates", "_text")

    def __init__(self, text: str, name: str = "") -> None:
        self._text = text
        self._name = name
        self._templates = Parser(text, name, FUNCTIONS).parse()

    def render(self, value: Any, *, strict: bool = False) -> str:
        return Evaluator(self._name, self._text, self._templates, FUNCTIONS, strict=strict).run(
            value
        )

    def render_header(self, value: Any) -> str:
        """The head of a table; where the template fails, what came before."""
        evaluator = Evaluator(self._name, self._text, self._templates, HEADER_FUNCTIONS)
        try:
            return evaluator.run(value)
        except TemplateError:
            return "".join(evaluator.out)


@lru_cache(maxsize=256)
def compiled(text: str, name: str = "") -> Template:
    """Raises: TemplateError."""
    return Template(text, name)
