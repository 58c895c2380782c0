"""Containers over HTTP: create, list, inspect, and their life."""

from __future__ import annotations

import json
from typing import Any

from ..engine import Engine
from ..engine.create import CreateRequest
from ..engine.inspect_container import inspect
from ..engine.lifecycle import NotModified
from ..engine.listing import PsQuery
from ..engine.stats import stats
from ..engine.top import top
from ..engine.update import update
from ..errors import Failure, InvalidInput
from ..http import Response, json_response
from ..http.router import Route
from ..spec.gotext import parse_int
from ..tasks import Channel, Disconnected, Wait, Work, when_cancelled
from ..trace.containers import ContainerResized
from . import versions
from .bodies import CREATE, UPDATE
from .call import ApiRoute, Call

JSON = {"content-type": "application/json"}
REMEMBERED = 64
NS_PER_S = 1_000_000_000
NEW_ROWS = (1, 44)
"""From this version on rows of lists differ from the engine's own."""
EMPTY_OBJECT = len("{}")


def routes(engine: Engine[Any]) -> list[ApiRoute]:
    api = ContainersApi(engine)
    one = "/containers/{name:.*}"
    return [
        Route("POST", "/containers/create", api.create),
        Route("GET", "/containers/json", api.list),
        Route("POST", "/containers/prune", api.prune),
        Route("GET", f"{one}/json", api.inspect),
        Route("POST", f"{one}/start", api.start),
        Route("POST", f"{one}/stop", api.stop),
        Route("POST", f"{one}/restart", api.restart),
        Route("POST", f"{one}/kill", api.kill),
        Route("POST", f"{one}/pause", api.pause),
        Route("POST", f"{one}/unpause", api.unpause),
        Route("POST", f"{one}/wait", api.wait),
        Route("POST", f"{one}/resize", api.resize),
        Route("POST", f"{one}/rename", api.rename),
        Route("POST", f"{one}/update", api.update),
        Route("GET", f"{one}/top", api.top),
        Route("GET", f"{one}/stats", api.stats),
        Route("GET", f"{one}/changes", api.changes),
        Route("DELETE", one, api.remove),
    ]


