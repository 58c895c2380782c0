"""`docker cp` and `docker export` over HTTP."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from typing import Any

from ..engine import Engine
from ..errors import InvalidInput
from ..http import Response
from ..http.router import Route
from ..tasks import Channel, Disconnected, Work
from .call import ApiRoute, Call

STAT_HEADER = "x-docker-container-path-stat"


def routes(engine: Engine[Any]) -> list[ApiRoute]:
    api = ContainerArchiveApi(engine)
    return [
        Route("HEAD", "/containers/{name:.*}/archive", api.stat),
        Route("GET", "/containers/{name:.*}/archive", api.read),
        Route("PUT", "/containers/{name:.*}/archive", api.extract),
        Route("GET", "/containers/{name:.*}/export", api.export),
    ]


class ContainerArchiveApi:
    """The handlers."""

    def __init__(self, engine: Engine[Any]) -> None:
        self._engine = engine

    def stat(self, call: Call) -> Response:
        found = self._engine.archives.stat(call.variables["name"], _path(call))
        return Response(200, {STAT_HEADER: _encoded(found)})

    def read(self, call: Call) -> Response:
        found, archive = self._engine.archives.read(call.variables["name"], _path(call))
        headers = {"content-type": "application/x-tar", STAT_HEADER: _encoded(found)}
        return Response(200, headers, self._stream(archive.chunks()))

    def extract(self, call: Call) -> Work[Response]:
        """The archive is gathered first: unpacking is one step, so nobody sees half of it."""
        path, name = _path(call), call.variables["name"]
        self._engine.containers.get(name)
        archive = yield from call.upload(self._engine.stores.blobs.spool())
        keep = call.flag("noOverwriteDirNonDir")
        self._engine.archives.extract(name, path, archive, replace=not keep)
        return Response(200)

    def export(self, call: Call) -> Response:
        archive = self._engine.archives.export(call.variables["name"])
        headers = {"content-type": "application/octet-stream"}
        return Response(200, headers, self._stream(archive.chunks()))

    def _stream(self, chunks: Iterable[bytes]) -> Channel:
        channel = Channel()
        self._engine.scheduler.spawn(_feed(channel, chunks))
        return channel


def _feed(channel: Channel, chunks: Iterable[bytes]) -> Work[None]:
    try:
        for chunk in chunks:
            yield from channel.write(chunk)
    except Disconnected:
        return
    channel.close()


def _path(call: Call) -> str:
    path = call.text("path")
    if not path:
        raise InvalidInput("bad parameter: pathcannot be empty")
    return path


def _encoded(found: dict[str, Any]) -> str:
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(text.encode()).decode()
