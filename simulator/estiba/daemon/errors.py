"""What can be wrong with a daemon before it serves anybody."""

from __future__ import annotations

from ..errors import Conflict, Failure, Forbidden, InvalidInput


class AlreadyRunning(Conflict):
    """Another daemon has the same home."""

    def __init__(self, home: str) -> None:
        super().__init__(f"a daemon is running already in {home}")


class DaemonSilent(Failure):
    """The daemon was started and never answered."""

    def __init__(self, log: str, last: str) -> None:
        said = f": {last}" if last else ""
        super().__init__(f"the daemon does not answer{said} (its log is {log})")


class UnsafeHome(Forbidden):
    """The directory is not its owner's alone, and making it so would take it from others."""

    def __init__(self, home: str, why: str) -> None:
        super().__init__(f"{home} cannot be the daemon's directory: {why}")


class BadOptions(InvalidInput):
    """Words that make no sense after `daemon start` or `run`."""


class UnsafeAddress(InvalidInput):
    """An address that would let strangers in, or that cannot be had."""
