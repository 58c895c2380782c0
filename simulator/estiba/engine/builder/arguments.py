"""Build arguments: what `--build-arg` gives, and which ARGs let it in.

An ARG before the first FROM is known to FROM lines only, until a stage declares it again. The proxy
variables need no ARG. Source: Dockerfile reference, "ARG"; behaviour of Engine 20.10.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

PROXIES = frozenset(
    name
    for upper in ("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY")
    for name in (upper, upper.lower())
)


class BuildArguments:
    """The arguments as one stage sees them."""

    def __init__(self, given: Mapping[str, str | None]) -> None:
        self._given = dict(given)
        self._first: dict[str, str | None] = {}
        self._declared: dict[str, str | None] = {}
        self.referenced: set[str] = set()

    def stage(self) -> BuildArguments:
        """For a new stage: nothing is declared yet."""
        made = BuildArguments(self._given)
        made._first = self._first
        made.referenced = self.referenced
        return made

    def declare_first(self, name: str, value: str | None) -> None:
        """An ARG before the first FROM."""
        self._first[name] = value
        self.referenced.add(name)

    def declare(self, name: str, value: str | None) -> None:
        """An ARG of the stage."""
        self._declared[name] = value
        self.referenced.add(name)

    def first(self) -> dict[str, str]:
        """What FROM lines may use."""
        values = {name: self._value(name, self._first) for name in self._first}
        return {name: value for name, value in values.items() if value is not None}

    def allowed(self, env: Iterable[str]) -> list[str]:
        """`NAME=value` of all allowed here whose name is not in the environment."""
        taken = {pair.partition("=")[0] for pair in env}
        names = dict.fromkeys((*self._declared, *(n for n in self._given if n in PROXIES)))
        values = {name: self._value(name, self._declared) for name in names if name not in taken}
        return [f"{name}={value}" for name, value in values.items() if value is not None]

    def shown(self, name: str) -> bool:
        """Does it count for the cache and show in the history? Proxies only if declared."""
        return name in self.referenced or name not in PROXIES

    def unused(self) -> list[str]:
        """What was given and never asked for."""
        return sorted(
            name for name in self._given if name not in self.referenced and name not in PROXIES
        )

    def _value(self, name: str, declared: Mapping[str, str | None]) -> str | None:
        if name in self._given:
            return self._given[name]
        value = declared.get(name)
        return self._first.get(name) if value is None else value
