"""A pull, carried out and watched: the engine's progress lines as a timeline of blobs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from ..cli.client import Client
from ..cli.errors import CommandFailed
from ..projections.scenes.pull import PullBlob, PullScene
from ..spec import normalize

NEWER = "Status: Downloaded newer image"


def watch_pull(client: Client, name: str, now_ns: Callable[[], int]) -> PullScene:
    """Pull a name and tell how it went. Raises: CommandFailed, InvalidReference, Unavailable."""
    reference = normalize(name).with_default_tag()
    tag = str(reference.digest) if reference.digest is not None else reference.tag or ""
    began_ns = now_ns()
    query = {"fromImage": reference.familiar_name, "tag": tag}
    body = client.ask("POST", "/images/create", query).body
    watching = _Watch()
    pending = b""
    while (chunk := body.poll()) is not None:
        if not chunk:
            client.transport.wait(body)
            continue
        *lines, pending = (pending + chunk).split(b"\n")
        time_ns = now_ns()
        for line in lines:
            if line.strip():
                watching.take(json.loads(line), time_ns)
    value = client.get(f"/images/{reference.familiar}/json")
    return PullScene(
        reference.familiar,
        watching.digest,
        str(value["Id"]),
        tuple(watching.blobs.values()),
        began_ns,
        now_ns(),
        watching.newer,
    )


class _Watch:
    """What the progress lines have told so far. A blob has an ID of twelve digits."""

    def __init__(self) -> None:
        self.blobs: dict[str, PullBlob] = {}
        self.digest = ""
        self.newer = False

    def take(self, message: dict[str, Any], time_ns: int) -> None:
        """Raises: CommandFailed for a message that is an error."""
        if message.get("errorDetail"):
            raise CommandFailed(str(message["errorDetail"].get("message", "")))
        status, name = str(message.get("status", "")), str(message.get("id", ""))
        if status.startswith("Digest: "):
            self.digest = status.removeprefix("Digest: ")
        self.newer = self.newer or status.startswith(NEWER)
        for field, value in _facts(status, message.get("progressDetail") or {}, time_ns):
            blob = self.blobs.get(name) or PullBlob(name)
            self.blobs[name] = replace(blob, **{field: value})


def _facts(status: str, detail: dict[str, Any], time_ns: int) -> Iterator[tuple[str, Any]]:
    match status:
        case "Pulling fs layer":
            yield "existed", False
        case "Already exists":
            yield "existed", True
        case "Downloading" if detail.get("total"):
            yield "size", int(detail["total"])
        case "Verifying Checksum":
            yield "fetched_ns", time_ns
        case "Download complete":
            yield "verified_ns", time_ns
        case "Pull complete":
            yield "applied_ns", time_ns
        case _:
            return
