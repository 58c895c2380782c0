"""Requests and responses as values.

A body is `bytes` when it is short and known, a `Channel` when it comes over time. An upgraded
connection
(attach, exec) is a `Duplex` next to status 101. Source: RFC 9110; Docker Engine API for the
upgrade.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from ..tasks import Channel, Duplex

Body = bytes | Channel


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks. `target` is the raw path with its query; header names are lower case."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body = b""

    @property
    def path(self) -> str:
        """The path, percent-decoded, without the query."""
        path = self.target.partition("?")[0]
        return unquote(path) if "%" in path else path

    @property
    def query(self) -> dict[str, list[str]]:
        """The query's values by name, in order; blank values are kept."""
        raw = urlsplit(self.target).query if "?" in self.target else ""
        return parse_qs(raw, keep_blank_values=True) if raw else {}


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answers. With `upgrade` the connection goes on as raw bytes both ways."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body = b""
    upgrade: Duplex | None = None


def json_response(value: Any, status: int = 200) -> Response:
    """A JSON answer, ended by a newline, as the Docker engine writes it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
    return Response(status, {"content-type": "application/json"}, text.encode())
