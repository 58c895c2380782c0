"""Requests nobody would send, made from our own table of routes.

Whatever comes: an answer, in Docker's form, and an engine that can still tell what it has. Short here; for long,
`HYPOTHESIS_EXAMPLES=5000 pytest tests/api/test_api_fuzz.py`.
"""

from __future__ import annotations

import io
import json
import os
import tarfile
from importlib import import_module
from typing import Any
from urllib.parse import quote

from hypothesis import given, settings
from hypothesis import strategies as st

from estiba.api import bodies
from estiba.api.api import ROUTES
from estiba.api.shapes import Flag, ListOf, MapOf, Number, Shape, Struct, Text
from estiba.app import House, simulated
from estiba.errors import EstibaError
from estiba.http import Answer, Request
from estiba.http.router import Route
from estiba.tasks import Channel, Disconnected, Task

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "12"))
BODIES: dict[str, Struct] = {
    "/containers/create": bodies.CREATE,
    "/containers/{name:.*}/update": bodies.UPDATE,
    "/containers/{name:.*}/exec": bodies.EXEC,
    "/exec/{id:.*}/start": bodies.EXEC_START,
    "/networks/create": bodies.NETWORK,
    "/networks/{name:.*}/connect": bodies.CONNECT,
    "/networks/{name:.*}/disconnect": bodies.DISCONNECT,
    "/volumes/create": bodies.VOLUME,
    "/auth": bodies.AUTH,
    "/commit": bodies.CREATE,
}
QUERY = {
    "/containers/json": "all size limit filters since before",
    "/containers/create": "name platform",
    "/containers/prune": "filters",
    "/containers/{name:.*}/json": "size",
    "/containers/{name:.*}/stop": "t signal",
    "/containers/{name:.*}/restart": "t signal",
    "/containers/{name:.*}/kill": "signal",
    "/containers/{name:.*}/wait": "condition",
    "/containers/{name:.*}/resize": "h w",
    "/containers/{name:.*}/rename": "name",
    "/containers/{name:.*}/top": "ps_args",
    "/containers/{name:.*}/stats": "stream one-shot",
    "/containers/{name:.*}/attach": "stream stdin stdout stderr logs detachKeys",
    "/containers/{name:.*}/logs": "stdout stderr follow since until timestamps tail details",
    "/containers/{name:.*}/archive": "path noOverwriteDirNonDir copyUIDGID",
    "/containers/{name:.*}": "force v link",
    "/exec/{id:.*}/resize": "h w",
    "/images/json": "all filters filter digests",
    "/images/search": "term limit filters",
    "/images/create": "fromImage fromSrc repo tag message changes platform",
    "/images/prune": "filters",
    "/images/get": "names",
    "/images/load": "quiet",
    "/images/{name:.*}/tag": "repo tag",
    "/images/{name:.*}/push": "tag",
    "/images/{name:.+}": "force noprune",
    "/build": "t dockerfile q nocache rm forcerm pull buildargs labels target networkmode memory shmsize"
    " ulimits extrahosts cachefrom platform remote version",
    "/build/prune": "filters all keep-storage",
    "/commit": "container repo tag comment author changes pause",
    "/events": "since until filters",
    "/networks": "filters",
    "/networks/prune": "filters",
    "/networks/{name:.+}": "verbose scope",
    "/volumes": "filters",
    "/volumes/prune": "filters",
    "/volumes/{name:.*}": "force",
    "/plugins/{name:.*}/enable": "timeout",
    "/system/df": "type",
}
NAMES = (
    "run1 made1 done1 busybox busybox:latest nope bridge host none net1 vol1 a . .. /etc / "
    " sha256:00 sha256: a:b:c A/B é 0 -1 1 99999999999999999999 1.5 x\x00y all 1h"
).split(" ")
FILTERS = (
    "name id label status ancestor before since exited health network volume publish expose until dangling"
    " reference driver type scope event container image daemon plugin is-task label!"
).split()
words = st.sampled_from(NAMES) | st.text(max_size=6)
hostile = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False), words,
    st.lists(words, max_size=2), st.dictionaries(words, words, max_size=2),
)  # fmt: skip


known = st.sampled_from(("run1", "done1", "made1", "run1", "busybox", "net1", "vol1"))


def values(shape: Shape) -> st.SearchStrategy[Any]:
    """Values of a shape, and now and then something else."""
    return st.one_of(right(shape), right(shape), right(shape), hostile)


def right(shape: Shape) -> st.SearchStrategy[Any]:
    if isinstance(shape, Text):
        return words
    if isinstance(shape, Flag):
        return st.booleans()
    if isinstance(shape, Number):
        return st.sampled_from((0, 1, -1, 7, 1 << 20, 1 << 40))
    if isinstance(shape, ListOf):
        return st.lists(values(shape.item), max_size=2)
    if isinstance(shape, MapOf):
        return st.dictionaries(words | st.just("80/tcp"), values(shape.item), max_size=2)
    if isinstance(shape, Struct):
        if not shape.fields:
            return st.just({})
        names = st.sets(st.sampled_from(sorted(shape.fields)), max_size=5)
        return names.flatmap(
            lambda chosen: st.fixed_dictionaries(
                {k: values(shape.fields[k]) for k in sorted(chosen)}
            )
        )
    return words | st.lists(words, max_size=3)  # a command


