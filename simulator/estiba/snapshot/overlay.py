"""Snapshots on the disk, mounted by the kernel: `Snapshotter[Overlay]`. Outdoor: it works on the disk.

    empty/ nothing/    directories without entries
    root/              where a container mounts its own, in its own namespace
    l/<n>/             a layer, in overlayfs's form; short names, because mount options must fit a page
    chains/<hex>       a link to the layer a chain ends with; made last, so a layer is there whole or not at all
    c/<key>/           a container: diff/ (its upper directory), work/, and lower: the names of its layers

Nothing is mounted here. What is told of a writable layer (changes, size, tree) is read from its upper directory by
the rules that the union mount in Python follows. Source: Docker's overlay2 driver for the form on the disk.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from ..filesystem import Change, LowerStack, Tree, UnionMount, UpperTree
from ..linux.overlay import EMPTY, Overlay, in_user_namespace
from ..spec import Digest
from .overlay_forms import read_tree, write_tree
from .union import SnapshotUnknown

BLANK_MODE = 0o755


class OverlaySnapshotter:
    """Layers and containers under one directory, which survives: a new one on the same goes on with them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._rootless = in_user_namespace()
        self._parents: dict[Digest, Digest | None] = {}
        for name in (*EMPTY, "root", "l", "chains", "c"):
            (home / name).mkdir(parents=True, exist_ok=True)
        self._sweep()
        self._next = 1 + max((int(path.name, 36) for path in (home / "l").iterdir()), default=0)

    def _sweep(self) -> None:
        """Drop layers that were never finished."""
        linked = {os.readlink(chain) for chain in (self.home / "chains").iterdir()}
        for layer in (self.home / "l").iterdir():
            if f"../l/{layer.name}" not in linked:
                shutil.rmtree(layer)

    def add_layer(self, chain_id: Digest, parent: Digest | None, tree: Tree) -> None:
        if parent is not None and parent not in self._parents:
            raise SnapshotUnknown(parent)
        self._parents[chain_id] = parent
        link = self._link(chain_id)
        if os.path.lexists(link):
            return
        name = _short(self._next)
        self._next += 1
        place = self.home / "l" / name
        place.mkdir()
        try:
            write_tree(tree, str(place), rootless=self._rootless)
        except BaseException:
            del self._parents[chain_id]
            shutil.rmtree(place)
            raise
        os.symlink(f"../l/{name}", link)

    def remove_layer(self, chain_id: Digest) -> None:
        self._parents.pop(chain_id, None)
        link = self._link(chain_id)
        with contextlib.suppress(FileNotFoundError):
            name = os.path.basename(os.readlink(link))
            link.unlink()
            shutil.rmtree(self.home / "l" / name)

    def prepare(self, key: str, parent: Digest | None) -> None:
        lowers = self._lowers(parent)
        place = self.home / "c" / key
        for directory in (place, place / "diff", place / "work"):
            directory.mkdir()
        if lowers:  # the root of the view is the upper directory's
            found = os.stat(self.home / lowers[0])
            os.chown(place / "diff", found.st_uid, found.st_gid)
            os.chmod(place / "diff", found.st_mode & 0o7777)
        else:
            os.chmod(place / "diff", BLANK_MODE)
        (place / "lower").write_text(":".join(lowers))

    def mount(self, key: str) -> Overlay:
        return Overlay(self.home, self._below(key), f"c/{key}/diff", f"c/{key}/work", key)

    def view(self, chain_id: Digest) -> Overlay:
        return Overlay(self.home, self._lowers(chain_id), name=str(chain_id))

    def changes(self, key: str) -> tuple[Change, ...]:
        below = LowerStack([read_tree(str(self.home / name)) for name in self._below(key)])
        upper = UpperTree()
        upper.root = read_tree(self._upper(key)).root
        return UnionMount(below, upper).changes()

    def size(self, key: str) -> int:
        upper = UpperTree()
        upper.root = read_tree(self._upper(key)).root
        return upper.size()

    def upper(self, key: str) -> Tree:
        upper = UpperTree()
        upper.root = read_tree(self._upper(key)).root
        return upper.freeze()

    def remove(self, key: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self.home / "c" / key)

    def keep(self, key: str) -> None:
        """It lies on the disk from the beginning."""

    def save(self) -> None:
        """The kernel writes to the disk itself."""

    def adopt(self, key: str, parent: Digest | None) -> None:
        self._below(key)

    def retain(self, keys: Iterable[str]) -> None:
        """Forget the containers of others, and the layers that nobody has added again."""
        for key in {path.name for path in (self.home / "c").iterdir()}.difference(keys):
            self.remove(key)
        chains = {chain_id.encoded for chain_id in self._parents}
        for link in (self.home / "chains").iterdir():
            if link.name not in chains:
                link.unlink()
        self._sweep()

    def _upper(self, key: str) -> str:
        self._below(key)
        return str(self.home / "c" / key / "diff")

    def _below(self, key: str) -> tuple[str, ...]:
        """The layers of a container, topmost first."""
        try:
            text = (self.home / "c" / key / "lower").read_text()
        except FileNotFoundError:
            raise SnapshotUnknown(key) from None
        return tuple(text.split(":")) if text else ()

    def _lowers(self, chain_id: Digest | None) -> tuple[str, ...]:
        """The layers of a chain, topmost first."""
        names = []
        while chain_id is not None:
            if chain_id not in self._parents:
                raise SnapshotUnknown(chain_id)
            names.append(os.readlink(self._link(chain_id)).removeprefix("../"))
            chain_id = self._parents[chain_id]
        return tuple(names)

    def _link(self, chain_id: Digest) -> Path:
        return self.home / "chains" / chain_id.encoded


def _short(number: int) -> str:
    """A number to the base 36.

    >>> _short(36)
    '10'
    """
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
        if not number:
            return digits
