"""Scenes: what a picture shows, as frozen values, before anybody decides how it looks.

Each is made by one function from facts (`facts`), a trace or a text, and knows nothing of languages,
colours or coordinates:

| Scene | Made by | Shows |
|---|---|---|
| `StackScene` | `stack_scene(image, container=None)` | the layers of an image, a container's on top |
| `CowScene` | `cow_scene(image, container, records=(), path="")` | a path's way through the layers |
| `SharingScene` | `sharing_scene(inventory)` | who shares which layers; `removal(scene, name)`: what `rmi` frees |
| `NameScene` | `name_scene(text)` | the parts of a name, or where it goes wrong |
| `LifeScene` | `life_scene(table, name, steps, current)` | a container's states and the path it went |
| `PullScene` | `pull_scene(records, reference="")` | a pull as a timeline of blobs |
| `MountsScene` | `mounts_scene(container, image, files)` | namespaces and mounts of a container |
"""

from .cow import CowScene, cow_scene
from .facts import ContainerFacts, ImageFacts, Inventory, LayerFacts, LayerFile, MountFacts
from .life import LifeScene, life_path, life_scene
from .mounts import MountsScene, mounts_scene
from .name import NameScene, name_scene
from .pull import PullScene, PullUnknown, pull_scene
from .removal import Removal, removal, with_removal
from .sharing import SharingScene, sharing_scene
from .stack import StackScene, stack_scene

Scene = StackScene | CowScene | SharingScene | NameScene | LifeScene | PullScene | MountsScene

__all__ = [
    "ContainerFacts",
    "CowScene",
    "ImageFacts",
    "Inventory",
    "LayerFacts",
    "LayerFile",
    "LifeScene",
    "MountFacts",
    "MountsScene",
    "NameScene",
    "PullScene",
    "PullUnknown",
    "Removal",
    "Scene",
    "SharingScene",
    "StackScene",
    "cow_scene",
    "life_path",
    "life_scene",
    "mounts_scene",
    "name_scene",
    "pull_scene",
    "removal",
    "sharing_scene",
    "stack_scene",
    "with_removal",
]
