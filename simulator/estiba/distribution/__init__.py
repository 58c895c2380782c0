"""Distribution: where images come from and go to.

Entry points: the port `Hub` with its values (`HubImage`, `HubLayer`, `Provenance`, `SearchRow`),
and `EmbeddedHub`, which carries 71 repositories of Docker Hub as recorded facts over stand-in
trees.
"""

from __future__ import annotations

from importlib import import_module
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

if TYPE_CHECKING:
    from .embedded import EmbeddedHub
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
    """The hub and its values are loaded when they are first used."""
    if name not in __all__:
        raise AttributeError(name)
    module = import_module(".embedded" if name == "EmbeddedHub" else ".hub", __name__)
    value = globals()[name] = getattr(module, name)
    return value
