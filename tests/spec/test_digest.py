"""Digests: the vectors, and that a digest is a text whose form has been checked."""

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estiba.spec import Digest, InvalidDigest

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "references.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("row", VECTORS["digests"])
def test_a_text_is_read_or_refused_in_dockers_words(row: list[str]) -> None:
    text, *expected = row
    try:
        digest = Digest.parse(text)
        found = [digest.algorithm, digest.encoded]
    except InvalidDigest as error:
        found = [str(error)]
    assert found == expected


@pytest.mark.parametrize(("content", "sha256", "sha512"), VECTORS["hashes"])
def test_content_is_named_by_its_hash(content: str, sha256: str, sha512: str) -> None:
    assert Digest.of(content.encode()) == sha256
    assert Digest.of(content.encode(), "sha512") == sha512


def test_a_digest_is_a_text() -> None:
    digest = Digest.of(b"")
    names: dict[str, int] = {digest: 1}
    assert names["sha256:" + digest.encoded] == 1
    assert json.dumps([digest]) == f'["{digest}"]'
    assert (digest.short, len(digest.short)) == (digest.encoded[:12], 12)
    assert Digest.of_hex(digest.encoded) == digest


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=64))
def test_a_running_hash_gives_the_same_digest(content: bytes) -> None:
    digest = Digest.of_hash(hashlib.sha256(content))
    assert Digest.parse(str(digest)) == Digest.of(content) == digest
