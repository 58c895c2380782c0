"""The keys by which a client leaves a terminal without ending what runs there.

Source: Docker, `term.ToBytes` and its escape proxy.
"""

from __future__ import annotations

from ..errors import InvalidInput

DEFAULT = b"\x10\x11"
CONTROL = {chr(code): code - 96 for code in range(97, 123)}
CONTROL |= {"@": 0, "[": 27, "\\": 28, "]": 29, "^": 30, "_": 31}


class InvalidDetachKeys(InvalidInput):
    def __init__(self, text: str) -> None:
        super().__init__(f"Invalid detach keys ({text}) provided")
        self.text = text


def parse_detach_keys(text: str) -> bytes:
    """The bytes of `ctrl-p,ctrl-q` and the like; the default when nothing is said.

    >>> parse_detach_keys("ctrl-a,x"), parse_detach_keys("")
    (b'\\x01x', b'\\x10\\x11')

    Raises: InvalidDetachKeys.
    """
    if not text:
        return DEFAULT
    keys = bytearray()
    for key in text.split(","):
        if len(key) == 1 and ord(key) < 256:
            keys.append(ord(key))
        elif key.startswith("ctrl-") and key[5:].lower() in CONTROL:
            keys.append(CONTROL[key[5:].lower()])
        else:
            raise InvalidDetachKeys(text)
    return bytes(keys)


class DetachWatch:
    """Looks for the keys in what a client types."""

    __slots__ = ("_keys", "_matched")

    def __init__(self, keys: bytes) -> None:
        self._keys = keys
        self._matched = 0

    def feed(self, data: bytes) -> tuple[bytes, bool]:
        """What goes on to the process, and whether the keys were typed; held back is what may be
        their beginning."""
        keys = self._keys
        if not self._matched and keys[:1] not in data:
            return data, False
        out = bytearray()
        for byte in data:
            if byte == keys[self._matched]:
                self._matched += 1
                if self._matched == len(keys):
                    return bytes(out), True
                continue
            out += keys[: self._matched]
            self._matched = int(byte == keys[0])
            if not self._matched:
                out.append(byte)
        return bytes(out), False
