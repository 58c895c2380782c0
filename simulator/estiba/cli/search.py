"""`docker search`."""

from __future__ import annotations

from typing import Any, ClassVar

from .auth import config_key, encode
from .client import encode_filters
from .errors import CommandFailed
from .flags import Options
from .formatter import Column, Row, render
from .session import Session
from .table import ellipsis

TABLE = "table {{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}"


class SearchRow(Row):
    """One repository that was found."""

    __slots__ = ("_in_json", "result", "truncated")
    go_type = "*registry.searchContext"

    def __init__(self, result: Any, truncated: bool) -> None:
        self.result = result
        self.truncated = truncated
        self._in_json = False

    def description(self) -> str:
        text = self.result.get("description", "").replace("\n", " ").replace("\r", " ")
        return ellipsis(text, 45) if self.truncated else text

    def flag(self, key: str) -> str:
        value = bool(self.result.get(key))
        if self._in_json:
            return str(value).lower()
        return "[OK]" if value else ""

    def plain(self) -> Any:
        self._in_json = True
        return super().plain()

    columns: ClassVar[dict[str, Column]] = {
        "Name": lambda r: r.result["name"],
        "Description": description,
        "StarCount": lambda r: str(r.result.get("star_count", 0)),
        "IsOfficial": lambda r: r.flag("is_official"),
    }
    headers: ClassVar[dict[str, str]] = {
        "Name": "NAME",
        "Description": "DESCRIPTION",
        "StarCount": "STARS",
        "IsOfficial": "OFFICIAL",
    }


def search(session: Session, options: Options) -> None:
    term = options.arguments[0]
    if "://" in term:
        raise CommandFailed(
            f"invalid repository name: repository name ({term}) should not have a scheme"
        )
    first = term.partition("/")[0] if "/" in term else ""
    domain = first if "." in first or ":" in first or first == "localhost" else "docker.io"
    headers = {"x-registry-auth": encode(session.config.credentials(config_key(domain)))}
    query = {"term": term}
    if options["limit"]:
        query["limit"] = str(options["limit"])
    if options["filter"]:
        query["filters"] = encode_filters(options["filter"])
    results = session.client.json("GET", "/images/search", query, headers=headers)
    form = options["format"]
    rows = [SearchRow(result, not options["no-trunc"]) for result in results or ()]
    session.write(render(TABLE if form in ("", "table") else form, rows, SearchRow.headers))
