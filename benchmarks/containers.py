"""What containers cost the engine and its API: time of one short run, of a list, and memory of a
thousand.

Run: python benchmarks/containers.py. The programs are doubles, so the numbers are the engine's own.
"""

from __future__ import annotations

import json
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "doubles"))

from container_house import House

from estiba.http import Request, read_all

JSON = {"content-type": "application/json"}
BODY: dict[str, Any] = {
    "Image": "busybox",
    "Cmd": ["echo", "hi"],
    "AttachStdout": True,
    "AttachStderr": True,
    "HostConfig": {"AutoRemove": True, "NetworkMode": "default", "RestartPolicy": {"Name": "no"}},
    "NetworkingConfig": {"EndpointsConfig": {"default": {}}},
}


def run_once(house: House, body: bytes) -> None:
    """The four requests of `docker run --rm busybox echo hi`."""
    send = house.loopback.send
    created = send(Request("POST", "/v1.41/containers/create", JSON, body))
    place = f"/v1.41/containers/{json.loads(read_all(house.loopback, created.body))['Id']}"
    query = "stderr=1&stdout=1&stream=1"
    attached = send(Request("POST", f"{place}/attach?{query}", {"upgrade": "tcp"}))
    waiting = send(Request("POST", f"{place}/wait?condition=removed"))
    send(Request("POST", f"{place}/start"))
    assert attached.connection is not None
    assert read_all(house.loopback, attached.connection.incoming).endswith(b"hi\n")
    read_all(house.loopback, waiting.body)


def microseconds(times: int, work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - begun) / times * 1e6


def main() -> None:
    house, body = House(), json.dumps(BODY).encode()
    for others in (0, 10, 100, 1000, 10_000):
        while len(house.engine.containers) < others:
            house.create("sleep", "5")
        run = microseconds(500, lambda: run_once(house, body))
        ps = microseconds(200, lambda: house.ask("GET", "/v1.41/containers/json"))
        everything = microseconds(5, lambda: house.ask("GET", "/v1.41/containers/json?all=1"))
        print(f"{others:6} others: run {run:6.0f} µs, ps {ps:5.0f} µs, ps -a {everything:8.0f} µs")
    house = House()
    house.run("sleep", "1000000")
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(1000):
        house.run("sleep", "1000000")
    grown = tracemalloc.get_traced_memory()[0] - before
    print(f"1000 running containers: {grown / 1e6:.1f} KB each, trace and doubles included")


if __name__ == "__main__":
    main()
