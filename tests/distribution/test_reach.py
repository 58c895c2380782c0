"""What is said of a host where no registry answers."""

import pytest

from estiba.distribution.reach import refusal
from estiba.spec.unreachable import is_insecure

CASES = [
    ("localhost", 'Get "http://localhost/v2/": dial tcp 127.0.0.1:80: connect: connection refused'),
    ("Localhost:5000", 'Get "http://Localhost:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused'),
    ("127.0.0.9", 'Get "http://127.0.0.9/v2/": dial tcp 127.0.0.9:80: connect: connection refused'),
    ("localhost:99999", 'Get "http://localhost:99999/v2/": dial tcp: address 99999: invalid port'),
    ("h.io:65536", 'Get "https://h.io:65536/v2/": dial tcp: address 65536: invalid port'),
    ("h.io:65535", 'Get "https://h.io:65535/v2/": dial tcp: lookup h.io on 127.0.0.53:53: no such host'),
    ("1.2.3.4.5", 'Get "https://1.2.3.4.5/v2/": dial tcp: lookup 1.2.3.4.5: no such host'),
    ("1.2.3.4", 'Get "https://1.2.3.4/v2/": dial tcp 1.2.3.4:443: connect: no route to host'),
    ("", 'Get "https:/v2/": http: no Host in request URL'),
]  # fmt: skip


@pytest.mark.parametrize(("host", "words"), CASES)
def test_a_host_where_nobody_answers_is_told_in_the_resolvers_words(host: str, words: str) -> None:
    assert str(refusal(host, online=True)) == words


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("docker.io:443", "dial tcp: lookup docker.io on 127.0.0.53:53: server misbehaving"),
        ("1.2.3.4:443", "dial tcp 1.2.3.4:443: connect: network is unreachable"),
        ("127.0.0.1:443", "dial tcp 127.0.0.1:443: connect: connection refused"),
    ],
)
def test_without_a_network_the_resolver_cannot_tell(host: str, words: str) -> None:
    assert str(refusal(host, online=False)).endswith(words)


@pytest.mark.parametrize(
    ("name", "insecure"), [("localhost", True), ("127.1.2.3", True), ("128.0.0.1", False)]
)
def test_only_this_machine_is_spoken_to_without_tls(name: str, insecure: bool) -> None:
    assert is_insecure(name) is insecure
