"""Image configurations: Docker's own bytes there and back, and its words for wrong types."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estiba.errors import InvalidInput
from estiba.spec import (
    ContainerConfig,
    Digest,
    HealthConfig,
    HistoryEntry,
    ImageConfig,
    ImageFields,
    InvalidConfig,
    Platform,
)
from estiba.spec.gojson import dump

CONFIGS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "configs.json").read_text(encoding="utf-8")
)["configs"]
WRAPPER = "json: cannot unmarshal {} into Go struct field ContainerConfigWrapper.{}"


def told(config: ImageConfig) -> ImageFields:
    return ImageFields(**{item.name: getattr(config, item.name) for item in fields(ImageFields)})


@pytest.mark.parametrize("row", CONFIGS)
def test_a_configuration_docker_wrote_comes_out_byte_for_byte(row: dict[str, str]) -> None:
    config = ImageConfig.from_json(row["raw"].encode())
    assert config.id == row["id"]
    assert ImageConfig.create(told(config)) == config
    assert ImageConfig.create(told(config)).raw == row["raw"].encode()


def test_the_vectors_use_every_field_that_travels() -> None:
    used = set()
    for row in CONFIGS:
        value = json.loads(row["raw"])
        used |= {*value, *value["container_config"], *(value.get("config") or ())}
        used |= {key for entry in value["history"] for key in entry}
    rare = {"Shell", "MacAddress", "ArgsEscaped", "NetworkDisabled", "StopTimeout", "Healthcheck"}
    assert {"author", "comment", "empty_layer", *rare} <= used


def test_bytes_nobody_would_write_are_kept() -> None:
    raw = b'{ "os":"linux", "architecture":"arm64", "variant":"v8", "more":1 }'
    config = ImageConfig.from_json(raw)
    assert (config.id, config.raw) == (Digest.of(raw), raw)
    assert config.platform == Platform("linux", "arm64", "v8")
    assert config.to_json()["more"] == 1


def test_a_recorded_configuration_keeps_the_id_of_bytes_we_lack() -> None:
    recorded = Digest.of(b"bytes of a registry")
    config = ImageConfig.create(ImageFields(author="Ana")).recorded_as(recorded)
    assert (config.id, config.recorded, config.author) == (recorded, True, "Ana")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{",
        b'"x"',
        b"\xff",
        b'{"os":3}',
        b'{"config":3}',
        b'{"history":3}',
        b'{"history":[3]}',
        b'{"history":[{"created_by":3}]}',
        b'{"history":[{"created":"yesterday"}]}',
        b'{"created":"yesterday"}',
        b'{"rootfs":[]}',
        b'{"rootfs":{"diff_ids":"x"}}',
        b'{"rootfs":{"diff_ids":["x"]}}',
        b'{"os.features":[3]}',
    ],
)
def test_what_has_another_form_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidInput):
        ImageConfig.from_json(raw)


@pytest.mark.parametrize(
    ("value", "found", "rest"),
    [
        ({"Env": "x"}, "string", "Env of type []string"),
        ({"Env": [1]}, "number", "Env of type string"),
        ({"Env": True}, "bool", "Env of type []string"),
        ({"Image": 3}, "number", "Image of type string"),
        ({"Tty": "yes"}, "string", "Tty of type bool"),
        ({"StopTimeout": 1.5}, "number 1.5", "StopTimeout of type int"),
        ({"StopTimeout": "3"}, "string", "StopTimeout of type int"),
        ({"Cmd": 3}, "number", "Cmd of type string"),
        ({"Cmd": [3]}, "array", "Cmd of type string"),
        ({"Cmd": {}}, "object", "Cmd of type string"),
        ({"Labels": {"a": 1}}, "number", "Labels of type string"),
        ({"Labels": []}, "array", "Labels of type map[string]string"),
        ({"ExposedPorts": ["80"]}, "array", "ExposedPorts of type nat.PortSet"),
        ({"Volumes": []}, "array", "Volumes of type map[string]struct {}"),
        ({"Volumes": {"/a": 3}}, "number", "Volumes of type struct {}"),
        ({"Healthcheck": 3}, "number", "Healthcheck of type container.HealthConfig"),
    ],
)
def test_a_wrong_type_is_refused_in_the_engines_words(
    value: dict[str, Any], found: str, rest: str
) -> None:
    with pytest.raises(InvalidConfig) as caught:
        ContainerConfig.from_json(value, "ContainerConfigWrapper")
    assert str(caught.value) == WRAPPER.format(found, rest)


def test_a_wrong_type_in_a_health_check_names_its_place() -> None:
    with pytest.raises(InvalidConfig) as caught:
        ContainerConfig.from_json({"Healthcheck": {"Interval": "5s"}})
    assert str(caught.value) == (
        "json: cannot unmarshal string into Go struct field"
        " HealthConfig.Healthcheck.Interval of type time.Duration"
    )


def test_a_command_may_be_one_word_and_keys_of_any_case() -> None:
    config = ContainerConfig.from_json({"cmd": "ls -l", "USER": "ana", "Entrypoint": None})
    assert (config.cmd, config.user, config.entrypoint) == (("ls -l",), "ana", None)


def test_null_and_empty_stay_different() -> None:
    config = ContainerConfig(env=(), cmd=None, volumes=(), labels={})
    value = config.to_json()
    assert (value["Env"], value["Cmd"], value["Volumes"], value["Labels"]) == ([], None, {}, {})
    assert ContainerConfig.from_json(value) == config


def test_keys_of_maps_come_in_order() -> None:
    config = ContainerConfig(labels={"b": "", "a": ""}, exposed_ports=("90/tcp", "80/tcp"))
    value = config.to_json()
    assert (list(value["Labels"]), list(value["ExposedPorts"])) == (
        ["a", "b"],
        ["80/tcp", "90/tcp"],
    )


def test_go_escapes_what_html_would_take() -> None:
    text = '<&>\u2028\b\f\n\x01\x7fé\ud800\\b"'
    assert dump([text]) == (
        '["\\u003c\\u0026\\u003e\\u2028\\u0008\\u000c\\n\\u0001\x7fé\\ufffd\\\\b\\""]'.encode()
    )


texts = st.text(alphabet=st.characters(codec="utf-8"), max_size=6)
words = st.none() | st.lists(texts, max_size=3).map(tuple)
healths = st.none() | st.builds(HealthConfig, test=st.just(("NONE",)), retries=st.integers(0, 9))
configs = st.builds(
    ContainerConfig,
    env=words,
    cmd=words,
    on_build=words,
    user=texts,
    labels=st.none() | st.dictionaries(texts, texts, max_size=3),
    volumes=st.none() | st.sets(texts, max_size=3).map(lambda names: tuple(sorted(names))),
    stop_timeout=st.none() | st.integers(0, 99),
    healthcheck=healths,
    tty=st.booleans(),
)
histories = st.lists(
    st.builds(HistoryEntry, created_by=texts, empty_layer=st.booleans()), max_size=3
).map(tuple)


@settings(max_examples=60, deadline=None)
@given(st.builds(ImageFields, config=st.none() | configs, history=histories, author=texts))
def test_what_we_write_is_read_back(image: ImageFields) -> None:
    written = ImageConfig.create(image)
    assert told(ImageConfig.from_json(written.raw)) == image
    assert json.loads(written.raw) == written.to_json()
