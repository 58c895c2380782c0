"""Requests that no client sends: no handler breaks, hangs or lets anything out."""

from __future__ import annotations

import io
import json
import random
import re
import tarfile
from collections.abc import Iterator
from importlib import import_module
from urllib.parse import quote

import pytest

from estiba.api.api import ROUTES
from estiba.app import House, simulated
from estiba.cli.console import MemoryConsole
from estiba.http import Request, Response

ROUNDS = 800
STEPS = 20_000
NAMES = [
    "one", "two", "data", "net", "ubuntu", "ubuntu:latest", "nope", "..", "../..", "%2e%2e%2f%2e%2e", "a b",
    "ñ", "%00", "%ff", "x" * 300, "", "sha256:" + "0" * 64, "-", "/", "//", "json", "bridge", "UBUNTU",
]  # fmt: skip
KEYS = (
    "all size filters limit since before t fromImage fromSrc repo tag force noprune v link name names path stdout "
    "stderr follow tail timestamps until detachKeys stream stdin logs signal h w condition dockerfile q rm forcerm "
    "memory buildargs labels networkmode platform target remote changes message container author ps_args"
).split()
VALUES = [
    "", "0", "1", "-1", "true", "null", "{}", "[]", "{", "9" * 30, "1.5", "\x00", "ñ", "/etc/passwd", "../../etc",
    '{"a":["b"]}', '{"label":{"a=b":true}}', "KILL", "one", "2021-01-01T00:00:00Z", "1e400", "[" * 3000, "[::", "[]",
]  # fmt: skip
FIELDS = (
    "Image Cmd Entrypoint Env Tty HostConfig Binds Mounts PortBindings NetworkMode Labels Volumes User ExposedPorts "
    "Healthcheck Test Name Driver IPAM Config Subnet Container Aliases RestartPolicy Memory NanoCpus Tmpfs Ulimits "
    "LogConfig Type Options Links VolumesFrom Devices Target Source 80/tcp HostPort username auth"
).split()
HEADERS = ["", "e30=", "!!", "bnVsbA==", "W10=", "ñ"]


class Stranger:
    """Makes requests out of good and bad parts, the same for the same seed."""

    def __init__(self, seed: int, routes: list[tuple[str, str]]) -> None:
        self._random = random.Random(seed)
        self._routes = routes

    def request(self) -> Request:
        chance = self._random
        method, pattern = chance.choice(self._routes)
        path = re.sub(r"\{\w+(?::[^{}]+)?\}", lambda _: chance.choice(NAMES), pattern)
        words = [
            f"{chance.choice(KEYS)}={quote(chance.choice(VALUES))}"
            for _ in range(chance.randrange(4))
        ]
        version = chance.choice(["", "/v1.41", "/v1.24", "/v1.20", "/v9.9", "/vx"])
        kind = chance.choice(["application/json", "application/x-tar", ""])
        headers = {"content-type": kind}
        for name in ("x-registry-auth", "x-registry-config", "upgrade"):
            if chance.random() < 0.1:
                headers[name] = chance.choice(HEADERS)
        return Request(method, f"{version}{path}?{'&'.join(words)}", headers, self._body())

    def _body(self) -> bytes:
        chance = self._random
        kind = chance.randrange(6)
        if kind == 0:
            return chance.randbytes(chance.randrange(1000))
        if kind == 1:
            return b"[" * chance.choice([0, 10, 5000])
        if kind == 2:
            whole = self._archive()
            return whole[: chance.choice([len(whole), chance.randrange(len(whole))])]
        fields = {chance.choice(FIELDS): self._value(0) for _ in range(chance.randrange(6))}
        return json.dumps(fields | chance.choice([{}, {"Image": "ubuntu"}])).encode()

    def _value(self, depth: int) -> object:
        chance = self._random
        kind = chance.randrange(8)
        if kind == 0 and depth < 3:
            return [self._value(depth + 1) for _ in range(chance.randrange(3))]
        if kind == 1 and depth < 3:
            return {
                chance.choice(FIELDS): self._value(depth + 1) for _ in range(chance.randrange(4))
            }
        simple = [None, True, 0, -1, 2**64, 1.5, chance.choice(VALUES), chance.choice(NAMES)]
        return chance.choice(simple)

    def _archive(self) -> bytes:
        made = io.BytesIO()
        with tarfile.open(fileobj=made, mode="w") as tar:
            for name in (
                "../../etc/x",
                "/abs",
                "a/../../b",
                "Dockerfile",
                "manifest.json",
                "x\udc80",
            ):
                info = tarfile.TarInfo(name)
                data = self._random.choice(
                    [
                        b"FROM ubuntu\nRUN echo hi\n",
                        b'[{"Config":"../../etc/passwd","Layers":["../x"]}]',
                    ]
                )
                if self._random.random() < 0.3:
                    info.type = self._random.choice([b"1", b"2", b"3", b"5", b"6"])
                    info.linkname, data = "../../../../etc/passwd", b""
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
        return made.getvalue()


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    made = simulated(seed=1)
    for line in (
        ["run", "-d", "--name", "one", "ubuntu", "sleep", "100000"],
        ["create", "--name", "two", "-it", "ubuntu"],
        ["volume", "create", "data"],
        ["network", "create", "net"],
    ):
        assert made.docker(line, MemoryConsole()) == 0
    yield made


def all_routes(house: House) -> list[tuple[str, str]]:
    modules = {name for names in ROUTES.values() for name in names}
    rooms = (import_module(f"estiba.api.{name}") for name in modules)
    return sorted({(r.method, r.pattern) for room in rooms for r in room.routes(house.engine)})


def answer(house: House, request: Request) -> Response | None:
    """The answer; None for one that waits, which is then given up."""
    given = house.api.serve(request)
    if isinstance(given, Response):
        return given
    task = house.scheduler.spawn(given)
    for _ in range(STEPS):
        if task.done or not house.scheduler.run_ready():
            break
    if task.done:
        return task.result
    task.cancel()
    return None


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_asked_is_answered(house: House, seed: int) -> None:
    stranger = Stranger(seed, all_routes(house))
    for _ in range(ROUNDS):
        request = stranger.request()
        given = answer(house, request)  # raises what a handler does not catch
        if given is not None:
            assert 200 <= given.status < 600, request
            if not isinstance(given.body, bytes):
                given.body.cancel()
            if given.upgrade is not None:
                given.upgrade.incoming.cancel()
    assert answer(house, Request("GET", "/_ping")) is not None
