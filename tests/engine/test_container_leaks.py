"""Whatever clients do in whatever order, nothing breaks, and when the containers are gone nothing is left."""

import json
import random
from typing import Any

import pytest
from container_house import House

from estiba.http import Request

NAMES = ("aa", "bb", "cc")
COMMANDS = (["sleep", "5"], ["true"], ["false"], ["cat"], ["nosuch"], ["sleep", "3", "trap"])
UPGRADE = {"upgrade": "tcp"}
POSTS = (
    "start", "start", "stop?t=0", "stop?t=1", "kill", "kill?signal=15", "pause", "unpause",
    "restart?t=0", "wait?condition=removed", "attach?stdin=1&stdout=1&stream=1&logs=1",
    "resize?h=3&w=4",
)  # fmt: skip
GETS = ("json?size=1", "top", "logs?stdout=1", "logs?stdout=1&follow=1", "stats")
OTHERS = (
    ("POST", "/containers/prune"),
    ("POST", "/volumes/prune"),
    ("POST", "/networks/prune"),
    ("GET", "/containers/json?all=1&size=1"),
    ("GET", "/events"),
)


def creation(dice: random.Random) -> dict[str, Any]:
    def perhaps(chance: float, value: Any) -> Any:
        return value if dice.random() < chance else None

    check = {"Test": ["CMD", dice.choice(["true", "false", "nosuch"])], "Interval": 10**9}
    ports = {"80/tcp": [{"HostPort": dice.choice(["8080", "", "8000-8002"])}]}
    return {
        "Image": "busybox",
        "Cmd": dice.choice(COMMANDS),
        "OpenStdin": dice.random() < 0.5,
        "Tty": dice.random() < 0.3,
        "Volumes": perhaps(0.3, {"/v": {}}),
        "Healthcheck": perhaps(0.3, check),
        "HostConfig": {
            "AutoRemove": dice.random() < 0.2,
            "RestartPolicy": {"Name": dice.choice(["", "no", "always", "on-failure"])},
            "NetworkMode": dice.choice(["default", "none", "host", "red", "container:aa"]),
            "Binds": perhaps(0.3, ["vol:/x"]),
            "PortBindings": perhaps(0.3, ports),
            "Links": perhaps(0.1, ["bb:al"]),
        },
    }


def step(dice: random.Random) -> tuple[str, str, Any]:
    """One thing a client asks for."""
    name = dice.choice(NAMES)
    kind = dice.randrange(10)
    if kind < 2:
        return "POST", f"/containers/create?name={name}", creation(dice)
    if kind < 6:
        return "POST", f"/containers/{name}/{dice.choice(POSTS)}", None
    if kind == 6:
        return "GET", f"/containers/{name}/{dice.choice(GETS)}", None
    if kind == 7:
        query = dice.choice(["v=1", "force=1", "force=1&v=1"])
        return "DELETE", f"/containers/{name}?{query}", None
    if kind == 8:
        action = dice.choice(["connect", "disconnect"])
        return "POST", f"/networks/{dice.choice(['red', 'bridge'])}/{action}", {"Container": name}
    return (*dice.choice(OTHERS), None)


def left_over(house: House) -> list[Any]:
    """What should not be there any more."""
    engine = house.engine
    return [
        *engine.containers.all(),
        *engine.containers.running,
        *house.snapshots.keys,
        *(member for network in engine.networks.all() for member in network.members),
        *(user for volume in engine.volumes.all() for user in volume.users),
    ]


@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_left(seed: int) -> None:
    dice, house = random.Random(seed), House()
    house.ask("POST", "/networks/create", {"Name": "red"})
    for _ in range(300):
        method, path, body = step(dice)
        data = b"" if body is None else json.dumps(body).encode()
        headers = {**UPGRADE, "content-type": "application/json"}
        answer = house.loopback.send(Request(method, path, headers, data))
        if answer.connection is not None:
            answer.connection.send(dice.choice([b"hi\n", b"hi\n\x10\x11"]))
            if dice.random() < 0.5:
                answer.connection.close()
        house.pass_time(dice.choice([0, 0, 0, 0.05, 0.5, 3]))
    for container in list(house.engine.containers.all()):
        house.ask("DELETE", f"/containers/{container.id}?force=1&v=1")
    house.settle()
    assert left_over(house) == []
    house.run(
        "sleep", "9", name="last", HostConfig={"PortBindings": {"80/tcp": [{"HostPort": "8080"}]}}
    )
    assert house.inspect("last")["NetworkSettings"]["IPAddress"] == "172.17.0.2"
