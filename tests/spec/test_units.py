"""Sizes, ages and limits: the vectors of Docker's library, and what client 28.2 said instead."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estiba.errors import InvalidInput
from estiba.spec import Rule
from estiba.spec.ulimit import Ulimit, parse_ulimit
from estiba.spec.units import (
    bytes_size,
    from_human_size,
    human_duration,
    human_size,
    ram_in_bytes,
)

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "units.json").read_text(encoding="utf-8")
)


def outcome(function: Callable[..., Any], *args: Any) -> Any:
    try:
        return function(*args)
    except InvalidInput as error:
        return str(error)


def test_sizes_print_with_four_digits_or_three() -> None:
    rows = [[size, human_size(size), human_size(size, 3)] for size, *_ in VECTORS["human_size"]]
    assert rows == VECTORS["human_size"]


def test_memory_prints_in_binary_units() -> None:
    rows = [[size, bytes_size(size)] for size, _ in VECTORS["bytes_size"]]
    assert rows == VECTORS["bytes_size"]


@pytest.mark.parametrize(("seconds", "text"), VECTORS["human_duration"])
def test_ages_print_roughly(seconds: float, text: str) -> None:
    assert human_duration(seconds) == text


def test_no_age_is_beyond_what_64_bits_hold() -> None:
    assert human_duration(2000 * 365 * 86400) == "292 years"


@pytest.mark.parametrize(("text", "decimal", "binary"), VECTORS["parse"])
def test_sizes_are_read_or_refused(text: str, decimal: int | str, binary: int | str) -> None:
    assert outcome(from_human_size, text) == decimal
    assert outcome(ram_in_bytes, text) == binary


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (" 0", 'strconv.ParseFloat: parsing " 0": invalid syntax'),
        ("0 B ", 'strconv.ParseFloat: parsing "0 B": invalid syntax'),
        ("32  b", 'strconv.ParseFloat: parsing "32 ": invalid syntax'),
        ("1 2", 'strconv.ParseFloat: parsing "1 2": invalid syntax'),
        ("k 1", 'strconv.ParseFloat: parsing "k 1": invalid syntax'),
        ("hello x", 'strconv.ParseFloat: parsing "hello": invalid syntax'),
        ("1e999", 'strconv.ParseFloat: parsing "1e999": value out of range'),
        ("5 ib", "invalid suffix: 'ib'"),
        ("1ibk", "invalid suffix: 'ibk'"),
        ("1Ki", "invalid suffix: 'ki'"),
        ("５", "invalid size: '５'"),
        ("-1", "invalid size: '-1'"),
    ],
)
def test_what_client_28_says_to_a_bad_size(text: str, message: str) -> None:
    assert outcome(ram_in_bytes, text, Rule.CLIENT) == message


@pytest.mark.parametrize(("text", "size"), [("1_000", 1000), ("0x1p4", 16), ("+5m", 5 << 20)])
def test_numbers_may_have_gos_other_forms(text: str, size: int) -> None:
    assert ram_in_bytes(text) == size


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**40))
def test_a_size_in_bytes_is_read_back(size: int) -> None:
    assert from_human_size(f"{size}B") == ram_in_bytes(str(size)) == size


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**18))
def test_a_printed_size_is_near(size: int) -> None:
    if size < 10**17:  # the units that are read end at P
        assert abs(from_human_size(human_size(size)) - size) <= size / 1000 + 1


def limits(text: str, rule: Rule = Rule.LIBRARY) -> list[Any]:
    found = outcome(parse_ulimit, text, rule)
    if isinstance(found, Ulimit):
        return [text, found.name, found.soft, found.hard]
    return [text, found]


def test_limits_are_read_or_refused() -> None:
    assert [limits(row[0]) for row in VECTORS["ulimit"]] == VECTORS["ulimit"]


def test_what_client_28_says_to_a_bad_limit() -> None:
    assert limits("nofile", Rule.CLIENT)[1] == "invalid ulimit argument: nofile"
    assert limits("nofile=1:2:3", Rule.CLIENT)[1] == (
        "too many limit value arguments - 1:2:3, can only have up to two, `soft[:hard]`"
    )


def test_a_limit_prints_as_it_is_given() -> None:
    assert str(parse_ulimit("nofile=1:2")) == "nofile=1:2"
