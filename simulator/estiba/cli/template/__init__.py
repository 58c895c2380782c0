"""Go's text/template, as far as Docker's `--format` goes: reading, carrying out, exact error texts.

Entry points: `compiled` (a template, cached), `Template.render`. What a template sees of Docker's own types is
a `Struct`. Source: the behaviour of Go 1.24's text/template.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from .errors import TemplateError
from .values import MISSING, JsonNumber, Method, Struct, Typed, to_json

__all__ = [
    "MISSING",
    "JsonNumber",
    "Method",
    "Struct",
    "TemplateError",
    "Typed",
    "compiled",
    "to_json",
]

if TYPE_CHECKING:
    from .template import Template


@lru_cache(maxsize=256)
def compiled(text: str, name: str = "") -> Template:
    """Raises: TemplateError."""
    from .template import Template  # noqa: PLC0415  (most tables do without, see formatter)

    return Template(text, name)
