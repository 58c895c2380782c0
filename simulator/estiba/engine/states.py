"""The states of a container and the ways between them.

The table is the behaviour: an action that has no row for a state is refused, in Docker's words, by
whoever tried it. The diagram in the docs is drawn from it.
"""

from __future__ import annotations

from enum import Enum

from ..errors import Conflict
from ..spec.units import human_duration

NS_PER_S = 1_000_000_000


class State(Enum):
    """Where a container is in its life. The value is what `docker ps` filters and inspect call
    it."""

    CREATED = "created"
    RUNNING = "running"
    PAUSED = "paused"
    RESTARTING = "restarting"
    EXITED = "exited"
    REMOVING = "removing"
    DEAD = "dead"


TRANSITIONS: dict[tuple[State, str], State] = {
    (State.CREATED, "start"): State.RUNNING,
    (State.CREATED, "remove"): State.REMOVING,
    (State.RUNNING, "pause"): State.PAUSED,
    (State.RUNNING, "exit"): State.EXITED,
    (State.RUNNING, "wait to restart"): State.RESTARTING,
    (State.PAUSED, "unpause"): State.RUNNING,
    (State.PAUSED, "exit"): State.EXITED,
    (State.RESTARTING, "start"): State.RUNNING,
    (State.RESTARTING, "exit"): State.EXITED,
    (State.EXITED, "start"): State.RUNNING,
    (State.EXITED, "remove"): State.REMOVING,
    (State.REMOVING, "fail"): State.DEAD,
    (State.DEAD, "remove"): State.REMOVING,
}
"""(from, action) -> to."""

ALIVE = frozenset((State.RUNNING, State.PAUSED, State.RESTARTING))
"""What Docker counts as running: inspect's `Running`, and what `docker ps` shows without `-a`."""


class IllegalTransition(Conflict):
    def __init__(self, state: State, action: str) -> None:
        super().__init__(f"cannot {action} while {state.value}")
        self.state, self.action = state, action


def after(state: State, action: str) -> State:
    """The state an action leads to. Raises: IllegalTransition."""
    try:
        return TRANSITIONS[state, action]
    except KeyError:
        raise IllegalTransition(state, action) from None


ENDED = frozenset((State.EXITED, State.RESTARTING))
"""States whose age counts from when the first process ended, not from when it began."""


def status_text(state: State, age_ns: int, exit_code: int = 0, health: str = "") -> str:
    """The STATUS column of `docker ps`. Units: `age_ns`, since the start, or since the end if
    `ENDED`.

    >>> status_text(State.RUNNING, 4 * NS_PER_S, health="healthy")
    'Up 4 seconds (healthy)'
    """
    if state is State.CREATED:
        return "Created"
    if state is State.REMOVING:
        return "Removal In Progress"
    if state is State.DEAD:
        return "Dead"
    age = human_duration(age_ns / NS_PER_S)
    if state in ENDED:
        return f"{'Exited' if state is State.EXITED else 'Restarting'} ({exit_code}) {age} ago"
    if state is State.PAUSED:
        return f"Up {age} (Paused)"
    if not health:
        return f"Up {age}"
    return f"Up {age} ({'health: starting' if health == 'starting' else health})"
