"""Filters, escapes and versions in what clients ask. Messages are those of dockerd 20.10."""

import json
from urllib.parse import quote

import pytest
from container_house import House

from estiba.api.api import split_version
from estiba.api.call import parse_filters
from estiba.errors import Failure


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"label":{"a":true,"b":false}}', {"label": ["a", "b"]}),
        ('{"label":["a",null]}', {"label": ["a", ""]}),
        ('{"label":null}', {"label": []}),
        ("null", {}),
        ("", {}),
    ],
)
def test_filters_have_two_forms(text: str, found: object) -> None:
    assert parse_filters(text) == found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"label":"x"}', "json: cannot unmarshal string into Go value of type map[string]bool"),
        ('{"label":{"x":1}}', "json: cannot unmarshal number into Go value of type bool"),
        ('{"label":[1]}', "json: cannot unmarshal array into Go value of type map[string]bool"),
        ("true", "json: cannot unmarshal bool into Go value of type map[string]map[string]bool"),
        ("{", "unexpected end of JSON input"),
    ],
)
def test_filters_of_the_wrong_type(text: str, told: str) -> None:
    with pytest.raises(Failure) as caught:
        parse_filters(text)
    assert str(caught.value) == told


def test_volumes_say_whose_filters_are_wrong() -> None:
    answer = House().ask("GET", f"/volumes?filters={quote(json.dumps([]))}")
    assert answer.status == 400
    assert answer.message.startswith("error reading volume filters: json: cannot unmarshal array")


@pytest.mark.parametrize(("query", "shown"), [("%zz=1", "%zz"), ("a=%", "%"), ("a=%4", "%4")])
def test_a_broken_escape_is_refused(query: str, shown: str) -> None:
    answer = House().ask("GET", f"/containers/json?{query}")
    assert (answer.status, answer.message) == (400, f'invalid URL escape "{shown}"')


def test_versions_are_digits_and_dots() -> None:
    assert split_version("/v1.41.1/info") == ((1, 41, 1), "/info")
    assert split_version("/v1/info") == ((1,), "/info")
    assert split_version("/v1.x/info") == ((1, 41), "/v1.x/info")
    answer = House().ask("GET", "/v1.48/info")
    assert answer.message.startswith("client version 1.48 is too new")
    assert House().ask("GET", "/v1/info").body.startswith(b"client version 1 is too old")


def test_logs_know_seconds_only() -> None:
    house = House()
    house.run("echo", "hi", name="c1")
    answer = house.ask("GET", "/containers/c1/logs?stdout=1&until=1h")
    assert (answer.status, answer.message) == (
        500,
        'strconv.ParseInt: parsing "1h": invalid syntax',
    )
