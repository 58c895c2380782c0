"""What becomes of containers when the engine comes up again: after a crash, after a stop."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from lasting_stores import LastingHouse


@pytest.fixture
def engine(tmp_path: Path) -> LastingHouse:
    return LastingHouse(tmp_path)


SLEEP = "busybox sleep 100000"
LIVES = [
    ("", "", ("exited", 255), ("exited", 137)),
    ("--restart always", "", ("running", 0), ("running", 0)),
    ("--restart unless-stopped", "", ("running", 0), ("running", 0)),
    ("--restart on-failure", "", ("running", 0), ("running", 0)),
    ("--restart always", "stop -t 0", ("running", 0), ("running", 0)),
    ("--restart unless-stopped", "stop -t 0", ("exited", 137), ("exited", 137)),
    ("--restart on-failure", "stop -t 0", ("running", 0), ("running", 0)),
    ("", "kill", ("exited", 137), ("exited", 137)),
    ("", "pause", ("exited", 255), ("exited", 137)),
    ("--restart always", "pause", ("running", 0), ("running", 0)),
    ("--rm", "", None, None),
]


@pytest.mark.parametrize(("options", "action", "crashed", "stopped"), LIVES)
@pytest.mark.parametrize("how", ["crash", "stop"])
def test_containers_recover_as_in_docker(
    engine: LastingHouse, options: str, action: str, crashed: Any, stopped: Any, how: str
) -> None:
    engine.sh("pull -q busybox")
    engine.sh(f"run -d --name one {options} {SLEEP}")
    if action:
        engine.sh(f"{action} one")
    getattr(engine, how)(seconds=60)
    expected = crashed if how == "crash" else stopped
    if expected is None:
        engine.sh("inspect one", fails=True)
        return
    found = engine.inspect("one")["State"]
    assert (found["Status"], found["ExitCode"]) == expected
    assert bool(found["Pid"]) is (expected[0] == "running")


def test_what_was_told_to_end_does_not_come_up_though_it_did_not_obey(
    engine: LastingHouse,
) -> None:
    engine.sh("pull -q busybox")
    engine.sh(f"run -d --name one --restart unless-stopped {SLEEP}")
    engine.sh("kill -s TERM one")
    assert engine.inspect("one")["State"]["Running"]
    engine.crash()
    assert engine.inspect("one")["State"]["Status"] == "exited"


def test_what_the_health_checks_found_is_kept(engine: LastingHouse) -> None:
    engine.sh("pull -q busybox")
    check = "--health-cmd false --health-interval 3s"
    engine.sh(f"run -d --name one {check} {SLEEP}")
    for _ in range(2):
        engine.house.pass_time(4)
        engine.sh("ps")
        before = engine.inspect("one")["State"]["Health"]
        engine.crash()
        assert engine.inspect("one")["State"]["Health"] == before
        engine.sh("start one")
        assert engine.inspect("one")["State"]["Health"] == {**before, "FailingStreak": 0}
    assert len(before["Log"]) == 2


def test_a_link_that_was_removed_stays_so(engine: LastingHouse) -> None:
    engine.sh("pull -q busybox")
    engine.sh("create --name child busybox")
    engine.sh("create --name parent --link child:alias busybox")
    engine.sh("rm --link parent/alias")
    engine.crash()
    assert engine.inspect("parent")["HostConfig"]["Links"] is None


def test_what_was_never_started_stays_created_and_what_rm_was_asked_for_goes(
    engine: LastingHouse,
) -> None:
    engine.sh("pull -q busybox")
    engine.sh("create --name created --restart always busybox")
    engine.sh("create --name gone --rm -v /anonymous busybox")
    engine.sh("run --name failed --restart always busybox nosuch", fails=True)
    engine.crash()
    assert engine.sh("ps -a --format {{.Names}}").split() == ["failed", "created"]
    assert {engine.inspect(name)["State"]["Status"] for name in ("created", "failed")} == {
        "created"
    }
    assert len(engine.sh("volume ls -q").split()) == 1


def test_restarts_that_are_used_up_stay_so(engine: LastingHouse) -> None:
    engine.sh("pull -q busybox")
    engine.sh("run -d --name one --restart on-failure:2 busybox false")
    engine.house.pass_time(10)
    engine.house.engine.checkpoint()
    before = engine.inspect("one")
    engine.crash()
    assert engine.inspect("one") == before
    assert (before["RestartCount"], before["State"]["ExitCode"]) == (2, 1)


def test_after_a_crash_a_container_shows_the_networks_it_had(engine: LastingHouse) -> None:
    engine.sh("pull -q busybox")
    engine.sh(f"run -d --name one -p 8080:80 {SLEEP}")
    before = engine.inspect("one")
    engine.crash(seconds=5)
    after = engine.inspect("one")
    assert after["NetworkSettings"] == before["NetworkSettings"]
    assert after["NetworkSettings"]["IPAddress"] == "172.17.0.2"
    assert after["State"]["FinishedAt"] > before["State"]["StartedAt"]
    assert "Exited (255)" in engine.sh("ps -a")
    assert "8080->80" in engine.sh("ps -a")
    engine.sh(f"run -d --name two -p 8080:80 {SLEEP}")
    assert engine.inspect("two")["NetworkSettings"]["IPAddress"] == "172.17.0.2"
    engine.sh("start one", fails=True)
    engine.sh("rm -f two")
    engine.sh("start one")
    engine.sh("network create other")
    engine.sh("network connect other one")
    engine.crash()
    engine.sh("network disconnect other one")
    engine.sh("network rm other")
    engine.sh("rm one")


def test_what_a_crashed_container_had_may_belong_to_another_one(engine: LastingHouse) -> None:
    engine.sh("pull -q busybox")
    for name in ("gone", "stays"):
        engine.sh(f"network create {name}")
    engine.sh(f"run -d --name one --network gone {SLEEP}")
    engine.sh("network connect stays one")
    engine.crash()
    engine.sh(f"run -d --name two --network stays {SLEEP}")
    engine.sh("network rm gone")
    assert "network gone not found" in engine.sh("start one", fails=True)
    engine.sh(f"run -d --name three --network stays {SLEEP}")
    addresses = [
        engine.inspect(name)["NetworkSettings"]["Networks"]["stays"]["IPAddress"]
        for name in ("two", "three")
    ]
    assert len(set(addresses)) == 2


def test_a_crashed_container_can_be_disconnected(engine: LastingHouse) -> None:
    engine.sh("pull -q busybox")
    engine.sh("network create net")
    engine.sh(f"run -d --name one --network net {SLEEP}")
    engine.crash()
    engine.sh(f"run -d --name two --network net {SLEEP}")
    engine.sh("network disconnect net one")
    engine.sh(f"run -d --name three --network net {SLEEP}")
    members = json.loads(engine.sh("network inspect net"))[0]["Containers"].values()
    assert len({member["IPv4Address"] for member in members}) == 2


def test_what_starts_by_itself_starts_after_what_it_needs(engine: LastingHouse) -> None:
    engine.sh("pull -q busybox")
    engine.sh(f"run -d --name base --restart always {SLEEP}")
    engine.sh(f"run -d --name linked --restart always --link base:b {SLEEP}")
    engine.sh(f"run -d --name shares --restart always --network container:base {SLEEP}")
    engine.sh("update --restart no base")
    engine.sh("update --restart always base")
    for how in (engine.crash, engine.stop):
        how()
        assert len(engine.sh("ps -q").split()) == 3
        assert "base b" in engine.sh("exec linked cat /etc/hosts") or "b " in engine.sh(
            "exec linked cat /etc/hosts"
        )
