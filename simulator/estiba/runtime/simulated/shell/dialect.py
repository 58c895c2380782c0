"""Which shell we are: what it understands."""

from __future__ import annotations

from enum import Enum


class Dialect(Enum):
    """BASH has the extensions; DASH is plain POSIX with `local`; ASH is BusyBox's, in between."""

    BASH = "bash"
    DASH = "dash"
    ASH = "ash"
