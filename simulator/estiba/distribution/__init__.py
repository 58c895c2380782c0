"""Distribution: where images come from and go to.

Entry points: the port `Hub` with its values (`HubImage`, `HubLayer`, `Provenance`, `SearchRow`),
and `EmbeddedHub`, which carries 71 repositories of Docker Hub as recorded facts over stand-in
trees.
"""

from .embedded import EmbeddedHub
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
