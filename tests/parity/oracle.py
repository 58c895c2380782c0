"""Where the recordings of a real Docker are, and the tools that came with them.

The recordings are not part of this repository. `ESTIBA_ORACLE` names their folder; else it is
`../shared/oracle`, beside the repository or beside the folder that holds its work trees. Their own
`replay.py` runs scenarios, normalises and compares; here it is only called.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def find_oracle() -> Path | None:
    """The folder of the recordings, or None."""
    given = os.environ.get("ESTIBA_ORACLE")
    places = [Path(given)] if given else [up / "shared" / "oracle" for up in ROOT.parents[:2]]
    return next((path.resolve() for path in places if (path / "replay.py").exists()), None)


def load_replay(folder: Path) -> Any:
    """The module `replay` of the recordings; `replay.record` is the recorder."""
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    sys.dont_write_bytecode = True
    return importlib.import_module("replay")


def options(folder: Path, only: list[str] | None = None) -> argparse.Namespace:
    """What `replay.py` takes as its command line."""
    return argparse.Namespace(
        docker=f"{sys.executable} -m estiba docker", only=only, recordings=str(folder / "recordings"), limit=30.0,
        images=str(folder / "images"), rootfs=None, real=False, keep=None, no_sleep=False,
        share_network=False, setup="", teardown="",
    )  # fmt: skip
