"""The containers of a build: one for each step that needs one, removed when the step is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from ...spec import ContainerConfig
from ...tasks import Channel, Disconnected, Work
from ..container import Container
from ..create import CreateRequest
from ..host_config import HostConfig
from ..logs import STDERR
from ..progress import Progress
from .options import BuildOptions, CommandFailed

if TYPE_CHECKING:
    from ..engine import Engine

M = TypeVar("M")

RED, PLAIN = "\x1b[91m", "\x1b[0m"


class StreamSink:
    """What a RUN writes goes into the build's output, standard error in red."""

    def __init__(self, output: Progress) -> None:
        self._output = output
        self.changed = output.changed

    @property
    def full(self) -> bool:
        return self._output.full

    def send(self, stream: int, data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        try:
            self._output.stream(f"{RED}{text}{PLAIN}" if stream == STDERR else text)
        except Disconnected:
            return

    def close(self) -> None:
        """The output goes on."""


class StepContainers(Generic[M]):
    """Creates, runs and removes them. Those that are not removed outlive the engine, the others never do."""

    def __init__(self, engine: Engine[M], options: BuildOptions, output: Progress) -> None:
        self._engine = engine
        self.output = output
        self._host = HostConfig.from_json(options.host)
        self._open: list[Container[M]] = []

    def create(self, config: ContainerConfig) -> Container[M]:
        """Raises: what creating a container raises."""
        request = CreateRequest(config, self._host)
        container, warnings = self._engine.creation.create(request, lasts=False)
        self._open.append(container)
        for warning in warnings:
            self.output.stream(f" ---> [Warning] {warning}\n")
        self.output.stream(f" ---> Running in {container.id[:12]}\n")
        return container

    def run(self, container: Container[M]) -> Work[None]:
        """Run to the end. Raises: CommandFailed, and what starting raises."""
        engine = self._engine
        engine.attaching.attach(container, StreamSink(self.output), _nothing())
        engine.lifecycle.start(container)
        try:
            yield from engine.lifecycle.ended(container)
        except GeneratorExit:  # whoever asked for the build has gone
            engine.scheduler.spawn(engine.removal.remove(container.id, force=True, volumes=True))
            raise
        if container.exit_code:
            raise CommandFailed(container.command, container.exit_code)

    def leave(self) -> None:
        """What was not removed stays, as other containers do."""
        for container in self._open:
            if self._engine.stores.durable and self._engine.containers.has(container):
                self._engine.records.keep(container)
        self._open.clear()

    def remove_all(self) -> Work[None]:
        while self._open:
            container = self._open[0]
            yield from self._engine.removal.remove(container.id, force=True, volumes=True)
            self._open.remove(container)
            self.output.stream(f"Removing intermediate container {container.id[:12]}\n")


def _nothing() -> Channel:
    typed = Channel()
    typed.close()
    return typed
