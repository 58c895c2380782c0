"""When things happened, as lists show it."""

from __future__ import annotations

from ..spec.gotime import format_time, go_time_string
from ..spec.units import human_duration

EPOCH_2000_S = 946_684_800


def ago(now_s: float, created_s: float) -> str:
    return f"{human_duration(now_s - created_s)} ago"


def go_time(seconds: int) -> str:
    """`2023-11-01 01:20:15 +0000 UTC`."""
    return go_time_string(seconds * 1_000_000_000)


def rfc3339(seconds: int) -> str:
    return format_time(seconds * 1_000_000_000)
