"""kill -9 at any time: what was answered is there, what was not is wholly there or wholly absent.

`ESTIBA_CRASHES` says how many times (20), `ESTIBA_CRASH_SEED` with which seed.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("h11", reason="the server extra is not installed")

from crashing import Crashing

CRASHES = int(os.environ.get("ESTIBA_CRASHES", "20"))
SEED = int(os.environ.get("ESTIBA_CRASH_SEED", "0"))
ROUNDS = 10


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="estiba-") as folder:
        yield Path(folder) / "home"


@pytest.mark.parametrize("first", range(SEED, SEED + CRASHES, ROUNDS))
def test_whenever_the_daemon_is_killed_it_has_kept_its_word(home: Path, first: int) -> None:
    crashing = Crashing(home, first)
    try:
        for _ in range(min(ROUNDS, SEED + CRASHES - first)):
            crashing.round()
        crashing.start()
        crashing.check()
        crashing.end()
        left = crashing.empty()
    finally:
        crashing.close()
    assert left == {"engine": 1, "network": 2}  # how often it was started; none and host
