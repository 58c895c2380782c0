"""Manifest lists under way: files below `manifests` in the user's docker folder, as Docker keeps them.

A list is a folder, each of its manifests a JSON file; `:` and `/` of a name become `-` and `_`.
"""

from __future__ import annotations

import base64
import binascii
import json
import posixpath
from dataclasses import dataclass
from typing import Any

from ..errors import EstibaError
from ..spec import Descriptor, MediaType, Reference, normalize
from ..spec.reference import parse
from .errors import CommandFailed
from .files import Files, exists, shown

KINDS = {MediaType.MANIFEST: "SchemaV2Manifest", MediaType.OCI_MANIFEST: "OCIManifest"}


@dataclass(frozen=True, slots=True)
class LocalManifest:
    """One image of a list: where it is, what names it, and its bytes."""

    reference: Reference
    descriptor: Descriptor
    raw: bytes

    @classmethod
    def from_json(cls, value: Any) -> LocalManifest:
        """Raises: KeyError, TypeError, ValueError, EstibaError."""
        return cls(
            parse(value["Ref"]),
            Descriptor.from_json(value["Descriptor"]),
            base64.b64decode(value["Raw"], validate=True),
        )

    def to_json(self) -> dict[str, Any]:
        """The object that is stored, and shown by `inspect -v`."""
        descriptor = self.descriptor
        shown_descriptor: dict[str, Any] = {
            "mediaType": descriptor.media_type,
            "digest": str(descriptor.digest),
            "size": descriptor.size,
        }
        if descriptor.platform is not None:
            shown_descriptor["platform"] = descriptor.platform.to_json()
        return {
            "Ref": str(self.reference),
            "Descriptor": shown_descriptor,
            "Raw": base64.b64encode(self.raw).decode(),
            KINDS.get(descriptor.media_type, "SchemaV2Manifest"): json.loads(self.raw),
        }


class NoSuchManifest(CommandFailed):
    """Neither here nor, where that was asked, in a registry."""

    def __init__(self, reference: Reference) -> None:
        super().__init__(f"No such manifest: {reference}")


class ManifestStore:
    """The lists of one user."""

    def __init__(self, files: Files, folder: str) -> None:
        self._files = files
        self._root = posixpath.join(folder, "manifests")

    def _folder(self, name: Reference) -> str:
        return posixpath.join(self._root, _file_name(name))

    def get(self, name: Reference, manifest: Reference) -> LocalManifest:
        """Raises: NoSuchManifest, CommandFailed for a damaged file."""
        return self._read(posixpath.join(self._folder(name), _file_name(manifest)), manifest)

    def get_list(self, name: Reference) -> list[LocalManifest]:
        """Raises: NoSuchManifest, CommandFailed for a damaged file."""
        folder = self._folder(name)
        if not exists(self._files, folder):
            raise NoSuchManifest(name)
        names = self._files.listdir(folder)
        return [self._read(posixpath.join(folder, one), name) for one in names]

    def save(self, name: Reference, manifest: LocalManifest) -> None:
        folder = self._folder(name)
        _make(self._files, folder)
        path = posixpath.join(folder, _file_name(manifest.reference))
        text = json.dumps(manifest.to_json(), ensure_ascii=False, separators=(",", ":"))
        self._files.write(path, text.encode(), 0o644)

    def remove(self, name: Reference) -> None:
        folder = self._folder(name)
        for one in self._files.listdir(folder):
            self._files.remove(posixpath.join(folder, one))
        self._files.remove(folder)

    def _read(self, path: str, reference: Reference) -> LocalManifest:
        try:
            return LocalManifest.from_json(json.loads(self._files.read(path)))
        except FileNotFoundError:
            raise NoSuchManifest(reference) from None
        except OSError as error:
            raise CommandFailed(shown("open", path, error)) from None
        except (KeyError, TypeError, ValueError, binascii.Error, EstibaError):
            raise CommandFailed(f"invalid manifest file {path}") from None


def _file_name(reference: Reference) -> str:
    return str(reference).replace(":", "-").replace("/", "_")


def _make(files: Files, path: str) -> None:
    if path and not exists(files, path):
        _make(files, posixpath.dirname(path))
        files.mkdir(path, 0o755)


def read_reference(text: str) -> Reference:
    """A name in full, with a tag unless it has a digest. Raises: InvalidReference."""
    return normalize(text).with_default_tag()
