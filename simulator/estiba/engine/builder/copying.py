"""COPY and ADD: from a source into a writable tree.

Source: Dockerfile reference, "COPY"; Docker Engine 20.10, builder/dockerfile/copy.go, behaviour as
recorded.
"""

from __future__ import annotations

import posixpath
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import EstibaError, Failure, InvalidInput
from ...filesystem.content import Content
from ...filesystem.errors import Errno, FilesystemError
from ...layer import read_layer
from ...spec.pattern import path_match
from ...spec.unreachable import no_answer
from .sources import Item, Source, TreeSource, many_hash, source_hash

WRITE = 0o1 | 0o100 | 0o1000  # O_WRONLY, O_CREAT, O_TRUNC
DIRECTORY_MODE = 0o755
WILDCARDS = "*?["


class CopyFailed(InvalidInput):
    """What could not be copied, in Docker's words."""

    def __init__(self, name: str, reason: object) -> None:
        super().__init__(f"{name} failed: {reason}")


@dataclass(frozen=True, slots=True)
class Copy:
    """One COPY or ADD with its sources found."""

    name: str
    source: Source
    items: tuple[Item, ...]
    target: str
    sums: tuple[str, ...]

    @property
    def sum(self) -> str:
        return self.sums[0] if len(self.sums) == 1 else many_hash("multi", self.sums)


def find(name: str, source: Source, words: Sequence[str], *, context: bool) -> Copy:
    """The sources of an instruction, wildcards filled in. Raises: CopyFailed, InvalidInput."""
    *asked, target = words
    items: list[Item] = []
    for path in asked:
        items.extend(_matches(name, source, path, context=context))
    if not items:
        raise CopyFailed(name, "no source files were specified")
    if len(items) > 1 and not target.endswith("/"):
        raise InvalidInput(
            f"When using {name} with more than one source file, the destination must be a "
            "directory and end with a /"
        )
    sums = tuple(source_hash(source, item) for item in items)
    return Copy(name, source, tuple(items), target, sums)


def _matches(name: str, source: Source, path: str, *, context: bool) -> list[Item]:
    if path.startswith(("http://", "https://")):
        if name == "COPY":
            raise CopyFailed(name, "source can't be a URL for COPY")
        raise CopyFailed(name, no_answer(path))
    if any(char in path for char in WILDCARDS):
        return _wildcard(source, path)
    clean = posixpath.normpath(path)
    if clean == ".." or clean.startswith("../"):
        raise CopyFailed(name, f"forbidden path outside the build context: {path} ()")
    item = source.item(clean.lstrip("/").removeprefix("."))
    if item is None:
        what = clean.lstrip("/")
        where = "file not found in build context or excluded by .dockerignore: " if context else ""
        raise CopyFailed(name, f"{where}stat {what}: file does not exist")
    return [item]


def _wildcard(source: Source, path: str) -> list[Item]:
    pattern = posixpath.normpath(path).lstrip("/")
    root = source.item("")
    found: list[Item] = []
    if root is not None:
        _search(source, root, pattern, found)
    return found


def _search(source: Source, directory: Item, pattern: str, found: list[Item]) -> None:
    for child in source.children(directory):
        if path_match(pattern, child.path):
            item = source.item(child.path)
            if item is not None:
                found.append(item)
        if child.is_directory:
            _search(source, child, pattern, found)


