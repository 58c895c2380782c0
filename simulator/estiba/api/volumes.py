"""Volumes over HTTP."""

from __future__ import annotations

from typing import Any

from ..engine import Engine
from ..engine.filters import Filters
from ..errors import Failure, InvalidInput
from ..http import Response, json_response
from ..http.router import Route
from ..tasks import Work
from .bodies import VOLUME
from .call import ApiRoute, Call


def routes(engine: Engine[Any]) -> list[ApiRoute]:
    api = VolumesApi(engine)
    return [
        Route("GET", "/volumes", api.list),
        Route("POST", "/volumes/create", api.create),
        Route("POST", "/volumes/prune", api.prune),
        Route("GET", "/volumes/{name:.*}", api.inspect),
        Route("DELETE", "/volumes/{name:.*}", api.remove),
    ]


class VolumesApi:
    """The handlers."""

    def __init__(self, engine: Engine[Any]) -> None:
        self._engine = engine

    def list(self, call: Call) -> Response:
        try:
            filters = call.filters()
        except Failure as error:
            raise InvalidInput(f"error reading volume filters: {error}") from None
        found = self._engine.volumes.matching(filters)
        return json_response({"Volumes": [v.to_json() for v in found], "Warnings": None})

    def create(self, call: Call) -> Work[Response]:
        asked = yield from call.read(VOLUME)
        volume = self._engine.volumes.create(
            asked.get("Name") or "",
            asked.get("Driver") or "",
            options=asked.get("DriverOpts"),
            labels=asked.get("Labels"),
        )
        return json_response(volume.to_json(), 201)

    def inspect(self, call: Call) -> Response:
        return json_response(self._engine.volumes.get(call.variables["name"]).to_json())

    def remove(self, call: Call) -> Response:
        self._engine.volumes.remove(call.variables["name"], force=call.flag("force"))
        return Response(204)

    def prune(self, call: Call) -> Response:
        filters = call.filters()
        everything = True
        if call.version >= (1, 42):
            everything = Filters({"all": filters.pop("all", ["0"])}, ("all",)).flag("all")
        removed, reclaimed = self._engine.volumes.prune(filters, everything=everything)
        return json_response({"VolumesDeleted": removed, "SpaceReclaimed": reclaimed})
