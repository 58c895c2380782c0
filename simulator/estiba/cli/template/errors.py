"""What can go wrong with a template; messages are those of Go's text/template."""

from __future__ import annotations

from ...errors import InvalidInput


class TemplateError(InvalidInput):
    """A template that cannot be read or cannot be carried out; `so_far` is what it had written."""

    so_far = ""


class EvaluationError(TemplateError):
    """Raised without a place; the evaluator adds where it happened."""