def archive(entries: list[tuple[str, str]]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        for name, text in entries:
            info = tarfile.TarInfo(name or "x")
            data = text.encode()
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return made.getvalue()


manifests = st.sampled_from(
    ("[]", "{}", "null", '[{"Config":"c","Layers":["l"]}]', '[{"Config":1}]', "x")
)
files = st.tuples(
    st.sampled_from(("Dockerfile", "manifest.json", "repositories", "c", "l", "../x", "d/e")),
    st.one_of(
        st.sampled_from(("FROM busybox\nRUN echo x\n", "FROM scratch\nCOPY . /\n")),
        manifests,
        words,
    ),
)
archives = st.lists(files, max_size=4).map(archive) | st.binary(max_size=600)


@st.composite
def requests(draw: st.DrawFn, routes: tuple[Route[Any], ...]) -> Request:
    route = draw(st.sampled_from(routes))
    path = route.pattern
    for variable in ("{name:.*}", "{name:.+}", "{id:.*}", "{rest:.+}"):
        path = path.replace(variable, quote(draw(known | known | words), safe="/:"))
    parameters = QUERY.get(route.pattern, "x").split()
    names = draw(st.lists(st.sampled_from(parameters), max_size=4))
    pairs = [(name, draw(filters if name == "filters" else query_values)) for name in names]
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs)
    version = draw(
        st.sampled_from(("", "", "/v1.24", "/v1.41", "/v1.44", "/v1.47", "/v1.12", "/v1.x"))
    )
    headers = draw(st.sampled_from(HEADERS))
    shape = BODIES.get(route.pattern)
    if shape is not None:
        body = draw(values(shape))
        if shape is bodies.CREATE and isinstance(body, dict) and draw(st.booleans()):
            body["Image"] = "busybox"
        data = json.dumps(body).encode()
    elif route.method in ("POST", "PUT"):
        data = draw(archives | st.just(b""))
    else:
        data = b""
    return Request(route.method, f"{version}{path}?{query}", headers, data)


HEADERS: tuple[dict[str, str], ...] = (
    {"content-type": "application/json"},
    {"content-type": "application/json"},
    {"content-type": "application/json", "upgrade": "tcp", "connection": "Upgrade"},
    {"content-type": "application/json", "x-registry-auth": "e30="},
    {"content-type": "application/x-tar", "x-registry-config": "!"},
    {"x-registry-auth": "é"},
    {},
)
query_values = st.one_of(
    words, st.sampled_from(("1", "0", "true", "10", "SIGTERM", "/tmp", "ctrl-p,x"))
)
filters = st.one_of(
    words,
    st.dictionaries(
        st.sampled_from(FILTERS),
        st.one_of(
            st.lists(words, max_size=2), st.dictionaries(words, st.booleans(), max_size=2), hostile
        ),
        max_size=2,
    ).map(json.dumps),
    hostile.map(json.dumps),
)


class Target:
    """A house with a little of everything, whose background tasks are watched."""

    def __init__(self) -> None:
        self.house: House = simulated(seed="fuzz")
        self.tasks: list[Task[Any]] = []
        spawn = self.house.scheduler.spawn

        def watched(work: Any) -> Task[Any]:
            task = spawn(work)
            self.tasks.append(task)
            return task

        self.house.scheduler.spawn = watched  # type: ignore[method-assign]
        self.ask("POST", "/images/create?fromImage=busybox&tag=latest")
        self.ask("POST", "/networks/create", {"Name": "net1"})
        self.ask("POST", "/volumes/create", {"Name": "vol1"})
        for name, command in (("run1", "9999"), ("done1", "0"), ("made1", "1")):
            body = {"Image": "busybox", "Cmd": ["sleep", command], "OpenStdin": True}
            self.ask("POST", f"/containers/create?name={name}", body)
        self.ask("POST", "/containers/run1/start")
        self.ask("POST", "/containers/done1/start")
        self.house.pass_time(1)

    def ask(self, method: str, target: str, body: Any = None) -> Any:
        data = b"" if body is None else json.dumps(body).encode()
        answer = self.send(Request(method, target, {"content-type": "application/json"}, data))
        assert answer[0] < 400, answer
        return answer[1]

    def send(self, request: Request) -> tuple[int, bytes]:
        """The status and what there is of the body; what would go on for ever is dropped."""
        answer = self.house.transport.send(request)
        body = self._read(answer)
        if answer.connection is not None:
            answer.connection.close()
        return answer.status, body

    def _read(self, answer: Answer) -> bytes:
        parts = []
        while chunk := answer.body.poll():
            parts.append(chunk)
            self.house.scheduler.run_idle()
        if isinstance(answer.body, Channel):
            answer.body.cancel()
        self.house.scheduler.run_idle()
        return b"".join(parts)

    def check(self) -> None:
        """It can still tell what it has, and nothing broke in the background."""
        for row in json.loads(self.ask("GET", "/containers/json?all=1&size=1")):
            self.ask("GET", f"/containers/{row['Id']}/json?size=1")
        for path in ("/images/json?all=1", "/networks", "/volumes", "/info", "/system/df"):
            self.ask("GET", path)
        for task in self.tasks:
            if task.done:
                try:
                    assert task.result is None or task.result is not None
                except (EstibaError, Disconnected):
                    continue


@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_whatever_is_asked_is_answered(data: st.DataObject) -> None:
    target = Target()
    modules = {name for names in ROUTES.values() for name in names}
    routes = tuple(
        route
        for name in sorted(modules)
        for route in import_module(f"estiba.api.{name}").routes(target.house.engine)
    )
    for _ in range(data.draw(st.integers(1, 25))):
        request = data.draw(requests(routes))
        status, body = target.send(request)
        assert 100 <= status < 600
        if status >= 400 and request.method != "HEAD":
            told = body.decode()
            assert told.strip(), request
            assert "object" not in told or "unmarshal" in told or "JSON" in told, (request, told)
    target.check()
