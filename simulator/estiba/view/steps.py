"""Which step of a history made which layer.

An image's configuration says of every step whether it made a layer; the answer to `GET /images/x/history` does not.
Simplified: there, a step with bytes made one, and of those without, first those whose instruction
usually makes one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..projections.scenes.facts import instruction

METADATA = frozenset(
    "ARG CMD ENTRYPOINT ENV EXPOSE HEALTHCHECK LABEL MAINTAINER ONBUILD SHELL STOPSIGNAL USER VOLUME".split()
)


@dataclass(frozen=True, slots=True)
class Step:
    """A line of a history. `empty` is None where nobody says. Units: `size`, bytes."""

    created_by: str
    size: int | None = None
    empty: bool | None = None


def layer_steps(steps: Sequence[Step], layers: int) -> tuple[list[Step], list[Step]]:
    """The steps that made the layers, base first, one for each; and the others.

    Where a history does not fit its image, layers have no step.
    """
    if any(step.empty is None for step in steps):
        chosen = _chosen(steps, layers)
    else:
        chosen = [at for at, step in enumerate(steps) if not step.empty]
    made = [steps[at] for at in chosen]
    others = [step for at, step in enumerate(steps) if at not in set(chosen)]
    if len(made) != layers:
        return [Step("")] * layers, others
    return made, others


def _chosen(steps: Sequence[Step], layers: int) -> list[int]:
    """The places of the likeliest steps, in order."""
    ranked = sorted(range(len(steps)), key=lambda at: (_rank(steps[at]), at))
    return sorted(ranked[:layers])


def _rank(step: Step) -> int:
    if step.size:
        return 0
    word = instruction(step.created_by).partition(" ")[0].upper()
    if word in METADATA:
        return 3
    return 1 if word in ("ADD", "COPY", "RUN") else 2
