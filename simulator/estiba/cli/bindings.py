"""`-v`, `--env-file`, `--label-file`, `--device`: small grammars of `docker run`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Any

from .errors import CommandFailed
from .files import Files, shown

BLANK = " \t"
SPACE = re.compile(r"[\s\x85\xa0]*")


def _is_drive(letters: str) -> bool:
    return len(letters) == 1 and letters.isalpha()


def split_volume(spec: str) -> list[str]:
    """The parts between the colons; a single letter before one is a Windows drive. Raises: CommandFailed."""
    if not spec:
        raise CommandFailed("invalid empty volume spec")
    if len(spec.encode()) <= 2:
        return [spec]
    parts: list[str] = []
    current = ""
    for letter in spec:
        if letter == ":" and not _is_drive(current):
            parts.append(current)
            current = ""
        else:
            current += letter
    parts.append(current)
    for place, part in enumerate(parts):
        if not part:
            raise CommandFailed(f"invalid spec: {spec}: empty section between colons")
        if place == 2 and len(parts) > 3:
            raise CommandFailed(f"invalid spec: {spec}: too many colons")
    return parts


def _is_path(source: str) -> bool:
    return (
        source[0] in "./~"
        or source.startswith("\\\\")
        or (len(source) > 1 and source[1] == ":" and source[0].isalpha())
    )


def parse_volumes(specs: list[str], files: Files) -> tuple[list[str], dict[str, dict[str, str]]]:
    """Binds, and the paths of anonymous volumes. Raises: CommandFailed."""
    binds: list[str] = []
    anonymous: dict[str, dict[str, str]] = {}
    for spec in dict.fromkeys(specs):
        parts = split_volume(spec)
        if len(parts) == 1:
            anonymous[spec] = {}
            continue
        host, colon, rest = spec.partition(":")
        if _is_path(parts[0]) and colon and host[:1] == ".":
            absolute = f"{posixpath.normpath(posixpath.join(files.cwd, host))}:{rest}"
            binds.append(absolute)
        else:
            binds.append(spec)
    return binds, anonymous


def read_pairs(
    files: Files, paths: list[str], given: list[str], environment: Mapping[str, str] | None
) -> list[str]:
    """Lines of the files, then what the flags say. Raises: CommandFailed."""
    found: list[str] = []
    for path in paths:
        try:
            data = files.read(path)
        except IsADirectoryError as error:
            raise CommandFailed(
                f"invalid env file ({path}): {shown('read', path, error)}"
            ) from None
        except OSError as error:
            raise CommandFailed(shown("open", path, error)) from None
        try:
            found += _lines(data, environment)
        except ValueError as error:
            raise CommandFailed(f"invalid env file ({path}): {error}") from None
    return found + given


def _lines(data: bytes, environment: Mapping[str, str] | None) -> list[str]:
    out: list[str] = []
    for number, ended in enumerate(data.split(b"\n"), 1):
        raw = ended.removesuffix(b"\r")
        try:
            text = (raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw).decode()
        except UnicodeDecodeError:
            shown_bytes = " ".join(map(str, raw))
            raise ValueError(f"invalid utf8 bytes at line {number}: [{shown_bytes}]") from None
        line = text[SPACE.match(text).end() :]  # type: ignore[union-attr]
        if not line or line[0] == "#":
            continue
        key, equals, _ = line.partition("=")
        if not key:
            raise ValueError(f"no variable name on line '{line}'")
        if any(blank in key for blank in BLANK):
            raise ValueError(f"variable '{key}' contains whitespaces")
        if equals:
            out.append(line)
        elif environment is not None and line in environment:
            out.append(f"{line}={environment[line]}")
    return out


def from_environment(given: list[str], environment: Mapping[str, str]) -> list[str]:
    """`-e NAME` takes the value the client has, if any."""
    return [
        f"{entry}={environment[entry]}" if "=" not in entry and entry in environment else entry
        for entry in given
    ]


def pairs(entries: list[str]) -> dict[str, str]:
    return {key: value for key, _, value in (entry.partition("=") for entry in entries)}


def _is_mode(text: str) -> bool:
    return 0 < len(text) <= 3 and len(set(text)) == len(text) and set(text) <= set("rwm")


def parse_device(spec: str) -> dict[str, Any]:
    """`/dev/a:/dev/b:rwm`. Raises: CommandFailed."""
    words = spec.split(":")
    if len(words) > 3 or not words[0]:
        raise CommandFailed(f"bad format for path: {spec}")
    source, inside, mode = words[0], words[0], "rwm"
    if len(words) == 2:
        inside, mode = (source, words[1]) if _is_mode(words[1]) else (words[1], mode)
    elif len(words) == 3:
        inside, mode = words[1], words[2]
        if not _is_mode(mode):
            raise CommandFailed(f"bad mode specified: {mode}")
    if not inside.startswith("/"):
        raise CommandFailed(f"{inside} is not an absolute path")
    if len(words) < 3:
        inside = posixpath.normpath(inside)
    if len(words) == 1 or (len(words) == 2 and _is_mode(words[1])):
        source = inside
    return {"PathOnHost": source, "PathInContainer": inside, "CgroupPermissions": mode}
