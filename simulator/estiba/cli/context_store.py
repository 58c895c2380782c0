"""Contexts as files: `contexts/meta/HASH/meta.json`, certificates in `contexts/tls/HASH/docker/`."""

from __future__ import annotations

import contextlib
import json
import posixpath
import re
from typing import Any

from ..spec.gotext import quote
from .endpoint import FILES, context_folder
from .errors import CommandFailed
from .files import exists, shown
from .session import Session

NAME = r"^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$"
DEFAULT = "default"


def check_name(name: str) -> None:
    """Raises: CommandFailed."""
    if not name:
        raise CommandFailed("context name cannot be empty")
    if name == DEFAULT:
        raise CommandFailed('"default" is a reserved context name')
    if not re.fullmatch(NAME, name):
        raise CommandFailed(
            f"context name {quote(name)} is invalid, names are validated against regexp "
            f"{quote(NAME)}"
        )


class ContextStore:
    """The contexts that a user made."""

    def __init__(self, session: Session) -> None:
        self._files = session.files
        self._folder = f"{session.config_folder}/contexts"

    def place(self, name: str, kind: str = "meta") -> str:
        """The directory of one: `meta` or `tls`."""
        return f"{self._folder}/{kind}/{context_folder(name)}"

    def all(self) -> list[dict[str, Any]]:
        """What can be read of what is there."""
        found = []
        with contextlib.suppress(OSError):
            for folder in self._files.listdir(f"{self._folder}/meta"):
                with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                    path = f"{self._folder}/meta/{folder}/meta.json"
                    meta = json.loads(self._files.read(path))
                    meta["Endpoints"]["docker"]["Host"]
                    found.append(meta)
        return found

    def has(self, name: str) -> bool:
        return exists(self._files, f"{self.place(name)}/meta.json")

    def get(self, name: str) -> dict[str, Any]:
        """Raises: CommandFailed."""
        path = f"{self.place(name)}/meta.json"
        try:
            found: dict[str, Any] = json.loads(self._files.read(path))
        except OSError as error:
            where = shown("open", path, error)
            raise CommandFailed(f'context "{name}": context not found: {where}') from None
        except ValueError as error:
            raise CommandFailed(f'context "{name}": {error}') from None
        return found

    def put(self, meta: dict[str, Any]) -> None:
        self._make(self.place(meta["Name"]), 0o755)
        text = to_json(meta)
        self._files.write(f"{self.place(meta['Name'])}/meta.json", text.encode(), 0o644)

    def certificates(self, name: str) -> dict[str, bytes]:
        """The PEM files beside a context."""
        folder = f"{self.place(name, 'tls')}/docker"
        found = {}
        for _, file in FILES:
            with contextlib.suppress(OSError):
                found[file] = self._files.read(f"{folder}/{file}")
        return found

    def put_certificates(self, name: str, contents: dict[str, bytes]) -> None:
        folder = f"{self.place(name, 'tls')}/docker"
        for _, file in FILES:
            with contextlib.suppress(OSError):
                self._files.remove(f"{folder}/{file}")
        if contents:
            self._make(folder, 0o700)
        for file, data in contents.items():
            self._files.write(f"{folder}/{file}", data, 0o600)

    def remove(self, name: str) -> None:
        folders = [self.place(name), f"{self.place(name, 'tls')}/docker", self.place(name, "tls")]
        for folder in folders:
            with contextlib.suppress(OSError):
                for file in self._files.listdir(folder):
                    self._files.remove(f"{folder}/{file}")
                self._files.remove(folder)

    def _make(self, folder: str, mode: int) -> None:
        missing = []
        while folder and not exists(self._files, folder):
            missing.append(folder)
            folder = posixpath.dirname(folder)
        for path in reversed(missing):
            self._files.mkdir(path, mode)


def to_json(value: dict[str, Any]) -> str:
    """Without spaces; what means something to HTML is escaped, as Go does."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
