"""Images over HTTP."""

from __future__ import annotations

from typing import Any

from ..engine import Engine
from ..engine.history import history
from ..engine.image_prune import prune_images
from ..engine.inspect_image import inspect_image
from ..engine.progress import Progress
from ..engine.search import DEFAULT_LIMIT, search
from ..errors import Failure, InvalidInput
from ..http import Response, json_response
from ..http.router import Route
from ..spec import Platform
from ..spec.gotext import parse_int
from ..tasks import Work
from . import versions
from .call import ApiRoute, Call
from .credentials import credentials_of, require_header
from .progress import streamed

REMEMBERED = 32


def routes(engine: Engine[Any]) -> list[ApiRoute]:
    api = ImagesApi(engine)
    one = "/images/{name:.*}"
    return [
        Route("GET", "/images/json", api.list),
        Route("GET", "/images/search", api.search),
        Route("POST", "/images/create", api.create),
        Route("POST", "/images/prune", api.prune),
        Route("GET", f"{one}/json", api.inspect),
        Route("GET", f"{one}/history", api.history),
        Route("POST", f"{one}/tag", api.tag),
        Route("POST", f"{one}/push", api.push),
        Route("DELETE", "/images/{name:.+}", api.remove),
    ]


class ImagesApi:
    """The handlers. Lists are remembered until an image or a name changes."""

    def __init__(self, engine: Engine[Any]) -> None:
        self._engine = engine
        self._lists: dict[str, Response] = {}
        self._version = (-1, -1)

    def list(self, call: Call) -> Response:
        stores = self._engine.stores
        version = (stores.images.version, stores.references.version)
        if version != self._version or len(self._lists) > REMEMBERED:
            self._lists.clear()
            self._version = version
        key = f"{call.version} {call.request.target.partition('?')[2]}"
        answer = self._lists.get(key)
        if answer is None:
            answer = self._lists[key] = self._list(call)
        return answer

    def _list(self, call: Call) -> Response:
        filters = call.filters()
        if pattern := call.text("filter"):
            filters.setdefault("reference", []).append(pattern)
        rows = self._engine.images.list(filters, all=call.flag("all"))
        return json_response([versions.image_row(row, call.version) for row in rows])

    def search(self, call: Call) -> Response:
        text = call.text("limit")
        try:
            limit = parse_int(text, function="Atoi") if text else DEFAULT_LIMIT
        except InvalidInput as error:
            raise Failure(str(error)) from None
        found = search(self._engine, call.text("term"), limit=limit, filters=call.filters())
        return json_response(found)

    def inspect(self, call: Call) -> Response:
        value = inspect_image(self._engine, call.variables["name"])
        return json_response(versions.image(value, call.version))

    def history(self, call: Call) -> Response:
        return json_response(history(self._engine, call.variables["name"]))

    def tag(self, call: Call) -> Response:
        self._engine.tags.tag(call.variables["name"], call.text("repo"), call.text("tag"))
        return Response(201)

    def remove(self, call: Call) -> Response:
        name = call.variables["name"]
        if not name.strip():
            raise Failure("image name cannot be blank")
        done = self._engine.image_removal.remove(
            name, force=call.flag("force"), prune=not call.flag("noprune")
        )
        return json_response(done)

    def prune(self, call: Call) -> Response:
        return json_response(prune_images(self._engine, call.filters()))

    def create(self, call: Call) -> Work[Response]:
        """Pull, or import with `fromSrc`."""
        text = call.text("platform") if call.version >= (1, 32) else ""
        platform = Platform.parse(text) if text else None
        if not call.text("fromImage"):
            return self._import(call)
        return self._pull(call, platform)

    def _import(self, call: Call) -> Work[Response]:
        importing = self._engine.importing
        source = call.text("fromSrc")
        if not source:
            raise Failure('Get "http:": http: no Host in request URL')
        name = importing.check(call.text("repo"), call.text("tag"), call.texts("changes"))
        archive = yield from call.upload(self._engine.stores.blobs.spool())

        def bring(progress: Progress) -> Work[None]:
            message = call.text("message")
            importing.import_image(source, archive, name, progress, message=message)
            return
            yield

        return (yield from streamed(self._engine, bring))

    def _pull(self, call: Call, platform: Platform | None) -> Work[Response]:
        def pull(progress: Progress) -> Work[None]:
            return self._engine.pulling.pull(
                call.text("fromImage"),
                call.text("tag"),
                progress,
                platform=platform,
                credentials=credentials_of(call),
            )

        return streamed(self._engine, pull)

    def push(self, call: Call) -> Work[Response]:
        body = yield from call.body()
        require_header(call, body)
        return (yield from streamed(self._engine, lambda progress: self._push(call, progress)))

    def _push(self, call: Call, progress: Progress) -> Work[None]:
        self._engine.pushing.push(
            call.variables["name"],
            call.text("tag"),
            progress,
            credentials=credentials_of(call),
        )
        return
        yield
