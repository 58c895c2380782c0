"""Lets every test import the doubles that several rooms share."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "doubles"))
