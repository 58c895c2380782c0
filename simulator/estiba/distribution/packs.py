"""Packs: which files a release or a service has, read from the TOML files in `standins/`.

A pack is laid over a `Draft`. `$NAME` in paths, words and texts is replaced by the values of the
release, of the machine, and of the image's environment.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from .data import read_data
from .draft import KIB, Attributes, Draft
from .errors import DamagedHub

VARIABLE = re.compile(r"\$([A-Z][A-Z0-9_]*)")
PROGRAM, PLAIN, DIRECTORY = "755", "644", "755"

Values = Mapping[str, str]


@cache
def load(name: str) -> dict[str, Any]:
    """A file of `standins/`. Raises: DamagedHub."""
    where = f"standins/{name}.toml"
    try:
        return tomllib.loads(read_data(where).decode())
    except ValueError as error:
        raise DamagedHub(where, f"cannot be read: {error}") from None


def lay_base(draft: Draft, name: str, release: str, machine: str) -> None:
    """Lay a distribution's base system."""
    pack = load(name)
    try:
        values = {**_machine(pack, machine), **pack["releases"][release]}
    except KeyError:
        raise DamagedHub(f"standins/{name}.toml", f"no release {release!r}") from None
    for included in (*pack.get("include", ()), name):
        _lay_merged(draft, load(included), values)
    for included in (*pack.get("include", ()), name):
        lay(draft, load(included), values)
    if loader := values.get("LOADER"):
        library = f"/lib/{values['TRIPLET']}/ld-{values['GLIBC']}.so"
        draft.links[draft.place(str(loader))] = library


def _machine(pack: Mapping[str, Any], machine: str) -> dict[str, Any]:
    for included in pack.get("include", ()):
        pack = load(included)
    return dict(pack["machines"][machine])


def _lay_merged(draft: Draft, pack: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Make `/bin` and its like links into `/usr`, in releases where they are."""
    if values.get("merged") and "merged" in pack:
        for line in pack["merged"]["links"].split("\n"):
            if line:
                path, target = line.split(" ")
                draft.moved[path] = draft.links[path] = target
        if values.get("LIB64"):
            draft.moved["lib64"] = draft.links["lib64"] = "usr/lib64"


def lay_service(draft: Draft, name: str, values: Values) -> None:
    """Lay what a service adds. Raises: DamagedHub."""
    services = load("services")
    if name not in services:
        raise DamagedHub("standins/services.toml", f"no service {name!r}")
    lay(draft, services[name], values)


def lay(draft: Draft, pack: Mapping[str, Any], values: Values) -> None:
    """Lay one pack over a draft."""
    for line in _lines(pack.get("directories", ""), values):
        attributes, *paths = line.split()
        parsed = Attributes.parse(attributes)
        draft.directories.update((draft.place(path), parsed) for path in paths)
    for line in _lines(pack.get("links", ""), values):
        path, target = line.split()
        draft.links[draft.place(path)] = target
    for directory, words in pack.get("programs", {}).items():
        _lay_words(
            draft, draft.programs, _filled(directory, values), _filled(words, values), PROGRAM
        )
    for directory, words in pack.get("files", {}).items():
        _lay_words(draft, draft.programs, _filled(directory, values), _filled(words, values), PLAIN)
    for directory, words in pack.get("fill", {}).items():
        _lay_words(draft, draft.fill, _filled(directory, values), _filled(words, values), PLAIN)
    for path, text in pack.get("texts", {}).items():
        _lay_text(draft, _filled(path, values), text, values)
    _lay_applets(draft, pack)


def _lay_words(
    draft: Draft,
    files: dict[str, tuple[int, Attributes]],
    directory: str,
    words: str,
    mode: str,
) -> None:
    for word in words.split():
        name, arrow, target = word.partition("->")
        if arrow:
            draft.links[draft.place(f"{directory}/{name}")] = target
            continue
        name, _, rest = word.rpartition("=")
        size, _, attributes = rest.partition("@")
        path = draft.place(f"{directory}/{name}".lstrip("/"))
        files[path] = int(size) * KIB, Attributes.parse(attributes or mode)


def _lay_text(draft: Draft, path: str, text: str | dict[str, Any], values: Values) -> None:
    mode: str = PLAIN
    content: bytes | int
    if isinstance(text, dict):
        mode = text.get("mode", PLAIN)
        content = text["zeros"] if "zeros" in text else _filled(text["text"], values).encode()
    else:
        content = _filled(text, values).encode()
    draft.texts[draft.place(path)] = content, Attributes.parse(mode)


def _lay_applets(draft: Draft, pack: Mapping[str, Any]) -> None:
    for directory, words in pack.get("applets", {}).items():
        first, *names = words.split()
        draft.programs[f"{directory}/{first}"] = 1060 * KIB, Attributes(0o755)
        draft.hard_links.update((f"{directory}/{name}", f"{directory}/{first}") for name in names)
    linked = dict(pack.get("applet_links", {}))
    target = linked.pop("target", "")
    for directory, words in linked.items():
        draft.links.update((f"{directory}/{name}", target) for name in words.split())


def _lines(text: str, values: Values) -> Iterator[str]:
    return (line for line in _filled(text, values).split("\n") if line)


def _filled(text: str, values: Values) -> str:
    if "$" not in text:
        return text
    return VARIABLE.sub(lambda match: str(values.get(match[1], match[0])), text)
