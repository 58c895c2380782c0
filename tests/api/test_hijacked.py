"""Streams that take over a connection, with an upgrade and without."""

import pytest
from container_house import House

from estiba.http import read_all


@pytest.fixture
def house() -> House:
    return House()


@pytest.mark.parametrize("upgraded", [True, False])
def test_input_flows_with_and_without_an_upgrade(house: House, upgraded: bool) -> None:
    house.create("cat", name="c1", OpenStdin=True, StdinOnce=True)
    headers = {"upgrade": "tcp", "connection": "Upgrade"} if upgraded else {}
    answer = house.send("POST", "/containers/c1/attach?stream=1&stdin=1&stdout=1", **headers)
    assert answer.status == (101 if upgraded else 200)
    assert answer.connection is not None
    house.ask("POST", "/containers/c1/start")
    answer.connection.send(b"hola\n")
    answer.connection.close_write()
    got = read_all(house.loopback, answer.connection.incoming)
    assert got == b"\x01\x00\x00\x00\x00\x00\x00\x05hola\n"


def test_frames_are_for_who_starts_an_exec_to_choose(house: House) -> None:
    house.run("sleep", "99", name="c1")
    for tty, expected in ((False, b"\x01\x00\x00\x00\x00\x00\x00\x03hi\n"), (True, b"hi\n")):
        made = house.ask(
            "POST", "/containers/c1/exec", {"Cmd": ["echo", "hi"], "AttachStdout": True}
        )
        started = house.ask("POST", f"/exec/{made.json['Id']}/start", {"Tty": tty})
        assert started.body == expected


def test_a_refused_attach_ends_the_connection(house: House) -> None:
    house.run("sleep", "99", name="c1")
    answer = house.ask("POST", "/containers/c1/attach?stream=1&detachKeys=xx")
    assert (answer.status, answer.body) == (400, b"Invalid detach keys (xx) provided\r\n")
    assert answer.headers["connection"] == "close"
