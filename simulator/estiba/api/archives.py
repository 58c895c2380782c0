"""Images in and out as archives over HTTP: save, load, import; and commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..engine import Engine
from ..engine.progress import Progress
from ..errors import Failure
from ..http import Response, json_response
from ..http.router import Route
from ..spec import ContainerConfig
from ..tasks import Channel, Disconnected, Work
from .bodies import CREATE
from .call import ApiRoute, Call
from .progress import JSON, streamed

if TYPE_CHECKING:
    from ..layer import Archive

TAR = {"content-type": "application/x-tar"}
QUEUED = 1 << 20


def routes(engine: Engine[Any]) -> list[ApiRoute]:
    api = ArchivesApi(engine)
    return [
        Route("GET", "/images/get", api.save),
        Route("GET", "/images/{name:.*}/get", api.save_one),
        Route("POST", "/images/load", api.load),
        Route("POST", "/commit", api.commit),
    ]


class ArchivesApi:
    """The handlers."""

    def __init__(self, engine: Engine[Any]) -> None:
        self._engine = engine

    def save(self, call: Call) -> Response:
        return self._sent(self._engine.saving.save(call.texts("names")))

    def save_one(self, call: Call) -> Response:
        return self._sent(self._engine.saving.save([call.variables["name"]]))

    def _sent(self, archive: Archive) -> Response:
        channel = Channel(QUEUED)
        self._engine.scheduler.spawn(_feed(channel, archive))
        return Response(200, TAR, channel)

    def load(self, call: Call) -> Work[Response]:
        """Whatever is wrong with the archive comes in the stream, as from Docker."""
        archive = yield from call.upload(self._engine.stores.blobs.spool())
        quiet = call.flag("quiet", default=True)

        def load(progress: Progress) -> Work[None]:
            progress.started = True
            self._engine.loading.load(archive, progress, quiet=quiet)
            return
            yield

        answer = yield from streamed(self._engine, load)
        return Response(200, JSON, answer.body)

    def commit(self, call: Call) -> Work[Response]:
        data = yield from call.body()
        body = call.decode(data, CREATE, Failure) if data else {}
        config = ContainerConfig.from_json(body) if body else None
        record = self._engine.committing.commit(
            call.text("container"),
            repository=call.text("repo"),
            tag=call.text("tag"),
            comment=call.text("comment"),
            author=call.text("author"),
            changes=call.texts("changes"),
            config=config,
            pause=not call.text("pause") or call.flag("pause"),
        )
        return json_response({"Id": record.id}, 201)


def _feed(channel: Channel, archive: Archive) -> Work[None]:
    try:
        for chunk in archive.chunks():
            yield from channel.write(chunk)
    except Disconnected:
        return
    finally:
        if not channel.cancelled:
            channel.close()
