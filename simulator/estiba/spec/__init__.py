"""Words: references, digests, descriptors, manifests, configurations, platforms and units.

Start with `normalize` (what a name stands for), `Digest` (content named by its hash) and
`ImageConfig` (what an image ID names). Sizes, ages, times and durations print and read as Docker's
do in `units` and `gotime`; Go's JSON and quoting are in `gojson` and `gotext`.
"""

from estiba.spec.config import HistoryEntry, ImageConfig, ImageFields
from estiba.spec.container_config import ContainerConfig, HealthConfig, InvalidConfig
from estiba.spec.descriptor import Descriptor, InvalidManifest, MediaType
from estiba.spec.digest import Digest, InvalidDigest
from estiba.spec.index import Index, parse_manifest
from estiba.spec.invalid_reference import InvalidReference, Rule
from estiba.spec.manifest import Manifest
from estiba.spec.pattern import BadPattern, familiar_match
from estiba.spec.platform import InvalidPlatform, Platform
from estiba.spec.reference import Reference, normalize, parse, parse_any, parse_docker_reference

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
