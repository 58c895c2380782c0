"""Restart policies. Source: Docker, restartmanager."""

from __future__ import annotations

from typing import Any

from .container import Container

MS = 1_000_000
FIRST_DELAY_NS = 100 * MS
LONGEST_DELAY_NS = 60_000 * MS
RESET_AFTER_NS = 10_000 * MS


def delay_ns(container: Container[Any]) -> int | None:
    """How long to wait before the container runs again; None when it does not.

    The wait doubles with each restart up to a minute, and begins anew after ten seconds of life.
    """
    policy = container.host.restart
    if policy.none or container.manually_stopped or not _wanted(container):
        return None
    lived_ns = container.finished_ns - container.started_ns
    if container.restart_delay_ns == 0 or lived_ns >= RESET_AFTER_NS:
        container.restart_delay_ns = FIRST_DELAY_NS
    else:
        container.restart_delay_ns = min(2 * container.restart_delay_ns, LONGEST_DELAY_NS)
    return container.restart_delay_ns


def comes_up(container: Container[Any]) -> bool:
    """Does it start by itself when the engine comes up? One that was stopped by hand does not if it
    was to run `unless-stopped`. Source: Docker 20.10, behaviour as observed."""
    policy = container.host.restart
    if policy.none or not container.has_run:
        return False
    if policy.name == "unless-stopped":
        return not container.manually_stopped
    return _wanted(container)


def _wanted(container: Container[Any]) -> bool:
    policy = container.host.restart
    if policy.name != "on-failure":
        return True
    if container.exit_code == 0:
        return False
    return not policy.maximum or container.restart_count < policy.maximum
