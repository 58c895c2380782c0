"""Exercises and their grading: on the state an engine is left in and on its trace, never on the text typed.

An exercise is a folder with `exercise.toml`, statements per language, a solution and wrong answers.
Entry points: `load` and `Exercise`, `read_submission`, `grade` and `Report`.
"""

from .exercise import Exercise, load
from .grade import grade
from .report import Report
from .submission import Submission, read_submission

__all__ = ["Exercise", "Report", "Submission", "grade", "load", "read_submission"]
