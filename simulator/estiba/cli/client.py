"""Asks the engine: paths and queries as the docker client builds them, answers as JSON, errors in its words."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Mapping
from typing import Any

from ..http import Answer, Request, Transport, read_all
from ..tasks import Channel
from .errors import CommandFailed, EngineError

API_VERSION = "1.50"
SIMPLE_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_.:@-")
SPECIAL = ("//", "/.", "/:")
PATH_SAFE = "/:@&=+$,;!*'()~"
Query = Mapping[str, str | list[str]]
Headers = Mapping[str, str]


def version_of(text: str) -> tuple[int, int]:
    """An API version to compare with others."""
    major, _, minor = text.partition(".")
    return (int(major), int(minor)) if major.isdigit() and minor.isdigit() else (0, 0)


def encode_query(query: Query) -> str:
    """The query sorted by name, values as Go writes them."""
    pairs: list[str] = []
    for name in sorted(query):
        value = query[name]
        for one in [value] if isinstance(value, str) else value:
            pairs.append(f"{name}={_escaped(one)}")
    return "&".join(pairs)


def _escaped(value: str) -> str:
    if value.isalnum() and value.isascii():
        return value
    from urllib.parse import quote_plus  # noqa: PLC0415  (many commands do without)

    return quote_plus(value, safe="~")


def encode_filters(pairs: list[tuple[str, str]]) -> str:
    """Filters as the API takes them, both levels sorted."""
    found: dict[str, dict[str, bool]] = {}
    for name, value in pairs:
        found.setdefault(name, {})[value] = True
    if not found:
        return ""
    ordered = {name: dict(sorted(found[name].items())) for name in sorted(found)}
    return json.dumps(ordered, ensure_ascii=False, separators=(",", ":"))


def is_simple(path: str) -> bool:
    """Is the path clean and free of what has to be escaped?"""
    return (
        path[:1] == "/" != path[-1:]
        and SIMPLE_LETTERS.issuperset(path)
        and not any(mark in path for mark in SPECIAL)
    )


class Client:
    """One engine, asked by one command."""

    def __init__(self, transport: Transport, *, version: str = "", agent: str = "") -> None:
        self.transport = transport
        self.version = version
        self._prefix = f"/v{version}" if version else ""
        self._agent = agent
        self.offers: Headers = {}
        self.connected = False

    def ping(self) -> None:
        """Ask what the engine offers, once, and agree on an API version. Silent when there is none."""
        if self.offers or self.connected:
            return
        for method in ("HEAD", "GET"):
            answer = self.transport.send(Request(method, "/_ping", {"user-agent": self._agent}))
            read_all(self.transport, answer.body)
            if answer.status == 200:
                break
        self.offers = answer.headers
        self.connected = True
        offered = answer.headers.get("api-version", "")
        if not self._prefix:
            newest = min(version_of(offered or API_VERSION), version_of(API_VERSION))
            self.version = f"{newest[0]}.{newest[1]}" if offered else "1.24"
            self._prefix = f"/v{self.version}"

    def at_least(self, version: str) -> bool:
        """Is the agreed API as new as that?"""
        self.ping()
        return version_of(self.version) >= version_of(version)

    def target(self, path: str, query: Query | None = None) -> str:
        """Names go into the path as they are, then the path is cleaned."""
        if is_simple(path):
            text = self._prefix + path
        else:
            from urllib.parse import quote  # noqa: PLC0415

            clean = posixpath.normpath(f"{self._prefix}/{path}")
            text = quote(clean, safe=PATH_SAFE, errors="surrogateescape")
        return f"{text}?{encode_query(query)}" if query else text

    def ask(
        self,
        method: str,
        path: str,
        query: Query | None = None,
        body: Any = None,
        *,
        headers: Headers | None = None,
        raw: bytes | Channel | None = None,
    ) -> Answer:
        """The answer's head. `body` is sent as JSON, `raw` as it is. Raises: EngineError, Unavailable."""
        if not self.connected:
            self.ping()
        sent: dict[str, str] = {"user-agent": self._agent}
        data: bytes | Channel = b""
        if raw is not None:
            data = raw
            sent["content-type"] = "application/x-tar"
        elif body is not None:
            data = to_json(body)
            sent["content-type"] = "application/json"
        if headers:
            sent.update(headers)
        answer = self.transport.send(Request(method, self.target(path, query), sent, data))
        if answer.status >= 400:
            raise self._error(answer, method, path)
        return answer

    def _error(self, answer: Answer, method: str, path: str) -> EngineError:
        data = read_all(self.transport, answer.body)
        text = data.decode("utf-8", "replace")
        if method == "HEAD":
            return EngineError(answer.status, "")
        if answer.headers.get("content-type", "").startswith("application/json"):
            try:
                text = str(json.loads(data).get("message", ""))
            except (ValueError, AttributeError):
                return EngineError(
                    answer.status, "Error reading JSON: unexpected end of JSON input"
                )
        if not text.strip():
            return EngineError(
                answer.status,
                f"request returned {answer.status} for API route and version "
                f"{self.target(path)}, check if the server supports the requested API version",
            )
        return EngineError(answer.status, f"Error response from daemon: {text.strip()}")

    def bytes(self, method: str, path: str, query: Query | None = None, body: Any = None) -> bytes:
        """A whole answer."""
        return read_all(self.transport, self.ask(method, path, query, body).body)

    def json(
        self,
        method: str,
        path: str,
        query: Query | None = None,
        body: Any = None,
        *,
        headers: Headers | None = None,
    ) -> Any:
        """A whole answer, decoded."""
        data = read_all(self.transport, self.ask(method, path, query, body, headers=headers).body)
        try:
            return json.loads(data)
        except ValueError:
            raise CommandFailed(
                "unexpected end of JSON input" if not data.strip() else _bad_json(data)
            ) from None

    def get(self, path: str, query: Query | None = None) -> Any:
        return self.json("GET", path, query)


def _bad_json(data: bytes) -> str:
    letter = data.decode("utf-8", "replace").lstrip()[:1]
    return f"invalid character '{letter}' looking for beginning of value"


def to_json(body: Any) -> bytes:
    """JSON as Go writes it, without spaces, ended by a newline."""
    return (json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n").encode(
        "utf-8", "replace"
    )
