"""Swarm over HTTP: this engine is no part of one, and says so as Docker does.

Source: Docker Engine API 1.41, "Swarm", "Nodes", "Services", "Tasks", "Secrets", "Configs"; the
answers of an engine that never joined.
"""

from __future__ import annotations

from typing import Any

from ..engine import Engine
from ..errors import NotSupported, Unavailable
from ..http import Response
from ..http.router import Route
from .call import ApiRoute, Call

METHODS = ("GET", "POST", "DELETE")
KINDS = ("services", "nodes", "tasks", "secrets", "configs")


class NoSwarm(Unavailable):
    def __init__(self) -> None:
        super().__init__("This node is not part of a swarm")


class NoManager(Unavailable):
    hint = "This engine stands alone: services, nodes and secrets belong to a swarm."

    def __init__(self) -> None:
        super().__init__(
            'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to'
            " connect this node to swarm and try again."
        )


def routes(engine: Engine[Any]) -> list[ApiRoute]:
    found: list[ApiRoute] = [
        Route("GET", "/swarm", managed),
        Route("GET", "/swarm/unlockkey", managed),
        Route("POST", "/swarm/update", managed),
        Route("POST", "/swarm/unlock", managed),
        Route("POST", "/swarm/leave", leave),
        Route("POST", "/swarm/init", found_one),
        Route("POST", "/swarm/join", found_one),
    ]
    for kind in KINDS:
        found.append(Route("GET", f"/{kind}", managed))
        found += [Route(method, f"/{kind}/{{rest:.+}}", managed) for method in METHODS]
    return found


def managed(call: Call) -> Response:
    """What only a manager of a swarm can answer."""
    raise NoManager


def leave(call: Call) -> Response:
    raise NoSwarm


def found_one(call: Call) -> Response:
    """Simplified: no swarm can be made or joined."""
    raise NotSupported("swarm mode is not available in this engine")
