"""Why a size or an identifier is what it is: a derivation, unfolded from the ledger.

Texts for people are in `why.es.toml` and `why.en.toml`; a derivation holds only keys and facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..spec.units import human_size
from .ledger import Ledger, LedgerContainer, LedgerImage, LedgerLayer
from .names import tell_name
from .texts import texts

SIZE = re.compile(r"(\d[\d.e+]*)\s*([kMGTP]?B)")
IDENTIFIER = re.compile(r"(?:sha256:)?([0-9a-f]{3,64})")
TABLE_PRECISION = 3


@dataclass(frozen=True, slots=True)
class Derivation:
    """One line of an explanation: the key of its text, the facts in it, and what it is made of."""

    key: str
    facts: dict[str, object]
    parts: tuple[Derivation, ...] = ()


def why(ledger: Ledger, shown: str) -> tuple[Derivation, ...]:
    """Everything in the ledger that may have been shown as this text; empty for nothing."""
    shown = shown.strip()
    sizes = {number + unit for number, unit in SIZE.findall(shown)}
    if sizes:
        return tuple(found for size in sorted(sizes) for found in _sizes(ledger, size))
    match = IDENTIFIER.fullmatch(shown)
    found = tuple(_identifiers(ledger, match.group(1))) if match else ()
    return found or tuple(_named(ledger, shown))


def _named(ledger: Ledger, shown: str) -> Iterator[Derivation]:
    for container in ledger.containers.values():
        if shown and shown == container.name.removeprefix("/"):
            yield _written(container)
    image = ledger.image_of(shown)
    if image is not None:
        yield _image(image)


def _is(size: int, shown: str) -> bool:
    return shown in (human_size(size, TABLE_PRECISION), human_size(size))


def _sizes(ledger: Ledger, shown: str) -> list[Derivation]:
    found = [_written(c) for c in ledger.containers.values() if _is(c.size, shown)]
    for container in ledger.containers.values():
        if container.image is not None and _is(container.size + container.image.size, shown):
            found.append(_virtual(container, container.image))
    found += [_image(i) for i in ledger.images.values() if _is(i.size, shown)]
    found += [
        _layer("layer-size", layer) for layer in ledger.layers.values() if _is(layer.size, shown)
    ]
    return found


def _written(container: LedgerContainer) -> Derivation:
    counted: set[int] = set()
    parts: list[Derivation] = []
    for path, file in sorted(container.files.items()):
        if id(file) in counted:
            parts.append(Derivation("link", {"path": path}))
        elif file.size:
            parts.append(Derivation("file", {"path": path, "size": file.size}))
        counted.add(id(file))
    sizes = [str(part.facts["size"]) for part in parts if part.key == "file"]
    facts = {
        "name": container.name.removeprefix("/"),
        "id": container.container_id[:12],
        "size": container.size,
        "sum": " + ".join(sizes) or "0",
    }
    return Derivation("written" if sizes else "nothing-written", facts, tuple(parts))


def _virtual(container: LedgerContainer, image: LedgerImage) -> Derivation:
    facts = {
        "name": container.name.removeprefix("/"),
        "total": container.size + image.size,
        "image_size": image.size,
        "written": container.size,
        "reference": container.reference,
    }
    return Derivation("virtual", facts, (_image(image), _written(container)))


def _image(image: LedgerImage) -> Derivation:
    facts = {
        "names": ", ".join(image.names) or "<none>",
        "id": image.image_id[7:19],
        "size": image.size,
        "sum": " + ".join(str(layer.size) for layer in image.layers) or "0",
    }
    parts = [_layer("layer-of-image", layer) for layer in image.layers]
    if image.stand_in:
        parts.append(Derivation("stand-in", {}))
    return Derivation("image-size", facts, tuple(parts))


def _layer(key: str, layer: LedgerLayer) -> Derivation:
    facts = {"size": layer.size, "diff": layer.diff_id[7:19], "chain": layer.chain_id[7:19]}
    return Derivation(key, facts)


def _identifiers(ledger: Ledger, digits: str) -> list[Derivation]:
    found = [
        _written(container)
        for container in ledger.containers.values()
        if container.container_id.startswith(digits)
    ]
    for image in ledger.images.values():
        if image.image_id[7:].startswith(digits):
            facts: dict[str, object] = {"id": image.image_id, "names": ", ".join(image.names)}
            key = "image-id-recorded" if image.stand_in else "image-id"
            found.append(Derivation(key, facts, (_image(image),)))
    for layer in ledger.layers.values():
        found += _layer_identifiers(layer, digits)
    return found


def _layer_identifiers(layer: LedgerLayer, digits: str) -> list[Derivation]:
    found: list[Derivation] = []
    if layer.diff_id[7:].startswith(digits):
        found.append(Derivation("diff-id", {"id": layer.diff_id, "size": layer.size}))
    if layer.chain_id[7:].startswith(digits):
        facts: dict[str, object] = {
            "id": layer.chain_id,
            "diff": layer.diff_id,
            "parent": layer.parent or "",
        }
        found.append(Derivation("chain-id" if layer.parent else "chain-id-base", facts))
    if layer.digest and layer.digest[7:].startswith(digits):
        found.append(Derivation("digest", {"id": layer.digest, "diff": layer.diff_id}))
    return found


def tell(derivations: tuple[Derivation, ...], shown: str, language: str) -> str:
    """The derivations as indented lines in a language (`es` or `en`).

    Where there is none, one line says so, and what is no size is read as the name of an image.
    """
    if not derivations:
        unknown = texts("why", language)["unknown"].format(shown=shown) + "\n"
        return unknown if SIZE.fullmatch(shown.strip()) else unknown + tell_name(shown, language)
    lines: list[str] = []
    for derivation in derivations:
        _lines(derivation, language, "", lines)
    return "\n".join(lines) + "\n"


def _lines(derivation: Derivation, language: str, indent: str, lines: list[str]) -> None:
    lines.append(indent + texts("why", language)[derivation.key].format(**derivation.facts))
    for part in derivation.parts:
        _lines(part, language, indent + "   ", lines)
