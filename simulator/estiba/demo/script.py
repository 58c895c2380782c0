"""The demo's script: steps with commands, typed keys and values to compare, read from TOML."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Key:
    """Something typed: once the output since the last key ends with `expect`, `after_s` later."""

    send: str
    expect: str = ""
    after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Check:
    """A value of the document. `pattern`'s first group finds the engine's; `shown` replaces it where
    the document tells a fact rather than a text."""

    id: str
    document: str
    pattern: re.Pattern[str]
    shown: str = ""

    def find(self, output: str) -> str | None:
        """The engine's value in the output of a step, None where it is missing."""
        match = self.pattern.search(output)
        if match is None:
            return None
        return self.shown or match.group(1)


@dataclass(frozen=True, slots=True)
class Browse:
    """A request to a published port."""

    container: str
    port: int
    url: str

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://").partition("/")[0]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a docker command, a question to `why`, or a look with a browser."""

    id: str
    command: str = ""
    why: str = ""
    browse: Browse | None = None
    after_s: float = 0.0
    exit: int = 0
    tty: bool = False
    keys: tuple[Key, ...] = ()
    checks: tuple[Check, ...] = ()

    @classmethod
    def from_toml(cls, table: dict[str, Any]) -> Step:
        keys = tuple(Key(**key) for key in table.pop("keys", ()))
        checks = tuple(
            Check(pattern=re.compile(check.pop("pattern"), re.MULTILINE), **check)
            for check in table.pop("check", ())
        )
        browse = table.pop("browse", None)
        return cls(keys=keys, checks=checks, browse=Browse(**browse) if browse else None, **table)


@dataclass(frozen=True, slots=True)
class Script:
    """Steps in order, the instant the clock starts at, and the seed. Units: RFC 3339 for `start`."""

    start: str
    seed: str
    steps: tuple[Step, ...]


def load_script(host: str = "") -> Script:
    """The document's script, or its form for another host than the simulated one."""
    table = tomllib.loads(_text(f"script.{host}.toml" if host else "script.toml"))
    return Script(table["start"], table["seed"], tuple(map(Step.from_toml, table["step"])))


def load_texts(language: str, host: str = "") -> dict[str, dict[str, str]]:
    """The texts of one language (`es` or `en`), by section and key; with those of a host, where it has others."""
    texts: dict[str, dict[str, str]] = tomllib.loads(_text(f"texts.{language}.toml"))
    if host:
        texts["page"] |= texts[host]
        texts["step"] |= texts[f"{host}_step"]
        texts["check"] |= texts[f"{host}_check"]
    return texts


def _text(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")
