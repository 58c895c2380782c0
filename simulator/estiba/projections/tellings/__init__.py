"""Tellings: every scene in words, Spanish or English; texts are in TOML files beside the code."""

from ..scenes import (
    CowScene,
    LifeScene,
    MountsScene,
    NameScene,
    PullScene,
    Scene,
    SharingScene,
    StackScene,
)
from .cow import tell_cow
from .life import tell_life
from .mounts import tell_mounts
from .name import tell_name_scene
from .pull import tell_pull
from .sharing import tell_sharing
from .stack import tell_stack
from .telling import Row, Telling

__all__ = ["Row", "Telling", "tell_scene"]


def tell_scene(scene: Scene, language: str = "es") -> Telling:
    """The text twin of a scene: equal in content to its picture. `language`: `es` or `en`."""
    match scene:
        case StackScene():
            return tell_stack(scene, language)
        case SharingScene():
            return tell_sharing(scene, language)
        case CowScene():
            return tell_cow(scene, language)
        case NameScene():
            return tell_name_scene(scene, language)
        case LifeScene():
            return tell_life(scene, language)
        case PullScene():
            return tell_pull(scene, language)
        case MountsScene():
            return tell_mounts(scene, language)
