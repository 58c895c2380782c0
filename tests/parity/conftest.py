"""Lets the tests import the board's modules."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
