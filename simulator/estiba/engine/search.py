"""`docker search`: rows of the Hub, filtered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote_plus

from ..distribution import SearchRow, Unreachable
from ..errors import Failure, InvalidInput
from .filters import Filters, InvalidFilter

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

ACCEPTED = ("is-automated", "is-official", "stars")
INDEX = "index.docker.io"
DEFAULT_LIMIT, LARGEST_LIMIT = 25, 100


class LimitOutOfRange(InvalidInput):
    def __init__(self, limit: int) -> None:
        super().__init__(f"Limit {limit} is outside the range of [1, {LARGEST_LIMIT}]")
        self.limit = limit


def search(
    engine: Engine[M],
    term: str,
    *,
    limit: int = DEFAULT_LIMIT,
    filters: Mapping[str, Iterable[str]] | None = None,
) -> list[dict[str, Any]]:
    """`GET /images/search`. Raises: InvalidFilter, LimitOutOfRange."""
    wanted = Filters(filters or {}, ACCEPTED)
    automated = _flag(wanted, "is-automated")
    official = _flag(wanted, "is-official")
    stars = _stars(wanted)
    if not 1 <= limit <= LARGEST_LIMIT:
        raise LimitOutOfRange(limit)
    try:
        rows = engine.hub.search(term)[:limit]
    except Unreachable as error:
        reason = error.reason.replace(error.host, INDEX)
        url = f"https://{INDEX}/v1/search?q={quote_plus(term)}&n={limit}"
        raise Failure(f'Get "{url}": {reason}') from None
    return [
        _row(row)
        for row in rows
        if (automated is None or row.automated is automated)
        and (official is None or row.official is official)
        and row.stars >= stars
    ]


def _row(row: SearchRow) -> dict[str, Any]:
    return {
        "star_count": row.stars,
        "is_official": row.official,
        "name": row.name,
        "is_automated": row.automated,
        "description": row.description,
    }


def _flag(filters: Filters, name: str) -> bool | None:
    if name not in filters:
        return None
    values = filters.get(name)
    if "true" in values:
        return True
    if "false" in values:
        return False
    raise InvalidFilter(name, f"[{' '.join(values)}]")


def _stars(filters: Filters) -> int:
    """The largest of the numbers asked for."""
    least = 0
    for value in filters.get("stars"):
        if not (value.lstrip("+-").isascii() and value.lstrip("+-").isdigit()):
            raise InvalidFilter("stars", value)
        least = max(least, int(value))
    return least
