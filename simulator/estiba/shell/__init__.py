"""`estiba shell`: a prompt with an engine of its own, where docker commands work and `why` explains.

Entry points: `command.run`; `Session` for anything that reads lines.
"""

from .session import Session

__all__ = ["Session"]
