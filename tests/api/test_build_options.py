"""The query of a build: what it means for the containers of its steps, and how it is refused."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from estiba.api.build import read_options
from estiba.api.call import Call
from estiba.errors import EstibaError
from estiba.http import Request


def options(query: str) -> Any:
    return read_options(Call(Request("POST", f"/build?{query}"), {}, (1, 41)))


def test_settings_for_the_containers_of_steps() -> None:
    limits = quote(json.dumps([{"Name": "nofile", "Soft": 77, "Hard": 78}]))
    host = options(
        f"networkmode=none&shmsize=1024&memory=64&cpushares=x&extrahosts=a:1.2.3.4"
        f"&extrahosts=b:5.6.7.8&ulimits={limits}"
    ).host
    assert (host["NetworkMode"], host["ShmSize"]) == ("none", 1024)
    assert (host["Memory"], host["CpuShares"]) == (64, 0)
    assert host["ExtraHosts"] == ["a:1.2.3.4", "b:5.6.7.8"]
    assert host["Ulimits"] == [{"Name": "nofile", "Soft": 77, "Hard": 78}]


def test_a_variable_without_a_value_is_known_as_such() -> None:
    assert options('buildargs={"A":"1","B":null}').arguments == {"A": "1", "B": None}
    assert options('labels={"a":null}').labels == {"a": ""}


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("shmsize=x", 'strconv.ParseInt: parsing "x": invalid syntax'),
        (
            "ulimits=[1]",
            "error reading ulimit settings: json: cannot unmarshal number into Go value of"
            " type units.Ulimit",
        ),
        (
            "buildargs=[]",
            "error reading build args: json: cannot unmarshal array into Go value of type"
            " map[string]*string",
        ),
        (
            'labels={"a":1}',
            "error reading labels: json: cannot unmarshal number into Go value of type string",
        ),
        ("cachefrom=bad", "invalid character 'b' looking for beginning of value"),
        ("version=3", 'invalid version "3"'),
        ("isolation=hyperv", 'Unsupported isolation: "hyperv"'),
        ("remote=nonsense", "remoteURL (nonsense) could not be recognized as URL"),
        (
            "securityopt=x",
            "The daemon on this platform does not support setting security options on build",
        ),
    ],
)
def test_a_query_that_makes_no_sense(query: str, told: str) -> None:
    with pytest.raises(EstibaError) as caught:
        options(query)
    assert str(caught.value) == told
