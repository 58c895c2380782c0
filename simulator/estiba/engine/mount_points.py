"""Reading what people ask to be mounted: `-v`, `--mount`, `--volumes-from`.

Source: Docker, volume/mounts, the Linux parser; its messages.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

from ..errors import Failure, InvalidInput
from .container import MountPoint

ACCESS = ("rw", "ro")
RELABEL = ("z", "Z")
PROPAGATION = ("private", "rprivate", "slave", "rslave", "shared", "rshared")
CONSISTENCY = ("consistent", "cached", "delegated")


class InvalidSpecification(Failure):
    def __init__(self, raw: str, reason: str = "") -> None:
        super().__init__(f"invalid volume specification: '{raw}'{reason and ': '}{reason}")
        self.raw = raw


class InvalidMode(Failure):
    def __init__(self, mode: str) -> None:
        super().__init__(f"invalid mode: {mode}")
        self.mode = mode


class InvalidMount(InvalidInput):
    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(f'invalid mount config for type "{kind}": {reason}')
        self.kind = kind


def valid_mode(mode: str) -> bool:
    """Is this a list of mode words, each kind at most once?

    >>> valid_mode("ro,z"), valid_mode("ro,rw"), valid_mode("/data")
    (True, False, False)
    """
    if not mode:
        return False
    seen = set()
    for word in mode.split(","):
        group = next(
            (
                kind
                for kind in (ACCESS, RELABEL, PROPAGATION, CONSISTENCY, ("nocopy",))
                if word in kind
            ),
            None,
        )
        if group is None or group in seen:
            return False
        seen.add(group)
    return True


def parse_bind(raw: str, volume_driver: str = "") -> MountPoint:
    """Read `[source:]destination[:mode]`. Raises: InvalidSpecification, InvalidMode,
    InvalidInput."""
    parts = raw.split(":")
    if not parts[0] or len(parts) > 3:
        raise InvalidSpecification(raw)
    source, mode = "", ""
    if len(parts) == 1:
        destination = parts[0]
    elif len(parts) == 2 and valid_mode(parts[1]):
        destination, mode = parts
    elif len(parts) == 2:
        source, destination = parts
    else:
        source, destination, mode = parts
        if not valid_mode(mode):
            raise InvalidMode(mode)
    kind = "bind" if source.startswith("/") else "volume"
    try:
        _check(kind, source, destination, exists=True)
        if kind == "volume" and any(word in PROPAGATION for word in mode.split(",")):
            raise InvalidMount(kind, "field BindOptions must not be specified")
    except InvalidMount as error:
        raise InvalidSpecification(raw, str(error)) from None
    return _mount_point(kind, source, destination, mode, volume_driver)


def parse_mount(given: Mapping[str, Any], *, exists: bool = True) -> MountPoint:
    """Read one of `HostConfig.Mounts`. Raises: InvalidMount."""
    kind, source = given.get("Type") or "", given.get("Source") or ""
    destination = given.get("Target") or ""
    if kind not in ("bind", "volume", "tmpfs"):
        raise InvalidMount(kind, "mount type unknown")
    _check(kind, source, destination, exists=exists)
    writable = not given.get("ReadOnly")
    clean = posixpath.normpath(destination)
    if kind == "bind":
        propagation = (given.get("BindOptions") or {}).get("Propagation") or "rprivate"
        if propagation not in PROPAGATION:
            raise InvalidMount(kind, f"invalid propagation mode: {propagation}")
        return MountPoint("bind", clean, source, writable=writable, propagation=propagation)
    if kind == "tmpfs":
        return MountPoint("tmpfs", clean, writable=writable, options=_tmpfs_options(given))
    options = given.get("VolumeOptions") or {}
    driver = options.get("DriverConfig") or {}
    return MountPoint(
        "volume",
        clean,
        volume=source,
        driver=driver.get("Name") or "",
        mode="z",
        writable=writable,
        copy=not options.get("NoCopy"),
        anonymous=not source,
        options=tuple((driver.get("Options") or {}).items()),
        labels=tuple((options.get("Labels") or {}).items()),
    )


def parse_volumes_from(text: str) -> tuple[str, str]:
    """Read `container[:mode]`: the name and the mode. Raises: InvalidInput."""
    name, colon, mode = text.partition(":")
    if not name:
        raise InvalidInput("volumes-from specification cannot be an empty string")
    if colon and not valid_mode(mode):
        raise InvalidInput(f"invalid mode: {mode}")
    return name, mode


def _check(kind: str, source: str, destination: str, *, exists: bool) -> None:
    if not destination:
        raise InvalidMount(kind, "field Target must not be empty")
    if posixpath.normpath(destination) == "/":
        raise InvalidMount(kind, "invalid specification: destination can't be '/'")
    if not destination.startswith("/"):
        raise InvalidMount(kind, f"invalid mount path: '{destination}' mount path must be absolute")
    if kind == "bind":
        if not source:
            raise InvalidMount(kind, "field Source must not be empty")
        if not source.startswith("/"):
            raise InvalidMount(kind, f"invalid mount path: '{source}' mount path must be absolute")
        if not exists:
            raise InvalidMount(kind, f"bind source path does not exist: {source}")
    if kind == "tmpfs" and source:
        raise InvalidMount(kind, "field Source must not be specified")


def _tmpfs_options(given: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """As mount(8) takes them: bytes, an octal mode."""
    asked = given.get("TmpfsOptions") or {}
    size, mode = asked.get("SizeBytes"), asked.get("Mode")
    found = [("size", str(size))] if size else []
    return (*found, *([("mode", f"{mode:o}")] if mode else []))


def _mount_point(kind: str, source: str, destination: str, mode: str, driver: str) -> MountPoint:
    words = mode.split(",")
    clean = posixpath.normpath(destination)
    writable = "ro" not in words
    if kind == "bind":
        propagation = next((word for word in words if word in PROPAGATION), "rprivate")
        source = posixpath.normpath(source)
        return MountPoint(
            "bind", clean, source, mode=mode, writable=writable, propagation=propagation
        )
    return MountPoint(
        "volume",
        clean,
        volume=source,
        driver=driver,
        mode=mode or "z",
        writable=writable,
        copy="nocopy" not in words,
        anonymous=not source,
    )
