"""Patterns of names: the vectors, and Go's rules for slashes, classes and what is malformed."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estiba.spec import BadPattern, familiar_match, normalize
from estiba.spec.pattern import path_match

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "references.json").read_text(encoding="utf-8")
)


def test_patterns_name_familiar_forms_as_in_the_vectors() -> None:
    found = [[row[0], row[1], outcome(row[0], row[1])] for row in VECTORS["patterns"]]
    assert found == VECTORS["patterns"]


def outcome(pattern: str, name: str) -> bool | str:
    try:
        return familiar_match(pattern, normalize(name))
    except BadPattern as error:
        return str(error)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("", "", True),
        ("", "a", False),
        ("*", "", True),
        ("*", "a/b", False),
        ("**", "ab", True),
        ("a*/b", "a/c/b", False),
        ("a*b?c*x", "abxbbxdbxebxczzx", True),
        ("a*b?c*x", "abxbbxdbxebxczzy", False),
        ("a*b*c*d*e*/f", "axbxcxdxe/f", True),
        ("a*b*c*d*e*/f", "axbxcxdxe/xxx/f", False),
        ("a?b", "a/b", False),
        ("a[^x]b", "a/b", True),
        ("ab[c]", "abc", True),
        ("ab[^e-g]", "abf", False),
        ("a\\*b", "a*b", True),
        ("a\\*b", "axb", False),
        ("[\\]a]", "]", True),
        ("[x\\-]", "-", True),
        ("[a-z\\^]", "^", True),
        ("*x", "xxx", True),
        ("?", "日", True),
        ("*.md", "a.md", True),
        ("*a", "ab", False),
    ],
)
def test_stars_and_marks_stop_at_slashes(pattern: str, text: str, expected: bool) -> None:
    assert path_match(pattern, text) is expected


@pytest.mark.parametrize(
    "pattern", ["[", "a[", "[]a]", "[-]", "[x-]", "[a-b-c]", "[^", "[^bc", "\\"]
)
@pytest.mark.parametrize("text", ["", "a", "zzz"])
def test_a_malformed_pattern_is_refused_whatever_the_text(pattern: str, text: str) -> None:
    with pytest.raises(BadPattern, match=r"^syntax error in pattern$"):
        path_match(pattern, text)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab/*?[]\\-^", max_size=8))
def test_a_text_with_its_signs_escaped_matches_itself(text: str) -> None:
    escaped = "".join(f"\\{char}" for char in text)
    assert path_match(escaped, text)
    assert path_match(f"*{escaped}*", text)
