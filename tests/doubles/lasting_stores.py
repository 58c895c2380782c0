"""A keeper of trees in memory, and houses that come up again on the same home."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from estiba.app import House, simulated
from estiba.cli.console import MemoryConsole
from estiba.filesystem.saved import SavedInode
from estiba.trace import VirtualClock

START_NS = 1_700_000_000 * 10**9


@dataclass
class MemoryKeeper:
    """`TreeKeeper` in memory. `saves` counts the inodes that were handed over."""

    trees: dict[str, dict[int, SavedInode]] = field(default_factory=dict)
    saves: int = 0

    def save(self, tree: str, changed: Iterable[SavedInode], removed: Iterable[int]) -> None:
        kept = self.trees.setdefault(tree, {})
        for number in removed:
            kept.pop(number, None)
        for inode in changed:
            kept[inode.number] = inode
            self.saves += 1

    def load(self, tree: str) -> Iterable[SavedInode]:
        return self.trees.get(tree, {}).values()

    def forget(self, tree: str) -> None:
        self.trees.pop(tree, None)

    def names(self) -> Iterable[str]:
        return tuple(self.trees)


class LastingHouse:
    """A house on a home, at a time that goes on when it comes up again."""

    def __init__(self, home: Path, seed: int = 1) -> None:
        self.home = home
        self.seed = seed
        self.house: House
        self.open(START_NS)

    def open(self, now_ns: int) -> None:
        self.house = simulated(home=self.home, seed=self.seed, clock=VirtualClock(now_ns))

    def crash(self, seconds: float = 0) -> None:
        """What was not committed is lost; then it comes up again."""
        now_ns = self.house.clock.now_ns()
        self.house.engine.stores.close()
        self.open(now_ns + round(seconds * 1e9))

    def stop(self, seconds: float = 0) -> None:
        """It stops in good order; then it comes up again."""
        self.house.shut_down()
        self.house.close()
        self.open(self.house.clock.now_ns() + round(seconds * 1e9))

    def docker(self, *words: str, fails: bool = False) -> str:
        """What a command prints, both streams."""
        console = MemoryConsole()
        code = self.house.docker(words, console)
        text = bytes(console.out).decode("utf-8", "surrogateescape") + bytes(console.err).decode()
        assert bool(code) is fails, f"docker {' '.join(words)}: {code}: {text}"
        return text

    def sh(self, line: str, fails: bool = False) -> str:
        """A command given as one line of words."""
        return self.docker(*line.split(), fails=fails)

    def inspect(self, name: str) -> dict[str, Any]:
        """What inspect tells of a container."""
        found: dict[str, Any] = json.loads(self.docker("inspect", name))[0]
        return found
