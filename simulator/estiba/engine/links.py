"""Links: the old way in which one container of the default bridge finds another by an alias."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from ..errors import EstibaError, Failure, InvalidInput
from .container import Container

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")


class LinkedContainerMissing(InvalidInput):
    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"could not get container for {name}: {reason}")


class Links(Generic[M]):
    """Registers links and knows what a linked container brings."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine

    def register(self, container: Container[M]) -> None:
        """Take over `HostConfig.Links`. Raises: LinkedContainerMissing, Failure."""
        links: dict[str, str] = {}
        for text in container.host["Links"]:
            name, _, alias = text.partition(":")
            if ":" in alias:
                raise Failure(f"bad format for links: {text}")
            child = self._child(name)
            alias = (alias or name).lstrip("/")
            links[alias] = child.id
            self._engine.containers.link_name(container.name, alias, child.id)
        container.links = links

    def remove(self, container: Container[M], alias: str) -> None:
        """`docker rm --link parent/alias`. Raises: Failure."""
        if container.links is None or alias not in container.links:
            raise Failure(f"Could not get link {container.name}/{alias}")
        del container.links[alias]
        self._engine.containers.free(f"{container.name}/{alias}")

    def hosts(self, container: Container[M]) -> list[tuple[str, str]]:
        """Lines of /etc/hosts: address and names. Raises: Failure when a linked one does not
        run."""
        lines = []
        for alias, child_id in (container.links or {}).items():
            child = self._engine.containers.get(child_id)
            endpoint = child.endpoints.get("bridge")
            if not child.running:
                raise Failure(
                    f"Cannot link to a non running container: /{child.name} AS"
                    f" /{container.name}/{alias}"
                )
            if endpoint is not None and endpoint.address:
                names = dict.fromkeys((alias, child.hostname, child.name))
                lines.append((endpoint.address, " ".join(names)))
        return lines

    def _child(self, name: str) -> Container[M]:
        try:
            return self._engine.containers.get(name)
        except EstibaError as error:
            raise LinkedContainerMissing(name, str(error)) from None
