"""Networks over HTTP."""

from __future__ import annotations

from typing import Any

from ..engine import Engine
from ..engine.networks import AmbiguousNetwork
from ..errors import InvalidInput
from ..http import Response, json_response
from ..http.router import Route
from ..tasks import Work
from .bodies import CONNECT, DISCONNECT, NETWORK
from .call import ApiRoute, Call


def routes(engine: Engine[Any]) -> list[ApiRoute]:
    api = NetworksApi(engine)
    return [
        Route("GET", "/networks", api.list),
        Route("GET", "/networks/", api.list),
        Route("POST", "/networks/create", api.create),
        Route("POST", "/networks/prune", api.prune),
        Route("POST", "/networks/{name:.*}/connect", api.connect),
        Route("POST", "/networks/{name:.*}/disconnect", api.disconnect),
        Route("GET", "/networks/{name:.+}", api.inspect),
        Route("DELETE", "/networks/{name:.*}", api.remove),
    ]


class NetworksApi:
    """The handlers."""

    def __init__(self, engine: Engine[Any]) -> None:
        self._engine = engine

    def list(self, call: Call) -> Response:
        found = self._engine.networks.matching(call.filters())
        return json_response([network.to_json(members=False) for network in found])

    def create(self, call: Call) -> Work[Response]:
        asked = yield from call.read(NETWORK)
        if call.version >= (1, 44):
            asked["CheckDuplicate"] = True
        network, warning = self._engine.networks.create(asked)
        return json_response({"Id": network.id, "Warning": warning}, 201)

    def inspect(self, call: Call) -> Response:
        try:
            network = self._engine.networks.get(call.variables["name"])
        except AmbiguousNetwork as error:
            raise InvalidInput(error.told) from None
        return json_response(network.to_json())

    def remove(self, call: Call) -> Response:
        self._engine.networks.remove(call.variables["name"])
        return Response(204)

    def connect(self, call: Call) -> Work[Response]:
        asked = yield from call.read(CONNECT)
        network = self._engine.networks.get(call.variables["name"])
        container = self._engine.containers.get(asked.get("Container") or "")
        self._engine.endpoints.connect(network, container, asked.get("EndpointConfig"))
        return Response(200)

    def disconnect(self, call: Call) -> Work[Response]:
        asked = yield from call.read(DISCONNECT)
        network = self._engine.networks.get(call.variables["name"])
        container = self._engine.containers.get(asked.get("Container") or "")
        self._engine.endpoints.disconnect(network, container)
        return Response(200)

    def prune(self, call: Call) -> Response:
        removed = self._engine.networks.prune(call.filters())
        return json_response({"NetworksDeleted": removed or None})
