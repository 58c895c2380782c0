"""What is created, and what is refused."""

from typing import Any
from urllib.parse import quote

import pytest
from container_house import PATH, House

from estiba.engine.merging import NoCommand, merge
from estiba.engine.mount_points import parse_bind, valid_mode
from estiba.engine.signals import InvalidSignal, parse_signal
from estiba.spec import ContainerConfig
from estiba.spec.container_config import HealthConfig

INVALID = "Invalid container name ({}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"


def refused(body: Any, name: str = "") -> tuple[int, str]:
    house = House()
    answer = house.ask("POST", f"/containers/create?name={name}", body)
    assert not house.snapshots.keys
    assert not len(house.engine.containers)
    return answer.status, answer.message


@pytest.mark.parametrize(
    ("fields", "status", "message"),
    [
        ({"Image": "nosuch"}, 404, "No such image: nosuch:latest"),
        ({"Image": ""}, 400, "No command specified"),
        ({"Entrypoint": [""]}, 400, "No command specified"),
        (
            {"WorkingDir": "rel"},
            400,
            "the working directory 'rel' is invalid, it needs to be an absolute path",
        ),
        ({"Env": ["=x"]}, 400, "invalid environment variable: =x"),
        ({"StopSignal": "NOPE"}, 400, "Invalid signal: NOPE"),
        ({"HostConfig": {"Memory": 1024}}, 400, "Minimum memory limit allowed is 6MB"),
        (
            {"HostConfig": {"NanoCpus": 64_000_000_000}},
            400,
            "Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available",
        ),
        (
            {"HostConfig": {"RestartPolicy": {"Name": "sometimes"}}},
            400,
            "invalid restart policy 'sometimes'",
        ),
        (
            {"HostConfig": {"AutoRemove": True, "RestartPolicy": {"Name": "always"}}},
            400,
            "can't create 'AutoRemove' container with restart policy",
        ),
        ({"HostConfig": {"Binds": ["rel:/x:zz"]}}, 500, "invalid mode: zz"),
        (
            {"HostConfig": {"Binds": ["vol:datos"]}},
            500,
            "invalid volume specification: 'vol:datos': invalid mount config for type \"volume\":"
            " invalid mount path: 'datos' mount path must be absolute",
        ),
        (
            {"HostConfig": {"Binds": ["/:/"]}},
            500,
            "invalid volume specification: '/:/': invalid mount config for type \"bind\": invalid"
            " specification: destination can't be '/'",
        ),
        (
            {"HostConfig": {"Binds": ["mal vol:/x"]}},
            400,
            'create mal vol: "mal vol" includes invalid characters for a local volume name, only'
            ' "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory,'
            " use absolute path",
        ),
        (
            {"HostConfig": {"Mounts": [{"Type": "volume", "Source": "m", "Target": "/m"}]}},
            400,
            "create m: volume name is too short, names should be at least two alphanumeric"
            " characters",
        ),
        (
            {"HostConfig": {"Mounts": [{"Type": "nope", "Target": "/m"}]}},
            400,
            'invalid mount config for type "nope": mount type unknown',
        ),
        (
            {"HostConfig": {"Mounts": [{"Type": "bind", "Source": "/no", "Target": "/m"}]}},
            400,
            'invalid mount config for type "bind": bind source path does not exist: /no',
        ),
        ({"HostConfig": {"Binds": ["aa:/x", "bb:/x"]}}, 400, "Duplicate mount point: /x"),
        ({"HostConfig": {"VolumesFrom": ["nosuch"]}}, 400, "No such container: nosuch"),
        (
            {"HostConfig": {"Links": ["nosuch"]}},
            400,
            "could not get container for nosuch: No such container: nosuch",
        ),
        ({"HostConfig": {"Runtime": "nosuch"}}, 400, "Unknown runtime specified nosuch"),
        (
            {"HostConfig": {"CapAdd": ["NOPE"]}},
            400,
            'invalid CapAdd: unknown capability: "CAP_NOPE"',
        ),
        (
            {"HostConfig": {"Isolation": "x"}},
            400,
            "Invalid isolation: \"x\" - linux only supports 'default'",
        ),
        (
            {"HostConfig": {"LogConfig": {"Type": "x"}}},
            400,
            'error looking up logging plugin x: plugin "x" not found',
        ),
        (
            {"HostConfig": {"LogConfig": {"Type": "json-file", "Config": {"x": ""}}}},
            400,
            "unknown log opt 'x' for json-file log driver",
        ),
        (
            {"Hostname": "h", "HostConfig": {"NetworkMode": "container:a"}},
            400,
            "conflicting options: hostname and the network mode",
        ),
        (
            {"Tty": "si"},
            500,
            "json: cannot unmarshal string into Go struct field ContainerConfigWrapper.Tty of type"
            " bool",
        ),
    ],
)
def test_what_is_refused_leaves_nothing_behind(
    fields: dict[str, Any], status: int, message: str
) -> None:
    assert refused({"Image": "busybox", **fields}) == (status, message)


