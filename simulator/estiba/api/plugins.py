"""Plugins over HTTP: there are none, and none can be installed.

Source: Docker Engine API 1.41, "Plugin"; the answers of an engine without plugins.
"""

from __future__ import annotations

from typing import Any

from ..engine import Engine
from ..errors import NotFound, NotSupported
from ..http import Response, json_response
from ..http.router import Route
from ..spec.gotext import parse_int
from .call import ApiRoute, Call

ACTIONS = ("disable", "set", "push", "upgrade")


class NoSuchPlugin(NotFound):
    def __init__(self, name: str) -> None:
        super().__init__(f'plugin "{name}" not found')
        self.name = name


def routes(engine: Engine[Any]) -> list[ApiRoute]:
    one = "/plugins/{name:.*}"
    found: list[ApiRoute] = [
        Route("GET", "/plugins", none),
        Route("GET", "/plugins/privileges", none),
        Route("POST", "/plugins/pull", refused),
        Route("POST", "/plugins/create", refused),
        Route("GET", f"{one}/json", missing),
        Route("POST", f"{one}/enable", enable),
        Route("DELETE", one, missing),
    ]
    found += [Route("POST", f"{one}/{action}", missing) for action in ACTIONS]
    return found


def none(call: Call) -> Response:
    return json_response([])


def missing(call: Call) -> Response:
    raise NoSuchPlugin(call.variables["name"])


def enable(call: Call) -> Response:
    parse_int(call.text("timeout"), function="Atoi")
    return missing(call)


def refused(call: Call) -> Response:
    """Simplified: plugins are programs of the host, which this engine does not run."""
    raise NotSupported("plugins are not available in this engine")
