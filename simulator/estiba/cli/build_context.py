"""What a build sends: the context and the name of its Dockerfile, from a directory or standard input."""

from __future__ import annotations

import posixpath
import tarfile
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module

from .errors import CommandFailed
from .files import Files, reason, shown
from .ignore import Ignore, read_patterns
from .session import Session
from .tar import BLOCK, END, encode, entries, pack, text_entry


@dataclass(frozen=True, slots=True)
class Context:
    """What is sent. `shown` is the size that is told: the client does not count the end of an archive it
    changed.
    """

    archive: bytes
    dockerfile: str
    shown: int


MAGIC = (b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")
DOCKERFILE = "Dockerfile"


def real_path(files: Files, path: str, hops: int = 0) -> str:
    """The path with all links resolved. Raises: OSError."""
    if hops > 255:
        raise OSError(40, "too many links", path)
    absolute = posixpath.normpath(posixpath.join(files.cwd, path))
    done = "/"
    parts = [part for part in absolute.split("/") if part]
    for place, part in enumerate(parts):
        here = posixpath.join(done, part)
        if files.lstat(here).is_link:
            rest = "/".join(parts[place + 1 :])
            target = posixpath.join(done, files.readlink(here), rest)
            return real_path(files, target, hops + 1)
        done = here
    return done


def from_directory(files: Files, given: str, dockerfile: str) -> tuple[str, str]:
    """The directory, and the Dockerfile relative to it. Raises: CommandFailed."""
    try:
        root = real_path(files, given)
    except OSError as error:
        where = shown("lstat", str(error.filename), error)
        raise CommandFailed(f"unable to evaluate symlinks in context path: {where}") from None
    if not files.lstat(root).is_directory:
        raise CommandFailed(f"context must be a directory: {root}")
    if dockerfile == "-":
        return root, dockerfile
    return root, _relative_dockerfile(files, root, dockerfile)


def _relative_dockerfile(files: Files, root: str, given: str) -> str:
    path = posixpath.normpath(posixpath.join(files.cwd, given)) if given else ""
    if not path:
        path = posixpath.join(root, DOCKERFILE)
        lower = posixpath.join(root, DOCKERFILE.lower())
        if not _there(files, path) and _there(files, lower):
            path = lower
    try:
        path = real_path(files, path)
    except OSError as error:
        where = shown("lstat", str(error.filename), error)
        raise CommandFailed(f"unable to evaluate symlinks in Dockerfile path: {where}") from None
    return posixpath.relpath(path, root)


def _there(files: Files, path: str) -> bool:
    try:
        files.lstat(path)
    except OSError:
        return False
    return True


def pack_directory(files: Files, root: str, dockerfile: str, *, from_stdin: bool) -> bytes:
    """The archive of a directory without what `.dockerignore` leaves out. Raises: CommandFailed."""
    patterns: list[str] = []
    name = posixpath.join(root, ".dockerignore")
    if _there(files, name):
        try:
            patterns = read_patterns(files.read(name).decode("utf-8", "replace"))
        except OSError as error:
            raise CommandFailed(
                f"error reading .dockerignore: {shown('read', name, error)}"
            ) from None
    try:
        ignore = Ignore(patterns)
    except CommandFailed as error:
        raise CommandFailed(f"error checking context: {error.message}") from None
    kept = [path for path in (".dockerignore", dockerfile) if ignore.matches(path)]
    if from_stdin and dockerfile in kept:
        kept.remove(dockerfile)
    if kept:
        ignore = Ignore([*patterns, *(f"!{path}" for path in kept)])
    try:
        return pack(files, root, skip=ignore, owner=(0, 0))
    except OSError as error:
        raise CommandFailed(f"error checking context: {error.filename}: {reason(error)}") from None


def from_input(data: bytes, dockerfile: str, mtime_ns: int) -> tuple[bytes, str]:
    """A context that came whole, or only as its Dockerfile. Raises: CommandFailed."""
    if is_archive(data):
        return data, dockerfile
    if dockerfile == "-":
        raise CommandFailed("build context is not an archive")
    if dockerfile:
        raise CommandFailed(
            "ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles"
        )
    return text_entry(DOCKERFILE, data, mtime_ns) + END, DOCKERFILE


def is_archive(data: bytes) -> bool:
    if data.startswith(MAGIC):
        return True
    try:
        tarfile.TarInfo.frombuf(data[:512], "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def decompressed(data: bytes) -> bytes:
    """The archive itself; the modules are loaded only where they are needed (and may be missing)."""
    for magic, module in zip(MAGIC, ("gzip", "bz2", "lzma"), strict=False):
        if data.startswith(magic):
            plain: bytes = import_module(module).decompress(data)
            return plain
    return data


def add_dockerfile(session: Session, context: bytes, dockerfile: bytes) -> Context:
    """Put a Dockerfile from elsewhere into a context, under a name that nothing else has."""
    now_ns = session.clock.now_ns()
    name = f".dockerfile.{sha256(dockerfile + str(now_ns).encode()).hexdigest()[:20]}"
    out: list[bytes] = []
    listed = False
    for info, content in entries(decompressed(context)):
        data = content
        if info.isdir():
            info.name += "/"
        if info.name == ".dockerignore":
            data += f"\n{name}\n".encode()
            info.size = len(data)
            listed = True
        out.append(encode(info, data))
    out.append(text_entry(name, dockerfile, now_ns))
    last = dockerfile
    if not listed:
        last = f".dockerignore\n{name}\n".encode()
        out.append(text_entry(".dockerignore", last, now_ns))
    archive = b"".join(out)
    return Context(archive + END, name, len(archive) - -len(last) % BLOCK)
