"""A client that speaks bytes, for what no polite client does."""

from __future__ import annotations

import http.client
import json
import os
import socket
from typing import Any

from daemon_house import DaemonHouse


def connect(house: DaemonHouse, timeout_s: float = 60) -> socket.socket:
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(timeout_s)
    client.connect(house.socket)
    return client


def send(client: socket.socket, method: str, path: str, body: bytes = b"", more: str = "") -> None:
    bare = method == "GET" or "chunked" in more
    length = f"Content-Length: {len(body)}\r\n" if body or not bare else ""
    kind = "Content-Type: application/json\r\n" if body else ""
    head = f"{method} /v1.41{path} HTTP/1.1\r\nHost: x\r\n{length}{kind}{more}\r\n"
    client.sendall(head.encode() + body)


class Unix(http.client.HTTPConnection):
    """The standard library's client on the daemon's socket."""

    def __init__(self, house: DaemonHouse) -> None:
        super().__init__("localhost", timeout=60)
        self._house = house

    def connect(self) -> None:
        self.sock = connect(self._house)

    def ask(self, method: str, path: str, value: Any = None) -> tuple[int, Any]:
        """Status and JSON (or text) of one call."""
        body = None if value is None else json.dumps(value).encode()
        self.request(method, f"/v1.41{path}", body, {"Content-Type": "application/json"})
        answer = self.getresponse()
        data = answer.read()
        if "json" in answer.headers.get("Content-Type", "") and data:
            return answer.status, json.loads(data)
        return answer.status, data.decode("utf-8", "replace")


def memory_kb(house: DaemonHouse) -> int:
    """What the daemon holds in memory. Units: kB."""
    pid = (house.home / "daemon.pid").read_text().split()[0]
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        line = next(line for line in status if line.startswith("VmRSS"))
    return int(line.split()[1])


def descriptors(house: DaemonHouse) -> int:
    pid = (house.home / "daemon.pid").read_text().split()[0]
    return len(os.listdir(f"/proc/{pid}/fd"))


def ask(house: DaemonHouse, method: str, path: str, value: Any = None) -> tuple[int, Any]:
    """One call on a connection of its own."""
    client = Unix(house)
    try:
        return client.ask(method, path, value)
    finally:
        client.close()
