"""The texts of pictures in one language, and how numbers are written in it."""

from __future__ import annotations

from ...spec.units import human_size
from ..texts import texts

TABLE_PRECISION = 3
COMMAND_MAX = 160
THOUSANDS = {"es": "\u00a0", "en": ","}


class Words:
    """Texts by key, from `<topic>.<language>.toml`."""

    def __init__(self, topic: str, language: str) -> None:
        self._texts = texts(f"tellings/{topic}", language)
        self.language = language

    def __call__(self, key: str, **facts: object) -> str:
        """A text with its facts in it. `n` picks between `key.one` and `key`."""
        if facts.get("n") == 1 and f"{key}.one" in self._texts:
            key = f"{key}.one"
        facts = {k: self.number(v) if isinstance(v, int) else v for k, v in facts.items()}
        return self._texts[key].format(**facts)

    def has(self, key: str) -> bool:
        return key in self._texts

    def number(self, value: int) -> str:
        """A whole number: 72,901,280 or 72 901 280; four digits stay together in Spanish."""
        if self.language == "es" and abs(value) < 10_000:
            return str(value)
        return f"{value:,}".replace(",", THOUSANDS[self.language])

    def size(self, value: int | None) -> str:
        """A size as Docker's tables show it, or a question mark."""
        return "?" if value is None else human_size(value, TABLE_PRECISION)

    def bytes(self, value: int) -> str:
        """A size exactly."""
        return self("bytes", n=value) if self.has("bytes") else self.number(value)


def short(text: str, most: int = COMMAND_MAX) -> str:
    """A long command cut at its end: what comes later is in the scene."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
