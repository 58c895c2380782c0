"""Lets these tests import the hosts they run on."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
