"""Settles the layers of all images together, because they are shared: recipes, sizes, diff IDs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ...layer import write_layer
from ...spec.gotime import parse_time
from ..draft import Draft
from ..standin import draft, stand_in
from .bases import ORPHANS, Base, release_of
from .recipes import (
    SCRIPTS_OF,
    SERVICE_VALUES,
    SERVICES,
    TRIPLETS,
    Recipe,
    Situation,
    Step,
    recipe_of,
)
from .sizes import Sizes, from_text

Document = dict[str, Any]

# Programs that an image starts by way of its entry script only.
ALSO_STARTED = {
    "consul": "/bin/consul", "vault": "/bin/vault", "logstash": "/usr/share/logstash/bin/logstash",
    "registry": "/bin/registry",
}  # fmt: skip
VERSION = re.compile(r"ENV (\w+)_VERSION=")
ACCESSORIES = {"GOSU", "TINI", "YARN", "NJS", "OPENSSL", "PIP"}
IN_USR_BIN = {"influxd", "telegraf", "odoo", "neo4j", "php-fpm"}
NO_PROGRAMS = {"app", "start-foreground", "server", "agent", ""}
SEARCH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(slots=True)
class Image:
    """One image while the catalogue is built."""

    repository: str
    tags: list[str]
    record: Document
    base: Base | None = None
    made_by: list[Document] = field(default_factory=list)

    @property
    def layers(self) -> list[Document]:
        layers: list[Document] = self.record["layers"]
        return layers


class Layers:
    """All layers by digest."""

    def __init__(self, images: Iterable[Image]) -> None:
        self.images = sorted(
            images, key=lambda i: (len(i.layers), i.repository, i.record["platform"])
        )
        self.recipes: dict[str, Recipe] = {}
        self.owners: dict[str, str] = {}
        self.times: dict[str, int] = {}
        self.sizes = Sizes()
        self.problems: list[str] = []
        self._drafts: dict[str, Draft] = {}
        self._bases: dict[str, Base] = {}

    def settle(self) -> None:
        for image in self.images:
            self._settle_base(image)
            self._settle_recipes(image)
        for image in self.images:
            self._settle_service(image)
        for image in self.images:
            self._settle_commands(image)
        self._settle_sizes()

    def diff_id(self, layer: Document) -> str:
        """The recorded diff ID, or that of the stand-in."""
        digest = layer["digest"]
        if layer["diff_id"]:
            return str(layer["diff_id"])
        tree = stand_in(
            json.dumps(self.recipes[digest]), self.sizes.known[digest], self.times[digest], digest
        )
        return str(write_layer(tree).digest)

    def _settle_base(self, image: Image) -> None:
        first = image.layers[0]["digest"]
        known = self._bases.get(first) or ORPHANS.get(first[7:19])
        known = known or release_of(image.repository, image.tags)
        if known is not None:
            self._bases[first] = known
        image.base = known

    def _settle_recipes(self, image: Image) -> None:
        record = image.record
        config = record["config"]
        environment = dict(value.partition("=")[::2] for value in config["Env"])
        now = Situation(
            image.repository,
            record["architecture"],
            image.base,
            list(config.get("Entrypoint") or ()),
            list(config.get("Cmd") or ()),
            environment,
        )
        layers = iter(image.layers)
        for index, entry in enumerate(e for e in record["history"] if not e["empty_layer"]):
            digest = next(layers)["digest"]
            image.made_by.append(entry)
            recipe = recipe_of(whole_words(entry), index == 0, now)
            if "page" in record and index == 2:
                recipe = [["merged"], ["text", "/var/www/html/index.html", record["page"]]]
            if digest not in self.recipes:
                self.recipes[digest] = recipe
                self.owners[digest] = image.repository
                self.times[digest] = parse_time(entry["created"]) // 10**9 * 10**9

    def _largest(self, image: Image) -> str | None:
        """The largest layer that is this repository's own."""
        start = version_layer(image.record["history"])
        own = [
            (index, layer)
            for index, layer in enumerate(image.layers)
            if self.owners[layer["digest"]] == image.repository and (index or image.base is None)
        ]
        own = [pair for pair in own if pair[0] >= start] or own
        own_layers = [layer for _, layer in own]
        return (
            max(own_layers, key=lambda layer: layer["size"] or 0)["digest"] if own_layers else None
        )

    def _settle_service(self, image: Image) -> None:
        digest = self._largest(image)
        service = SERVICES.get(image.repository)
        if image.record.get("partial"):
            digest, service = image.layers[1]["digest"], "apache2"
        if digest is None or service is None:
            return
        environment = dict(value.partition("=")[::2] for value in image.record["config"]["Env"])
        values = {
            name: environment.get(name, usual)
            for name, usual in SERVICE_VALUES.get(image.repository, {}).items()
        }
        values["TRIPLET"] = TRIPLETS[image.record["architecture"]]
        steps = [["service", service, values]]
        if image.repository == "openjdk" and any("jdk" in tag for tag in image.tags):
            steps.append(["service", "jdk", values])
        if image.repository == "php" and any("apache" in tag for tag in image.tags):
            steps.append(["service", "php-apache", values])
        for step in steps:
            if step not in self.recipes[digest]:
                self.recipes[digest].append(step)

    def _draft(self, digest: str) -> Draft:
        key = json.dumps(self.recipes[digest])
        if key not in self._drafts:
            self._drafts[key] = draft(self.recipes[digest], digest)
        return self._drafts[key]

    def _settle_commands(self, image: Image) -> None:
        """See that what the image starts is in one of its layers."""
        config = image.record["config"]
        entry, command = list(config.get("Entrypoint") or ()), list(config.get("Cmd") or ())
        words = [word for word in (*entry, *command) if word != "--"]
        wanted = words[:1] if not entry else [*entry[:1], *self._started(image, entry, command)]
        if image.repository in ALSO_STARTED:
            wanted.append(ALSO_STARTED[image.repository])
        for word in wanted:
            if not self._found(image, word, config):
                self._add_command(image, word, config)

    def _started(self, image: Image, entry: list[str], command: list[str]) -> list[str]:
        if image.repository in ALSO_STARTED:
            return []
        words = [*[word for word in entry[1:] if not word.startswith("-")][:1], *command[:1]]
        return [word for word in words if not word.startswith("-") and self._is_program(word)]

    @staticmethod
    def _is_program(word: str) -> bool:
        marks = (":", ".cfg", ".conf", ".yml", ".js")
        return word not in NO_PROGRAMS and not any(mark in word for mark in marks)

    def _found(self, image: Image, word: str, config: Document) -> bool:
        present: dict[str, str | None] = {}
        for layer in image.layers:
            made = self._draft(layer["digest"])
            for names in (made.texts, made.programs, made.fill, made.hard_links):
                present.update(dict.fromkeys(names))
            present.update(made.links)
        environment = dict(value.partition("=")[::2] for value in config["Env"])
        directories = environment.get("PATH", SEARCH).split(":")
        if "/" in word:
            directories = [config.get("WorkingDir") or "/"] if not word.startswith("/") else [""]
        return any(_resolves(f"{directory}/{word}", present) for directory in directories)

    def _add_command(self, image: Image, word: str, config: Document) -> None:
        digest = self._largest(image)
        if digest is None:
            own = [
                layer["digest"] for layer in image.layers[1:] if layer["uncompressed_size"] is None
            ]
            if not own:
                self.problems.append(f"{image.repository} {image.tags[:1]}: no layer for {word}")
                return
            digest = own[-1]
        path = word
        if not word.startswith("/"):
            where = (config.get("WorkingDir") or "/") if "/" in word else "/usr/local/bin"
            path = f"{'/usr/bin' if word in IN_USR_BIN else where}/{word.removeprefix('./')}"
        if word.endswith(".sh") or "entrypoint" in word:
            step: Step = ["script", path, SCRIPTS_OF.get(image.repository, "exec")]
        else:
            step = ["program", path, 5000]
        if step not in self.recipes[digest]:
            self.recipes[digest].append(step)

    def _settle_sizes(self) -> None:
        sizes = self.sizes
        for image in self.images:
            for layer in image.layers:
                digest = layer["digest"]
                made = self._draft(digest)
                sizes.least[digest] = made.fixed
                if layer["uncompressed_size"] is not None:
                    sizes.record(digest, layer["uncompressed_size"])
                elif (
                    not made.programs
                    and not made.fill
                    and (made.texts or (layer["size"] or 0) < 600)
                ):
                    sizes.settle_texts(digest, made.fixed)
        totals = {id(image): self._total(image) for image in self.images}
        for image in self.images:
            total = totals[id(image)]
            if total is not None and len(image.layers) == 1:
                sizes.settle_total(image.layers, total)
        for image in self.images:
            if totals[id(image)] is None and image.base is not None:
                sizes.settle_base(image.layers[0])
        for image in self.images:
            total = totals[id(image)]
            if total is not None:
                sizes.settle_total(image.layers, total)
        for image in self.images:
            sizes.settle_rest(image.layers, self._like(image))

    @staticmethod
    def _total(image: Image) -> int | None:
        record = image.record
        if record["virtual_size"] is not None:
            return int(record["virtual_size"])
        if shared := record.get("shared_size_text"):
            own = sum(layer["uncompressed_size"] or 0 for layer in record["layers"])
            return from_text(shared) + own
        text = record.get("virtual_size_text")
        return from_text(text) if text else None

    def _like(self, image: Image) -> list[Document] | None:
        """The layers of the same tag for another machine, if they are as many."""
        for other in self.images:
            same = other.repository == image.repository and set(other.tags) & set(image.tags)
            if same and other is not image and len(other.layers) == len(image.layers):
                return other.layers
        return None


def version_layer(history: list[Document]) -> int:
    """How many layers come before the instruction that names the version of what is installed."""
    layers = 0
    for entry in history:
        match = VERSION.match(entry["created_by"])
        if match and match[1] not in ACCESSORIES:
            return layers
        layers += not entry["empty_layer"]
    return 0


def whole_words(entry: Document) -> str:
    """An instruction, without its last word if the source cut it short."""
    text = str(entry["created_by"])
    return text.rpartition(" ")[0] if entry.get("truncated") else text


def _resolves(path: str, present: dict[str, str | None]) -> bool:
    """Is there something at a path, symlinks followed?"""
    pending = [part for part in path.split("/") if part not in ("", ".")][::-1]
    done: list[str] = []
    for _ in range(100):
        if not pending:
            return "/".join(done) in present
        part = pending.pop()
        if part == "..":
            done = done[:-1]
            continue
        here = "/".join([*done, part])
        target = present.get(here)
        if target is None:
            done.append(part)
            continue
        if target.startswith("/"):
            done = []
        pending.extend([word for word in target.split("/") if word not in ("", ".")][::-1])
    return False
