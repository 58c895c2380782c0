"""`docker cp`: which side is which, and what the copy is called on the other side."""

from __future__ import annotations

import base64
import json
import posixpath
from dataclasses import dataclass

from ..http import read_all
from ..spec.units import human_size
from .build_context import real_path
from .errors import CommandFailed, EngineError
from .files import Files, exists, shown
from .flags import Options
from .places import place as at
from .session import Session
from .tar import pack, rebase
from .untar import unpack

DIRECTORY, SYMLINK, DEVICE = 1 << 31, 1 << 27, 1 << 26


@dataclass(slots=True)
class Place:
    """One end of a copy. `renamed` is what a followed link was called."""

    path: str
    exists: bool = True
    is_directory: bool = False
    renamed: str = ""


def split(path: str) -> tuple[str, str]:
    """Directory and last name; a trailing dot is a name."""
    cleaned = posixpath.normpath(path)
    if path == "." or path.endswith("/."):
        cleaned = cleaned.rstrip("/") + "/."
    return posixpath.dirname(cleaned) or ".", posixpath.basename(cleaned)


def keep_ending(cleaned: str, original: str) -> str:
    """A path keeps the `/` or `/.` that makes it a directory."""
    if posixpath.basename(original) == "." and posixpath.basename(cleaned) != ".":
        cleaned = cleaned.rstrip("/") + "/."
    if original.endswith("/") and not cleaned.endswith("/"):
        cleaned += "/"
    return cleaned


def is_asserted(path: str) -> bool:
    return path.endswith(("/", "/.")) or path in ("", ".")


def target(source: Place, destination: Place) -> tuple[str, str, str]:
    """Where to unpack, and what name becomes what (both empty: none). Raises: CommandFailed."""
    folder, base = split(destination.path)
    old = source.renamed or split(source.path)[1]
    if destination.exists and destination.is_directory:
        return destination.path, "", ""
    if destination.exists and source.is_directory:
        raise CommandFailed("cannot copy directory")
    if not destination.exists and not source.is_directory and is_asserted(destination.path):
        raise CommandFailed("no such directory")
    return folder, old, base


def _split_argument(text: str) -> tuple[str, str]:
    if text.startswith("/"):
        return "", text
    container, colon, path = text.partition(":")
    if not colon or container.startswith("."):
        return "", text
    return container, path


def copy(session: Session, options: Options) -> int:
    source, destination = options.arguments
    if not source:
        raise CommandFailed("source can not be empty")
    if not destination:
        raise CommandFailed("destination can not be empty")
    source_container, source_path = _split_argument(source)
    container, path = _split_argument(destination)
    if source_container and container:
        raise CommandFailed("copying between containers is not supported")
    quiet = options["quiet"] if "quiet" in options.given else not session.console.stdout_is_terminal
    if source_container:
        size, shown_path = _out_of(session, options, source_container, source_path, path)
    elif container:
        size, shown_path = _into(session, options, source_path, container, path)
    else:
        raise CommandFailed("must specify at least one container source")
    if not quiet and shown_path:
        session.error(f"Successfully copied {human_size(size, 3)} to {shown_path}")
    return 0


def _absolute(files: Files, path: str) -> str:
    return keep_ending(posixpath.normpath(posixpath.join(files.cwd, path)), path)


# -- out of a container ------------------------------------------------------------------------


def _check_output(files: Files, path: str) -> None:
    from ..spec.gotext import quote  # noqa: PLC0415

    folder = posixpath.dirname(posixpath.normpath(path))
    if folder not in ("", ".") and not exists(files, folder):
        raise CommandFailed(f"invalid output path: directory {quote(folder)} does not exist")
    if exists(files, path.rstrip("/") or "/"):
        try:
            found = files.stat(path)
        except NotADirectoryError as error:
            raise CommandFailed(shown("stat", path, error)) from None
        except OSError:
            return
        import stat  # noqa: PLC0415

        if stat.S_ISCHR(found.mode) or stat.S_ISBLK(found.mode):
            raise CommandFailed(
                f"invalid output path: {quote(path)} must be a directory or a regular file: got a device"
            )


def _stat(session: Session, container: str, path: str) -> dict[str, int | str] | None:
    try:
        answer = session.client.ask("HEAD", at("container", container, "/archive"), {"path": path})
    except EngineError:
        return None
    read_all(session.transport, answer.body)
    return _decoded(answer.headers)


def _decoded(headers: dict[str, str]) -> dict[str, int | str]:
    text = headers.get("x-docker-container-path-stat", "")
    found: dict[str, int | str] = json.loads(base64.b64decode(text)) if text else {}
    return found