class Writer:
    """Puts files into a writable tree. `namespace` is a MountNamespace.

    `owner` is who the copies belong to, None for whoever had them. `root` is where the tree is said
    to be when something goes wrong.
    """

    def __init__(
        self, namespace: Any, owner: tuple[int, int] | None = (0, 0), *, root: str = ""
    ) -> None:
        self._namespace = namespace
        self._owner = owner
        self._root = root

    def copy(self, copy: Copy, working_dir: str) -> None:
        """Raises: CopyFailed when the tree does not take it."""
        target = _target(copy.target, working_dir)
        try:
            for item in copy.items:
                self._copy(copy, item, target)
        except FilesystemError as error:
            what = (error.strerror or "").lower()
            raise Failure(f"failed to copy files: lstat {self._root}{error.path}: {what}") from None

    def _copy(self, copy: Copy, item: Item, target: str) -> None:
        if item.is_directory:
            self._check_directory(target)
            self._make_directories(target)
            self._copy_children(copy.source, item, target)
        elif copy.name == "ADD" and self._unpacked(item, target):
            return
        else:
            if target.endswith("/") or self._is_directory(target):
                target = posixpath.join(target, posixpath.basename(item.path))
            self._make_directories(posixpath.dirname(target))
            self._put(item, target)

    def _check_directory(self, target: str) -> None:
        """A directory is not copied over a file. Raises: Failure."""
        try:
            found = self._namespace.stat(target.rstrip("/") or "/")
        except FilesystemError:
            return
        if not stat.S_ISDIR(found.mode):
            where = f"{self._root}{target.rstrip('/')}"
            raise Failure(
                f"failed to copy files: failed to copy directory: mkdir {where}: not a directory"
            )

    def _unpacked(self, item: Item, target: str) -> bool:
        """ADD unpacks an archive, plain or compressed; the entries keep their owners."""
        try:
            tree = read_layer(item.content().chunks()).tree
        except EstibaError:
            return False
        if not tree.root.entries:
            return False
        self._make_directories(target)
        source = TreeSource(tree)
        root = source.item("")
        if root is not None:
            Writer(self._namespace, None)._copy_children(source, root, target)
        return True

    def _copy_children(self, source: Source, directory: Item, target: str) -> None:
        for child in source.children(directory):
            path = posixpath.join(target, posixpath.basename(child.path))
            if child.is_directory:
                self._put_directory(child, path)
                self._copy_children(source, child, path)
                self._namespace.utimens(path, child.mtime_ns)
            else:
                self._put(child, path)

    def _put_directory(self, item: Item, path: str) -> None:
        if not self._is_directory(path):
            self._clear(path)
            self._namespace.mkdir(path, item.mode & 0o7777)
        self._namespace.chown(path, *(self._owner or (item.uid, item.gid)))
        self._namespace.chmod(path, item.mode & 0o7777)

    def _put(self, item: Item, path: str) -> None:
        self._clear(path)
        if stat.S_ISLNK(item.mode):
            self._namespace.symlink(item.target, path)
        elif item.is_file:
            self._write(path, item.content())
        else:
            self._namespace.mknod(path, item.mode, item.rdev)
        if self._owner is None:
            self._namespace.chown(path, item.uid, item.gid, follow=False)
        if not stat.S_ISLNK(item.mode):
            self._namespace.chmod(path, item.mode & 0o7777)
        if self._owner is not None:  # after the mode: a change of owner takes set-ID bits away
            self._namespace.chown(path, *self._owner, follow=False)
        if not stat.S_ISLNK(item.mode):
            self._namespace.utimens(path, item.mtime_ns)

    def _write(self, path: str, content: Content) -> None:
        file = self._namespace.open(path, WRITE, 0o600)
        try:
            file.fill(content)
        finally:
            file.close()

    def _make_directories(self, path: str) -> None:
        if not path.strip("/") or self._is_directory(path):
            return
        path = path.rstrip("/")
        self._make_directories(posixpath.dirname(path))
        self._namespace.mkdir(path, DIRECTORY_MODE)
        self._namespace.chown(path, *(self._owner or (0, 0)))

    def _is_directory(self, path: str) -> bool:
        try:
            return stat.S_ISDIR(self._namespace.stat(path).mode)
        except FilesystemError as error:
            if error.errno != Errno.ENOENT:
                raise
            return False

    def _clear(self, path: str) -> None:
        try:
            found = self._namespace.lstat(path)
        except FilesystemError:
            return
        if not stat.S_ISDIR(found.mode):
            self._namespace.unlink(path)


def _target(asked: str, working_dir: str) -> str:
    """From the working directory if relative; a slash at the end stays."""
    path = posixpath.normpath(posixpath.join("/", working_dir, asked))
    path = "/" + path.lstrip("/")
    return path + "/" if asked.endswith("/") and path != "/" else path


def owner_of(text: str, passwd: str, group: str) -> tuple[int, int]:
    """User and group of `--chown`, by number or by name in the image. Raises: Failure."""
    if text.count(":") > 1:
        raise Failure(
            "unable to convert uid/gid chown string to host mapping: "
            f"invalid chown string format: {text}"
        )
    user, _, name = text.partition(":")
    uid = _number(user, passwd, "user", "uid")
    return uid, _number(name or user, group, "group", "gid")


def _number(name: str, table: str, kind: str, number: str) -> int:
    if name.isascii() and name.isdigit():
        return int(name)
    for line in table.splitlines():
        fields = line.split(":")
        if fields[0] == name and len(fields) > 2 and fields[2].isdigit():
            return int(fields[2])
    raise Failure(
        "unable to convert uid/gid chown string to host mapping: "
        f"can't find {number} for {kind} {name}: no such {kind}: {name}"
    )
