"""Where an engine keeps its objects: the paths of requests that name one."""

from __future__ import annotations

from typing import Any

from .client import Client
from .errors import CommandFailed


def place(kind: str, name: str, rest: str = "") -> str:
    """`/containers/NAME/rest`, the name without the spaces around it.

    Raises: CommandFailed for an empty name; the engine is not asked then.
    """
    return f"/{kind}s/{identifier(kind, name)}{rest}"


def identifier(kind: str, name: str) -> str:
    """A name as it is sent. Raises: CommandFailed."""
    name = name.strip()
    if not name:
        raise CommandFailed(f"invalid {kind} name or ID: value is empty")
    return name


def one_container(client: Client, name: str) -> dict[str, Any]:
    """What the engine knows of a container. Raises: CommandFailed."""
    return record(client, place("container", name, "/json"), "container.InspectResponse")


def record(client: Client, path: str, go_type: str) -> dict[str, Any]:
    """One object. Raises: CommandFailed, also when the path leads to a list of them."""
    found = client.get(path)
    if not isinstance(found, dict):
        raise CommandFailed(f"json: cannot unmarshal array into Go value of type {go_type}")
    return found
