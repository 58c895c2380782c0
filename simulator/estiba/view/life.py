"""The life of a container of an engine: the table of its states, and the steps its events tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..engine.states import TRANSITIONS
from ..projections.scenes import LifeScene, life_scene
from ..projections.scenes.life import INITIAL, LifeStep

LIFE = {(state.value, action): target.value for (state, action), target in TRANSITIONS.items()}
"""The engine's own table, with states as texts."""

ACTIONS = {
    "start": "start",
    "die": "exit",
    "pause": "pause",
    "unpause": "unpause",
    "destroy": "remove",
}
CREATE = "create"


def table_scene() -> LifeScene:
    """The bare table."""
    return life_scene(LIFE)


def past_scene(value: Mapping[str, Any], events: Iterable[Mapping[str, Any]]) -> LifeScene:
    """A container's life from what `docker inspect` tells and the events the engine still knows.

    Where the events do not go back to its creation, the steps are those without which it could not be
    where it is, and have no times.
    """
    name = str(value.get("Name", "")).removeprefix("/")
    current = str((value.get("State") or {}).get("Status", INITIAL))
    steps = _told(list(events))
    if not steps or steps[-1].target != current:
        steps = _least(current, value.get("State") or {})
    return life_scene(LIFE, name, steps, current)


def _told(events: list[Mapping[str, Any]]) -> list[LifeStep]:
    if not events or events[0].get("Action") != CREATE:
        return []
    state = INITIAL
    steps = []
    for event in events:
        action = ACTIONS.get(str(event.get("Action", "")), "")
        target = LIFE.get((state, action))
        if target is None:
            continue
        attributes = (event.get("Actor") or {}).get("Attributes") or {}
        code = int(attributes["exitCode"]) if "exitCode" in attributes else None
        steps.append(LifeStep(action, state, target, event.get("timeNano"), code))
        state = target
    return steps


def _least(current: str, state: Mapping[str, Any]) -> list[LifeStep]:
    start = LifeStep("start", INITIAL, "running")
    code = state.get("ExitCode")
    ways = {
        "running": [start],
        "paused": [start, LifeStep("pause", "running", "paused")],
        "restarting": [start, LifeStep("wait to restart", "running", "restarting")],
        "exited": [start, LifeStep("exit", "running", "exited", None, code)],
    }
    return ways.get(current, [])
