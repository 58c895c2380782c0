"""The API: finds the handler of a request, and turns errors into answers.

Each concept has a module with `routes(engine) -> list[ApiRoute]`; `ROUTES` says where they are asked for.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any, TypeVar

from ..engine import Engine
from ..engine.config import API_VERSION, MINIMUM_API_VERSION, NEWEST_ACCEPTED_API_VERSION
from ..errors import EstibaError
from ..http import Request, Response
from ..http.router import Router
from ..spec.gotext import quote
from ..tasks import Work
from .call import Call, Handler
from .errors import error_response, status_of

M = TypeVar("M")

ROUTES = {
    "_ping": ("system",),
    "auth": ("system",),
    "build": ("build",),
    "commit": ("archives",),
    "configs": ("swarm",),
    "containers": ("attach", "container_archive", "containers", "execs"),
    "distribution": ("distribution",),
    "estiba": ("manifests",),
    "events": ("events",),
    "exec": ("execs",),
    "images": ("archives", "images"),
    "info": ("system",),
    "networks": ("networks",),
    "nodes": ("swarm",),
    "plugins": ("plugins",),
    "secrets": ("swarm",),
    "services": ("swarm",),
    "session": ("system",),
    "swarm": ("swarm",),
    "system": ("system",),
    "tasks": ("swarm",),
    "version": ("system",),
    "volumes": ("volumes",),
}
"""The modules that answer below each first word of a path; loaded when it is first asked for."""


Version = tuple[int, ...]
BAD_ESCAPE = re.compile("%(?![0-9a-fA-F]{2}).{0,2}", re.DOTALL)
VERSION_IN_PATH = re.compile(r"/v([0-9.]+)(/.*)", re.DOTALL)


def _numbers(version: str) -> Version:
    return tuple(int(part or 0) for part in version.split("."))


NEWEST, OLDEST, OURS = map(
    _numbers, (NEWEST_ACCEPTED_API_VERSION, MINIMUM_API_VERSION, API_VERSION)
)
PLAIN_TEXT_BELOW = (1, 24)


class Api:
    """Serves the Docker Engine API over an engine: `Loopback(api.serve, scheduler)`."""

    def __init__(self, engine: Engine[Any]) -> None:
        self._engine = engine
        self._routers: dict[str, Router[Handler]] = {}
        self._headers = {
            "api-version": API_VERSION,
            "docker-experimental": "false",
            "ostype": "linux",
            "server": f"Docker/{engine.config.server_version} (linux)",
        }

    def serve(self, request: Request) -> Response | Work[Response]:
        version, path = split_version(request.path)
        if version > NEWEST or version < OLDEST:
            return self._dress(_wrong_version(version))
        if escape := _bad_escape(request.target.partition("?")[2]):
            message = f"invalid URL escape {quote(escape)}"
            return self._dress(error_response(400, message, plain=version < PLAIN_TEXT_BELOW))
        found = self._router(path).find(request.method, path)
        plain = version < PLAIN_TEXT_BELOW
        if found is None:
            return error_response(404, "page not found", plain=plain)
        handler, variables = found
        try:
            answer = handler(Call(request, variables, version))
        except EstibaError as error:
            return self._dress(error_response(status_of(error), str(error), plain=plain))
        if isinstance(answer, Response):
            return self._dress(answer)
        return self._finish(answer, plain)

    def _router(self, path: str) -> Router[Handler]:
        """The routes below the first word of a path."""
        word = path[1:].partition("/")[0]
        router = self._routers.get(word)
        if router is None:
            modules = (import_module(f"..{name}", __name__) for name in ROUTES.get(word, ()))
            routes = [route for module in modules for route in module.routes(self._engine)]
            router = Router(routes)
            if word in ROUTES:
                self._routers[word] = router
        return router

    def _finish(self, work: Work[Response], plain: bool) -> Work[Response]:
        try:
            answer = yield from work
        except EstibaError as error:
            answer = error_response(status_of(error), str(error), plain=plain)
        return self._dress(answer)

    def _dress(self, response: Response) -> Response:
        headers = {**self._headers, **response.headers}
        return Response(response.status, headers, response.body, response.upgrade)


def _bad_escape(query: str) -> str:
    """A percent sign and what follows it, where that is not two hexadecimal digits."""
    found = BAD_ESCAPE.search(query) if "%" in query else None
    return found[0] if found else ""


def split_version(path: str) -> tuple[Version, str]:
    """The API version in front of a path, ours where there is none, and the rest.

    >>> split_version("/v1.24/images/json")
    ((1, 24), '/images/json')
    >>> split_version("/version")
    ((1, 41), '/version')
    """
    found = VERSION_IN_PATH.fullmatch(path) if path.startswith("/v") else None
    if found is None:
        return OURS, path
    return _numbers(found[1][:20]), found[2]


def _wrong_version(version: Version) -> Response:
    text = ".".join(map(str, version))
    if version > NEWEST:
        message = (
            f"client version {text} is too new. Maximum supported API version is {API_VERSION}"
        )
    else:
        message = (
            f"client version {text} is too old. Minimum supported API version is "
            f"{MINIMUM_API_VERSION}, please upgrade your client to a newer version"
        )
    return error_response(400, message, plain=version < PLAIN_TEXT_BELOW)
