"""Progress of pulls and builds, on a terminal and off it."""

import json
from typing import Any

import pytest
from scripted_engine import ScriptedEngine, docker

from estiba.cli.console import MemoryConsole
from estiba.cli.progress import Display, bar

PULL: list[dict[str, Any]] = [
    {"status": "Pulling from library/x", "id": "latest"},
    {"status": "Pulling fs layer", "progressDetail": {}, "id": "aaa"},
    {"status": "Downloading", "progressDetail": {"current": 5, "total": 10}, "id": "aaa"},
    {"status": "Pull complete", "progressDetail": {}, "id": "aaa"},
    {"status": "Digest: sha256:0"},
]


def lines(messages: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(message).encode() + b"\r\n" for message in messages)


def test_off_a_terminal_bars_are_left_out() -> None:
    outcome = docker("pull", "x", engine=ScriptedEngine({"POST /images/create.*": lines(PULL)}))
    assert outcome.out == (
        "Using default tag: latest\nlatest: Pulling from library/x\naaa: Pulling fs layer\n"
        "aaa: Pull complete\nDigest: sha256:0\ndocker.io/library/x:latest\n"
    )


def test_on_a_terminal_each_layer_keeps_its_line() -> None:
    console = MemoryConsole(terminal=True, size=(40, 132))
    docker("pull", "x:1", engine=ScriptedEngine({".*": lines(PULL[1:4])}), console=console)
    assert bytes(console.out) == (
        b"\n\x1b[1A\x1b[2K\raaa: Pulling fs layer \r\x1b[1B"
        b"\x1b[1A\x1b[2K\raaa: Downloading [=========================>                         ]"
        b"       5B/10B\r\x1b[1B"
        b"\x1b[1A\x1b[2K\raaa: Pull complete \r\x1b[1Bdocker.io/library/x:1\n"
    )


def test_an_error_in_the_stream_ends_the_command() -> None:
    broken = lines([{"status": "a"}, {"errorDetail": {"message": "denied"}, "error": "denied"}])
    outcome = docker("pull", "x:1", engine=ScriptedEngine({".*": broken}))
    assert (outcome.out, outcome.err, outcome.code) == ("a\n", "denied\n", 1)


@pytest.mark.parametrize(
    ("detail", "columns", "shown"),
    [
        ({}, 200, ""),
        ({"current": 1_500_000}, 200, "   1.5MB"),
        ({"current": 3, "total": 2, "units": "x"}, 80, "3 x"),
        ({"current": 1, "total": 1}, 100, "      1B/1B"),
        ({"current": 1, "total": 1}, 111, f"[{'=' * 50}>]       1B/1B"),
    ],
)
def test_bars_need_room(detail: dict[str, Any], columns: int, shown: str) -> None:
    assert bar(detail, columns) == shown


def test_a_line_without_id_begins_a_new_block() -> None:
    out = bytearray()
    display = Display(out.extend, True, 80)
    for message in (PULL[1], PULL[4], PULL[1]):
        display.show(message)
    assert out.count(b"\n\x1b[1A") == 2
