"""The grader's own texts, one TOML file per language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

LANGUAGES = ("es", "en")


@cache
def _table(language: str) -> dict[str, str]:
    text = (files(__package__) / f"texts.{language}.toml").read_text(encoding="utf-8")
    return {key: str(value) for key, value in tomllib.loads(text).items()}


def told(key: str, **facts: object) -> dict[str, str]:
    """A text in each language, with its facts."""
    return {language: _table(language)[key].format(**facts) for language in LANGUAGES}
