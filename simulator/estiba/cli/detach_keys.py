"""The keys that leave a container running: `ctrl-p,ctrl-q` unless the user says otherwise."""

from __future__ import annotations

import re

DEFAULT = b"\x10\x11"
CONTROL = {"@": 0, "[": 27, "\\": 28, "]": 29, "^": 30, "_": 31}


def parse_keys(text: str) -> bytes:
    """Raises: ValueError."""
    keys = bytearray()
    for key in text.split(","):
        if len(key) == 1:
            keys += key.encode()
        elif match := re.fullmatch(r"ctrl-([a-z@\[\\\]^_])", key):
            letter = match[1]
            keys.append(CONTROL[letter] if letter in CONTROL else ord(letter) - ord("a") + 1)
        elif key == "DEL":
            keys.append(127)
        else:
            raise ValueError(f"Unknown character: '{key}'")
    return bytes(keys)


class Detector:
    """Passes input on until the whole sequence was typed; what only began like it is passed on later."""

    __slots__ = ("_keys", "_seen", "found")

    def __init__(self, keys: bytes) -> None:
        self._keys = keys
        self._seen = 0
        self.found = False

    def filter(self, data: bytes) -> bytes:
        out = bytearray()
        for byte in data:
            if byte == self._keys[self._seen]:
                self._seen += 1
                if self._seen == len(self._keys):
                    self.found = True
                    break
                continue
            out += self._keys[: self._seen]
            self._seen = 1 if byte == self._keys[0] else 0
            if not self._seen:
                out.append(byte)
        return bytes(out)
