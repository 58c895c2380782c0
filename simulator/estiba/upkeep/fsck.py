"""Everything a home holds, checked: digests, sizes, and whatever one thing says of another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from ..errors import Failure
from ..store.disk.database import FILE, DamagedStore, Database
from .ground import Ground, Problem
from .images import check_images
from .layers import check_layers
from .records import check_records
from .trees import check_trees

CHECKS: tuple[Callable[[Ground], Iterator[Problem]], ...] = (
    check_layers,
    check_images,
    check_records,
    check_trees,
)
LIMIT = 20


class NothingThere(Failure):
    """There is no database in the home."""

    def __init__(self, home: Path) -> None:
        super().__init__(f"{home}: there is nothing kept here yet")


class Fsck:
    """One check of a home. With `repair` nobody else may use it. Raises: NothingThere, DamagedStore."""

    def __init__(self, home: Path, *, repair: bool = False) -> None:
        if not (home / FILE).exists():
            raise NothingThere(home)
        self._repair = repair
        self._database = Database(home / FILE, read_only=not repair)
        if not repair:
            self._database.stand_still()
        self.ground = Ground(home, self._database)
        self.found = 0

    def run(self) -> Iterator[str]:
        """A line for each thing that is wrong, and at the end one that sums it up."""
        try:
            yield from self._run()
        finally:
            self._database.close()

    def _run(self) -> Iterator[str]:
        self._integrity()
        for check in CHECKS:
            for problem in list(check(self.ground)):
                self.found += 1
                if self._repair:
                    problem.repair(self._database)
                yield f"{problem}; {problem.cure}" if self._repair else str(problem)
        self._database.commit()
        yield self._summary()

    def _integrity(self) -> None:
        """Is the database itself sound? Without that nothing in it can be believed or repaired."""
        rows = self._database.rows(f"PRAGMA integrity_check({LIMIT})")
        wrong = [text for (text,) in rows if text != "ok"]
        if wrong:
            raise DamagedStore(self._database.path, "; ".join(wrong))

    def _summary(self) -> str:
        counts = self.ground.counts
        what = ", ".join(
            f"{counts.get(kind, 0)} {kind}"
            for kind in ("images", "names", "layers", "records", "trees")
        )
        outcome = {0: "nothing is wrong", 1: "1 thing is wrong"}.get(
            self.found, f"{self.found} things are wrong"
        )
        if self.found and self._repair:
            outcome = f"{self.found} repaired"
        return f"checked {what}, {self.ground.bytes} bytes: {outcome}"
