"""`docker build`: the stages of a Dockerfile, step by step, each an image.

Source: Docker Engine 20.10, builder/dockerfile, behaviour as recorded.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Generic, TypeVar

from ...errors import EstibaError, Failure, InvalidInput
from ...filesystem.content import Content
from ...spec import ContainerConfig, Digest, InvalidPlatform, Platform, Rule, normalize
from ...store import ImageRecord
from ...tasks import Work
from ..load import read_archive
from ..progress import Progress
from .arguments import BuildArguments
from .cache import Cache
from .dockerfile import read_dockerfile, without_ignored
from .expansion import BadWord, expand
from .instructions import Instruction, Plan, Stage, instruction, plan
from .lines import Dockerfile, parse
from .options import BuildOptions, NothingBuilt
from .running import PLAIN, RED, StepContainers
from .settings import State, expand_argument
from .sources import TreeSource, date_implied
from .stages import Stages
from .steps import Place, Steps

if TYPE_CHECKING:
    from ..engine import Engine

M = TypeVar("M")

DEFAULT_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Building(Generic[M]):
    """Builds images."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine

    def prepare(self, archive: Content, options: BuildOptions) -> Build[M]:
        """Read context and Dockerfile, before anything is said.

        Raises: BadArchive, DockerfileMissing, DockerfileEmpty, BadDockerfile, DockerfileError.
        """
        context = read_archive(self._engine.stores.blobs, archive)
        dockerfile = read_dockerfile(context, options.dockerfile, self._unpacked)
        steps = plan(dockerfile.statements)
        if options.target:
            steps = steps.up_to(options.target)
        for name in sorted(options.labels):
            value = options.labels[name]
            text = f"LABEL {name}={value}"
            steps.stages[-1].steps.append(Instruction("label", text, (name, value), literal=True))
        context = without_ignored(context, options.dockerfile)
        implied = date_implied(context, self._engine.clock.now_ns())
        return Build(self._engine, TreeSource(context, implied), dockerfile, steps, options)

    def _unpacked(self) -> str:
        """Where Docker would have unpacked the context."""
        number = int(self._engine.ids.hex64()[:8], 16)
        return f"{self._engine.config.root_dir}/tmp/docker-builder{number}"


