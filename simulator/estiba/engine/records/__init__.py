"""What the engine keeps of itself: containers, their logs, volumes and networks as JSON documents.

Entry point: `Records`, which `Engine.checkpoint` and `Engine.restore` call. A document says in
`version` by which rules it was written; fields this version does not know are ignored.
"""

from .records import Records

__all__ = ["Records"]
