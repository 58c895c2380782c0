"""`docker rmi`: names first, then the image, its layers, and parents that nothing needs any more.

A conflict is *hard* when even force cannot help: images built on this one, or a running
container. It
is *soft* when force helps: several names, or a stopped container. Which of them stand in the way
depends on whether a name or an ID was given.
Source: Docker Engine 20.10, daemon/images/image_delete.go, behaviour as recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Flag, auto
from typing import TYPE_CHECKING, Generic, TypeVar

from ..errors import Conflict
from ..spec import Digest, Reference, Rule, normalize
from ..spec.gotext import quote
from ..store import ImageRecord
from ..trace.images import ImageDeleted, ImageUntagged
from .images import labels_of

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")


class Reason(Flag):
    """What stands in the way."""

    CHILD = auto()
    RUNNING = auto()
    REFERENCED = auto()
    STOPPED = auto()
    HARD = CHILD | RUNNING
    SOFT = REFERENCED | STOPPED


class LastNameInUse(Conflict):
    hint = "Remove the container first, or force: the image then loses its name."

    def __init__(self, name: str, container: str, image_id: Digest) -> None:
        super().__init__(
            f"conflict: unable to remove repository reference {quote(name)} (must force) - "
            f"container {container[:12]} is using its referenced image {image_id.short}"
        )
        self.name, self.container, self.image_id = name, container, image_id


class ImageInUse(Conflict):
    def __init__(self, image_id: Digest, reason: Reason, message: str) -> None:
        force = "cannot be forced" if reason & Reason.HARD else "must be forced"
        super().__init__(f"conflict: unable to delete {image_id.short} ({force}) - {message}")
        self.image_id, self.reason = image_id, reason


class ImageRemoval(Generic[M]):
    """Removes images."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine

    def remove(self, name: str, *, force: bool = False, prune: bool = True) -> list[dict[str, str]]:
        """`DELETE /images/{name}`. Raises: NoSuchImage, LastNameInUse, ImageInUse."""
        record = self._engine.images.get(name)
        done: list[dict[str, str]] = []
        by_name = not _is_prefix(record.id, name)
        if by_name:
            if not self._remove_name(record, name, done, force=force):
                return done
        elif is_single(self._names(record)):
            asked = Reason.HARD if force else Reason.HARD | Reason.STOPPED
            self._check(record, asked)
            self._untag_all(record, done)
        self._delete(record, done, force=force, prune=prune, quiet=by_name)
        return done

    def _names(self, record: ImageRecord) -> tuple[Reference, ...]:
        return self._engine.stores.references.of(record.id)

    def _remove_name(
        self, record: ImageRecord, name: str, done: list[dict[str, str]], *, force: bool
    ) -> bool:
        """Take one name away; True if it was the last and the image goes too."""
        if not force and is_single(self._names(record)):
            for container in self._engine.containers.using(record.id):
                raise LastNameInUse(name, container.id, record.id)
        reference = normalize(name, Rule.ENGINE).with_default_tag()
        self._untag(record, reference, done)
        left = self._names(record)
        if reference.digest is None:
            left = self._drop_digests(record, reference, left, done)
        return not left

    def _drop_digests(
        self,
        record: ImageRecord,
        removed: Reference,
        left: Sequence[Reference],
        done: list[dict[str, str]],
    ) -> tuple[Reference, ...]:
        """With its last tag, a repository's digest references go too."""
        same = [name for name in left if name.name == removed.name]
        if any(name.digest is None for name in same):
            return tuple(left)
        for name in same:
            self._untag(record, name, done, quiet=True)
        return self._names(record)

    def _untag(
        self,
        record: ImageRecord,
        reference: Reference,
        done: list[dict[str, str]],
        *,
        quiet: bool = False,
    ) -> None:
        engine = self._engine
        engine.stores.references.remove(reference)
        done.append({"Untagged": reference.familiar})
        engine.emit(
            ImageUntagged(
                image_id=record.id,
                reference=reference.familiar,
                quiet=quiet,
                labels=labels_of(record),
            )
        )

    def _untag_all(self, record: ImageRecord, done: list[dict[str, str]]) -> None:
        for reference in self._names(record):
            self._untag(record, reference, done)

    def _delete(
        self,
        record: ImageRecord,
        done: list[dict[str, str]],
        *,
        force: bool,
        prune: bool,
        quiet: bool,
    ) -> None:
        """Drop the image, and with `prune` its ancestors as far as nothing needs them."""
        try:
            self._check(record, Reason.HARD if force else Reason.HARD | Reason.SOFT)
        except ImageInUse:
            if quiet:
                return
            raise
        self._untag_all(record, done)
        engine = self._engine
        engine.stores.images.remove(record.id)
        engine.emit(ImageDeleted(image_id=record.id))
        done.append({"Deleted": record.id})
        done.extend({"Deleted": chain} for chain in engine.layers.release(record.chain_id))
        if prune and record.parent is not None:
            parent = engine.stores.images.get(record.parent)
            self._delete(parent, done, force=False, prune=True, quiet=True)

    def _check(self, record: ImageRecord, asked: Reason) -> None:
        """Raises: ImageInUse for the first thing that stands in the way."""
        if asked & Reason.CHILD and self._engine.stores.images.children(record.id):
            raise ImageInUse(record.id, Reason.CHILD, "image has dependent child images")
        users = tuple(self._engine.containers.using(record.id))
        if asked & Reason.RUNNING:
            for container in users:
                if container.running:
                    self._refuse(record, Reason.RUNNING, "running", container.id)
        if asked & Reason.REFERENCED and self._names(record):
            message = "image is referenced in multiple repositories"
            raise ImageInUse(record.id, Reason.REFERENCED, message)
        if asked & Reason.STOPPED:
            for container in users:
                if not container.running:
                    self._refuse(record, Reason.STOPPED, "stopped", container.id)

    def _refuse(self, record: ImageRecord, reason: Reason, state: str, container: str) -> None:
        message = f"image is being used by {state} container {container[:12]}"
        raise ImageInUse(record.id, reason, message)


def is_single(references: Sequence[Reference]) -> bool:
    """Do all names amount to one: at most one tag, and digests of its repository only?"""
    if len(references) <= 1:
        return len(references) == 1
    tags = [name for name in references if name.digest is None]
    if len(tags) > 1:
        return False
    single = tags[0] if tags else references[0]
    return {name.name for name in references if name.digest is not None} == {single.name}


def _is_prefix(image_id: Digest, text: str) -> bool:
    return image_id.startswith(text) or image_id.encoded.startswith(text)
