"""Lets the tests of this room import its contract, and what those of the files know of Docker and the kernel."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "filesystem")]
