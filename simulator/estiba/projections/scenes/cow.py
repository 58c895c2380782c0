"""Copy-on-write: a path's way through the layers, step by step.

Steps come from the trace of a container's mount; where the trace is silent (look-ups are not told, or
there is no trace at all and only `docker diff`), a step is worked out from the layers and says so: it is
*inferred*. After every step there is a column of cells, one for each layer, the writable one first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ...trace import Record
from ...trace import files as told
from .facts import ContainerFacts, ImageFacts, instruction
from .lookup import Index

STEPS_MAX = 12
LOOKUPS = ("lookup", "missing")


@dataclass(frozen=True, slots=True)
class CowStep:
    """One step. `action` is the key of its text; `source` the layer the name was found in (0 the writable
    one, then topmost first); `searched` how many lower layers were asked.

    `cells`: after the step, for each layer, `shown`, `hidden`, `whiteout`, `opaque`, `unknown` or nothing.
    Units: `size`, bytes the step moved; `total`, bytes the file has then.
    """

    action: str
    path: str
    cells: tuple[str, ...]
    source: int | None = None
    searched: int | None = None
    size: int | None = None
    total: int | None = None
    detail: str = ""
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class CowLayer:
    """A row: the writable layer first, then the image's, topmost first. `number` counts from the base."""

    number: int
    diff_id: str
    command: str


@dataclass(frozen=True, slots=True)
class CowScene:
    """The way of one path, or of all that changed.

    Of all, look-ups that were not observed are left out, and `directories` counts those that were
    only copied up to hold a change. `left_out`: steps that did not fit. Units: `size`, bytes.
    """

    container_id: str
    name: str
    image: str
    path: str
    layers: tuple[CowLayer, ...]
    steps: tuple[CowStep, ...]
    size: int | None = None
    left_out: int = 0
    directories: int = 0


def cow_scene(
    image: ImageFacts,
    container: ContainerFacts,
    records: Iterable[Record] = (),
    path: str = "",
    *,
    limit: int = STEPS_MAX,
) -> CowScene:
    """What happened to a path of a container, or to all its paths.

    Without records the steps are worked out from `container.changes`.
    """
    path = "/" + path.strip("/") if path else ""
    replay = _Replay(Index(image.layers), len(image.layers))
    steps = _steps(replay, container, records)
    directories = 0
    if path:
        steps = [step for step in steps if step.path == path] or replay.look(path)
    else:
        steps = [step for step in steps if not (step.inferred and step.action in LOOKUPS)]
        kept = [step for step in steps if not replay.only_holds(step)]
        directories = len(steps) - len(kept)
        steps = kept
    return CowScene(
        container.container_id,
        container.name,
        image.title,
        path,
        _layers(image),
        tuple(steps[:limit]),
        container.size,
        max(0, len(steps) - limit),
        directories,
    )


def _steps(replay: _Replay, container: ContainerFacts, records: Iterable[Record]) -> list[CowStep]:
    """Every step of the trace of the container's mount, or those behind its changes."""
    mount = container.container_id
    told_events = (record.event for record in records)
    events = [e for e in told_events if isinstance(e, told.FileEvent) and e.mount == mount]
    if events:
        return [step for event in _merged(events) for step in replay.take(event)]
    changes = sorted((path, kind) for kind, path in container.changes or ())
    return [step for path, kind in changes for step in replay.guess(kind, path)]


def _layers(image: ImageFacts) -> tuple[CowLayer, ...]:
    """The writable layer, then the image's, topmost first."""
    rows = [CowLayer(0, "", "")]
    for number in range(len(image.layers), 0, -1):
        facts = image.layers[number - 1]
        rows.append(CowLayer(number, facts.diff_id, instruction(facts.created_by)))
    return tuple(rows)


def _merged(events: list[told.FileEvent]) -> Iterator[told.FileEvent]:
    """Without the removal that a whiteout of the same name has told already."""
    before: told.FileEvent | None = None
    for event in events:
        told_already = (
            isinstance(event, told.FileRemoved)
            and isinstance(before, told.FileWhitedOut)
            and before.path == event.path
        )
        if not told_already:
            yield event
        before = event