def test_a_body_without_settings_is_refused() -> None:
    message = "Config cannot be empty in order to create a container"
    assert refused({}) == (400, message)
    assert refused({"HostConfig": {}}) == (400, message)


@pytest.mark.parametrize("name", ["a/b", "x", "-x", "_x", "mal nombre", "ñandu"])
def test_names_that_are_refused(name: str) -> None:
    assert refused({"Image": "busybox"}, quote(name)) == (400, INVALID.format(name))


@pytest.mark.parametrize("name", ["xy", "/barra", "a.b_c-d", "MAYUS", "0a"])
def test_names_that_are_taken(name: str) -> None:
    house = House()
    assert house.container(house.create(name=name)).name == name.removeprefix("/")


def test_a_name_is_given_once() -> None:
    house = House()
    holder = house.create(name="uno")
    answer = house.ask("POST", "/containers/create?name=uno", {"Image": "busybox"})
    assert (answer.status, answer.message) == (
        409,
        f'Conflict. The container name "/uno" is already in use by container "{holder}". You have'
        " to remove (or rename) that container to be able to reuse that name.",
    )
    assert len(house.snapshots.keys) == 1


def test_invented_names_have_two_words() -> None:
    house = House()
    names = {house.container(house.create()).name for _ in range(20)}
    assert len(names) == 20
    assert all("_" in name for name in names)


@pytest.mark.parametrize(
    ("asked", "image", "cmd", "entrypoint"),
    [
        ({}, {"cmd": ("sh",)}, ("sh",), None),
        ({"cmd": ("ls",)}, {"cmd": ("sh",)}, ("ls",), None),
        ({}, {"cmd": ("c",), "entrypoint": ("e",)}, ("c",), ("e",)),
        ({"cmd": ("x",)}, {"cmd": ("c",), "entrypoint": ("e",)}, ("x",), ("e",)),
        ({"entrypoint": ("x",)}, {"cmd": ("c",), "entrypoint": ("e",)}, None, ("x",)),
        ({"entrypoint": ("",), "cmd": ("y",)}, {"entrypoint": ("e",)}, ("y",), None),
    ],
)
def test_entrypoint_and_command_merge_as_in_docker(
    asked: dict[str, Any], image: dict[str, Any], cmd: Any, entrypoint: Any
) -> None:
    merged = merge(ContainerConfig(**asked), ContainerConfig(**image))
    assert (merged.cmd, merged.entrypoint) == (cmd, entrypoint)


def test_an_empty_entrypoint_drops_the_images_command_too() -> None:
    with pytest.raises(NoCommand):
        merge(ContainerConfig(entrypoint=("",)), ContainerConfig(cmd=("sh",)))


def test_the_images_environment_comes_after_the_asked_one() -> None:
    merged = merge(
        ContainerConfig(env=("A=1", "PATH=/x"), cmd=("a",)), ContainerConfig(env=("PATH=/y", "B=2"))
    )
    assert merged.env == ("A=1", "PATH=/x", "B=2")


def test_labels_ports_volumes_and_health_are_joined() -> None:
    merged = merge(
        ContainerConfig(
            cmd=("a",),
            labels={"a": "1"},
            exposed_ports=("90/tcp",),
            volumes=("/b",),
            healthcheck=HealthConfig(retries=5),
        ),
        ContainerConfig(
            labels={"a": "0", "b": "2"},
            exposed_ports=("80/tcp",),
            volumes=("/a",),
            healthcheck=HealthConfig(test=("CMD", "true"), retries=2),
        ),
    )
    assert merged.labels == {"a": "1", "b": "2"}
    assert merged.exposed_ports == ("80/tcp", "90/tcp")
    assert merged.volumes == ("/a", "/b")
    assert merged.healthcheck == HealthConfig(test=("CMD", "true"), retries=5)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("datos:/d", ("volume", "datos", "", "/d", True)),
        ("datos:/d:ro", ("volume", "datos", "", "/d", False)),
        ("/home:/d/", ("bind", "", "/home", "/d", True)),
        ("/home:/d:ro,z", ("bind", "", "/home", "/d", False)),
        ("/anon", ("volume", "", "", "/anon", True)),
        ("/anon:ro", ("volume", "", "", "/anon", False)),
    ],
)
def test_binds_are_read(raw: str, expected: tuple[str, str, str, str, bool]) -> None:
    point = parse_bind(raw)
    found = (point.kind, point.volume, point.source, point.destination, point.writable)
    assert found == expected


