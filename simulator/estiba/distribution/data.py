"""The hub's own data files, wherever the package is: in a directory or in an archive."""

from __future__ import annotations

import os
import zipimport
import zlib
from functools import cache

from .errors import DamagedHub

HERE = os.path.dirname(__file__)
CATALOGUE = os.path.join(HERE, "catalogue.zip")


def read_data(name: str) -> bytes:
    """A file beside this module. Raises: DamagedHub."""
    path = os.path.join(HERE, *name.split("/"))
    try:
        return bytes(__loader__.get_data(path))  # type: ignore[name-defined]
    except OSError as error:
        raise DamagedHub(name, f"cannot be read: {error.strerror or error}") from None


@cache
def _catalogue(path: str) -> zipimport.zipimporter:
    try:
        return zipimport.zipimporter(path)
    except zipimport.ZipImportError as error:
        raise DamagedHub(os.path.basename(path), f"cannot be read: {error}") from None


def catalogue_names(path: str = CATALOGUE) -> tuple[str, ...]:
    """The entries of a catalogue, in their order."""
    return tuple(_catalogue(path)._files)  # type: ignore[attr-defined]


def read_catalogue(name: str, path: str = CATALOGUE) -> bytes | None:
    """One entry of a catalogue, unpacked; None if it has no such entry. Raises: DamagedHub.

    The interpreter's own reader of zip files is enough, is always there, and parses no other entry.
    """
    where = f"{os.path.basename(path)}: {name}"
    archive = _catalogue(path)
    if name not in catalogue_names(path):
        return None
    try:
        return archive.get_data(os.path.join(path, name))
    except (OSError, EOFError, zlib.error, zipimport.ZipImportError) as error:
        raise DamagedHub(where, f"cannot be unpacked: {error}") from None
