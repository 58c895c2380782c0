"""A stand-in layer being drafted: names and modes first, sizes at the end.

The sum of a layer's files must be the recorded size exactly. Texts have their own size. Programs
have a usual size and keep it, unless all of them together would take more than their share; then
they shrink in proportion. What is left goes to the files that fill, by weight; the last takes the
remainder.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..filesystem.content import Content
from ..filesystem.tree import Tree, TreeBuilder
from .errors import DamagedHub

KIB = 1024
PROGRAM_SHARE = 0.7
FALLBACK = "usr/share/doc/changelog"


@dataclass(slots=True)
class Attributes:
    """Mode and owner of an entry."""

    mode: int
    uid: int = 0
    gid: int = 0

    @classmethod
    def parse(cls, text: str) -> Attributes:
        """`MODE` or `MODE:UID:GID`, the mode in octal."""
        mode, _, owner = text.partition(":")
        uid, _, gid = owner.partition(":")
        return cls(int(mode, 8), int(uid or 0), int(gid or 0))


@dataclass(slots=True)
class Draft:
    """Entries by path; later ones replace earlier ones. Units: `programs` and `fill`, bytes or
    weights.
    """

    directories: dict[str, Attributes] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    hard_links: dict[str, str] = field(default_factory=dict)
    texts: dict[str, tuple[bytes | int, Attributes]] = field(default_factory=dict)
    programs: dict[str, tuple[int, Attributes]] = field(default_factory=dict)
    fill: dict[str, tuple[int, Attributes]] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    """First parts of paths that are links to elsewhere, such as `bin`."""

    def place(self, path: str) -> str:
        """Where a path really is."""
        first, slash, rest = path.partition("/")
        return f"{self.moved[first]}/{rest}" if slash and first in self.moved else path

    @property
    def fixed(self) -> int:
        """What the texts take. Units: bytes."""
        return sum(_length(content) for content, _ in self.texts.values())

    def build(self, size: int, mtime_ns: int, where: str) -> Tree:
        """The tree whose files sum up to `size`. Raises: DamagedHub."""
        if self.fixed > size:
            raise DamagedHub(where, f"its texts are {self.fixed} bytes, more than its {size}")
        builder = TreeBuilder(mtime_ns=mtime_ns)
        for path, attributes in self.directories.items():
            builder.directory(path, attributes.mode, attributes.uid, attributes.gid)
        for path, (text, attributes) in self.texts.items():
            content = Content.zeros(text) if isinstance(text, int) else Content.of(text)
            builder.file(path, content, attributes.mode, attributes.uid, attributes.gid)
        for path, length, attributes in self._sized(size - self.fixed):
            content = Content.zeros(length)
            builder.file(path, content, attributes.mode, attributes.uid, attributes.gid)
        for path, target in self.hard_links.items():
            builder.hardlink(path, target)
        for path, target in self.links.items():
            builder.symlink(path, target)
        return builder.build()

    def _sized(self, budget: int) -> list[tuple[str, int, Attributes]]:
        wanted = sum(size for size, _ in self.programs.values())
        share = int(budget * PROGRAM_SHARE) if self.fill else budget
        given = share if wanted > share or not self.fill else wanted
        programs = _shares(self.programs, given)
        if self.fill:
            return programs + _shares(self.fill, budget - given)
        if not programs and budget:
            programs = [(FALLBACK, budget, Attributes(0o644))]
        return programs


def _shares(
    files: dict[str, tuple[int, Attributes]], total: int
) -> list[tuple[str, int, Attributes]]:
    """Cut a total in parts by weight; the last part takes what rounding leaves."""
    weights = sum(weight for weight, _ in files.values()) or 1
    shares = [
        (path, total * weight // weights, attributes)
        for path, (weight, attributes) in files.items()
    ]
    if shares:
        path, length, attributes = shares[-1]
        rest = total - sum(length for _, length, _ in shares)
        shares[-1] = (path, length + rest, attributes)
    return shares


def _length(content: bytes | int) -> int:
    return content if isinstance(content, int) else len(content)