def test_a_mode_names_each_kind_once() -> None:
    assert valid_mode("ro,Z,rshared,nocopy")
    assert not valid_mode("ro,rw")
    assert not valid_mode("shared,slave")


@pytest.mark.parametrize(
    ("text", "number"), [("TERM", 15), ("sigkill", 9), ("28", 28), ("RTMIN+3", 37), ("99", 99)]
)
def test_signals_are_read(text: str, number: int) -> None:
    assert parse_signal(text) == number


@pytest.mark.parametrize("text", ["NOPE", "0", "-1", "SIG", ""])
def test_what_is_no_signal_is_refused(text: str) -> None:
    with pytest.raises(InvalidSignal):
        parse_signal(text)


def test_a_named_volume_is_made_once_and_filled_from_the_image() -> None:
    house = House()
    house.create(HostConfig={"Binds": ["copia:/etc"]})
    house.create(HostConfig={"Binds": ["copia:/etc:ro"]})
    assert house.story("volume") == [
        "volume.created",
        "volume.filled",
        "volume.reused",
        "volume.filled",
    ]
    assert house.trees.filled == [("volume copia", "/etc")] * 2


def test_mounts_are_shown_with_dockers_defaults() -> None:
    house = House()
    container = house.create(
        Volumes={"/anon": {}}, HostConfig={"Binds": ["datos:/d", "/home:/h:ro"]}
    )
    anonymous, named, bind = house.inspect(container)["Mounts"]
    assert named == {
        "Type": "volume",
        "Name": "datos",
        "Source": "/var/lib/docker/volumes/datos/_data",
        "Destination": "/d",
        "Driver": "local",
        "Mode": "z",
        "RW": True,
        "Propagation": "",
    }
    assert bind == {
        "Type": "bind",
        "Source": "/home",
        "Destination": "/h",
        "Mode": "ro",
        "RW": False,
        "Propagation": "rprivate",
    }
    assert (len(anonymous["Name"]), anonymous["Mode"]) == (64, "")


def test_volumes_from_another_container_can_be_made_read_only() -> None:
    house = House()
    house.create(name="con", HostConfig={"Binds": ["vv:/vv"]})
    other = house.create(HostConfig={"VolumesFrom": ["con:ro"]})
    (point,) = house.inspect(other)["Mounts"]
    assert (point["Name"], point["RW"]) == ("vv", False)
    house.ask("DELETE", "/containers/con?v=1")
    assert house.ask("DELETE", "/volumes/vv").message == f"remove vv: volume is in use - [{other}]"


def test_a_bind_makes_the_missing_directory_of_the_host() -> None:
    house = House()
    house.create(HostConfig={"Binds": ["/nueva:/x"]})
    assert "/nueva" in house.paths.directories


def test_the_runtime_gets_environment_files_and_mounts() -> None:
    house = House()
    container = house.run(
        "sleep",
        "9",
        Hostname="maquina",
        Env=["A=1", "B"],
        HostConfig={
            "Binds": ["datos:/d:ro"],
            "Tmpfs": {"/t": ""},
            "ExtraHosts": ["otra:1.2.3.4"],
            "Dns": ["1.1.1.1"],
            "Init": True,
        },
    )
    spec = house.runtime.specs[container]
    assert spec.process.env == (PATH, "HOSTNAME=maquina", "A=1")
    assert (spec.hostname, spec.init, spec.tmpfs) == ("maquina", True, ("/t",))
    files = {bind.target: bind.source for bind in spec.binds}
    assert files["/etc/hosts"].endswith(b"1.2.3.4\totra\n172.17.0.2\tmaquina\n")
    assert files["/etc/hostname"] == b"maquina\n"
    assert files["/etc/resolv.conf"] == b"nameserver 1.1.1.1\n"
    assert files["/d"] == "volume datos"


def test_the_working_directory_is_made_once_per_image() -> None:
    house = House()
    for _ in range(2):
        house.create(WorkingDir="/srv")
    assert house.trees.made == ["/srv", "/srv"]
