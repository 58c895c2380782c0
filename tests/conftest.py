"""Lets every test import the doubles that several rooms share, and makes CI's examples the same each time."""

import os
import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent / "doubles"))

slow_machine = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("patient", **slow_machine)
settings.register_profile("repeatable", derandomize=True, database=None, **slow_machine)
is_repeatable = os.environ.get("CI") or sys.platform == "emscripten"
settings.load_profile("repeatable" if is_repeatable else "patient")
