"""Digests: content named by its own hash.

A `Digest` is a string (`sha256:9f86…`) whose form has been checked, so it can be a dictionary key,
a JSON value or part of a path without conversion.
"""

import hashlib
import re
from enum import Enum
from typing import ClassVar, Self

from estiba.errors import InvalidInput

HEX_DIGITS = {"sha256": 64, "sha384": 96, "sha512": 128}

_VALID = re.compile(r"sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128}")
_FORM = r"[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+"


class DigestFlaw(Enum):
    """What can be wrong with a digest; the value is Docker's message."""

    FORMAT = "invalid checksum digest format"
    LENGTH = "invalid checksum digest length"
    ALGORITHM = "unsupported digest algorithm"


class InvalidDigest(InvalidInput):
    hint: ClassVar[str] = "A digest looks like sha256: followed by 64 lower-case hex digits."

    def __init__(self, given: str, flaw: DigestFlaw) -> None:
        super().__init__(flaw.value)
        self.given = given
        self.flaw = flaw


class Digest(str):
    """Content named by its own hash, as `algorithm:encoded`.

    >>> Digest.of(b"hello").short
    '2cf24dba5fb0'

    Raises: InvalidDigest.
    Source: OCI image-spec, descriptor.md, "Digests". Registered: sha256, sha384, sha512.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        if not _VALID.fullmatch(text):
            raise InvalidDigest(text, _flaw(text))
        return super().__new__(cls, text)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Check a text that should be a digest.

        Raises: InvalidDigest.
        """
        return cls(text)

    @classmethod
    def of(cls, content: bytes, algorithm: str = "sha256") -> Self:
        return cls.of_hash(hashlib.new(algorithm, content), algorithm)

    @classmethod
    def of_hash(cls, state: "hashlib._Hash", algorithm: str = "sha256") -> Self:
        """The digest of what was fed to a hash object so far."""
        return str.__new__(cls, f"{algorithm}:{state.hexdigest()}")

    @classmethod
    def of_hex(cls, encoded: str) -> Self:
        """A sha256 digest given by its hex digits only, as IDs are often written."""
        return cls(f"sha256:{encoded}")

    @property
    def algorithm(self) -> str:
        return self.partition(":")[0]

    @property
    def encoded(self) -> str:
        return self.partition(":")[2]

    @property
    def short(self) -> str:
        """The first twelve hex digits, as tables print an ID."""
        start = self.index(":") + 1
        return self[start : start + 12]

    def __repr__(self) -> str:
        return f"Digest({str(self)!r})"


def _flaw(text: str) -> DigestFlaw:
    """Docker's order of questions: separator, algorithm, length, characters."""
    algorithm, colon, encoded = text.partition(":")
    if not (algorithm and colon and encoded):
        return DigestFlaw.FORMAT
    if algorithm not in HEX_DIGITS:
        return DigestFlaw.ALGORITHM if re.fullmatch(_FORM, text) else DigestFlaw.FORMAT
    if len(encoded.encode("utf-8", "surrogateescape")) != HEX_DIGITS[algorithm]:
        return DigestFlaw.LENGTH
    return DigestFlaw.FORMAT
