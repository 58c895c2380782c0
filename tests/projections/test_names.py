"""Names taken apart for learners."""

import tomllib
from importlib.resources import files

import pytest

import estiba.projections
from estiba.projections import name_parts, tell_name
from estiba.spec.invalid_reference import Flaw


def written_and_added(text: str) -> tuple[dict[str, str], dict[str, str]]:
    parts = name_parts(text)
    return (
        {part.key: part.text for part in parts if part.written},
        {part.key: part.text for part in parts if not part.written},
    )


@pytest.mark.parametrize(
    ("text", "written", "added"),
    [
        (
            "ubuntu",
            {"repository": "ubuntu"},
            {"host": "docker.io", "user": "library", "tag": "latest"},
        ),
        (
            "pepe/web:v1",
            {"user": "pepe", "repository": "web", "tag": "v1"},
            {"host": "docker.io"},
        ),
        (
            "docker.io/library/ubuntu:20.04",
            {"host": "docker.io", "user": "library", "repository": "ubuntu", "tag": "20.04"},
            {},
        ),
        (
            "localhost:5000/a/b",
            {"host": "localhost:5000", "repository": "a/b"},
            {"tag": "latest"},
        ),
        (
            "ghcr.io/o/p@sha256:" + "a" * 64,
            {"host": "ghcr.io", "repository": "o/p", "digest": "sha256:" + "a" * 64},
            {},
        ),
        (
            "index.docker.io/pepe/web",
            {"host": "docker.io", "user": "pepe", "repository": "web"},
            {"tag": "latest"},
        ),
    ],
)
def test_each_part_says_who_wrote_it(
    text: str, written: dict[str, str], added: dict[str, str]
) -> None:
    assert written_and_added(text) == (written, added)


def test_a_refusal_has_dockers_words_and_points_at_the_place() -> None:
    first, text, sign, reason = tell_name("ubuntu::20", "en").splitlines()
    assert first.endswith("Docker answers: invalid reference format")
    assert (text, sign) == ("   ubuntu::20", "   ~~~~~~~^")
    assert "second colon" in reason


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_flaw_has_its_text(language: str) -> None:
    source = files(estiba.projections) / f"names.{language}.toml"
    texts = tomllib.loads(source.read_text(encoding="utf-8"))
    assert [flaw.value for flaw in Flaw if not texts.get(flaw.value)] == []
