"""What the client says before it uses the classic builder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import CommandFailed
from .values import parse_bool

if TYPE_CHECKING:
    from .session import Session

MISSING = """DEPRECATED: The legacy builder is deprecated and will be removed in a future release.
            Install the buildx component to build images with BuildKit:
            https://docs.docker.com/go/buildx/
"""
DISABLED = """DEPRECATED: The legacy builder is deprecated and will be removed in a future release.
            BuildKit is currently disabled; enable it by removing the DOCKER_BUILDKIT=0
            environment-variable.
"""
BROKEN = """ERROR: BuildKit is enabled but the buildx component is missing or broken.
       Install the buildx component to build images with BuildKit:
       https://docs.docker.com/go/buildx/"""


def announce(session: Session) -> None:
    """Raises: CommandFailed when DOCKER_BUILDKIT asks for a builder that is not there."""
    if session.old:
        return
    chosen = session.environment.get("DOCKER_BUILDKIT", "")
    if not chosen:
        session.error(MISSING)
        return
    try:
        enabled = parse_bool(chosen)
    except ValueError as error:
        raise CommandFailed(
            f"DOCKER_BUILDKIT environment variable expects boolean value: {error}"
        ) from None
    if enabled:
        raise CommandFailed(BROKEN)
    session.error(DISABLED)
