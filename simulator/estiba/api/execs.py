"""Programs added to containers, over HTTP."""

from __future__ import annotations

from typing import Any

from ..engine import Engine
from ..engine.execs import CannotExec
from ..errors import EstibaError, InvalidInput, NotFound
from ..http import Response, json_response
from ..http.router import Route
from ..spec.gotext import parse_int
from ..tasks import Duplex, Work
from .attach import content_type
from .bodies import EXEC, EXEC_START
from .call import ApiRoute, Call
from .streams import hijacked, sink_for


def routes(engine: Engine[Any]) -> list[ApiRoute]:
    api = ExecsApi(engine)
    return [
        Route("POST", "/containers/{name:.*}/exec", api.create),
        Route("POST", "/exec/{id:.*}/start", api.start),
        Route("POST", "/exec/{id:.*}/resize", api.resize),
        Route("GET", "/exec/{id:.*}/json", api.inspect),
    ]


class ExecsApi:
    """The handlers."""

    def __init__(self, engine: Engine[Any]) -> None:
        self._engine = engine

    def create(self, call: Call) -> Work[Response]:
        settings = yield from call.read(EXEC)
        added = self._engine.execs.create(call.variables["name"], settings)
        return json_response({"Id": added.id}, 201)

    def start(self, call: Call) -> Work[Response]:
        """What goes wrong after the answer began is told on the stream, as Docker does.

        Whether the stream has frames is for who starts to say, whatever was said at creation.
        """
        asked = yield from call.read(EXEC_START)
        raw = bool(asked.get("Tty"))
        exec_id = call.variables["id"]
        added = self._engine.execs.reachable(exec_id)
        if asked.get("Detach"):
            try:
                self._engine.execs.start(exec_id)
            except CannotExec as error:
                raise InvalidInput(str(error)) from None
            return Response(200)
        mine, theirs = Duplex.pair()
        settings = added.settings
        sink = sink_for(
            mine.outgoing,
            tty=raw,
            stdout=bool(settings.get("AttachStdout")),
            stderr=bool(settings.get("AttachStderr")),
        )
        typed = mine.incoming if settings.get("AttachStdin") else None
        kind = content_type(call, raw)
        answer = hijacked(call.request.headers, kind, theirs)
        try:
            self._engine.execs.start(exec_id, sink, typed)
        except EstibaError as error:
            sink_for(mine.outgoing, tty=raw).send(1, f"{error}\r\n".encode())
            mine.outgoing.close()
        return answer

    def resize(self, call: Call) -> Response:
        height, width = (parse_int(call.text(name), function="Atoi") for name in ("h", "w"))
        added = self._engine.execs.get(call.variables["id"])
        if added.process is None or not added.running:
            raise NotFound("no such exec")
        added.process.resize(height, width)
        return Response(200)

    def inspect(self, call: Call) -> Response:
        return json_response(self._engine.execs.get(call.variables["id"]).to_json())
