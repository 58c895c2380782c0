"""The short way and the whole grammar agree about names."""

import pytest

from estiba.cli.names import parts, plain
from estiba.errors import EstibaError
from estiba.spec.reference import normalize

DIGEST = "sha256:" + "0123456789abcdef" * 4
NAMES = [
    "ubuntu", "ubuntu:20.04", "ubuntu:latest", "u2:a-b.c", "ubuntu@" + DIGEST, "ubuntu:1@" + DIGEST, "a" * 64, "1" * 64,
    "123", "localhost", "localhost:5000", "ubuntu:", "ubuntu:.x", "ubuntu:-x", "ubuntu:" + "x" * 128,
    "ubuntu:" + "x" * 129,
    "Ubuntu", "ubuntu:ñ", "ñu", "a/b", "a/b:1", "docker.io/library/ubuntu:1", "ubuntu@sha256:12", "ubuntu@md5:x",
    "", ":1",
    "ubuntu@" + DIGEST.upper(), "u_b:1", "deadbeef", "abc@", "0123456789ab",
]  # fmt: skip


@pytest.mark.parametrize("text", NAMES)
def test_a_name_has_the_parts_the_grammar_gives_it(text: str) -> None:
    try:
        reference = normalize(text)
    except EstibaError:
        expected = ("", "", "")
    else:
        digest = str(reference.digest or "")
        expected = (reference.familiar_name, reference.tag or "", digest)
    assert parts(text) == expected
    assert plain(text) in (None, expected)
