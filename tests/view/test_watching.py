"""Pulls and lives as an engine tells them over its API, message by message."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import count
from typing import Any

import pytest

from estiba.cli.client import Client
from estiba.cli.errors import CommandFailed
from estiba.http import Answer, Request, Stream
from estiba.http.transport import Whole
from estiba.view.engine import EngineFacts
from estiba.view.life import past_scene
from estiba.view.pulling import watch_pull
from estiba.view.steps import Step, layer_steps

LINES: list[dict[str, Any]] = [
    {"status": "Pulling from library/x", "id": "1.0"},
    {"status": "Already exists", "progressDetail": {}, "id": "aaaaaaaaaaaa"},
    {"status": "Pulling fs layer", "progressDetail": {}, "id": "bbbbbbbbbbbb"},
    {"status": "Downloading", "progressDetail": {"current": 1, "total": 77}, "id": "bbbbbbbbbbbb"},
    {"status": "Verifying Checksum", "progressDetail": {}, "id": "bbbbbbbbbbbb"},
    {"status": "Download complete", "progressDetail": {}, "id": "bbbbbbbbbbbb"},
    {"status": "Pull complete", "progressDetail": {}, "id": "bbbbbbbbbbbb"},
    {"status": "Digest: sha256:1234"},
    {"status": "Status: Downloaded newer image for x:1.0"},
]


class Slow:
    """A body that comes in small pieces."""

    ready = True

    def __init__(self, data: bytes) -> None:
        self._pieces = [data[at : at + 50] for at in range(0, len(data), 50)]

    def poll(self) -> bytes | None:
        return self._pieces.pop(0) if self._pieces else None


class Scripted:
    """An engine of prepared answers, by the beginning of a path."""

    def __init__(self, answers: dict[str, object]) -> None:
        self._answers = answers

    def send(self, request: Request) -> Answer:
        path = request.target.removeprefix("/v1.41")
        if path == "/_ping":
            return Answer(200, {"api-version": "1.41"}, Whole(b""))
        found = next(value for key, value in self._answers.items() if path.startswith(key))
        data = found if isinstance(found, bytes) else json.dumps(found).encode()
        return Answer(200, {}, Slow(data))

    def wait(self, *streams: Stream, timeout_s: float | None = None) -> None:
        raise AssertionError("nothing to wait for")


def pulling(lines: Iterable[dict[str, Any]]) -> Client:
    body = b"".join(json.dumps(line).encode() + b"\r\n" for line in lines)
    return Client(Scripted({"/images/create?": body, "/images/x:1.0/json": {"Id": "sha256:9"}}))


def test_progress_becomes_a_timeline() -> None:
    scene = watch_pull(pulling(LINES), "x:1.0", count(100).__next__)
    assert (scene.reference, scene.digest, scene.image_id) == ("x:1.0", "sha256:1234", "sha256:9")
    existed, fetched = scene.blobs
    assert existed.existed and existed.fetched_ns is None
    assert (fetched.digest, fetched.size, fetched.existed) == ("bbbbbbbbbbbb", 77, False)
    times = (fetched.fetched_ns, fetched.verified_ns, fetched.applied_ns)
    assert None not in times and times == tuple(sorted(t for t in times if t))
    assert len(set(times)) == 3 and scene.newer


def test_an_error_in_the_progress_is_told() -> None:
    wrong = {"errorDetail": {"message": "no space left"}, "error": "no space left"}
    with pytest.raises(CommandFailed, match="no space left"):
        watch_pull(pulling([*LINES[:3], wrong]), "x:1.0", count().__next__)


def described(status: str, code: int = 0) -> dict[str, Any]:
    return {"Id": "k", "Name": "/k", "State": {"Status": status, "ExitCode": code}}


def event(action: str, **attributes: str) -> dict[str, Any]:
    return {"Action": action, "timeNano": 5, "Actor": {"Attributes": attributes}}


def test_events_from_the_creation_on_are_the_path() -> None:
    told = [
        event("create"),
        event("attach"),
        event("start"),
        event("die", exitCode="3"),
        event("start"),
    ]
    steps = past_scene(described("running"), told).steps
    assert [(s.action, s.time_ns, s.exit_code) for s in steps] == [
        ("start", 5, None),
        ("exit", 5, 3),
        ("start", 5, None),
    ]


@pytest.mark.parametrize(
    ("status", "actions"),
    [
        ("created", []),
        ("running", ["start"]),
        ("paused", ["start", "pause"]),
        ("restarting", ["start", "wait to restart"]),
        ("exited", ["start", "exit"]),
        ("dead", []),
    ],
)
@pytest.mark.parametrize("told", [[], [event("die", exitCode="9")], [event("start")]])
def test_without_them_the_least_path_is_told(
    status: str, actions: list[str], told: list[dict[str, Any]]
) -> None:
    scene = past_scene(described(status, 7), told)
    assert [step.action for step in scene.steps] == actions
    assert scene.current == status and all(step.time_ns is None for step in scene.steps)
    if status == "exited":
        assert scene.steps[-1].exit_code == 7


def test_a_parent_is_the_nearest_that_is_listed() -> None:
    inspected = {"RootFS": {"Layers": []}, "RepoTags": ["a:1"]}
    answers: dict[str, object] = {
        "/images/json?all": [
            {"Id": "sha256:c", "ParentId": "sha256:b"},
            {"Id": "sha256:b", "ParentId": "sha256:a"},
            {"Id": "sha256:a", "ParentId": ""},
        ],
        "/images/json": [{"Id": "sha256:c"}, {"Id": "sha256:a"}],
        "/images/sha256:c/json": {"Id": "sha256:c", "Parent": "sha256:b", **inspected},
        "/images/sha256:a/json": {"Id": "sha256:a", "Parent": "", **inspected},
        "/images/": [],
    }
    child, base = EngineFacts(Scripted(answers)).images()
    assert (child.image_id, child.parent, base.parent) == ("sha256:c", "sha256:a", "")


@pytest.mark.parametrize(
    ("steps", "layers", "made"),
    [
        ([Step("RUN a", 5), Step("CMD x", 0)], 1, ["RUN a"]),
        ([Step("COPY a /", 0), Step("RUN b", 0), Step("CMD x", 0)], 1, ["COPY a /"]),
        ([Step("WORKDIR /x", 0), Step("RUN b", 0), Step("ENV a=b", 0)], 2, ["WORKDIR /x", "RUN b"]),
        ([Step("ENV a=b", 0), Step("RUN b", 9)], 1, ["RUN b"]),
        ([Step("RUN b", None, False), Step("CMD", None, True)], 1, ["RUN b"]),
        ([Step("RUN b", None, False)], 2, ["", ""]),
        ([], 1, [""]),
    ],
)
def test_layers_find_their_steps(steps: list[Step], layers: int, made: list[str]) -> None:
    found, others = layer_steps(steps, layers)
    assert [step.created_by for step in found] == made
    assert len(others) >= len(steps) - layers
