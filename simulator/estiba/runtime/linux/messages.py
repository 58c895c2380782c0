"""Messages between the engine, the launcher and the monitors: JSON after its length, with descriptors beside it."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from typing import Any

HEAD = 4
DESCRIPTORS_MAX = 8
CLOEXEC = 0x40000000  # MSG_CMSG_CLOEXEC


def send(sock: socket.socket, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
    """Raises: OSError when the other side is gone."""
    data = json.dumps(message).encode()
    data = len(data).to_bytes(HEAD, "big") + data
    sent = socket.send_fds(sock, [data], list(descriptors)) if descriptors else 0
    sock.sendall(data[sent:])


def receive(sock: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """The next message, waiting for it; None at the end, also when it comes in the middle."""
    try:
        head, descriptors, _, _ = socket.recv_fds(sock, HEAD, DESCRIPTORS_MAX, CLOEXEC)
        head += _exactly(sock, HEAD - len(head)) if head else b""
        if len(head) < HEAD:
            return None
        size = int.from_bytes(head, "big")
        data = _exactly(sock, size)
    except ConnectionError:
        return None
    if len(data) < size:
        return None
    return json.loads(data), descriptors


def _exactly(sock: socket.socket, size: int) -> bytes:
    parts = []
    while size and (part := sock.recv(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
