"""A host: the snapshotter, the runtime and the places that share one kind of mount."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .places import HostPaths, NoPaths, NoTrees, Trees

if TYPE_CHECKING:
    from ..runtime import Runtime
    from ..snapshot.port import Snapshotter

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class Host(Generic[M]):
    """Where containers live. `M` is the kind of mount: union mounts in Python, or overlayfs
    paths."""

    snapshotter: Snapshotter[M]
    runtime: Runtime[M]
    trees: Trees[M] | Any = field(default_factory=NoTrees)
    paths: HostPaths[M] | Any = field(default_factory=NoPaths)
