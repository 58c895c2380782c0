"""The facts that scenes are made of: images, layers and containers as values, whoever gathered them.

They come from an engine's API, from a `docker save` archive or from a trace; a scene cannot tell which.
What nobody could look at is None, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

SHELL = re.compile(r"^(?:\|\d+ .*?)?/bin/sh -c ")
NOTHING_RUN = re.compile(r"^#\(nop\)\s*")
BUILDKIT = " # buildkit"


@dataclass(frozen=True, slots=True)
class LayerFile:
    """An entry of a layer's tar. Units: `size`, bytes.

    `kind` is `file`, `directory`, `symlink` or `special`; `whiteout` hides one name of the layers
    below, `opaque` a whole directory of them.
    """

    path: str
    kind: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """A layer of an image. `files` is None where nobody looked into it. Units: `size`, bytes."""

    diff_id: str
    chain_id: str
    size: int | None = None
    created_by: str = ""
    files: tuple[LayerFile, ...] | None = None


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """An image: its names, its layers base first, and the steps that made no layer.

    `stand_in`: recorded identity over smaller files, so counts of files are not the original's.
    """

    image_id: str
    names: tuple[str, ...] = ()
    layers: tuple[LayerFacts, ...] = ()
    metadata: tuple[str, ...] = ()
    parent: str = ""
    stand_in: bool = False

    @property
    def size(self) -> int | None:
        """Bytes of all layers; None where one is unknown."""
        sizes = [layer.size for layer in self.layers]
        return None if None in sizes else sum(size or 0 for size in sizes)

    @property
    def title(self) -> str:
        """Its first name, else its short ID."""
        return self.names[0] if self.names else short_id(self.image_id)


@dataclass(frozen=True, slots=True)
class MountFacts:
    """Something mounted in a container. `kind`: `volume`, `bind` or `tmpfs`."""

    kind: str
    source: str
    destination: str
    writable: bool = True


@dataclass(frozen=True, slots=True)
class ContainerFacts:
    """A container: its image, its state, and what its writable layer holds.

    `changes` are (letter of `docker diff`, path). `namespaces` says by kind (`pid`, `net`, …) who the
    namespace belongs to: `own`, `host`, `none`, or the name of another container.
    Units: `size`, bytes of the writable layer.
    """

    container_id: str
    name: str
    image_id: str
    image: str
    state: str = ""
    size: int | None = None
    changes: tuple[tuple[str, str], ...] | None = None
    mounts: tuple[MountFacts, ...] = ()
    namespaces: Mapping[str, str] = field(default_factory=dict)
    hostname: str = ""
    address: str = ""
    pid: int = 0
    read_only: bool = False
    privileged: bool = False
    ports: tuple[str, ...] = ()

    @property
    def running(self) -> bool:
        """What Docker counts as running."""
        return self.state in ("running", "paused", "restarting")


@dataclass(frozen=True, slots=True)
class Inventory:
    """Everything an engine or an archive holds. `source` says where it was gathered."""

    images: tuple[ImageFacts, ...] = ()
    containers: tuple[ContainerFacts, ...] = ()
    source: str = ""


def short_id(identifier: str) -> str:
    """The 12 digits that tables show."""
    return identifier.removeprefix("sha256:")[:12]


def instruction(created_by: str) -> str:
    """The Dockerfile line behind a step of `docker history`, as well as the history tells.

    >>> instruction("/bin/sh -c #(nop)  CMD [\\"bash\\"]"), instruction("/bin/sh -c apt-get update")
    ('CMD ["bash"]', 'RUN apt-get update')
    >>> instruction("RUN /bin/sh -c make # buildkit"), instruction("COPY . /app # buildkit")
    ('RUN make', 'COPY . /app')
    """
    text = " ".join(created_by.removesuffix(BUILDKIT).split())
    if text.startswith("RUN "):
        return "RUN " + SHELL.sub("", text[4:])
    bare = SHELL.sub("", text)
    if NOTHING_RUN.match(bare):
        return NOTHING_RUN.sub("", bare)
    return f"RUN {bare}" if bare != text else text
