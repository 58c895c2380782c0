"""Puts the catalogue together: one compact entry per repository, and the rows of the search."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

from ...spec.units import human_size
from .layers import Image, Layers
from .sizes import from_text
from .source import read_documents, stored_form

Document = dict[str, Any]

ORDINARY_TIME = (2021, 1, 27, 0, 0, 0)


def build(source: Path, target: Path) -> str:
    """Write the catalogue; the answer is a report."""
    documents = read_documents(source)
    images = {
        (document["repository"], key): Image(document["repository"], _tags(document, key), image)
        for document in documents
        for key, image in document["images"].items()
    }
    layers = Layers(images.values())
    layers.settle()
    diff_ids: dict[str, str] = {}
    for image in layers.images:
        for layer in image.layers:
            if layer["digest"] not in diff_ids:
                diff_ids[layer["digest"]] = layers.diff_id(layer)
    entries: dict[str, Any] = {
        f"{document['repository'].replace('/', '_')}.json": _repository(
            document, images, layers, diff_ids
        )
        for document in documents
    }
    search = json.loads((source / "_search.json").read_text(encoding="utf-8"))
    entries["_search.json"] = [
        [row["name"], row["description"] or "", row["stars"], row["official"]]
        for row in search["rows"]
    ]
    _write(target, entries)
    return _report(layers, diff_ids, target)


def _tags(document: Document, key: str) -> list[str]:
    entries = document["tags"].items()
    return [tag for tag, entry in entries if key in entry["platforms"].values()]


def _repository(
    document: Document, images: dict[Any, Image], layers: Layers, diff_ids: dict[str, str]
) -> Document:
    name = document["repository"]
    used: dict[str, Document] = {}
    written: dict[str, Document] = {}
    for key, record in document["images"].items():
        written[key] = _image(images[name, key])
        for layer in record["layers"]:
            used[layer["digest"]] = _layer(layer, layers, diff_ids)
    return {
        "repository": name,
        "official": document["official"],
        "tags": {
            tag: [entry["index_digest"], entry["platforms"]]
            for tag, entry in document["tags"].items()
        },
        "untagged": [[entry["index_digest"], entry["platforms"]] for entry in document["untagged"]],
        "images": written,
        "layers": used,
    }


def _layer(layer: Document, layers: Layers, diff_ids: dict[str, str]) -> Document:
    digest = layer["digest"]
    size = layers.sizes.known[digest]
    return {
        "size": layer["size"] if layer["size"] is not None else round(size / 2.5),
        "diff_id": diff_ids[digest],
        "unpacked": size,
        "recipe": layers.recipes[digest],
        "time": layers.times[digest],
        "derived": {
            **({} if layer["diff_id"] else {"diff_id": "the hash of the stand-in's tar"}),
            **({"unpacked": layers.sizes.how[digest]} if digest in layers.sizes.how else {}),
            **({} if layer["size"] is not None else {"size": "a 2.5th of its unpacked size"}),
        },
    }


def _image(image: Image) -> Document:
    record = image.record
    source = record.get("source") or {}
    made = {
        "platform": [record["os"], record["architecture"], record.get("variant") or ""],
        "manifest": record["manifest_digest"],
        "verified": record["manifest_verified"],
        "config_size": record.get("config_size"),
        "created": record["created"],
        "docker_version": record["docker_version"] or "",
        "config": {key: value for key, value in record["config"].items() if value},
        "history": [
            [entry["created"], stored_form(entry), int(entry["empty_layer"])]
            for entry in record["history"]
        ],
        "layers": [layer["digest"] for layer in image.layers],
        "invented": sorted(record["invented"]),
        "truncated": sum(1 for entry in record["history"] if entry.get("truncated")),
        "history_basis": record["history_basis"],
        "source": " ".join(filter(None, (source.get("repository"), source.get("path")))),
        "recorded": record["recorded"],
        "partial": bool(record.get("partial")),
    }
    if record.get("config_json"):
        made["config_json"] = record["config_json"]
    return made


def _write(target: Path, entries: dict[str, Any]) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, value in sorted(entries.items()):
            text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
            archive.writestr(
                zipfile.ZipInfo(name, ORDINARY_TIME), text.encode(), zipfile.ZIP_DEFLATED, 9
            )


def _report(layers: Layers, diff_ids: dict[str, str], target: Path) -> str:
    lines = [f"{len(layers.images)} images, {len(diff_ids)} layers, {target.stat().st_size} bytes"]
    lines += layers.problems
    for image in layers.images:
        text = image.record.get("virtual_size_text")
        total = sum(layers.sizes.known[layer["digest"]] for layer in image.layers)
        wanted = image.record["virtual_size"] or (from_text(text) if text else None)
        if wanted is not None and human_size(wanted, 3) != human_size(total, 3):
            lines.append(f"{image.repository} {image.tags[:1]}: {total} bytes, recorded {text}")
    return "\n".join(lines) + "\n"
