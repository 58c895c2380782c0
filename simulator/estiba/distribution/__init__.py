"""Distribution: where images come from and go to.

Entry points: the port `Hub` with its values (`HubImage`, `HubLayer`, `Provenance`, `SearchRow`),
and `EmbeddedHub`, which carries 71 repositories of Docker Hub as recorded facts over stand-in
trees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import (
    AuthenticationRequired,
    DamagedHub,
    Denied,
    ManifestUnknown,
    NameUnknown,
    RegistryError,
    TooManyRequests,
    Unreachable,
)
from .hub import (
    Credentials,
    Fact,
    Hub,
    HubImage,
    HubLayer,
    HubManifest,
    Provenance,
    SearchRow,
)

if TYPE_CHECKING:
    from .embedded import EmbeddedHub

__all__ = [
    "AuthenticationRequired",
    "Credentials",
    "DamagedHub",
    "Denied",
    "EmbeddedHub",
    "Fact",
    "Hub",
    "HubImage",
    "HubLayer",
    "HubManifest",
    "ManifestUnknown",
    "NameUnknown",
    "Provenance",
    "RegistryError",
    "SearchRow",
    "TooManyRequests",
    "Unreachable",
]


def __getattr__(name: str) -> Any:
    """The embedded hub is loaded when it is first used."""
    if name != "EmbeddedHub":
        raise AttributeError(name)
    from .embedded import EmbeddedHub  # noqa: PLC0415

    return EmbeddedHub
