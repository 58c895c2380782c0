"""The labels of widgets, one TOML file per language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


@cache
def words(language: str) -> dict[str, str]:
    text = (files(__package__) / f"words.{language}.toml").read_text(encoding="utf-8")
    return {key: str(value) for key, value in tomllib.loads(text).items()}
