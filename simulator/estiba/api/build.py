"""Building over HTTP."""

from __future__ import annotations

import base64
import json
from typing import Any

from ..distribution import Credentials
from ..engine import Engine
from ..engine.builder.options import BuildOptions, CommandFailed, read_tags
from ..engine.progress import Progress
from ..errors import EstibaError, Failure, InvalidInput
from ..http import Response, json_response
from ..http.router import Route
from ..spec import Platform
from ..spec.gotext import parse_int, quote
from ..spec.unreachable import no_answer
from ..tasks import Channel, Disconnected, Wait, Work, when_cancelled
from .bodies import MAPPING, ULIMITS
from .call import ApiRoute, Call
from .credentials import from_json
from .progress import JSON
from .shapes import TEXT, ListOf, MapOf, Place, Shape, Text, WrongType
from .syntax import flaw

BUILDKIT = "2"
REMOTES = ("http://", "https://", "git://", "github.com/", "git@")
ARGUMENTS = MapOf(Text(zero=None), pointer=True)
"""A variable without a value takes the one that the client's environment has."""
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
        channel = Channel()
        answer = Progress(channel.put, queue=channel)
        task = self._engine.scheduler.spawn(self._run(build, answer, channel))
        when_cancelled(channel, task.cancel)
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
    if call.text("version") not in ("", "1"):
        raise Failure(f"invalid version {quote(call.text('version'))}")
    isolation = call.text("isolation")
    if isolation.lower() not in ("", "default"):
        raise InvalidInput(f"Unsupported isolation: {quote(isolation)}")
    if call.texts("securityopt"):
        raise InvalidInput(
            "The daemon on this platform does not support setting security options on build"
        )
    if (remote := call.text("remote")) not in ("", "-"):
        if not remote.startswith(REMOTES):
            raise Failure(f"remoteURL ({remote}) could not be recognized as URL")
        raise Failure(f"error downloading remote context {remote}: {no_answer(remote)}")
    force = call.flag("forcerm")
    platform = call.text("platform")
    return BuildOptions(
        dockerfile=call.text("dockerfile") or "Dockerfile",
        tags=read_tags(call.texts("t")),
        arguments=_mapping(call, "buildargs", "build args", ARGUMENTS) or {},
        labels=_mapping(call, "labels", "labels") or {},
        target=call.text("target"),
        quiet=call.flag("q"),
        use_cache=not call.flag("nocache"),
        cache_from=_cache_sources(call),
        remove=force or not call.text("rm") or call.flag("rm"),
        force_remove=force,
        pull=call.flag("pull"),
        host=_host_settings(call),
        platform=Platform.parse(platform) if platform else None,
        credentials=_credentials(call),
    )


SIZES = {
    "memory": "Memory",
    "memswap": "MemorySwap",
    "cpushares": "CpuShares",
    "cpuperiod": "CpuPeriod",
    "cpuquota": "CpuQuota",
}
TEXTS = {"cpusetcpus": "CpusetCpus", "cpusetmems": "CpusetMems", "cgroupparent": "CgroupParent"}


def _host_settings(call: Call) -> dict[str, Any]:
    """What the query says of the containers of RUN steps. Raises: InvalidInput, Failure."""
    found: dict[str, Any] = {"NetworkMode": call.text("networkmode") or "default"}
    found |= {field: _number_or_zero(call.text(name)) for name, field in SIZES.items()}
    found |= {field: call.text(name) for name, field in TEXTS.items()}
    found["ExtraHosts"] = call.texts("extrahosts") or None
    if size := call.text("shmsize"):
        found["ShmSize"] = _number(size)
    found["Ulimits"] = _mapping(call, "ulimits", "ulimit settings", ULIMITS)
    return found


def _number(text: str) -> int:
    try:
        return parse_int(text)
    except InvalidInput as error:
        raise Failure(str(error)) from None


def _number_or_zero(text: str) -> int:
    try:
        return parse_int(text)
    except InvalidInput:
        return 0


def _value(call: Call, name: str, shape: Shape) -> Any:
    """A query parameter that holds JSON; None when it is empty. Raises: WrongType, ValueError."""
    text = call.text(name)
    value = json.loads(text) if text else None
    return None if value is None else shape.read(value, Place())


def _mapping(call: Call, name: str, what: str, shape: Shape = MAPPING) -> Any:
    try:
        return _value(call, name, shape)
    except WrongType as error:
        raise InvalidInput(f"error reading {what}: {error}") from None
    except (ValueError, RecursionError):
        raise InvalidInput(f"error reading {what}: {flaw(call.text(name))}") from None


def _cache_sources(call: Call) -> tuple[str, ...]:
    try:
        return tuple(_value(call, "cachefrom", ListOf(TEXT)) or ())
    except WrongType as error:
        raise Failure(str(error)) from None
    except (ValueError, RecursionError):
        raise Failure(flaw(call.text("cachefrom"))) from None


def _credentials(call: Call) -> Credentials | None:
    """Those for the Hub, out of the header that has them for every registry."""
    text = call.request.headers.get("x-registry-config", "")
    try:
        value = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) or b"{}")
    except (ValueError, RecursionError):
        return None
    return from_json(value.get(HUB_KEY)) if isinstance(value, dict) else None
