"""The engine: what Docker means.

One module per concept (images, pull, push, remove, history, commit, build, containers, networks,
volumes ...).
Entry points: `Engine`, `Host`, `EngineConfig`.
"""

from .config import EngineConfig
from .engine import Engine
from .host import Host

__all__ = ["Engine", "EngineConfig", "Host"]
