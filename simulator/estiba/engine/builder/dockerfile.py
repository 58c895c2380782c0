"""The Dockerfile of a build context, and what `.dockerignore` still has to do on this side.

Clients leave out what `.dockerignore` names, but always send the Dockerfile and `.dockerignore`
themselves; the engine takes these away if they are named too.
"""

from __future__ import annotations

from collections.abc import Callable

from ...errors import Failure, InvalidInput
from ...filesystem.inode import RegularFile
from ...filesystem.tree import Tree
from .ignore import ignored, read_patterns
from .lines import BadDockerfile, Dockerfile, parse
from .sources import TreeSource

IGNORE_FILE = ".dockerignore"


class DockerfileMissing(Failure):
    def __init__(self, path: str) -> None:
        super().__init__(f"Cannot locate specified Dockerfile: {path}")
        self.path = path


class DockerfileEmpty(InvalidInput):
    def __init__(self, path: str) -> None:
        super().__init__(f"the Dockerfile ({path}) cannot be empty")
        self.path = path


def read_dockerfile(context: Tree, path: str, unpacked: Callable[[], str]) -> Dockerfile:
    """`unpacked` tells where the context is said to be.

    Raises: DockerfileMissing, DockerfileEmpty, BadDockerfile, Failure for a directory.
    """
    source = TreeSource(context)
    item = source.item(path)
    if item is None and path == "Dockerfile":
        item = source.item("dockerfile")
    if item is not None and item.is_directory:
        where = f"{unpacked()}/{path}"
        raise Failure(f"unexpected error reading Dockerfile: read {where}: is a directory")
    if item is None or not item.is_file:
        raise DockerfileMissing(path)
    text = bytes(item.content()).decode("utf-8", "replace")
    if not text:
        raise DockerfileEmpty(path)
    try:
        return parse(text)
    except BadDockerfile as error:
        raise BadDockerfile(f"failed to parse Dockerfile: {error}", error.line) from None


def without_ignored(context: Tree, path: str) -> Tree:
    """The context without the Dockerfile and `.dockerignore`, as far as the latter says so."""
    file = context.get(IGNORE_FILE)
    if not isinstance(file, RegularFile):
        return context
    patterns = read_patterns(bytes(file.content).decode("utf-8", "replace"))
    for name in (IGNORE_FILE, path):
        if ignored(name, patterns) and "/" not in name:
            context.root.entries.pop(name, None)
    return context
