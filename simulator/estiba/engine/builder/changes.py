"""`--change` of `commit` and `import`: instructions applied to settings, nothing is built."""

from __future__ import annotations

from collections.abc import Sequence

from ...spec import ContainerConfig
from .arguments import BuildArguments
from .instructions import instruction
from .lines import parse
from .settings import CHANGES, NotAChange, State, apply


def changed(config: ContainerConfig, changes: Sequence[str]) -> ContainerConfig:
    """The settings after the changes. Raises: InvalidInput, naming what is wrong."""
    if not changes:
        return config
    dockerfile = parse("\n".join(changes))
    for statement in dockerfile.statements:
        if statement.name not in CHANGES:
            raise NotAChange(statement.name)
    made = [instruction(statement) for statement in dockerfile.statements]
    state = State(config, BuildArguments({}), dockerfile.escape)
    for one in made:
        apply(state, one)
    return state.config
