"""Daemons of their own for the tests."""

from daemon_house import house

__all__ = ["house"]
