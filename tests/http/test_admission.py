"""Who is let in through a TCP port."""

from __future__ import annotations

import pytest

from estiba.http.admission import Admission, host_name, is_loopback

LOCAL = Admission.of("127.0.0.1")


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "127.0.0.1:2376"},
        {"host": "LOCALHOST"},
        {"host": "[::1]:2375"},
        {"host": "localhost:1", "user-agent": "Docker-Client/28"},
    ],
)
def test_programs_of_this_machine_are_let_in(headers: dict[str, str]) -> None:
    assert LOCAL.refusal(headers) is None


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": "evil.example"},
        {"host": "127.0.0.1.evil.example:2375"},
        {"host": "localhost.evil.example"},
        {"host": "evil.example:127.0.0.1"},
        {"host": "127.0.0.1", "origin": "null"},
        {"host": "127.0.0.1", "origin": "http://127.0.0.1:2375"},
        {"host": "127.0.0.1", "sec-fetch-site": "cross-site"},
        {"host": "127.0.0.1", "sec-fetch-mode": "no-cors"},
    ],
)
def test_web_pages_and_other_names_are_not(headers: dict[str, str]) -> None:
    answer = LOCAL.refusal(headers)
    assert answer is not None and answer.status == 403


def test_a_socket_of_the_file_system_admits_whoever_reaches_it() -> None:
    assert Admission().refusal({"origin": "http://x"}) is None


def test_a_port_for_other_machines_takes_any_name_but_no_page() -> None:
    anywhere = Admission(frozenset())
    assert anywhere.refusal({"host": "server.example:2376"}) is None
    assert anywhere.refusal({"host": "server.example", "origin": "http://x"}) is not None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("127.0.0.1.evil.example", False),
        ("127.evil.0.1", False),
        ("127.0.0.256", False),
        ("0.0.0.0", False),
        ("192.168.0.1", False),
    ],
)
def test_the_loopback_has_few_names(name: str, expected: bool) -> None:
    assert is_loopback(name) is expected


def test_a_host_header_loses_its_port() -> None:
    assert [host_name(t) for t in ("a:1", "[::1]:1", "::1", "A")] == ["a", "::1", "::1", "a"]
