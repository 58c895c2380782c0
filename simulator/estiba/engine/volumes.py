"""Volumes: trees that outlive the containers they are mounted in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..errors import Conflict, InvalidInput, NotFound
from ..spec.gojson import sorted_keys
from ..spec.gotext import quote
from ..spec.gotime import NS_PER_S, format_time
from ..trace.volumes import VolumeCreated, VolumeDestroyed, VolumeReused, VolumesPruned
from .filters import Filters

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
ANONYMOUS = re.compile("[0-9a-f]{64}")
"""The names of volumes that nobody named."""
ACCEPTED = ("dangling", "driver", "label", "name")
LOCAL_OPTIONS = ("type", "o", "device", "size")


class InvalidVolumeName(InvalidInput):
    def __init__(self, name: str) -> None:
        reason = (
            "volume name is too short, names should be at least two alphanumeric characters"
            if len(name) == 1
            else f"{quote(name)} includes invalid characters for a local volume name, only"
            ' "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory,'
            " use absolute path"
        )
        super().__init__(f"create {name}: {reason}")
        self.name = name


class NoSuchVolume(NotFound):
    def __init__(self, name: str) -> None:
        super().__init__(f"{f'get {name}'.rstrip()}: no such volume")
        self.name = name


class VolumeInUse(Conflict):
    hint = "Remove the containers that use it first."

    def __init__(self, name: str, users: list[str]) -> None:
        super().__init__(f"remove {name}: volume is in use - [{', '.join(users)}]")
        self.name, self.users = name, users


@dataclass(slots=True, eq=False)
class Volume(Generic[M]):
    """A volume and the containers that have it, running or not."""

    name: str
    created_ns: int
    mount: M
    driver: str = "local"
    labels: Mapping[str, str] | None = None
    options: Mapping[str, str] | None = None
    mountpoint: str = ""
    users: dict[str, None] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        created = format_time(self.created_ns // NS_PER_S * NS_PER_S)
        return {
            "CreatedAt": created,
            "Driver": self.driver,
            "Labels": None if self.labels is None else sorted_keys(self.labels),
            "Mountpoint": self.mountpoint,
            "Name": self.name,
            "Options": self.options,
            "Scope": "local",
        }


KIND = "volume"


def document(volume: Volume[Any]) -> dict[str, Any]:
    """What outlives the engine of a volume beside its files."""
    return {
        "version": 1,
        "created_ns": volume.created_ns,
        "driver": volume.driver,
        "mountpoint": volume.mountpoint,
        "labels": None if volume.labels is None else dict(volume.labels),
        "options": None if volume.options is None else dict(volume.options),
    }


def restored(name: str, value: Mapping[str, Any], mount: M) -> Volume[M]:
    """The volume of a document, over its files."""
    return Volume(
        name,
        value["created_ns"],
        mount,
        value["driver"],
        value["labels"],
        value["options"],
        value["mountpoint"],
    )


class Volumes(Generic[M]):
    """The volumes of an engine."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine
        self._by_name: dict[str, Volume[M]] = {}

    def __len__(self) -> int:
        return len(self._by_name)

    def all(self) -> list[Volume[M]]:
        """Every volume, by name."""
        return [self._by_name[name] for name in sorted(self._by_name)]

    def get(self, name: str) -> Volume[M]:
        """Raises: NoSuchVolume."""
        try:
            return self._by_name[name]
        except KeyError:
            raise NoSuchVolume(name) from None

    def matching(self, filters: Mapping[str, list[str]]) -> list[Volume[M]]:
        """Those that match. Raises: InvalidFilter."""
        checked = Filters(filters, ACCEPTED)
        dangling = checked.flag("dangling") if "dangling" in checked else None
        return [
            volume
            for volume in self.all()
            if checked.match("name", volume.name)
            and checked.exact("driver", volume.driver)
            and checked.labels_match(volume.labels)
            and dangling in (None, not volume.users)
        ]

    def create(
        self,
        name: str = "",
        driver: str = "",
        *,
        options: Mapping[str, str] | None = None,
        labels: Mapping[str, str] | None = None,
        lasts: bool = True,
    ) -> Volume[M]:
        """The volume of that name, made if need be; without a name an anonymous one.

        Without `lasts` it does not outlive the engine before somebody asks to `keep` it.

        Raises: InvalidVolumeName, InvalidInput, NotFound for a driver, Conflict.
        """
        name = name or self._engine.ids.hex64()
        if (known := self._by_name.get(name)) is not None:
            if driver and driver != known.driver:
                raise Conflict(f"create {name}: conflict: volume name must be unique")
            self._engine.emit(VolumeReused(name, known.driver))
            return known
        if driver not in ("", "local"):
            raise NotFound(
                f'create {name}: error looking up volume plugin {driver}: plugin "{driver}"'
                " not found"
            )
        if not NAME.fullmatch(name):
            raise InvalidVolumeName(name)
        for option in options or ():
            if option not in LOCAL_OPTIONS:
                raise InvalidInput(f"create {name}: invalid option: {quote(option)}")
        volume = self._make(name, options, labels)
        if lasts:
            self.keep(volume)
        return volume

    def keep(self, volume: Volume[M]) -> None:
        """Let it outlive the engine, if anything does."""
        stores = self._engine.stores
        if stores.durable:
            stores.documents.put(KIND, volume.name, document(volume))

    def adopt(self, volume: Volume[M]) -> None:
        """Take one up that was kept."""
        self._by_name[volume.name] = volume

    def remove(self, name: str, *, force: bool = False, quiet: bool = False) -> None:
        """Raises: NoSuchVolume (unless forced), VolumeInUse."""
        volume = self._by_name.get(name)
        if volume is None:
            if force:
                return
            raise NoSuchVolume(name)
        if volume.users:
            raise VolumeInUse(name, list(volume.users))
        del self._by_name[name]
        self._engine.stores.documents.remove(KIND, name)
        self._engine.host.trees.drop_volume(name, volume.mount)
        self._engine.emit(VolumeDestroyed(name, volume.driver, quiet))

    def release(self, name: str, container_id: str, *, remove: bool = False) -> None:
        """A container no longer has it. With `remove` the volume goes, if nobody else has it."""
        volume = self._by_name.get(name)
        if volume is None:
            return
        volume.users.pop(container_id, None)
        if remove and not volume.users:
            self.remove(name)

    def prune(
        self, filters: Mapping[str, list[str]], *, everything: bool = True
    ) -> tuple[list[str], int]:
        """Remove the volumes no container has, or only those without a name of their own; their
        names, and the bytes freed.

        Raises: InvalidFilter.
        """
        checked = Filters(filters, ("label", "label!"))
        removed, reclaimed = [], 0
        for volume in self.all():
            if not everything and not ANONYMOUS.fullmatch(volume.name):
                continue
            if not volume.users and checked.labels_match(volume.labels):
                reclaimed += self.size(volume)
                self.remove(volume.name, quiet=True)
                removed.append(volume.name)
        self._engine.emit(VolumesPruned(reclaimed))
        return removed, reclaimed

    def size(self, volume: Volume[M]) -> int:
        """Bytes of its files."""
        size: int = self._engine.host.trees.size(volume.mount)
        return size

    def _make(
        self, name: str, options: Mapping[str, str] | None, labels: Mapping[str, str] | None
    ) -> Volume[M]:
        engine = self._engine
        volume = Volume(
            name,
            engine.clock.now_ns(),
            engine.host.trees.make_volume(name),
            labels=labels,
            options=None if options is None else sorted_keys(options),
            mountpoint=f"{engine.config.root_dir}/volumes/{name}/_data",
        )
        self._by_name[name] = volume
        engine.emit(VolumeCreated(name, volume.driver))
        return volume
