"""Daemons of their own for the tests."""

from daemon_house import house as daemon

__all__ = ["daemon"]
