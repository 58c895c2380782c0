"""Drawings: scenes laid out in the plane, for painters. The layouts are pure Python, so a browser has them too."""

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
from ..tellings import tell_scene
from .cow import draw_cow
from .life import draw_life
from .marks import Drawing
from .mounts import draw_mounts
from .name import draw_name
from .pull import draw_pull
from .sharing import draw_sharing
from .stack import draw_stack

__all__ = ["Drawing", "draw"]


def draw(scene: Scene, language: str = "es") -> Drawing:
    """The picture of a scene, with labels and alternative text in `es` or `en`."""
    alternative = tell_scene(scene, language).alternative
    match scene:
        case StackScene():
            return draw_stack(scene, language, alternative)
        case SharingScene():
            return draw_sharing(scene, language, alternative)
        case CowScene():
            return draw_cow(scene, language, alternative)
        case NameScene():
            return draw_name(scene, language, alternative)
        case LifeScene():
            return draw_life(scene, language, alternative)
        case PullScene():
            return draw_pull(scene, language, alternative)
        case MountsScene():
            return draw_mounts(scene, language, alternative)
