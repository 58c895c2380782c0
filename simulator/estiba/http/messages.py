"""Requests and responses as values.

A body is `bytes` when it is short and known, a `Channel` when it comes over time. An upgraded
connection
(attach, exec) is a `Duplex` next to status 101. Source: RFC 9110; Docker Engine API for the
upgrade.

The values here are named tuples: every command begins by loading them, and they load in a tenth of the time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from ..tasks import Channel, Duplex

Body = bytes | Channel
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Request(NamedTuple):
    """What a client asks. `target` is the raw path with its query; header names are lower case."""

    method: str
    target: str
    headers: Mapping[str, str] = NO_HEADERS
    body: Body = b""

    @property
    def path(self) -> str:
        """The path, percent-decoded, without the query."""
        path = self.target.partition("?")[0]
        if "%" not in path:
            return path
        from urllib.parse import unquote  # noqa: PLC0415

        return unquote(path)

    @property
    def query(self) -> dict[str, list[str]]:
        """The query's values by name, in order; blank values are kept."""
        raw = self.target.partition("#")[0].partition("?")[2]
        if not raw:
            return {}
        from urllib.parse import parse_qs  # noqa: PLC0415

        return parse_qs(raw, keep_blank_values=True)


class Response(NamedTuple):
    """What a server answers. With `upgrade` the connection goes on as raw bytes both ways."""

    status: int
    headers: Mapping[str, str] = NO_HEADERS
    body: Body = b""
    upgrade: Duplex | None = None


def json_response(value: Any, status: int = 200) -> Response:
    """A JSON answer, ended by a newline, as the Docker engine writes it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
    return Response(status, {"content-type": "application/json"}, text.encode())
