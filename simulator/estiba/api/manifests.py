"""Manifests in the registry the engine speaks to, for `docker manifest`. Not part of Docker's API.

Docker's client asks registries itself; here the registry lives with the engine. `GET
/estiba/manifests/NAME` gives `mediaType`, `digest`, `size`, `raw` (base64) and, for one image,
`platform`. `POST /estiba/manifests/NAME` stores the index in its body, or, with `from=SOURCE`,
copies the manifest SOURCE names by digest; it gives `digest`.
"""

from __future__ import annotations

import base64
from typing import Any

from ..distribution import AuthenticationRequired, Denied, NameUnknown
from ..distribution.errors import SeveralErrors
from ..engine import Engine
from ..http import Response, json_response
from ..http.router import Route
from ..spec import Index, MediaType, normalize
from ..tasks import Work
from .call import ApiRoute, Call
from .credentials import credentials_of


def routes(engine: Engine[Any]) -> list[ApiRoute]:
    api = ManifestsApi(engine)
    return [
        Route("GET", "/estiba/manifests/{name:.*}", api.get),
        Route("POST", "/estiba/manifests/{name:.*}", api.put),
    ]


class ManifestsApi:
    """The handlers."""

    def __init__(self, engine: Engine[Any]) -> None:
        self._hub = engine.hub

    def get(self, call: Call) -> Response:
        """Raises: what the hub port says."""
        reference, who = normalize(call.variables["name"]), credentials_of(call)
        try:
            found = self._hub.manifest(reference, credentials=who)
        except (Denied, NameUnknown) as error:
            raise SeveralErrors((Denied(), AuthenticationRequired())) from error
        descriptor = found.descriptor
        answer = {
            "mediaType": descriptor.media_type,
            "digest": str(descriptor.digest),
            "size": descriptor.size,
            "raw": base64.b64encode(found.content).decode(),
        }
        if descriptor.media_type not in MediaType.INDEXES:
            image = self._hub.resolve(reference, credentials=who)
            answer["platform"] = image.platform.to_json()
        return json_response(answer)

    def put(self, call: Call) -> Work[Response]:
        reference, who = normalize(call.variables["name"]), credentials_of(call)
        source = call.text("from")
        body = yield from call.body()
        if source:
            digest = self._hub.copy_manifest(normalize(source), reference, credentials=who)
        else:
            digest = self._hub.push_index(reference, Index.from_json(body), credentials=who)
        return json_response({"digest": str(digest)})
