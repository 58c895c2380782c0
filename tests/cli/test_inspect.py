"""`inspect`: JSON as it came, templates over known types first, then over bare JSON."""

import json
from typing import Any

import pytest
from scripted_engine import ScriptedEngine, docker

from estiba.cli.jsontext import compact, indent

CONTAINER = {
    "Id": "a" * 64,
    "Name": "/web",
    "State": {"Status": "running", "Running": True, "ExitCode": 0, "Health": None},
    "Config": {"Env": ["A=1"], "Cmd": None, "Labels": {}},
    "HostConfig": {"Memory": 104857600},
    "Mounts": [{"Type": "volume", "Name": "d", "Source": "/s", "Destination": "/d", "RW": True}],
    "NetworkSettings": {"Ports": {"80/tcp": [{"HostIp": "::", "HostPort": "8080"}]}},
}


def inspect(template: str) -> Any:
    return docker(
        "inspect",
        "-f",
        template,
        "web",
        engine=ScriptedEngine({"GET /containers/web/json": CONTAINER}),
    )


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("{{.Name}} {{.State.Running}}", "/web true"),
        ("{{.HostConfig.Memory}}", "104857600"),
        ("{{json .Config.Cmd}}", "null"),
        ("{{.Config.Cmd}} {{.Config.Env}}", "[] [A=1]"),
        ("{{.Mounts}}", "[{volume d /s /d   true }]"),
        ('{{index .NetworkSettings.Ports "80/tcp"}}', "[map[HostIp::: HostPort:8080]]"),
        ('{{(index (index .NetworkSettings.Ports "80/tcp") 0).HostPort}}', "8080"),
        ("{{range $p, $c := .NetworkSettings.Ports}}{{$p}}{{end}}", "80/tcp"),
        ("{{.Id | len}}", "64"),
    ],
)
def test_a_template_over_a_container(template: str, shown: str) -> None:
    assert inspect(template).out == f"{shown}\n"


def test_an_unknown_member_is_reported_for_the_bare_json() -> None:
    outcome = inspect("{{.State.Nope}}")
    assert outcome.err == (
        'template parsing error: template: :1:8: executing "" at <.State.Nope>: '
        'map has no entry for key "Nope"\n'
    )
    assert (outcome.out, outcome.code) == ("\n", 1)


def test_known_types_keep_their_order_in_json() -> None:
    state = json.loads(inspect("{{json .State}}").out)
    assert list(state)[:4] == ["Status", "Running", "Paused", "Restarting"]
    assert "Health" not in state


def test_a_bad_template_is_refused_before_anything_is_asked() -> None:
    engine = ScriptedEngine()
    outcome = docker("inspect", "-f", "{{nope}}", "web", engine=engine)
    assert (outcome.code, engine.log) == (64, [])


def test_json_is_laid_out_as_it_came() -> None:
    text = b'{"b":"\\u003cx\\u003e","a":[],"n":1.50,"o":{"x":[1,2]}}\n'
    shown = docker("inspect", "x", engine=ScriptedEngine({"GET /containers/x/json": text})).out
    assert shown == (
        '[\n    {\n        "b": "\\u003cx\\u003e",\n        "a": [],\n        "n": 1.50,\n        "o": {\n'
        '            "x": [\n                1,\n                2\n            ]\n        }\n    }\n]\n'
    )


def test_what_nobody_knows_is_no_such_object() -> None:
    engine = ScriptedEngine({"GET /info": {"Swarm": {"ControlAvailable": False}}})
    outcome = docker("inspect", "nope", engine=engine)
    assert (outcome.out, outcome.err, outcome.code) == ("[]\n", "Error: No such object: nope\n", 1)
    assert [
        line.split("/")[1] for line in engine.log
    ] == "containers images networks volumes info plugins".split()


def test_laying_out_and_packing_are_inverse() -> None:
    text = '{"a":[{"b":1},[]],"c":"x:y, {z}"}'
    assert compact(indent(text)) == text
