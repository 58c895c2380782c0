"""JSON bodies of the wrong type, and fields in other spellings. Messages are those of dockerd 20.10."""

import sys
from typing import Any

import pytest
from container_house import House

from estiba.api.bodies import CREATE, EXEC
from estiba.api.shapes import WrongType
from estiba.http import Request, read_all

CREATES = "/containers/create"
HOST = "json: cannot unmarshal {} into Go struct field {}.HostConfig.{}"


@pytest.fixture
def house() -> House:
    return House()


def refusal(house: House, path: str, body: Any) -> tuple[int, str]:
    answer = house.ask("POST", path, body)
    return answer.status, answer.message.removeprefix("json: cannot unmarshal ")


@pytest.mark.parametrize(
    ("host", "told"),
    [
        (
            {"Binds": "x"},
            "string into Go struct field HostConfig.HostConfig.Binds of type []string",
        ),
        ({"Binds": [1]}, "number into Go struct field HostConfig.HostConfig.Binds of type string"),
        (
            {"PortBindings": {"80/tcp": [{"HostPort": 80}]}},
            "number into Go struct field PortBinding.HostConfig.PortBindings.HostPort of type string",
        ),
        (
            {"PortBindings": {"80/tcp": {"HostPort": "80"}}},
            "object into Go struct field HostConfig.HostConfig.PortBindings of type []nat.PortBinding",
        ),
        (
            {"LogConfig": "x"},
            "string into Go struct field HostConfig.HostConfig.LogConfig of type container.LogConfig",
        ),
        (
            {"Ulimits": [{"Name": "x", "Soft": "1"}]},
            "string into Go struct field Ulimit.HostConfig.Ulimits.Soft of type int64",
        ),
        (
            {"Mounts": ["x"]},
            "string into Go struct field HostConfig.HostConfig.Mounts of type mount.Mount",
        ),
        (
            {"Memory": 1.5},
            "number 1.5 into Go struct field HostConfig.HostConfig.Memory of type int64",
        ),
        (
            {"Memory": 1 << 63},
            f"number {1 << 63} into Go struct field HostConfig.HostConfig.Memory of type int64",
        ),
        (
            {"BlkioWeight": -1},
            "number -1 into Go struct field HostConfig.HostConfig.BlkioWeight of type uint16",
        ),
    ],
)
def test_host_settings_of_the_wrong_type(house: House, host: Any, told: str) -> None:
    assert refusal(house, CREATES, {"Image": "busybox", "HostConfig": host}) == (500, told)


@pytest.mark.parametrize(
    ("path", "body", "status", "told"),
    [
        (CREATES, [], 500, "array into Go value of type runconfig.ContainerConfigWrapper"),
        (
            CREATES,
            {"Image": "busybox", "NetworkingConfig": {"EndpointsConfig": []}},
            500,
            "array into Go struct field NetworkingConfig.NetworkingConfig.EndpointsConfig of type"
            " map[string]*network.EndpointSettings",
        ),
        (
            "/containers/c1/exec",
            {"cmd": "ls"},
            400,
            "string into Go struct field ExecConfig.Cmd of type []string",
        ),
        ("/containers/c1/exec", ["x"], 400, "array into Go value of type types.ExecConfig"),
        (
            "/networks/create",
            {"name": "n", "driver": 5},
            400,
            "number into Go struct field NetworkCreateRequest.Driver of type string",
        ),
        ("/volumes/create", [], 400, "array into Go value of type volume.VolumeCreateBody"),
        (
            "/containers/c1/update",
            {"memory": "x"},
            500,
            "string into Go struct field UpdateConfig.Memory of type int64",
        ),
        ("/auth", {"username": 1}, 500, "number into Go struct field AuthConfig.username of type string"),
        (
            "/commit?container=c1",
            {"cmd": 1},
            500,
            "number into Go struct field ContainerConfigWrapper.Cmd of type string",
        ),
    ],
)  # fmt: skip
def test_bodies_of_the_wrong_type(
    house: House, path: str, body: Any, status: int, told: str
) -> None:
    house.run("sleep", "100", name="c1")
    assert refusal(house, path, body) == (status, told)


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        (CREATES, 500, "EOF"),
        ("/auth", 500, "EOF"),
        ("/networks/create", 400, "got EOF while reading request body"),
        ("/volumes/create", 400, "got EOF while reading request body"),
    ],
)
def test_a_body_must_be_there(house: House, path: str, status: int, told: str) -> None:
    answer = house.ask("POST", path)
    assert (answer.status, answer.message) == (status, told)


def test_fields_are_known_in_any_spelling_but_keys_of_maps_are_data(house: House) -> None:
    body = {"image": "busybox", "hostconfig": {"binds": ["/tmp:/x"]}, "LABELS": {"Env": "a"}}
    house.ask("POST", f"{CREATES}?name=c1", body)
    found = house.inspect("c1")
    assert found["HostConfig"]["Binds"] == ["/tmp:/x"]
    assert found["Config"]["Labels"] == {"Env": "a"}


def test_old_clients_put_host_settings_beside(house: House) -> None:
    beside = {"Memory": 1 << 26, "CpuShares": 5, "Cpuset": "0", "Runtime": "runc"}
    assert house.ask("POST", f"{CREATES}?name=a1", {"Image": "busybox", **beside}).status == 201
    inside = house.inspect("a1")["HostConfig"]
    assert [inside[key] for key in ("Memory", "CpuShares", "CpusetCpus", "Runtime")] == [
        1 << 26,
        5,
        "0",
        "runc",
    ]
    body = {"Image": "busybox", "Memory": 1 << 26, "Binds": ["/tmp:/x"], "HostConfig": {}}
    house.ask("POST", f"{CREATES}?name=b1", body)
    inside = house.inspect("b1")["HostConfig"]
    assert (inside["Memory"], inside["Binds"]) == (1 << 26, None)


def test_settings_of_the_host_alone_are_no_configuration(house: House) -> None:
    bodies: list[dict[str, Any]] = [{}, {"Memory": 1 << 26}, {"HostConfig": {}}, {"nonsense": 1}]
    for body in bodies:
        answer = house.ask("POST", CREATES, body)
        assert answer.message == "Config cannot be empty in order to create a container"


NO_DEEP_STACK = pytest.mark.skipif(
    sys.platform == "emscripten", reason="the stack of a browser is not Python's to guard"
)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        pytest.param(b"[" * 100_000, 500, marks=NO_DEEP_STACK),
        (b'{"Image":NaN}', 500),
        (b'{"Image":"a"}x', 404),
    ],
)
def test_hostile_texts(house: House, text: bytes, status: int) -> None:
    headers = {"content-type": "application/json"}
    answer = house.loopback.send(Request("POST", CREATES, headers, text))
    assert answer.status == status
    assert b"internal" not in read_all(house.loopback, answer.body)


def test_null_is_as_good_as_nothing() -> None:
    assert EXEC.read({"Cmd": [None, "a"], "Tty": None}) == {"Cmd": ["", "a"], "Tty": None}
    ports = {"HostConfig": {"PortBindings": {"80/tcp": None}}}
    assert CREATE.read(ports) == ports


def test_half_a_surrogate_pair_is_replaced() -> None:
    assert EXEC.read({"User": "a\ud800b"}) == {"User": "a\ufffdb"}
    with pytest.raises(WrongType):
        EXEC.read({"Tty": 1})
