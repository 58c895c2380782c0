"""JSON bodies and what Go says of broken ones."""

import json

import pytest
from container_house import House

from estiba.api.syntax import flaw
from estiba.http import Request, read_all


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{bad", "invalid character 'b' looking for beginning of object key string"),
        ("no es json", "invalid character 'o' in literal null (expecting 'u')"),
        ("bad", "invalid character 'b' looking for beginning of value"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ('{"a":1 "b"}', "invalid character '\"' after object key:value pair"),
        ("[1 2]", "invalid character '2' after array element"),
        ('{"a":', "unexpected EOF"),
        ("", "EOF"),
        ('"a\nb"', "invalid character '\\n' in string literal"),
        ('"\\x"', "invalid character 'x' in string escape code"),
        ("-x", "invalid character 'x' in numeric literal"),
        ("1.x", "invalid character 'x' after decimal point in numeric literal"),
        ("'", "invalid character '\\'' looking for beginning of value"),
        ("{} x", "invalid character 'x' after top-level value"),
    ],
)
def test_flaws_are_named_in_gos_words(text: str, message: str) -> None:
    assert flaw(text) == message


@pytest.mark.parametrize("value", [{}, [], {"a": [1, -2.5e3, True, None, 'x\\"\u00e9']}, 0, "z"])
def test_what_is_json_has_no_flaw(value: object) -> None:
    assert flaw(json.dumps(value)) == ""


def test_a_body_must_say_that_it_is_json() -> None:
    house = House()
    request = Request("POST", "/containers/create", {"content-type": "text/plain"}, b"{}")
    answer = house.loopback.send(request)
    assert answer.status == 400
    assert json.loads(read_all(house.loopback, answer.body)) == {
        "message": "Content-Type specified (text/plain) must be 'application/json'"
    }


def test_equal_bodies_share_their_settings() -> None:
    house = House()
    uno, dos = (house.container(house.create("true")) for _ in range(2))
    assert uno.host is dos.host
    assert uno.config is dos.config
    assert uno.hostname != dos.hostname
