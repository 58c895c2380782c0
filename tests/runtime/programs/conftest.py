"""Lets the tests here import the host kernel and the sample tree."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
