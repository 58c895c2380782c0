"""The commands a shell does itself.

A builtin is a generator function of the shell and its arguments.

Modules register with `@builtin(names, dialects)`; they load when the first builtin is looked for.
"""

from __future__ import annotations

from .registry import SPECIAL, Builtin, find_builtin, names

__all__ = ["SPECIAL", "Builtin", "find_builtin", "names"]
