"""Unpacked sizes that no source tells.

In this order:
1. A recorded size stays.
2. A layer of nothing but texts and directories has the size of its texts.
3. A base layer of which nothing is known is `BASE_RATIO` times its compressed size.
4. Where the size of a whole image is recorded, exactly or as a rounded text, its unknown layers
share what is left, in
   proportion to their compressed sizes; images with fewer layers come first, since others stand on
   them.
5. Else a layer unpacks like the same layer of another machine's image, or `RATIO` times.
"""

from __future__ import annotations

import re
from typing import Any

BASE_RATIO = 2.555
RATIO = 2.5
UNITS = {"b": 1, "kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000}


def from_text(text: str) -> int:
    """A printed size, such as `65.61 Mb`, in bytes."""
    match = re.fullmatch(r"([0-9.]+) ?([kKMG]?[Bb])", text)
    if match is None:
        raise ValueError(text)
    return round(float(match[1]) * UNITS[match[2].lower()])


class Sizes:
    """Settles the unpacked size of every layer, image by image."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}
        self.how: dict[str, str] = {}
        self.least: dict[str, int] = {}

    def record(self, digest: str, size: int) -> None:
        self.known[digest] = size

    def settle_texts(self, digest: str, size: int) -> None:
        if digest not in self.known:
            self.known[digest] = size
            self.how[digest] = "the size of its stand-in's texts"

    def settle_base(self, layer: dict[str, Any]) -> None:
        if layer["digest"] not in self.known:
            self._derive(layer, BASE_RATIO)

    def settle_total(self, layers: list[dict[str, Any]], total: int) -> bool:
        """Share a total among the unknown layers; tell whether there was something to share."""
        unknown = [layer for layer in layers if layer["digest"] not in self.known]
        left = total - sum(self.known.get(layer["digest"], 0) for layer in layers)
        least = sum(self.least.get(layer["digest"], 0) for layer in unknown)
        if not unknown or left < least:
            return False
        weights = sum(layer["size"] or 1 for layer in unknown)
        for layer in unknown:
            digest = layer["digest"]
            share = (left - least) * (layer["size"] or 1) // weights
            self.known[digest] = self.least.get(digest, 0) + share
            self.how[digest] = "its share of the image's recorded size"
        self.known[unknown[-1]["digest"]] += total - sum(self.known[x["digest"]] for x in layers)
        return True

    def settle_rest(self, layers: list[dict[str, Any]], like: list[dict[str, Any]] | None) -> None:
        for index, layer in enumerate(layers):
            if layer["digest"] in self.known:
                continue
            ratio = RATIO
            if like is not None and index < len(like) and like[index]["size"]:
                ratio = self.known.get(like[index]["digest"], 0) / like[index]["size"] or RATIO
            self._derive(layer, ratio)

    def _derive(self, layer: dict[str, Any], ratio: float) -> None:
        digest = layer["digest"]
        guess = round((layer["size"] or 1_000_000) * ratio)
        self.known[digest] = max(guess, self.least.get(digest, 0))
        self.how[digest] = f"{ratio:.3f} times its compressed size"