class ContainersApi:
    """The handlers. Equal bodies of `create` are read once and shared."""

    def __init__(self, engine: Engine[Any]) -> None:
        self._engine = engine
        self._requests: dict[tuple[versions.Version, bytes], CreateRequest] = {}

    def create(self, call: Call) -> Response | Work[Response]:
        body = call.request.body
        return self._create(call, body) if isinstance(body, bytes) else self._create_later(call)

    def _create_later(self, call: Call) -> Work[Response]:
        body = yield from call.body()
        return self._create(call, body)

    def _create(self, call: Call, body: bytes) -> Response:
        key = (call.version, body)
        request = self._requests.get(key) or self._read(call, body)
        platform = call.text("platform") if call.version >= (1, 41) else ""
        container, warnings = self._engine.creation.create(request, call.text("name"), platform)
        for name, endpoint in request.more_endpoints.items():
            network = self._engine.networks.get(name)
            self._engine.endpoints.connect(network, container, endpoint)
        return json_response({"Id": container.id, "Warnings": warnings}, 201)

    def _read(self, call: Call, body: bytes) -> CreateRequest:
        given = call.decode(body, CREATE, Failure)
        body_now = versions.create_body(given, call.version)
        request = CreateRequest.from_json(body_now, several=call.version >= (1, 44))
        self._engine.creation.check(request)
        if not request.host["Mounts"]:
            if len(self._requests) >= REMEMBERED:
                self._requests.clear()
            self._requests[call.version, body] = request
        return request

    def list(self, call: Call) -> Response:
        limit = _number(call.text("limit"))
        query = PsQuery(call.flag("all"), call.flag("size"), max(limit or 0, 0), call.filters())
        rows = self._engine.listing.rows(query)
        if call.version < NEW_ROWS:
            return Response(200, JSON, rows)
        return json_response(
            [versions.container_row(row, call.version) for row in json.loads(rows)]
        )

    def inspect(self, call: Call) -> Response:
        container = self._engine.containers.get(call.variables["name"])
        value = inspect(self._engine, container, size=call.flag("size"))
        return json_response(versions.container(value, call.version))

    def start(self, call: Call) -> Response:
        body = call.request.body
        if isinstance(body, bytes) and len(body) > EMPTY_OBJECT:
            raise InvalidInput(
                "starting container with non-empty request body was deprecated since API v1.22 and"
                " removed in v1.24"
            )
        try:
            self._engine.lifecycle.start(self._engine.containers.get(call.variables["name"]))
        except NotModified:
            return Response(304)
        return Response(204)

    def stop(self, call: Call) -> Work[Response]:
        container = self._engine.containers.get(call.variables["name"])
        try:
            yield from self._engine.lifecycle.stop(container, _seconds(call))
        except NotModified:
            return Response(304)
        return Response(204)

    def restart(self, call: Call) -> Work[Response]:
        container = self._engine.containers.get(call.variables["name"])
        yield from self._engine.lifecycle.restart(container, _seconds(call))
        return Response(204)

    def kill(self, call: Call) -> Work[Response]:
        yield from self._engine.lifecycle.kill_named(call.variables["name"], call.text("signal"))
        return Response(204)

    def pause(self, call: Call) -> Response:
        self._engine.lifecycle.pause(self._engine.containers.get(call.variables["name"]))
        return Response(204)

    def unpause(self, call: Call) -> Response:
        self._engine.lifecycle.unpause(self._engine.containers.get(call.variables["name"]))
        return Response(204)

    def wait(self, call: Call) -> Response:
        """The head is answered at once; the body comes when the condition holds."""
        container = self._engine.containers.get(call.variables["name"])
        channel = Channel()

        def told(code: int) -> None:
            answer = {"Error": None, "StatusCode": code}
            try:
                channel.put(json.dumps(answer, separators=(",", ":")).encode() + b"\n")
            except Disconnected:
                return
            channel.close()

        give_up = self._engine.waits.wait(container, call.text("condition"), told)
        when_cancelled(channel, give_up)
        return Response(200, JSON, channel)

    def resize(self, call: Call) -> Response:
        height, width = (parse_int(call.text(name), function="Atoi") for name in ("h", "w"))
        container = self._engine.containers.get(call.variables["name"])
        self._engine.lifecycle.resize(container, height, width)
        self._engine.emit(container.event(ContainerResized, height=height, width=width))
        return Response(200)

    def rename(self, call: Call) -> Response:
        self._engine.removal.rename(call.variables["name"], call.text("name"))
        return Response(204)

    def update(self, call: Call) -> Work[Response]:
        asked = yield from call.read(UPDATE, Failure)
        container = self._engine.containers.get(call.variables["name"])
        warnings = update(self._engine, container, asked)
        return json_response({"Warnings": warnings or None})

    def top(self, call: Call) -> Response:
        container = self._engine.containers.get(call.variables["name"])
        return json_response(top(self._engine, container, call.text("ps_args")))

    def stats(self, call: Call) -> Work[Response]:
        container = self._engine.containers.get(call.variables["name"])
        first = stats(self._engine, container)
        if call.flag("stream", True):
            channel = Channel()
            self._engine.scheduler.spawn(self._sample(call.variables["name"], first, channel))
            return Response(200, {}, channel)
        if not call.flag("one-shot") and container.running:
            yield Wait((), self._engine.clock.now_ns() + NS_PER_S)
            first = stats(self._engine, container, first)
        return json_response(first)

    def _sample(self, name: str, sample: dict[str, Any], channel: Channel) -> Work[None]:
        """Send a sample every second for as long as somebody listens and the container is there."""
        while not channel.cancelled:
            text = json.dumps(sample, separators=(",", ":")) + "\n"
            yield from channel.write(text.encode())
            due_ns = self._engine.clock.now_ns() + NS_PER_S
            while not channel.cancelled and self._engine.clock.now_ns() < due_ns:
                yield Wait((channel.changed,), due_ns)
            container = self._engine.containers.find(name)
            if container is None:
                break
            sample = stats(self._engine, container, sample)
        channel.close()

    def changes(self, call: Call) -> Response:
        container = self._engine.containers.get(call.variables["name"])
        changes = self._engine.host.snapshotter.changes(container.id)
        rows = [{"Path": change.path, "Kind": KINDS[change.kind.value]} for change in changes]
        return json_response(rows or None)

    def remove(self, call: Call) -> Work[Response]:
        yield from self._engine.removal.remove(
            call.variables["name"],
            force=call.flag("force"),
            volumes=call.flag("v"),
            link=call.flag("link"),
        )
        return Response(204)

    def prune(self, call: Call) -> Response:
        removed, reclaimed = self._engine.removal.prune(call.filters())
        return json_response({"ContainersDeleted": removed or None, "SpaceReclaimed": reclaimed})


KINDS = {"C": 0, "A": 1, "D": 2}


def _seconds(call: Call) -> int | None:
    return _number(call.text("t"))


def _number(text: str) -> int | None:
    """A number, None for nothing. Raises: Failure."""
    try:
        return parse_int(text, function="Atoi") if text else None
    except InvalidInput as error:
        raise Failure(str(error)) from None
