"""Where a recorded image's facts come from, told fact by fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .hub import Fact, Provenance

RECORDED, COMPUTED, DERIVED = "recorded", "computed", "derived"


def provenance(image: Mapping[str, Any], layers: Sequence[Mapping[str, Any]]) -> Provenance:
    """What is recorded of an image, what follows from it, and by which rule."""
    source = f"recorded {image['recorded']}" + (f", {image['source']}" if image["source"] else "")
    invented = set(image["invented"])
    whole = not image["partial"]
    facts = [
        _identity("image ID", image, source, whole),
        _identity("layer digests", image, source, whole),
        _manifest(image, source),
        _layer_fact("layer sizes", "size", layers, source),
        _layer_fact("diff IDs", "diff_id", layers, source),
        Fact("chain IDs", COMPUTED, "by the rule of the image specification, from the diff IDs"),
        _layer_fact("unpacked sizes", "unpacked", layers, source),
        _told("created", "created" in invented, source, "near the time of the recording"),
        _history(image, "history" in invented, source),
        _told("settings", "config" in invented, source, "what its purpose needs"),
        _told("environment", "environment" in invented, source, "the default PATH was added"),
        _configuration(image),
        Fact("files", DERIVED, "a stand-in tree of the recorded size, made from a recipe"),
    ]
    return Provenance(stand_in=True, facts=tuple(facts))


def _told(name: str, invented: bool, source: str, how: str) -> Fact:
    return Fact(name, DERIVED, how) if invented else Fact(name, RECORDED, source)


def _identity(name: str, image: Mapping[str, Any], source: str, whole: bool) -> Fact:
    if name == "image ID" and "config_json" in image:
        return Fact(name, COMPUTED, "the hash of the configuration")
    return _told(name, not whole, source, "twelve digits are recorded, the rest is made up")


def _manifest(image: Mapping[str, Any], source: str) -> Fact:
    if image["verified"]:
        return Fact("manifest digest", COMPUTED, "the hash of the manifest, equal to the recorded")
    return Fact("manifest digest", RECORDED, source)


def _layer_fact(name: str, key: str, layers: Sequence[Mapping[str, Any]], source: str) -> Fact:
    ways = sorted({layer["derived"][key] for layer in layers if key in layer["derived"]})
    if not ways:
        return Fact(name, RECORDED, source)
    count = sum(1 for layer in layers if key in layer["derived"])
    return Fact(name, DERIVED, f"{count} of {len(layers)}: {'; '.join(ways)}")


def _history(image: Mapping[str, Any], invented: bool, source: str) -> Fact:
    if invented:
        return Fact("history", DERIVED, "one plain instruction for each layer")
    if image["truncated"]:
        cut = f"{image['truncated']} instructions cut short by the source"
        return Fact("history", RECORDED, f"{source}; {cut}")
    return Fact("history", RECORDED, source)


def _configuration(image: Mapping[str, Any]) -> Fact:
    if "config_json" in image:
        return Fact("configuration", RECORDED, "byte for byte")
    return Fact(
        "configuration", DERIVED, "written from the recorded settings, history and diff IDs"
    )
