"""Lets every test import the doubles that several rooms share, and makes CI's examples the same each time."""

import os
import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent / "doubles"))

settings.register_profile("repeatable", derandomize=True, database=None)
if os.environ.get("CI") or sys.platform == "emscripten":
    settings.load_profile("repeatable")
