"""Times and durations: Go's forms there and back, and its words for what it cannot read."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estiba.spec.gotime import (
    ZERO_TIME,
    InvalidDuration,
    InvalidTime,
    format_duration,
    format_time,
    format_time_fixed,
    go_time_string,
    parse_duration,
    parse_time,
)

S = 1_000_000_000


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59.999999999Z", -1),
        ("2000-02-29T12:00:00Z", 951825600 * S),
        ("2023-05-18T22:34:17.123456789Z", 1684449257_123456789),
        ("0001-01-01T00:00:00Z", -62135596800 * S),
        ("9999-12-31T23:59:59Z", 253402300799 * S),
    ],
)
def test_times_are_read_and_printed(text: str, ns: int) -> None:
    assert (parse_time(text), format_time(ns)) == (ns, text)


def test_other_forms_of_a_time() -> None:
    ns = parse_time("2023-05-18T22:34:17.5Z")
    assert parse_time("2023-05-19T00:34:17.500+02:00") == ns
    assert parse_time("2023-05-18T17:04:17.5-05:30") == ns
    assert format_time_fixed(ns) == "2023-05-18T22:34:17.500000000Z"
    assert go_time_string(ns) == "2023-05-18 22:34:17.5 +0000 UTC"
    assert go_time_string(ns - S // 2) == "2023-05-18 22:34:17 +0000 UTC"
    assert format_time(parse_time(ZERO_TIME)) == ZERO_TIME


@pytest.mark.parametrize(
    "text", ["", "2023-02-29T00:00:00Z", "2023-13-01T00:00:00Z", "2023-01-01T24:00:00Z", "now"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(InvalidTime, match="parsing time"):
        parse_time(text)


@settings(max_examples=100, deadline=None)
@given(st.integers(-62135596800 * S, 253402300799 * S))
def test_a_printed_time_is_read_back(ns: int) -> None:
    assert parse_time(format_time(ns)) == parse_time(format_time_fixed(ns)) == ns


@settings(max_examples=100, deadline=None)
@given(st.datetimes())
def test_the_calendar_is_pythons(moment: datetime.datetime) -> None:
    second = moment.replace(microsecond=0)
    assert format_time(parse_time(f"{second.isoformat()}Z")) == f"{second.isoformat()}Z"
    seconds = (second - datetime.datetime(1970, 1, 1)) // datetime.timedelta(seconds=1)
    assert parse_time(f"{second.isoformat()}Z") == seconds * S


@pytest.mark.parametrize(
    ("text", "ns", "printed"),
    [
        ("0", 0, "0s"),
        ("-0", 0, "0s"),
        ("1ns", 1, "1ns"),
        ("1.5us", 1500, "1.5µs"),
        ("1500µs", 1_500_000, "1.5ms"),
        ("5μs", 5000, "5µs"),
        (".5s", S // 2, "500ms"),
        ("1.s", S, "1s"),
        ("90s", 90 * S, "1m30s"),
        ("+1h30m", 5400 * S, "1h30m0s"),
        ("-1.5h", -5400 * S, "-1h30m0s"),
        ("1h1h", 7200 * S, "2h0m0s"),
        ("100h0.25s", 360000 * S + S // 4, "100h0m0.25s"),
        ("9223372036854775807ns", 2**63 - 1, "2562047h47m16.854775807s"),
        ("-9223372036854775808ns", -(2**63), "-2562047h47m16.854775808s"),
    ],
)
def test_durations_are_read_and_printed(text: str, ns: int, printed: str) -> None:
    assert (parse_duration(text), format_duration(ns)) == (ns, printed)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", 'invalid duration ""'),
        ("-", 'invalid duration "-"'),
        ("+-5s", 'invalid duration "+-5s"'),
        (".s", 'invalid duration ".s"'),
        ("5", 'missing unit in duration "5"'),
        ("5s3", 'missing unit in duration "5s3"'),
        ("1.5.5s", 'missing unit in duration "1.5.5s"'),
        ("5x", 'unknown unit "x" in duration "5x"'),
        ("3 s", 'unknown unit " s" in duration "3 s"'),
        ("1é", r'unknown unit "\xc3\xa9" in duration "1\xc3\xa9"'),
        ("1\ns", r'unknown unit "\x0as" in duration "1\x0as"'),
        ('1"s', r'unknown unit "\"s" in duration "1\"s"'),
        ("5S", 'unknown unit "S" in duration "5S"'),
        ("2562048h", 'invalid duration "2562048h"'),
        ("9223372036854775808ns", 'invalid duration "9223372036854775808ns"'),
        ("99999999999999999999h", 'invalid duration "99999999999999999999h"'),
    ],
)
def test_what_is_no_duration_is_refused_in_gos_words(text: str, message: str) -> None:
    with pytest.raises(InvalidDuration) as caught:
        parse_duration(text)
    assert str(caught.value) == f"time: {message}"


@settings(max_examples=100, deadline=None)
@given(st.integers(-(2**52), 2**52))
def test_a_printed_duration_is_read_back(ns: int) -> None:
    assert parse_duration(format_duration(ns)) == ns
