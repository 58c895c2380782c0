"""Routes: from method and path to a handler.

A pattern is a path with variables: `{name}` is one segment, `{name:.*}` any number of them (image
names hold
slashes). Exact paths are found by one look-up; the others by their first segment, then in the
order given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

H = TypeVar("H")

_VARIABLE = re.compile(r"\{(\w+)(?::([^{}]+))?\}")


@dataclass(frozen=True, slots=True)
class Route(Generic[H]):
    """One row of the table. `pattern` begins with a slash."""

    method: str
    pattern: str
    handler: H


class Router(Generic[H]):
    """Finds the handler of a request.

    >>> inspect = Route("GET", "/images/{name:.*}/json", "inspect")
    >>> router = Router([inspect, Route("GET", "/images/json", "list")])
    >>> router.find("GET", "/images/a/b:1/json")
    ('inspect', {'name': 'a/b:1'})
    >>> router.find("GET", "/images/json")
    ('list', {})
    >>> router.find("PUT", "/images/json") is None
    True
    """

    def __init__(self, routes: Iterable[Route[H]]) -> None:
        self._exact: dict[tuple[str, str], H] = {}
        self._patterns: dict[tuple[str, str], list[tuple[re.Pattern[str], H]]] = {}
        for route in routes:
            if "{" not in route.pattern:
                self._exact.setdefault((route.method, route.pattern), route.handler)
            else:
                key = (route.method, _first_segment(route.pattern))
                compiled = re.compile(_VARIABLE.sub(_group, route.pattern))
                self._patterns.setdefault(key, []).append((compiled, route.handler))

    def find(self, method: str, path: str) -> tuple[H, dict[str, str]] | None:
        """The handler and the path's variables, or None."""
        handler = self._exact.get((method, path))
        if handler is not None:
            return handler, {}
        for pattern, handler in self._patterns.get((method, _first_segment(path)), ()):
            if match := pattern.fullmatch(path):
                return handler, match.groupdict()
        return None


def _first_segment(path: str) -> str:
    return path.split("/", 2)[1] if "/" in path else ""


def _group(match: re.Match[str]) -> str:
    name, expression = match.groups()
    return f"(?P<{name}>{expression or '[^/]+'})"
