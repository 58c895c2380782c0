"""Words: references, digests, descriptors, manifests, configurations, platforms and units.

Start with `normalize` (what a name stands for), `Digest` (content named by its hash) and
`ImageConfig` (what an image ID names). Sizes, ages, times and durations print and read as Docker's
do in `units` and `gotime`; Go's JSON and quoting are in `gojson` and `gotext`.

The names below are loaded when first used, so that a command pays only for what it needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from estiba.spec.config import HistoryEntry, ImageConfig, ImageFields
    from estiba.spec.container_config import ContainerConfig, HealthConfig
    from estiba.spec.descriptor import Descriptor, InvalidManifest, MediaType
    from estiba.spec.digest import Digest, InvalidDigest
    from estiba.spec.gofields import InvalidConfig
    from estiba.spec.index import Index, parse_manifest
    from estiba.spec.invalid_reference import InvalidReference
    from estiba.spec.manifest import Manifest
    from estiba.spec.pattern import BadPattern, familiar_match
    from estiba.spec.platform import InvalidPlatform, Platform
    from estiba.spec.reference import (
        Reference,
        normalize,
        parse,
        parse_any,
        parse_docker_reference,
    )
    from estiba.spec.rule import Rule

__all__ = [
    "BadPattern",
    "ContainerConfig",
    "Descriptor",
    "Digest",
    "HealthConfig",
    "HistoryEntry",
    "ImageConfig",
    "ImageFields",
    "Index",
    "InvalidConfig",
    "InvalidDigest",
    "InvalidManifest",
    "InvalidPlatform",
    "InvalidReference",
    "Manifest",
    "MediaType",
    "Platform",
    "Reference",
    "Rule",
    "familiar_match",
    "normalize",
    "parse",
    "parse_any",
    "parse_docker_reference",
    "parse_manifest",
]

_HOMES = {
    "config": "HistoryEntry ImageConfig ImageFields",
    "container_config": "ContainerConfig HealthConfig",
    "descriptor": "Descriptor InvalidManifest MediaType",
    "digest": "Digest InvalidDigest",
    "gofields": "InvalidConfig",
    "index": "Index parse_manifest",
    "invalid_reference": "InvalidReference",
    "manifest": "Manifest",
    "pattern": "BadPattern familiar_match",
    "platform": "InvalidPlatform Platform",
    "reference": "Reference normalize parse parse_any parse_docker_reference",
    "rule": "Rule",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value