class Build(Generic[M]):
    """One build under way."""

    def __init__(
        self,
        engine: Engine[M],
        context: TreeSource,
        dockerfile: Dockerfile,
        steps: Plan,
        options: BuildOptions,
    ) -> None:
        self._engine = engine
        self._context = context
        self._dockerfile = dockerfile
        self._plan = steps
        self.options = options
        self._stages = Stages()
        found = (engine.images.find(name) for name in options.cache_from)
        sources = [source for source in found if source is not None]
        self._cache = Cache(
            engine, used=options.use_cache, sources=sources if options.cache_from else None
        )
        self._number = 0
        self._total = len(steps.arguments) + sum(len(one.steps) + 1 for one in steps.stages)

    def run(self, output: Progress) -> Work[Digest]:
        """All of it; the image's ID.

        Raises: CommandFailed, InvalidInput and many more; what is done so far stays, as in Docker.
        """
        for warning in self._dockerfile.warnings:
            output.stream(f"{RED}{warning}\n{PLAIN}")
        arguments = BuildArguments(self.options.arguments)
        for one in self._plan.arguments:
            self._show(output, one.text)
            self._declare(one, arguments)
        image: Digest | None = None
        for stage in self._plan.stages:
            image = yield from self._stage(stage, arguments.stage(), output)
            if image is None:
                raise NothingBuilt
            if not self.options.quiet:
                output.aux({"ID": image})
        if image is None:
            raise NothingBuilt
        if unused := arguments.unused():
            names = " ".join(unused)
            output.stream(f"[Warning] One or more build-args [{names}] were not consumed\n")
        output.stream(f"Successfully built {image.short}\n")
        for reference in self.options.tags:
            self._engine.tags.point(reference, self._engine.stores.images.get(image))
            output.stream(f"Successfully tagged {reference.familiar}\n")
        return image

    def _show(self, output: Progress, text: str) -> None:
        self._number += 1
        output.stream(f"Step {self._number}/{self._total} : {text}")
        output.stream("\n")

    def _declare(self, made: Instruction, arguments: BuildArguments) -> None:
        known = arguments.first()
        for word in made.words:
            text = expand_argument(word, lambda w: expand(w, known, self._dockerfile.escape))
            name, equals, value = text.partition("=")
            arguments.declare_first(name, value if equals else None)

    def _stage(
        self, stage: Stage, arguments: BuildArguments, output: Progress
    ) -> Work[Digest | None]:
        self._stages.check_free(stage.name)
        self._show(output, stage.start.text)
        base = yield from self._base(stage, arguments, output)
        steps = self._begin(base, arguments, output)
        yield from self._triggers(steps, output)
        output.stream(f" ---> {steps.place.short}\n")
        for one in stage.steps:
            self._show(output, one.text)
            yield from self._step(steps, one)
            output.stream(f" ---> {steps.place.short}\n")
        self._stages.add(stage.name, steps.place.image)
        return steps.place.image

    def _begin(
        self, base: ImageRecord | None, arguments: BuildArguments, output: Progress
    ) -> Steps[M]:
        config = base.config.config if base is not None else None
        config = replace(config or ContainerConfig(), open_stdin=False, stdin_once=False)
        if not any(pair.startswith("PATH=") for pair in config.env or ()):
            config = replace(config, env=(*(config.env or ()), DEFAULT_PATH))
        state = State(config, arguments, self._dockerfile.escape)
        place = Place(base.id, base.chain_id) if base is not None else Place()
        containers = StepContainers(self._engine, self.options, output)
        steps = Steps(self._engine, state, place, self._cache, containers)
        steps.settle()
        return steps

    def _base(
        self, stage: Stage, arguments: BuildArguments, output: Progress
    ) -> Work[ImageRecord | None]:
        name = expand(stage.base, arguments.first(), self._dockerfile.escape)
        if not name:
            raise BadWord(f"base name ({stage.base}) should not be blank")
        done = self._stages.named(name)
        if done is not None:
            image = done[0]
            return None if image is None else self._engine.stores.images.get(image)
        if name == "scratch":
            return None
        platform = self.options.platform
        if stage.start.platform:
            text = expand(stage.start.platform, arguments.first(), self._dockerfile.escape)
            try:
                platform = Platform.parse(text)
            except InvalidPlatform as error:
                raise InvalidInput(f"failed to parse platform {text}: {error}") from None
        return (yield from self._image(name, platform, output))

    def _image(self, name: str, platform: Platform | None, output: Progress) -> Work[ImageRecord]:
        """An image from here, or else from its registry."""
        engine = self._engine
        if not self.options.pull:
            found = engine.images.find(name)
            if found is not None:
                return found
        reference = normalize(name, Rule.ENGINE).with_default_tag()
        yield from engine.pulling.pull(
            reference.name_only().familiar,
            str(reference.digest or reference.tag),
            output,
            platform=platform,
            credentials=self.options.credentials,
        )
        return engine.images.get(name)

    def _triggers(self, steps: Steps[M], output: Progress) -> Work[None]:
        """The ONBUILD instructions of the base."""
        triggers = steps.state.config.on_build
        if not triggers:
            return
        steps.state.change(on_build=None)
        plural = "s" if len(triggers) > 1 else ""
        output.stream(f"# Executing {len(triggers)} build trigger")
        if plural:
            output.stream(plural)
        output.stream("\n")
        for text in triggers:
            statements = parse(text).statements
            if len(statements) != 1:
                raise InvalidInput("onbuild trigger should be a single expression")
            yield from self._step(steps, instruction(statements[0]))

    def _step(self, steps: Steps[M], made: Instruction) -> Work[None]:
        """One instruction; its containers go when it is done, or always if that is asked."""
        try:
            yield from self._dispatch(steps, made)
            if self.options.remove or self.options.force_remove:
                yield from steps.containers.remove_all()
        except Exception:
            if self.options.force_remove:
                yield from steps.containers.remove_all()
            raise
        finally:
            steps.containers.leave()
        steps.settle()

    def _dispatch(self, steps: Steps[M], made: Instruction) -> Work[None]:
        if made.name == "run":
            yield from steps.run(made)
        elif made.name == "workdir":
            steps.workdir(made)
        elif made.name in ("copy", "add"):
            source = None
            if made.source:
                source = yield from self._from(made.source)
            steps.copy(made, self._context, source)
        else:
            steps.setting(made)

    def _from(self, name: str) -> Work[ImageRecord]:
        """The stage or image that `--from` means. Variables are not replaced there."""
        try:
            done = self._stages.get(name)
            if done is None:
                silent = Progress(_silent)
                return (yield from self._image(name, self.options.platform, silent))
        except EstibaError as error:
            kind = InvalidInput if isinstance(error, InvalidInput) else Failure
            raise kind(f"invalid from flag value {name}: {error}") from None
        if done[0] is None:
            raise Failure(f"invalid from flag value {name}: the stage made no image")
        return self._engine.stores.images.get(done[0])


def _silent(data: bytes) -> None:
    """Where the output of a hidden pull goes."""
