"""Images by name and ID, and the list of them.

Source: Docker Engine 20.10, daemon/images.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..errors import NotFound
from ..spec import Digest, ImageConfig, Reference, Rule, familiar_match, parse_any
from ..store import ImageRecord
from .filters import Filters, InvalidFilter

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

NS_PER_S = 1_000_000_000
REMEMBERED = 1024
ACCEPTED = ("dangling", "label", "before", "since", "reference")


class NoSuchImage(NotFound):
    """`name` is as Docker says it: with the tag that was meant."""

    hint = "See what is here with docker images, or fetch it with docker pull."

    def __init__(self, name: str) -> None:
        super().__init__(f"No such image: {name}")
        self.name = name


class Images(Generic[M]):
    """The images of an engine: look-up, addition, list."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine
        self._created_s: dict[Digest, int] = {}
        self._found: dict[str, ImageRecord] = {}
        self._version = (-1, -1)

    def get(self, name: str) -> ImageRecord:
        """The image a name, an ID or the beginning of an ID means: names win.

        Raises: NoSuchImage, InvalidReference.
        """
        stores = self._engine.stores
        version = (stores.images.version, stores.references.version)
        if version != self._version or len(self._found) > REMEMBERED:
            self._found.clear()
            self._version = version
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = self._look_up(name)
        return found

    def _look_up(self, name: str) -> ImageRecord:
        meant = parse_any(name, Rule.ENGINE)
        stores = self._engine.stores
        if isinstance(meant, Digest):
            if meant in stores.images:
                return stores.images.get(meant)
            raise NoSuchImage(meant)
        image_id = stores.references.get(meant)
        if image_id is not None:
            return stores.images.get(image_id)
        found = stores.images.search(name)
        if found is None:
            raise NoSuchImage(meant.with_default_tag().familiar)
        return found

    def find(self, name: str) -> ImageRecord | None:
        """As `get`, None when there is no such image. Raises: InvalidReference."""
        try:
            return self.get(name)
        except NoSuchImage:
            return None

    def add(
        self,
        config: ImageConfig,
        chain: Digest | None,
        how: str,
        *,
        parent: Digest | None = None,
        facts: tuple[tuple[str, str, str], ...] = (),
    ) -> ImageRecord:
        """Keep an image, holding its layers; the one that is here already if its ID is known."""
        engine = self._engine
        stores = engine.stores
        if config.id in stores.images:
            return stores.images.get(config.id)
        engine.layers.hold(chain)
        size = engine.layers.size(chain)
        stores.images.add(
            ImageRecord(
                id=config.id,
                config=config,
                chain_id=chain,
                size=size,
                parent=parent,
                recorded=config.recorded,
                facts=facts,
            )
        )
        from ..trace.images import ImageCreated  # noqa: PLC0415  (slow to load)

        engine.emit(
            ImageCreated(
                image_id=config.id,
                how=how,
                parent=parent,
                layers=len(config.diff_ids),
                size=size,
            )
        )
        return stores.images.get(config.id)

    def created_s(self, record: ImageRecord) -> int:
        """When it was made. Units: seconds since the epoch, cut down."""
        known = self._created_s.get(record.id)
        if known is None:
            known = self._created_s[record.id] = record.config.created_ns // NS_PER_S
        return known

    def list(
        self, filters: Mapping[str, Iterable[str]] | None = None, *, all: bool = False
    ) -> list[dict[str, Any]]:
        """`GET /images/json`: newest first.

        Raises: InvalidFilter, NoSuchImage (before, since), BadPattern.
        """
        query = Query(self._engine, filters or {}, all=all)
        summaries = [row for record in self._engine.stores.images if (row := query.row(record))]
        summaries.sort(key=lambda row: -row["Created"])
        return summaries


class Query(Generic[M]):
    """One reading of the list, with its filters."""

    def __init__(
        self, engine: Engine[M], filters: Mapping[str, Iterable[str]], *, all: bool
    ) -> None:
        self._engine = engine
        self._filters = Filters(filters, ACCEPTED)
        self._all = all
        self._dangling = self._read_dangling()
        self._before = [engine.images.get(name) for name in self._filters.get("before")]
        self._since = [engine.images.get(name) for name in self._filters.get("since")]
        self._patterns = self._filters.get("reference")

    def _read_dangling(self) -> bool | None:
        if "dangling" not in self._filters:
            return None
        values = self._filters.get("dangling")
        if "true" in values:
            return True
        if "false" in values:
            return False
        raise InvalidFilter("dangling", f"[{' '.join(values)}]")

    def row(self, record: ImageRecord) -> dict[str, Any] | None:
        """What the list says of an image; None when it is not asked for."""
        if not self._wanted(record):
            return None
        names = self._names(self._engine.stores.references.of(record.id))
        if names is None:
            return None
        tags, digests = names
        if not tags and not digests:
            if not self._shows_nameless(record):
                return None
            tags, digests = ["<none>:<none>"], ["<none>@<none>"]
        elif self._dangling and tags:
            return None
        return self._summary(record, tags, digests)

    def _wanted(self, record: ImageRecord) -> bool:
        config = record.config
        if self._before and config.created_ns >= self._before[-1].config.created_ns:
            return False
        if self._since and config.created_ns <= self._since[-1].config.created_ns:
            return False
        if self._dangling and self._engine.stores.images.children(record.id):
            return False
        if "label" in self._filters:
            own = config.config
            return own is not None and self._filters.labels_match(own.labels)
        return True

    def _names(self, references: Iterable[Reference]) -> tuple[list[str], list[str]] | None:
        tags: list[str] = []
        digests: list[str] = []
        for reference in references:
            if self._patterns and not any(familiar_match(p, reference) for p in self._patterns):
                continue
            (tags if reference.digest is None else digests).append(reference.familiar)
        return tags, digests

    def _shows_nameless(self, record: ImageRecord) -> bool:
        if not self._all and self._engine.stores.images.children(record.id):
            return False
        return self._dangling is not False and not self._patterns

    def _summary(self, record: ImageRecord, tags: list[str], digests: list[str]) -> dict[str, Any]:
        config = record.config.config
        labels = config.labels if config else None
        return {
            "Containers": -1,
            "Created": self._engine.images.created_s(record),
            "Id": record.id,
            "Labels": None if labels is None else {key: labels[key] for key in sorted(labels)},
            "ParentId": record.parent or "",
            "RepoDigests": digests or None,
            "RepoTags": tags or None,
            "SharedSize": -1,
            "Size": record.size,
            "VirtualSize": record.size,
        }


def labels_of(record: ImageRecord) -> Mapping[str, str]:
    """An image's labels, for the events that tell of it."""
    config = record.config.config
    return (config.labels if config else None) or {}
