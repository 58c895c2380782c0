"""The user's `config.json`: credentials and preferred formats. Unknown entries are kept."""

from __future__ import annotations

import json
import posixpath
from typing import Any

from .errors import CommandFailed
from .files import Files, exists, shown


class ConfigFile:
    """Entries of one file. Passwords are kept as Docker keeps them: encoded, not encrypted."""

    def __init__(self, path: str, entries: dict[str, Any]) -> None:
        self.path = path
        self.entries = entries
        self.warning = ""

    @classmethod
    def load(cls, files: Files, path: str) -> ConfigFile:
        """A file that is not there is empty; a damaged one too, with a warning."""
        made = cls(path, {})
        try:
            entries = json.loads(files.read(path))
            if not isinstance(entries, dict):
                raise ValueError("not an object")
            made.entries = entries
        except (FileNotFoundError, NotADirectoryError):
            return made
        except OSError as error:
            made.warning = f"WARNING: Error loading config file: {shown('open', path, error)}"
        except ValueError as error:
            made.warning = f"WARNING: Error parsing config file ({path}): {error}"
        return made

    def text(self, name: str) -> str:
        value = self.entries.get(name)
        return value if isinstance(value, str) else ""

    @property
    def auths(self) -> dict[str, Any]:
        value = self.entries.setdefault("auths", {})
        return value if isinstance(value, dict) else {}

    def credentials(self, server: str) -> dict[str, str]:
        """What is known of a registry: `username`, `password`, `serveraddress`, perhaps nothing."""
        found = self.entries.get("auths")
        entry = found.get(server) if isinstance(found, dict) else None
        if not isinstance(entry, dict):
            return {}
        import base64  # noqa: PLC0415  (credentials are seldom asked for)
        import binascii  # noqa: PLC0415

        known = {"serveraddress": server}
        try:
            text = base64.b64decode(entry.get("auth", ""), validate=True).decode()
        except (binascii.Error, ValueError):
            raise CommandFailed(f"Invalid auth configuration file: {self.path}") from None
        name, _, password = text.partition(":")
        if name:
            known |= {"username": name, "password": password.rstrip("\x00")}
        if entry.get("identitytoken"):
            known["identitytoken"] = entry["identitytoken"]
        return known

    def remember(self, server: str, name: str, password: str, token: str = "") -> bool:
        """Keep what is needed to log in; False when it was known already."""
        import base64  # noqa: PLC0415

        entry = {"auth": base64.b64encode(f"{name}:{password}".encode()).decode()}
        if token:
            entry["identitytoken"] = token
        known = self.auths.get(server) == entry
        self.auths[server] = entry
        return not known

    def forget(self, server: str) -> bool:
        return self.auths.pop(server, None) is not None

    def save(self, files: Files) -> None:
        """Raises: OSError."""
        folder = posixpath.dirname(self.path)
        missing = []
        while folder and not exists(files, folder):
            missing.append(folder)
            folder = posixpath.dirname(folder)
        for path in reversed(missing):
            files.mkdir(path, 0o700)
        entries = {"auths": self.auths, **self.entries}
        data = json.dumps(entries, indent="\t", ensure_ascii=False)
        files.write(self.path, data.encode(), 0o600)
