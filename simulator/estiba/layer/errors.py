"""What can be wrong with an archive. One line each: what, and where."""

from __future__ import annotations

from ..errors import InvalidInput


class DamagedArchive(InvalidInput):
    """Not a well-formed archive. Units: `offset`, bytes into the uncompressed archive."""

    hint = "The file is cut off or changed; get it again from where it came."

    def __init__(self, what: str, offset: int, entry: str | None = None) -> None:
        where = f"byte {offset}" if entry is None else f"byte {offset}, entry {entry!r}"
        super().__init__(f"damaged archive: {what} ({where})")
        self.what, self.offset, self.entry = what, offset, entry


class UnsafeLayer(InvalidInput):
    """An entry that would reach outside the tree it belongs to."""

    hint = "An archive like this is made to write outside the place it is unpacked to."

    def __init__(self, what: str, entry: str) -> None:
        super().__init__(f"unsafe archive: {what} (entry {entry!r})")
        self.what, self.entry = what, entry


class BrokenLink(UnsafeLayer):
    """A hard link to what is not in the same layer, told as the call that fails in Docker."""

    def __init__(self, entry: str, target: str) -> None:
        InvalidInput.__init__(self, f"link /{target} /{entry}: no such file or directory")
        self.what, self.entry, self.target = "a hard link to nothing", entry, target