@dataclass(slots=True)
class _Replay:
    """The upper tree, rebuilt by path: what each step leaves in it."""

    index: Index
    count: int
    upper: dict[str, str] = field(default_factory=dict)
    looked: set[str] = field(default_factory=set)

    def take(self, event: told.FileEvent) -> Iterator[CowStep]:
        path = event.path
        if isinstance(event, told.FileLookedUp):
            self.looked.add(path)
            yield self._step(
                "lookup" if event.layer is not None else "missing",
                path,
                source=event.layer,
                searched=event.searched,
            )
            return
        yield from self._unseen(path)
        match event:
            case told.FileCopiedUp():
                source = self.index.found(path)
                self.upper[path] = "shown"
                yield self._step("copy-up", path, source=source, size=event.size, total=event.size)
            case told.FileWritten():
                self.upper[path] = "shown"
                yield self._step("write", path, source=0, size=event.size, total=event.total)
            case told.FileCreated():
                self.upper[path] = "shown"
                yield self._step("create", path, size=event.size, detail=event.kind)
            case told.FileTruncated():
                yield self._step("truncate", path, source=0, total=event.size)
            case told.FileChanged():
                yield self._step("change", path, source=0, detail=event.attribute)
            case told.FileWhitedOut():
                self.upper[path] = "whiteout"
                yield self._step("whiteout", path)
            case told.DirectoryMadeOpaque():
                self.upper[path] = "opaque"
                yield self._step("opaque", path)
            case told.FileRemoved():
                self.upper.pop(path, None)
                yield self._step("remove", path)
            case told.FileLinked():
                self.upper[path] = "shown"
                yield self._step("link", path, source=0, detail=event.target)
            case told.FileRenamed():
                self.upper[event.to] = self.upper.pop(path, "shown")
                yield self._step("rename", path, source=0, detail=event.to)

    def guess(self, kind: str, path: str) -> Iterator[CowStep]:
        """The steps behind a line of `docker diff`. A directory that only holds changes is left out."""
        source = self.index.found(path)
        if kind == "C" and source is not None and self.index.kind(source, path) == "directory":
            return
        if kind != "A":
            yield from self._unseen(path)
        self.upper[path] = "whiteout" if kind == "D" else "shown"
        action = {"A": "create", "C": "copy-up", "D": "whiteout"}[kind]
        size = self.index.size(source, path) if kind == "C" and source is not None else None
        where = source if kind == "C" else None
        yield self._step(action, path, source=where, size=size, inferred=True)

    def only_holds(self, step: CowStep) -> bool:
        """Was a directory copied up, as are those on the way to anything that changes?"""
        if step.action != "copy-up" or step.source is None:
            return False
        return self.index.kind(step.source, step.path) == "directory"

    def look(self, path: str) -> list[CowStep]:
        """Nothing happened to a path: where it is found."""
        return list(self._unseen(path))

    def _unseen(self, path: str) -> Iterator[CowStep]:
        """The look-up before anything else happens to a path."""
        if path in self.looked or path in self.upper or not self.index.known:
            return
        self.looked.add(path)
        found = self.index.found(path)
        action = "lookup" if found is not None else "missing"
        asked = self.index.searched(path)
        yield self._step(action, path, source=found, searched=asked, inferred=True)

    def _step(
        self,
        action: str,
        path: str,
        *,
        source: int | None = None,
        searched: int | None = None,
        size: int | None = None,
        total: int | None = None,
        detail: str = "",
        inferred: bool = False,
    ) -> CowStep:
        cells = self._cells(path)
        return CowStep(action, path, cells, source, searched, size, total, detail, inferred)

    def _cells(self, path: str) -> tuple[str, ...]:
        upper = self.upper.get(path, "")
        if not self.index.known:
            return (upper, *["unknown"] * self.count)
        shows = self.index.found(path) if not upper else None
        cells = [upper]
        for layer in range(1, self.count + 1):
            kind = self.index.kind(layer, path)
            if kind == "whiteout" or not kind:
                cells.append(kind)
            else:
                cells.append("shown" if layer == shows else "hidden")
        return tuple(cells)
