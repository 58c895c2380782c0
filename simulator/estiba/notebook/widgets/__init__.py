"""Widgets: things of the engine to take in one's hands.

| Class | What it is for |
|---|---|
| `NameDissector` | type a name and see its parts, or where it is wrong |
| `SharingExplorer` | who shares which layers; what removing an image would free |
| `CowStepper` | copy-on-write in a container, one step at a time |
| `LayerExplorer` | walk the tree of each layer; click a file and see which layer wins |
| `TwoTerminals` | two terminals on one container, or on two |

Each is shown by being the last thing in a cell. Where no widgets can be shown, the picture is.
"""

from .cow import CowStepper
from .layers import LayerExplorer
from .names import NameDissector
from .sharing import SharingExplorer
from .terminals import TwoTerminals

__all__ = ["CowStepper", "LayerExplorer", "NameDissector", "SharingExplorer", "TwoTerminals"]
