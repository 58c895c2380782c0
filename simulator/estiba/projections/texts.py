"""The texts of a projection, one TOML file per language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


@cache
def texts(topic: str, language: str) -> dict[str, str]:
    """Texts by key. `topic` names the file below this room, `language` is `es` or `en`."""
    text = (files(__package__) / f"{topic}.{language}.toml").read_text(encoding="utf-8")
    return {key: str(value) for key, value in tomllib.loads(text).items()}
