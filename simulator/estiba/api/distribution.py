"""What a registry has, asked through the engine."""

from __future__ import annotations

from typing import Any

from ..distribution import AuthenticationRequired, Denied, HubManifest, NameUnknown
from ..distribution.errors import SeveralErrors
from ..engine import Engine
from ..http import Response, json_response
from ..http.router import Route
from ..spec import Descriptor, Index, MediaType, Platform, Reference, Rule, normalize
from .call import ApiRoute, Call
from .credentials import credentials_of


def routes(engine: Engine[Any]) -> list[ApiRoute]:
    api = DistributionApi(engine)
    return [Route("GET", "/distribution/{name:.*}/json", api.inspect)]


class DistributionApi:
    """The handler."""

    def __init__(self, engine: Engine[Any]) -> None:
        self._engine = engine

    def inspect(self, call: Call) -> Response:
        reference = normalize(call.variables["name"], Rule.ENGINE).with_default_tag()
        credentials = credentials_of(call)
        try:
            found = self._engine.hub.manifest(reference, credentials=credentials)
        except (Denied, NameUnknown) as error:
            raise SeveralErrors((Denied(), AuthenticationRequired())) from error
        platforms = self._platforms(found, reference)
        return json_response(
            {
                "Descriptor": _descriptor(found.descriptor),
                "Platforms": [_platform(platform) for platform in platforms],
            }
        )

    def _platforms(self, found: HubManifest, reference: Reference) -> list[Platform]:
        if found.descriptor.media_type in MediaType.INDEXES:
            index = Index.from_json(found.content)
            return [item.platform for item in index.manifests if item.platform is not None]
        return [self._engine.hub.resolve(reference).platform]


def _descriptor(descriptor: Descriptor) -> dict[str, Any]:
    return {
        "mediaType": descriptor.media_type,
        "digest": descriptor.digest,
        "size": descriptor.size,
    }


def _platform(platform: Platform) -> dict[str, Any]:
    value = {"architecture": platform.architecture, "os": platform.os}
    return value | ({"variant": platform.variant} if platform.variant else {})
