"""A container's life: the states and ways of a transition table, and the path one container went.

The table is an argument, (state, action) to state, so that picture and behaviour cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...trace import Record
from ...trace import containers as told

Table = Mapping[tuple[str, str], str]
INITIAL = "created"


@dataclass(frozen=True, slots=True)
class Way:
    """One row of the table."""

    source: str
    action: str
    target: str


@dataclass(frozen=True, slots=True)
class LifeStep:
    """A way that was gone. Units: `time_ns`, since the epoch, None where nobody knows."""

    action: str
    source: str
    target: str
    time_ns: int | None = None
    exit_code: int | None = None


@dataclass(frozen=True, slots=True)
class LifeScene:
    """All states (the first is the initial one) and ways, the steps gone, and where it is now.

    `name` is empty for the bare table; `current` is `removed` when the container is gone.
    """

    states: tuple[str, ...]
    ways: tuple[Way, ...]
    name: str = ""
    steps: tuple[LifeStep, ...] = ()
    current: str = ""

    def travelled(self, way: Way) -> tuple[int, ...]:
        """The numbers, from 1, of the steps that went this way."""
        gone = enumerate(self.steps, 1)
        return tuple(n for n, s in gone if (s.source, s.target) == (way.source, way.target))


def life_scene(
    table: Table, name: str = "", steps: Iterable[LifeStep] = (), current: str = ""
) -> LifeScene:
    """The table as a scene, with the steps of a container in it."""
    states = dict.fromkeys([INITIAL, *(state for state, _ in table), *table.values()])
    ways = tuple(Way(source, action, target) for (source, action), target in table.items())
    steps = tuple(steps)
    here = current or (steps[-1].target if steps else INITIAL if name else "")
    return LifeScene(tuple(states), ways, name, steps, here)


def life_path(table: Table, records: Iterable[Record], container_id: str) -> tuple[LifeStep, ...]:
    """The steps of a container, from its events. A removal leads through `removing` and ends there."""
    state = INITIAL
    steps: list[LifeStep] = []
    for record in records:
        event = record.event
        if not isinstance(event, told.ContainerEvent) or event.container != container_id:
            continue
        action, code = _action(event)
        target = table.get((state, action))
        if target is not None:
            steps.append(LifeStep(action, state, target, record.time_ns, code))
            state = target
    return tuple(steps)


def _action(event: told.ContainerEvent) -> tuple[str, int | None]:
    match event:
        case told.ContainerStarted():
            return "start", None
        case told.ContainerDied():
            return "exit", event.exit_code
        case told.ContainerPaused():
            return "pause", None
        case told.ContainerUnpaused():
            return "unpause", None
        case told.ContainerDestroyed():
            return "remove", None
        case _:
            return "", None
