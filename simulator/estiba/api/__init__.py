"""The Docker Engine API over the engine. Entry point: `Api`.

One module per concept, each with `routes(engine)`; `api.ROUTES` lists them.
"""

from .api import Api

__all__ = ["Api"]
