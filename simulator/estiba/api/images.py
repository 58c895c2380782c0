"""Images over HTTP."""

from __future__ import annotations

from typing import Any

from ..engine import Engine
from .call import ApiRoute


def routes(engine: Engine[Any]) -> list[ApiRoute]:
    return []
