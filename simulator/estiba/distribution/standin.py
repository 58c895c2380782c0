"""Stand-in trees: a layer's recipe becomes its files.

A recipe is a list of steps, each a kind and its arguments. It belongs to the layer, not to the
image that asks, so that a layer shared by many images is one tree. Trees are built when first asked
for and kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from ..filesystem.tree import Tree
from .draft import KIB, Attributes, Draft
from .errors import DamagedHub
from .packs import lay, lay_base, lay_service, load

Step = list[Any]


@lru_cache(maxsize=512)
def stand_in(recipe: str, size: int, mtime_ns: int, where: str) -> Tree:
    """The tree of a layer. `recipe` is JSON, so that it can be a key. Raises: DamagedHub."""
    return draft(json.loads(recipe), where).build(size, mtime_ns, where)


def draft(recipe: list[Step], where: str) -> Draft:
    """Lay all steps of a recipe, in order. Raises: DamagedHub."""
    made = Draft()
    for kind, *arguments in recipe:
        step = STEPS.get(kind)
        if step is None:
            raise DamagedHub(where, f"a recipe with an unknown step {kind!r}")
        step(made, *arguments)
    return made


def _merged(made: Draft) -> None:
    """In this layer `/bin` and its like are links of a layer below."""
    made.moved.update(bin="usr/bin", sbin="usr/sbin", lib="usr/lib", lib64="usr/lib64")


def _directory(made: Draft, path: str, attributes: str = "755") -> None:
    made.directories[made.place(path.strip("/"))] = Attributes.parse(attributes)


def _program(made: Draft, path: str, kib: int = 200) -> None:
    made.programs[made.place(path.strip("/"))] = kib * KIB, Attributes(0o755)


def _file(made: Draft, path: str, kib: int = 1) -> None:
    made.fill[made.place(path.strip("/"))] = kib * KIB, Attributes(0o644)


def _text(made: Draft, path: str, text: str, attributes: str = "644") -> None:
    made.texts[made.place(path.strip("/"))] = text.encode(), Attributes.parse(attributes)


def _script(made: Draft, path: str, name: str = "exec") -> None:
    scripts = load("scripts")
    _text(made, path, scripts.get(name, scripts["exec"]), "755")


def _link(made: Draft, path: str, target: str) -> None:
    made.links[made.place(path.strip("/"))] = target


def _pack(made: Draft, name: str) -> None:
    """A pack that is a file of its own."""
    lay(made, load(name), {})


def _users(made: Draft, base: str, release: str, *users: str) -> None:
    """The base system's list of users, with more of them: `NAME:UID:GID:HOME:SHELL`."""
    passwd, group = _accounts(base)
    for user in users:
        name, uid, gid, home, shell = user.split(":")
        passwd += f"{name}:x:{uid}:{gid}::{home}:{shell}\n"
        group += f"{name}:x:{gid}:\n"
    _text(made, "etc/passwd", passwd)
    _text(made, "etc/group", group)


@cache
def _accounts(base: str) -> tuple[str, str]:
    pack = load(base)
    for included in pack.get("include", ()):
        pack = {**load(included), **pack, "texts": {**load(included)["texts"], **pack["texts"]}}
    return pack["texts"]["etc/passwd"], pack["texts"]["etc/group"]


def _packages(made: Draft, family: str, names: str, triplet: str = "") -> None:
    """What packages bring: their programs, a library or a data file each, and the package system's
    notes.
    """
    programs = load("packages")["programs"]
    libraries = f"usr/lib/{triplet}" if triplet else "usr/lib"
    for name in names.split():
        for word in programs.get(name, "").split():
            path, _, kib = word.partition("=")
            _program(made, path, int(kib))
        library = name if name.startswith("lib") else f"lib{name}"
        _file(made, f"{libraries}/{library}.so", 100)
        if family == "debian":
            _file(made, f"usr/share/doc/{name}/copyright", 4)
            _file(made, f"var/lib/dpkg/info/{name}.list", 1)
    if family == "debian":
        _file(made, "var/lib/dpkg/status", 80)
    elif family == "alpine":
        _file(made, "lib/apk/db/installed", 20)


STEPS: dict[str, Callable[..., None]] = {
    "base": lay_base,
    "directory": _directory,
    "file": _file,
    "link": _link,
    "merged": _merged,
    "pack": _pack,
    "packages": _packages,
    "program": _program,
    "script": _script,
    "service": lay_service,
    "text": _text,
    "users": _users,
}
