"""Lessons that stay true: every transcript in them is replayed and compared.

A lesson is MyST Markdown, one file per language. Entry points: `read_lesson`, `replay`, `updated`.
"""

from .replay import Difference, replay, updated
from .source import Lesson, read_lesson

__all__ = ["Difference", "Lesson", "read_lesson", "replay", "updated"]
