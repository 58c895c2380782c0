"""Namespaces and mounts in words."""

from __future__ import annotations

from ..scenes.mounts import Mounted, MountsScene, Namespace
from .telling import Row, Telling
from .words import Words

ROLES = {"overlay": "layer", "volume": "name", "bind": "image", "file": "writable"}


def tell_mounts(scene: MountsScene, language: str) -> Telling:
    words = Words("mounts", language)
    rows = [
        Row((words("namespace"), one.kind, owner_told(one, words), words(f"ns.{one.kind}")))
        for one in scene.namespaces
    ]
    rows += [
        Row(
            (
                words(f"kind.{one.kind}"),
                one.destination,
                source_told(scene, one, words),
                words("rw" if one.writable else "ro"),
            ),
            ROLES.get(one.kind, ""),
        )
        for one in scene.mounts
    ]
    columns = tuple(map(words, ("kind", "place", "source", "mode")))
    return Telling(
        words("title", name=scene.name),
        mounts_summary(scene, words),
        columns,
        tuple(rows),
        (" · ".join(facts_told(scene, words)),) if facts_told(scene, words) else (),
    )


def mounts_summary(scene: MountsScene, words: Words) -> str:
    own = sum(one.owner == "own" for one in scene.namespaces)
    return words(
        "summary",
        image=scene.image,
        state=scene.state,
        namespaces=words("namespaces", n=own),
        mounts=words("mounts", n=len(scene.mounts)),
    )


def facts_told(scene: MountsScene, words: Words) -> list[str]:
    """Host name, address, process number and ports, those that are known."""
    known = (
        ("hostname", scene.hostname),
        ("address", scene.address),
        ("pid", str(scene.pid or "")),
        ("ports", ", ".join(scene.ports)),
    )
    return [words(f"fact.{key}", value=value) for key, value in known if value]


def owner_told(namespace: Namespace, words: Words) -> str:
    owner = namespace.owner
    return words(owner) if owner in ("own", "host", "none") else words("other", owner=owner)


def source_told(scene: MountsScene, mounted: Mounted, words: Words) -> str:
    if mounted.kind == "overlay":
        return words("overlay.source", n=scene.layers, image=scene.image)
    if mounted.kind == "tmpfs":
        return words("memory")
    return words("kernel") if mounted.kind in ("proc", "sysfs") else mounted.source
