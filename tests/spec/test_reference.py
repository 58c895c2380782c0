"""References: everything the reference library and two Dockers said, and what must always hold."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from estiba.spec import (
    Digest,
    InvalidReference,
    Reference,
    Rule,
    normalize,
    parse,
    parse_any,
    parse_docker_reference,
)
from estiba.spec.grammar import COMPONENT, TAG, looks_like_host

FOLDER = Path(__file__).parents[1] / "vectors"
ROWS = json.loads((FOLDER / "references.json").read_text(encoding="utf-8"))["references"]
NAMES = json.loads((FOLDER / "names.json").read_text(encoding="utf-8"))["names"]
HEX = "0123456789abcdef" * 4


def outcome(function: Any, *args: Any) -> Any:
    try:
        return function(*args)
    except InvalidReference as error:
        return str(error)


def fields(reference: Reference) -> list[str | None]:
    return [reference.domain, reference.path, reference.tag, reference.digest, str(reference)]


def different(function: Any, rows: list[list[Any]]) -> dict[str, Any]:
    """The texts for which a function does not answer what the row says."""
    found = {text: function(text) for text, _ in rows}
    return {text: found[text] for text, expected in rows if found[text] != expected}


def test_the_strict_grammar() -> None:
    def read(text: str) -> Any:
        found = outcome(parse, text)
        return found if isinstance(found, str) else fields(found)

    assert different(read, [row[:2] for row in ROWS]) == {}


def test_names_as_users_type_them() -> None:
    def read(text: str) -> Any:
        found = outcome(normalize, text)
        if isinstance(found, str):
            return found
        full = found.with_default_tag()
        return [*fields(found), found.familiar, str(full), full.familiar]

    assert different(read, [[row[0], row[2]] for row in ROWS]) == {}


@pytest.mark.parametrize(("function", "column"), [(parse_any, 3), (parse_docker_reference, 4)])
def test_an_id_or_a_name_and_what_pull_asks_for(function: Any, column: int) -> None:
    def read(text: str) -> Any:
        found = outcome(function, text)
        is_message = isinstance(found, str) and not isinstance(found, Digest)
        return {"error": found} if is_message else str(found)

    assert different(read, [[row[0], row[column]] for row in ROWS]) == {}


def test_what_client_28_said() -> None:
    def read(text: str) -> Any:
        found = outcome(normalize, text, Rule.CLIENT)
        return found if isinstance(found, str) else None

    assert different(read, [row[:2] for row in NAMES]) == {}


def test_what_engine_20_said() -> None:
    def read(text: str) -> Any:
        found = outcome(parse_any, text, Rule.ENGINE)
        is_message = isinstance(found, str) and not isinstance(found, Digest)
        return found if is_message else None

    assert different(read, [[row[0], row[2]] for row in NAMES if len(row) == 3]) == {}


@pytest.mark.parametrize(
    ("text", "rule", "longest"),
    [
        ("{}", Rule.CLIENT, 247),
        ("{}", Rule.ENGINE, 237),
        ("u/{}", Rule.CLIENT, 253),
        ("u/{}", Rule.ENGINE, 243),
        ("h.io/{}", Rule.CLIENT, 255),
        ("h.io/{}", Rule.ENGINE, 250),
    ],
)
def test_each_rule_counts_the_255_characters_its_way(text: str, rule: Rule, longest: int) -> None:
    normalize(text.format("r" * longest), rule)
    with pytest.raises(InvalidReference, match="not be more than 255") as caught:
        normalize(text.format("r" * (longest + 1)), rule)
    assert caught.value.pointer().endswith("~^")
    with pytest.raises(InvalidReference, match="not be more than 255") as caught:
        normalize(text.format("r" * (longest + 2)), rule)
    assert caught.value.pointer().endswith("~^^")


def test_a_tag_is_checked_when_it_is_set() -> None:
    reference = normalize("ubuntu")
    assert str(reference.with_tag("20.04")) == "docker.io/library/ubuntu:20.04"
    for tag in ("", "-x", ".x", "a b", "a:b", "ñ", "x" * 129):
        with pytest.raises(InvalidReference, match=r"^invalid tag format$"):
            reference.with_tag(tag)


def test_a_digest_outweighs_the_default_tag() -> None:
    pinned = normalize("ubuntu").with_digest(Digest.of_hex(HEX))
    assert pinned.with_default_tag().familiar == f"ubuntu@sha256:{HEX}"
    assert pinned.name_only().familiar == "ubuntu"


def test_repository_names_lose_only_what_the_default_adds() -> None:
    familiar = {
        "docker.io/library/a": "a",
        "docker.io/library/a/b": "library/a/b",
        "index.docker.io/a": "a",
        "docker.io/u/a": "u/a",
        "h.io/library/a": "h.io/library/a",
    }
    assert {text: normalize(text).familiar for text in familiar} == familiar


components = st.from_regex(COMPONENT, fullmatch=True)
names = st.lists(components, min_size=1, max_size=3).map("/".join)
hosts = st.sampled_from(
    ["", "docker.io/", "index.docker.io/", "localhost/", "h.io:80/", "[::1]:5000/", "UP/", "a-b.c/"]
)
tags = st.from_regex(f"(?::{TAG})?", fullmatch=True)
digests = st.sampled_from(["", f"@sha256:{HEX}"])
good = st.builds("".join, st.tuples(hosts, names, tags, digests)).filter(lambda t: len(t) < 200)


@settings(max_examples=80, deadline=None)
@given(good)
@example("docker.io/h.io/a")  # a user of the Hub called h.io: its familiar form names a host
def test_normalising_twice_changes_nothing(text: str) -> None:
    try:
        reference = normalize(text)
    except InvalidReference:
        return  # 64 hex digits, or a path that makes the domain part of it
    assert normalize(str(reference)) == reference
    if not looks_like_host(reference.path.partition("/")[0], Rule.CLIENT):
        assert normalize(reference.familiar) == reference
    assert normalize(str(reference.with_default_tag())).tag is not None or reference.digest


@settings(max_examples=80, deadline=None)
@given(good)
def test_what_the_strict_grammar_reads_prints_as_it_was(text: str) -> None:
    assert str(parse(text)) == text


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="aB0./:@-_ [é\n", max_size=12), st.sampled_from(list(Rule)))
def test_a_refusal_always_has_a_place(text: str, rule: Rule) -> None:
    try:
        normalize(text, rule)
    except InvalidReference as error:
        shown, mark = error.pointer().split("\n")
        assert len(shown) == len(text)
        assert 0 <= error.place.start <= error.place.end <= len(text)
        assert mark.strip("~").strip("^") == ""
