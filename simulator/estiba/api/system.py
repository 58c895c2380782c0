"""The engine itself over HTTP: ping, version, info, disk usage, authentication."""

from __future__ import annotations

from typing import Any

from ..engine import Engine
from ..http import Response
from ..http.router import Route
from .call import ApiRoute, Call


def routes(engine: Engine[Any]) -> list[ApiRoute]:
    return [Route("GET", "/_ping", ping), Route("HEAD", "/_ping", ping)]


def ping(call: Call) -> Response:
    headers = {
        "builder-version": "1",
        "cache-control": "no-cache, no-store, must-revalidate",
        "content-type": "text/plain; charset=utf-8",
        "pragma": "no-cache",
    }
    return Response(200, headers, b"" if call.request.method == "HEAD" else b"OK")
