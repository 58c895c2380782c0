"""Swarm, plugins and BuildKit's session: parts of Docker this engine has not, and how it says so."""

import pytest
from container_house import House


@pytest.fixture
def house() -> House:
    return House()


@pytest.mark.parametrize(
    "path",
    ["/swarm", "/services", "/services/x/logs", "/nodes/x", "/tasks", "/secrets/x", "/configs"],
)
def test_what_a_manager_knows_is_unavailable(house: House, path: str) -> None:
    answer = house.ask("GET", path)
    assert answer.status == 503
    assert answer.message.startswith("This node is not a swarm manager. Use ")


def test_nobody_leaves_a_swarm_that_is_not(house: House) -> None:
    answer = house.ask("POST", "/swarm/leave?force=True")
    assert (answer.status, answer.message) == (503, "This node is not part of a swarm")


def test_there_are_no_plugins(house: House) -> None:
    assert house.ask("GET", "/plugins").json == []
    for method, path in (("GET", "/json"), ("POST", "/enable?timeout=0"), ("DELETE", "")):
        answer = house.ask(method, f"/plugins/vieux/sshfs:latest{path}")
        assert (answer.status, answer.message) == (404, 'plugin "vieux/sshfs:latest" not found')


def test_builds_have_no_session_and_no_identity(house: House) -> None:
    assert house.ask("POST", "/session").message == "no upgrade proto in request"
    assert house.ask("POST", "/build/cancel").message == "build ID not provided"
    assert house.ask("POST", "/build/cancel?id=x").status == 200
