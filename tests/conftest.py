"""Lets every test import the doubles that several rooms share, and makes CI's examples the same each time."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent / "doubles"))

slow_machine = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("patient", **slow_machine)
settings.register_profile("repeatable", derandomize=True, database=None, **slow_machine)
is_repeatable = os.environ.get("CI") or sys.platform == "emscripten"
settings.load_profile("repeatable" if is_repeatable else "patient")

ON_THE_KERNEL = (
    "tests/contract/test_calls_told.py",
    "tests/contract/test_host_option.py",
    "tests/contract/test_survival.py",
    "tests/demo/test_demo_on_kernel.py",
    "tests/runtime/linux/test_security.py",
)
NOT_ASKED = "starts real containers on this kernel: make kernel runs it"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that start containers on the kernel run when they are asked for."""
    if os.environ.get("ESTIBA_KERNEL"):
        return
    for item in items:
        if item.nodeid.startswith(ON_THE_KERNEL) or item.nodeid.endswith("[linux]"):
            item.add_marker(pytest.mark.skip(reason=NOT_ASKED))
