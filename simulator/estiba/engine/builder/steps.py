"""The steps of one stage: from an image to the next one.

A step looks in the cache first. A step that only changes settings has a container that never runs,
as in Docker; RUN runs one; COPY and ADD write into a snapshot without a container.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from ...errors import InvalidInput
from ...spec import ContainerConfig, Digest
from ...store import ImageRecord
from ...tasks import Work
from ..commit import Step
from ..container import Container
from .cache import Cache
from .copying import Copy, CopyFailed, Writer, find, owner_of
from .instructions import BUILDKIT, Instruction
from .running import StepContainers
from .settings import State, apply, command_line, shell_of
from .sources import NamespaceSource, Source

if TYPE_CHECKING:
    from ..engine import Engine

M = TypeVar("M")


@dataclass(slots=True)
class Place:
    """Where a stage is: the image so far, and its chain. None is scratch."""

    image: Digest | None = None
    chain: Digest | None = None

    @property
    def short(self) -> str:
        return "" if self.image is None else self.image.short


class Steps(Generic[M]):
    """Carries out instructions."""

    def __init__(
        self,
        engine: Engine[M],
        state: State,
        place: Place,
        cache: Cache[M],
        containers: StepContainers[M],
    ) -> None:
        self._engine = engine
        self.state = state
        self.place = place
        self._cache = cache
        self.containers = containers
        self._output = containers.output

    def settle(self) -> None:
        """The next step's settings name the image they stand on."""
        self.state.change(image=str(self.place.image or ""))

    def setting(self, made: Instruction) -> None:
        """An instruction that changes settings. Raises: InvalidInput."""
        self._note_healthcheck(made)
        comment = apply(self.state, made)
        self._commit_comment(("#(nop) ", comment))

    def workdir(self, made: Instruction) -> None:
        """WORKDIR makes the directory too, so it may have a layer."""
        comment = apply(self.state, made)
        self._commit_comment((f"#(nop) {comment}",))

    def _commit_comment(self, comment: tuple[str, ...]) -> None:
        config = self._with_command((*shell_of(self.state.config), *comment))
        if self._from_cache(config):
            return
        container = self.containers.create(config)
        used = replace(container.config, hostname=container.hostname)
        self._commit(container, used)

    def _note_healthcheck(self, made: Instruction) -> None:
        before = self.state.config.healthcheck
        if made.name == "healthcheck" and before and before.test and before.test[0] != "NONE":
            self._output.stream(
                f"Note: overriding previous HEALTHCHECK: [{' '.join(before.test)}]\n"
            )

    def run(self, made: Instruction) -> Work[None]:
        """Raises: CommandFailed, InvalidInput, and what starting a container raises."""
        if made.buildkit:
            raise InvalidInput(BUILDKIT.format(made.buildkit))
        state = self.state
        command = command_line(made, state.config)
        arguments = state.arguments.allowed(state.config.env or ())
        probe = replace(state.config, cmd=self._saved(command, arguments), entrypoint=None)
        if self._from_cache(probe):
            return
        config = replace(
            state.config,
            cmd=command,
            env=(*(state.config.env or ()), *arguments),
            entrypoint=("",),
            healthcheck=None,
        )
        container = self.containers.create(config)
        yield from self.containers.run(container)
        self._commit(container, probe)

    def _saved(self, command: tuple[str, ...], arguments: list[str]) -> tuple[str, ...]:
        """The command as the history has it: build arguments that count stand before it."""
        shown = sorted(
            pair for pair in arguments if self.state.arguments.shown(pair.partition("=")[0])
        )
        return (f"|{len(shown)}", *shown, *command) if arguments else command

    def copy(self, made: Instruction, context: Source, image: ImageRecord | None) -> None:
        """COPY or ADD, from the context or from an image. Raises: CopyFailed and its kin."""
        if made.buildkit:
            raise InvalidInput(BUILDKIT.format(made.buildkit))
        words = [self.state.expanded(word) for word in made.words]
        source = context if image is None else self._tree(image)
        copy = find(made.name.upper(), source, words, context=image is None)
        owner = f"--chown={self.state.expanded(made.owner)}" if made.owner else ""
        comment = f"{copy.name} {owner}{copy.sum} in {copy.target} "
        config = self._with_command((*shell_of(self.state.config), f"#(nop) {comment}"))
        if not self._from_cache(config):
            self._copy(made, copy, config, keep=image is not None)

    def _tree(self, image: ImageRecord) -> Source:
        host = self._engine.host
        if image.chain_id is None:
            raise CopyFailed("COPY", "the image has no files")
        return NamespaceSource(host.trees.namespace(host.snapshotter.view(image.chain_id), ()))

    def _copy(self, made: Instruction, copy: Copy, config: ContainerConfig, *, keep: bool) -> None:
        engine, below = self._engine, self.place.chain
        key = engine.ids.hex64()
        engine.layers.hold(below)
        engine.host.snapshotter.prepare(key, below)
        try:
            namespace = engine.host.trees.namespace(engine.host.snapshotter.mount(key), ())
            owner: tuple[int, int] | None = None if keep else (0, 0)
            if made.owner:
                text = self.state.expanded(made.owner)
                tables = NamespaceSource(namespace)
                owner = owner_of(text, _text(tables, "etc/passwd"), _text(tables, "etc/group"))
            root = f"{engine.config.root_dir}/{engine.config.driver}/{key}/merged"
            Writer(namespace, owner, root=root).copy(copy, self.state.config.working_dir)
            self._made(key, config, "")
        finally:
            engine.host.snapshotter.remove(key)
            engine.layers.release(below)

    def _with_command(self, command: tuple[str, ...]) -> ContainerConfig:
        return replace(self.state.config, cmd=command)

    def _from_cache(self, config: ContainerConfig) -> bool:
        found = self._cache.find(self.place.image, config)
        if found is None:
            return False
        self._output.stream(" ---> Using cache\n")
        self.place = Place(found.id, found.chain_id)
        return True

    def _commit(self, container: Container[M], used: ContainerConfig) -> None:
        self._made(container.id, used, container.id)

    def _made(self, key: str, used: ContainerConfig, container: str) -> None:
        step = Step(
            config=self.state.config,
            container_config=used,
            container=container,
            author=self.state.author,
        )
        record = self._engine.committing.add(key, self.place.image, self.place.chain, step, "build")
        self.place = Place(record.id, record.chain_id)


def _text(source: Source, path: str) -> str:
    item = source.item(path)
    return bytes(item.content()).decode("utf-8", "replace") if item is not None else ""