def _out_of(
    session: Session, options: Options, container: str, path: str, destination: str
) -> tuple[int, str]:
    to_output = destination == "-"
    local = destination if to_output else _absolute(session.files, destination)
    _check_output(session.files, local)
    renamed = ""
    if options["follow-link"]:
        path, renamed = _followed(session, container, path)
    answer = session.client.ask("GET", at("container", container, "/archive"), {"path": path})
    data = b""
    parts = []
    while (chunk := answer.body.poll()) is not None:
        if not chunk:
            session.wait(answer.body)
        elif to_output:
            session.console.write(chunk)
        else:
            parts.append(chunk)
    if to_output:
        return 0, ""
    data = b"".join(parts)
    mode = int(_decoded(answer.headers).get("mode", 0))
    source = Place(path, is_directory=bool(mode & DIRECTORY), renamed=renamed)
    if renamed:
        data = rebase(data, split(path)[1], renamed)
    unpack_to(session.files, data, source, local)
    return len(data), local


def _followed(session: Session, container: str, path: str) -> tuple[str, str]:
    found = _stat(session, container, path)
    if not found or not int(found["mode"]) & SYMLINK:
        return path, ""
    linked = str(found["linkTarget"])
    if not linked.startswith("/"):
        linked = posixpath.join(split(path)[0], linked)
    return rename_of(path, linked)


def rename_of(path: str, resolved: str) -> tuple[str, str]:
    """The resolved path with the given one's ending, and the name to keep."""
    renamed = ""
    if posixpath.basename(path) == "." and posixpath.basename(resolved) != ".":
        resolved += "/."
    if path.endswith("/") and not resolved.endswith("/"):
        resolved += "/"
    if posixpath.basename(path.rstrip("/")) != posixpath.basename(resolved.rstrip("/")):
        renamed = posixpath.basename(path.rstrip("/"))
    return resolved, renamed


def unpack_to(files: Files, data: bytes, source: Place, path: str) -> None:
    """Raises: CommandFailed."""
    place = _destination(files, path)
    folder, old, new = target(source, place)
    if old or new:
        data = rebase(data, old, new)
    unpack(files, data, folder)


def _destination(files: Files, path: str) -> Place:
    """The local end, links followed as far as they go. Raises: CommandFailed."""
    original = path
    for _ in range(11):
        try:
            found = files.lstat(path)
        except FileNotFoundError:
            folder = split(path)[0]
            try:
                real_path(files, folder)
            except OSError as error:
                raise CommandFailed(shown("lstat", str(error.filename), error)) from None
            return Place(path, exists=False)
        except OSError as error:
            raise CommandFailed(shown("lstat", path, error)) from None
        if not found.is_link:
            return Place(path, is_directory=found.is_directory)
        linked = files.readlink(path)
        path = linked if linked.startswith("/") else posixpath.join(split(path)[0], linked)
    raise CommandFailed(f"evaluate symlinks: too many links in {original}")


# -- into a container --------------------------------------------------------------------------


def _into(
    session: Session, options: Options, source: str, container: str, path: str
) -> tuple[int, str]:
    local = source if source == "-" else _absolute(session.files, source)
    place = _inside(session, container, path)
    if source == "-":
        if not place.is_directory:
            raise CommandFailed(f'destination "{container}:{path}" must be a directory')
        folder, data = place.path, session.read_input()
    else:
        origin = _source(session.files, local, options["follow-link"])
        data = _packed(session.files, origin)
        folder, old, new = target(origin, place)
        if old or new:
            data = rebase(data, old, new)
    query = {"path": posixpath.normpath(folder) if folder else "", "noOverwriteDirNonDir": "true"}
    if options["archive"]:
        query["copyUIDGID"] = "true"
    answer = session.client.ask("PUT", at("container", container, "/archive"), query, raw=data)
    read_all(session.transport, answer.body)
    return len(data), f"{container}:{place.path}"


def _inside(session: Session, container: str, path: str) -> Place:
    found = _stat(session, container, path)
    place = Place(path, exists=False)
    if found and int(found["mode"]) & SYMLINK:
        linked = str(found["linkTarget"])
        if not linked.startswith("/"):
            linked = posixpath.join(split(path)[0], linked)
        place.path = linked
        found = _stat(session, container, linked)
    if found:
        mode = int(found["mode"])
        if mode & DEVICE:
            raise CommandFailed(
                f'destination "{container}:{path}" must be a directory or a regular file: got a device'
            )
        place.exists, place.is_directory = True, bool(mode & DIRECTORY)
    return place


def _source(files: Files, path: str, follow: bool) -> Place:
    """Raises: CommandFailed."""
    renamed = ""
    try:
        if follow:
            resolved, renamed = rename_of(path, real_path(files, path))
        else:
            folder, _, base = path.rpartition("/")
            resolved = posixpath.join(real_path(files, folder or "/"), base)
        found = files.lstat(resolved)
    except OSError as error:
        raise CommandFailed(shown("lstat", str(error.filename), error)) from None
    return Place(resolved, is_directory=found.is_directory, renamed=renamed)


def _packed(files: Files, source: Place) -> bytes:
    folder, base = split(source.path)
    try:
        return pack(files, folder, base, rename=source.renamed)
    except OSError as error:
        raise CommandFailed(shown("lstat", str(error.filename), error)) from None
