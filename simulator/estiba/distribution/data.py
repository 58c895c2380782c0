"""The hub's own data files, wherever the package is: in a directory or in an archive."""

from __future__ import annotations

import os
import zlib
from functools import cache
from io import BytesIO
from zipfile import BadZipFile, ZipFile

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
def _catalogue(path: str) -> ZipFile:
    try:
        data = bytes(__loader__.get_data(path))  # type: ignore[name-defined]
        return ZipFile(BytesIO(data))
    except (OSError, BadZipFile) as error:
        raise DamagedHub(os.path.basename(path), f"cannot be read: {error}") from None


def catalogue_names(path: str = CATALOGUE) -> tuple[str, ...]:
    """The entries of a catalogue, in their order. Raises: DamagedHub."""
    return tuple(_catalogue(path).namelist())


def read_catalogue(name: str, path: str = CATALOGUE) -> bytes | None:
    """One entry of a catalogue, unpacked; None if it has no such entry. Raises: DamagedHub."""
    archive = _catalogue(path)
    try:
        return archive.read(name)
    except KeyError:
        return None
    except (OSError, EOFError, BadZipFile, zlib.error) as error:
        where = f"{os.path.basename(path)}: {name}"
        raise DamagedHub(where, f"cannot be unpacked: {error}") from None
