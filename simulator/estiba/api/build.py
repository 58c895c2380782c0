"""Building over HTTP."""

from __future__ import annotations

import base64
import json
from typing import Any

from ..distribution import Credentials
from ..engine import Engine
from ..engine.builder.options import BuildOptions, CommandFailed, read_tags
from ..engine.outside import no_answer
from ..engine.progress import Progress
from ..errors import EstibaError, Failure, InvalidInput
from ..http import Response, json_response
from ..http.router import Route
from ..spec import Platform
from ..tasks import Channel, Disconnected, Wait, Work
from .call import ApiRoute, Call
from .credentials import from_json
from .progress import JSON, UNBOUNDED
from .syntax import flaw

BUILDKIT = "2"
HUB_KEY = "https://index.docker.io/v1/"


def routes(engine: Engine[Any]) -> list[ApiRoute]:
    api = BuildApi(engine)
    return [
        Route("POST", "/build", api.build),
        Route("POST", "/build/prune", prune),
        Route("POST", "/build/cancel", cancel),
    ]


def prune(call: Call) -> Response:
    """The classic builder's cache is its images: there is nothing else to prune."""
    return json_response({"CachesDeleted": None, "SpaceReclaimed": 0})


def cancel(call: Call) -> Response:
    """Builds of the classic builder have no identity that could be cancelled."""
    if not call.text("id"):
        raise Failure("build ID not provided")
    return Response(200)


class BuildApi:
    """The handler."""

    def __init__(self, engine: Engine[Any]) -> None:
        self._engine = engine

    def build(self, call: Call) -> Work[Response]:
        options = read_options(call)
        context = yield from call.upload(self._engine.stores.blobs.spool())
        build = self._engine.building.prepare(context, options)
        channel = Channel(UNBOUNDED)
        answer = Progress(channel.put)
        task = self._engine.scheduler.spawn(self._run(build, answer, channel))
        while not answer.started and not task.done:
            yield Wait((channel.changed, task.finished))
        return Response(200, JSON, channel)

    def _run(self, build: Any, answer: Progress, channel: Channel) -> Work[None]:
        hidden: list[bytes] = []
        output = Progress(hidden.append) if build.options.quiet else answer
        try:
            image = yield from build.run(output)
            if build.options.quiet:
                answer.stream(f"{image}\n")
        except EstibaError as error:
            for line in hidden:
                channel.put(line)
            answer.error(str(error), error.code if isinstance(error, CommandFailed) else None)
        except Disconnected:
            return
        finally:
            if not channel.cancelled:
                channel.close()


def read_options(call: Call) -> BuildOptions:
    """The query. Raises: InvalidInput."""
    if call.text("version") == BUILDKIT:
        raise InvalidInput("the builder of this engine is the classic one: use version=1")
    if call.flag("squash"):
        raise InvalidInput("squash is only supported with experimental mode")
    if (remote := call.text("remote")) not in ("", "-"):
        raise Failure(f"error downloading remote context {remote}: {no_answer(remote)}")
    force = call.flag("forcerm")
    platform = call.text("platform")
    return BuildOptions(
        dockerfile=call.text("dockerfile") or "Dockerfile",
        tags=read_tags(call.texts("t")),
        arguments=_mapping(call, "buildargs", "build args"),
        labels={name: value or "" for name, value in _mapping(call, "labels", "labels").items()},
        target=call.text("target"),
        quiet=call.flag("q"),
        use_cache=not call.flag("nocache"),
        cache_from=_list(call, "cachefrom"),
        remove=force or not call.text("rm") or call.flag("rm"),
        force_remove=force,
        pull=call.flag("pull"),
        network_mode=call.text("networkmode"),
        platform=Platform.parse(platform) if platform else None,
        credentials=_credentials(call),
    )


def _list(call: Call, name: str) -> tuple[str, ...]:
    try:
        value = json.loads(call.text(name) or "[]")
    except ValueError:
        return ()
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _mapping(call: Call, name: str, what: str) -> dict[str, str | None]:
    text = call.text(name)
    if not text:
        return {}
    try:
        value = json.loads(text)
    except ValueError:
        raise InvalidInput(f"error reading {what}: {flaw(text)}") from None
    if not isinstance(value, dict):
        raise InvalidInput(f"error reading {what}: not an object")
    return {str(key): None if item is None else str(item) for key, item in value.items()}


def _credentials(call: Call) -> Credentials | None:
    """Those for the Hub, out of the header that has them for every registry."""
    text = call.request.headers.get("x-registry-config", "")
    try:
        value = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) or b"{}")
    except ValueError:
        return None
    return from_json(value.get(HUB_KEY)) if isinstance(value, dict) else None
