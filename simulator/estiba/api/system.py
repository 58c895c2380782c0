"""The engine itself over HTTP: ping, version, info, disk usage, authentication."""

from __future__ import annotations

from typing import Any

from ..distribution import AuthenticationRequired, Credentials
from ..distribution.reach import refusal
from ..engine import Engine
from ..engine.system import info, version
from ..errors import Failure, InvalidInput, Unauthorized
from ..http import Response, json_response
from ..http.router import Route
from ..tasks import Work
from . import versions
from .bodies import AUTH
from .call import ApiRoute, Call

HUB_ADDRESSES = ("", "docker.io", "index.docker.io", "registry-1.docker.io")


def routes(engine: Engine[Any]) -> list[ApiRoute]:
    api = SystemApi(engine)
    return [
        Route("GET", "/_ping", ping),
        Route("HEAD", "/_ping", ping),
        Route("GET", "/version", api.version),
        Route("GET", "/info", api.info),
        Route("GET", "/system/df", api.disk_usage),
        Route("POST", "/auth", api.log_in),
        Route("POST", "/session", session),
    ]


PING_HEADERS = {
    "builder-version": "1",
    "cache-control": "no-cache, no-store, must-revalidate",
    "content-type": "text/plain; charset=utf-8",
    "pragma": "no-cache",
}


def ping(call: Call) -> Response:
    """The first thing every client asks."""
    return Response(200, PING_HEADERS, b"" if call.request.method == "HEAD" else b"OK")


def session(call: Call) -> Response:
    """What BuildKit begins with; this engine's builder is the classic one."""
    raise InvalidInput("no upgrade proto in request")


class SystemApi:
    """The handlers."""

    def __init__(self, engine: Engine[Any]) -> None:
        self._engine = engine

    def version(self, call: Call) -> Response:
        return json_response(version(self._engine))

    def info(self, call: Call) -> Response:
        return json_response(versions.info(info(self._engine), call.version))

    def disk_usage(self, call: Call) -> Response:
        from ..engine.usage import disk_usage  # noqa: PLC0415  (every client begins with this module's ping)

        usage = disk_usage(self._engine)
        return json_response(versions.disk_usage(usage, call.texts("type"), call.version))

    def log_in(self, call: Call) -> Work[Response]:
        given = yield from call.read(AUTH, Failure)
        host = _host(str(given.get("serveraddress") or ""))
        if host not in HUB_ADDRESSES:
            raise refusal(host, online=self._engine.config.online)
        who = Credentials(str(given.get("username") or ""), str(given.get("password") or ""))
        try:
            self._engine.hub.login(who)
        except AuthenticationRequired as error:
            url = f"https://{self._engine.config.hub_host}/v2/"
            raise Unauthorized(f'Get "{url}": {error}') from None
        return json_response({"IdentityToken": "", "Status": "Login Succeeded"})


def _host(address: str) -> str:
    return address.partition("://")[2].partition("/")[0] if "://" in address else address
