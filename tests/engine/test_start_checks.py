"""What is refused at the start, discarded with a warning, or shared between containers."""

from typing import Any

import pytest
from container_house import House

RUNC = (
    "failed to create shim task: OCI runtime create failed: runc create failed: "
    "unable to start container process: error during container init: "
)
CGROUP = f"{RUNC}error setting cgroup config for procHooks process: "
CASES: list[tuple[dict[str, Any], str]] = [
    ({"IpcMode": "nope"}, "Invalid IPC mode: nope"),
    ({"Tmpfs": {"/x": "nope=1"}}, 'invalid tmpfs option ["nope" "1"]'),
    ({"Tmpfs": {"/x": "ro,nope"}}, 'invalid tmpfs option ["nope"]'),
    (
        {"DeviceRequests": [{"Driver": "", "Count": -1, "Capabilities": [["gpu"]]}]},
        'could not select device driver "" with capabilities: [[gpu]]',
    ),
    ({"CpuShares": 1}, f"{CGROUP}the minimum allowed cpu-shares is 2: unknown"),
    ({"CpuShares": 262145}, f"{CGROUP}the maximum allowed cpu-shares is 262144: unknown"),
    (
        {"Ulimits": [{"Name": "nofile", "Soft": -1, "Hard": -1}]},
        f"{RUNC}error setting rlimits for ready process: error setting rlimit type 7: "
        "operation not permitted: unknown",
    ),
    (
        {"LogConfig": {"Type": "json-file", "Config": {"max-size": "x"}}},
        "failed to initialize logging driver: invalid size: 'x'",
    ),
    (
        {"LogConfig": {"Type": "json-file", "Config": {"max-size": "1k", "max-file": "0"}}},
        "failed to initialize logging driver: max-file cannot be less than 1",
    ),
]


@pytest.mark.parametrize(("host", "message"), CASES)
def test_a_container_that_cannot_start_says_why(host: dict[str, Any], message: str) -> None:
    house = House()
    made = house.ask("POST", "/containers/create?name=c1", {"Image": "busybox", "HostConfig": host})
    assert made.status == 201, made.message
    assert house.ask("POST", "/containers/c1/start").message == message


def create(house: House, name: str, **host: Any) -> Any:
    body = {"Image": "busybox", "Cmd": ["sleep", "100"], "HostConfig": host}
    return house.ask("POST", f"/containers/create?name={name}", body)


def test_ipc_is_joined_only_where_it_is_shareable_and_running() -> None:
    house = House()
    for name, mode in (("private", "private"), ("open", "shareable")):
        identifier = create(house, name, IpcMode=mode).json["Id"]
        assert create(house, f"of-{name}", IpcMode=f"container:{name}").status == 201
        said = house.ask("POST", f"/containers/of-{name}/start").message
        assert said == (
            f"can't join IPC of container {identifier}: container {identifier} is not running"
        )
        house.ask("POST", f"/containers/{name}/start")
    assert "non-shareable IPC" in house.ask("POST", "/containers/of-private/start").message
    assert house.ask("POST", "/containers/of-open/start").status == 204


@pytest.mark.parametrize("key", ["IpcMode", "PidMode"])
def test_who_shares_with_nobody_is_not_created(key: str) -> None:
    made = create(House(), "c1", **{key: "container:nope"})
    assert (made.status, made.message) == (400, "No such container: nope")


def test_what_the_kernel_cannot_do_is_discarded_with_a_warning() -> None:
    house = House()
    made = create(house, "c1", BlkioWeight=300, OomKillDisable=True)
    assert [warning.split(".")[0][:38] for warning in made.json["Warnings"]] == [
        "OOM killer is disabled for the contain",
        "Your kernel does not support Block I/O",
    ]
    shown = house.ask("GET", "/containers/c1/json").json["HostConfig"]
    assert shown["BlkioWeight"] == 0


def test_ports_of_the_hosts_own_network_are_not_published() -> None:
    made = create(House(), "c1", NetworkMode="host", PortBindings={"80/tcp": [{"HostPort": "80"}]})
    assert made.json["Warnings"] == ["Published ports are discarded when using host network mode"]


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("nope", 'invalid --security-opt 1: "nope"'),
        ("a:b", 'invalid --security-opt 2: "a:b"'),
        ("no-new-privileges=x", 'invalid --security-opt 2: "no-new-privileges=x"'),
    ],
)
def test_unknown_security_options_are_refused(option: str, message: str) -> None:
    made = create(House(), "c1", SecurityOpt=[option])
    assert (made.status, made.message) == (400, message)
    assert create(House(), "c1", SecurityOpt=["no-new-privileges=0", "label:a:b"]).status == 201
