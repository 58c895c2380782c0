"""Templates against what the real client answers to the same ones."""

import json
from pathlib import Path
from typing import Any

import pytest

from estiba.cli.template import JsonNumber, Struct, TemplateError, Typed
from estiba.cli.template.template import Template
from estiba.cli.template.values import plain, show

ROWS = json.loads((Path(__file__).parent.parent / "vectors" / "cli_templates.json").read_text())
ENDPOINT = {"Host": "unix:///var/run/docker.sock", "SkipTLSVerify": False}
NOT_OFFERED = {
    '{{printf "%s" .Endpoints}}',  # verbs do not reach into a struct
    '{{printf "%d" .Endpoints}}',
    "{{eq .Endpoints .Endpoints}}",
    "{{call .Name}}",
    "{{(1) 2}}",
    "{{1i}}",  # complex numbers
    "{{1+2i}}",
    "{{--1}}",
}


class Value(Struct):
    def __init__(self, go_type: str, members: dict[str, Any]) -> None:
        self.go_type = go_type
        self.members = members

    def member(self, name: str) -> Any:
        return self.members[name]

    def plain(self) -> Any:
        return {name: plain(value) for name, value in self.members.items()}

    def text(self, top: bool, verb: str) -> str:
        name = "{}:" if verb == "+v" else ""
        shown = (name.format(k) + show(v, top=False, verb=verb) for k, v in self.members.items())
        return "{" + " ".join(shown) + "}"


def context() -> Value:
    """What `docker context inspect` hands to its template."""

    def endpoint(data: Any) -> Any:
        return data and Value("context.EndpointMetaBase", data)

    return Value(
        "context.contextWithTLSListing",
        {
            "Name": "default",
            "Endpoints": Typed("map[string]interface {}", {"docker": ENDPOINT}, endpoint),
            "TLSMaterial": Typed("map[string]context.EndpointFiles", {}),
        },
    )


@pytest.mark.parametrize(("text", "out", "error"), ROWS, ids=[row[0][:60] for row in ROWS])
def test_a_template_does_what_it_does_in_docker(text: str, out: str | None, error: str) -> None:
    if text in NOT_OFFERED:
        pytest.skip("not offered")
    if out is not None:
        assert Template(text).render(context()) == out
        return
    with pytest.raises(TemplateError) as caught:
        Template(text).render(context())
    assert str(caught.value) == error


def test_strict_reports_the_missing_key_of_a_map() -> None:
    with pytest.raises(TemplateError, match='map has no entry for key "b"'):
        Template("{{.a.b}}").render({"a": {}}, strict=True)
    assert Template("{{.a.b}}").render({"a": {}}) == "<no value>"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1.0, "1"),
        (1e21, "1e+21"),
        (0.00001, "1e-05"),
        (123456789.5, "123456789.5"),
        ([1, "a", None], "[1 a <nil>]"),
        ({"b": 1, "a": [True]}, "map[a:[true] b:1]"),
        (JsonNumber("71006776"), "71006776"),
    ],
)
def test_values_print_as_go_prints_them(value: Any, shown: str) -> None:
    assert Template("{{.}}").render(value) == shown
