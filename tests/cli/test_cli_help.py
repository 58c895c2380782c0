"""Help texts and usage errors, as recorded from the real command line."""

import json
from pathlib import Path

import pytest
from scripted_engine import NoEngine, ScriptedEngine, docker

VECTORS = Path(__file__).parent.parent / "vectors"
HELP: dict[str, str] = json.loads((VECTORS / "cli_help.json").read_text())
USAGE: list[tuple[list[str], str, int]] = json.loads((VECTORS / "cli_usage.json").read_text())


@pytest.mark.parametrize("name", HELP)
def test_help_is_what_docker_prints(name: str) -> None:
    outcome = docker(*name.split(), "--help", engine=NoEngine())
    assert outcome.out == HELP[name]
    assert outcome.code == 0


def test_an_older_engine_hides_the_flags_it_does_not_know() -> None:
    shown = docker("images", "--help", engine=ScriptedEngine()).out
    assert "--tree" not in shown and "--digests" in shown


@pytest.mark.parametrize(("words", "error", "code"), USAGE, ids=lambda v: str(v)[:60])
def test_a_usage_error_is_worded_as_dockers(words: list[str], error: str, code: int) -> None:
    outcome = docker(*words, engine=ScriptedEngine({".*": (500, {"message": "asked"})}))
    assert (outcome.err, outcome.code) == (error, code)


@pytest.mark.parametrize(
    ("words", "out", "err"),
    [
        (["-v"], "Docker version 28.2.2, build e6534b4\n", ""),
        (["images", "-q", "--version"], "", "unknown flag: --version\n"),
        (
            ["-H", "a", "-H", "b", "ps"],
            "",
            "Failed to initialize: unable to resolve docker endpoint",
        ),
        (["-D", "nosuch"], "", "docker: unknown command: docker nosuch\n"),
    ],
)
def test_flags_of_docker_itself(words: list[str], out: str, err: str) -> None:
    outcome = docker(*words, engine=ScriptedEngine())
    assert outcome.out == out
    assert outcome.err.startswith(err)


def test_an_unknown_word_with_help_shows_the_help_of_docker() -> None:
    assert docker("nosuch", "--help").out == docker("--help").out


@pytest.mark.parametrize("words", [["ps"], ["images"], ["rm", "a"], ["volume", "ls"]])
def test_without_an_engine_the_command_says_so(words: list[str]) -> None:
    outcome = docker(*words, engine=NoEngine())
    assert outcome.err.startswith(
        "Cannot connect to the Docker daemon at unix:///var/run/docker.sock"
    )
    assert outcome.code == 1
