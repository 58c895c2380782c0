"""Where a refused reference goes wrong: each kind of flaw at its place."""

import pytest

from estiba.spec import InvalidReference, Rule, normalize
from estiba.spec.invalid_reference import Flaw

HEX32 = "0123456789abcdef" * 2

TABLE = [
    ("", Flaw.EMPTY, "^"),
    (":tag", Flaw.EMPTY, "^"),
    ("my image", Flaw.SPACE, "~~^"),
    ("https://h.io/a", Flaw.SCHEME, "^^^^^^^^"),
    ("ana:x@h.io/a", Flaw.CREDENTIALS, "^^^^^^"),
    ("a_b.com:80/a", Flaw.HOST, "~^"),
    ("h-.com/a", Flaw.HOST, "~^"),
    ("h..com/a", Flaw.HOST, "~^"),
    ("h.com:/a", Flaw.PORT, "~~~~~^"),
    ("h.com:8x/a", Flaw.PORT, "~~~~~^^^"),
    ("a:b/c", Flaw.PORT, "~^^"),
    ("a//b", Flaw.EMPTY_COMPONENT, "~~^"),
    ("/a", Flaw.EMPTY_COMPONENT, "^"),
    ("a/", Flaw.EMPTY_COMPONENT, "~^"),
    ("Busybox", Flaw.UPPERCASE, "^"),
    ("h.io/a/BOX", Flaw.UPPERCASE, "~~~~~~~^^^"),
    ("a!?b", Flaw.CHARACTER, "~^^"),
    ("日本/a!", Flaw.CHARACTER, "^^^^"),
    ("日本", Flaw.CHARACTER, "^^^^"),
    ("-a", Flaw.EDGE, "^"),
    ("a/b_", Flaw.EDGE, "~~~^"),
    ("a.-b", Flaw.SEPARATORS, "~^^"),
    ("a___b", Flaw.SEPARATORS, "~^^^"),
    ("a:", Flaw.EMPTY_TAG, "~^"),
    ("a:-b", Flaw.TAG_START, "~~^"),
    ("a:b+c", Flaw.TAG_CHARACTER, "~~~^"),
    ("a:b:c", Flaw.SECOND_TAG, "~~~^"),
    ("a:" + "t" * 130, Flaw.TAG_LENGTH, "~" * 130 + "^^"),
    ("a@", Flaw.DIGEST_FORM, "~^"),
    ("a@sha256:ab", Flaw.DIGEST_FORM, "~^^^^^^^^^^"),
    (f"a@md5:{HEX32}", Flaw.DIGEST_ALGORITHM, "~~^^^"),
    (f"a@sha256:{HEX32}", Flaw.DIGEST_LENGTH, "~" * 9 + "^" * 32),
    (f"a@sha256:{HEX32}{HEX32[:-2]}AB", Flaw.DIGEST_CHARACTER, "~" * 71 + "^^"),
    (HEX32 * 2, Flaw.IDENTIFIER, "^" * 64),
    ("h.io/" + "a" * 257, Flaw.NAME_LENGTH, "~" * 260 + "^^"),
]


@pytest.mark.parametrize(("text", "flaw", "mark"), TABLE)
def test_the_first_flaw_is_found_at_its_place(text: str, flaw: Flaw, mark: str) -> None:
    with pytest.raises(InvalidReference) as caught:
        normalize(text)
    assert (caught.value.flaw, caught.value.pointer()) == (flaw, f"{text}\n{mark}")


def test_the_engine_takes_an_upper_case_host_for_a_user() -> None:
    assert normalize("MyHost/a").domain == "MyHost"
    with pytest.raises(InvalidReference) as caught:
        normalize("MyHost/a", Rule.ENGINE)
    assert (caught.value.flaw, caught.value.position) == (Flaw.UPPERCASE, 0)


def test_the_engine_knows_no_ipv6() -> None:
    assert normalize("[::1]:5000/a").domain == "[::1]:5000"
    with pytest.raises(InvalidReference, match=r"^invalid reference format$") as caught:
        normalize("[::1]:5000/a", Rule.ENGINE)
    assert caught.value.flaw is Flaw.HOST


def test_what_a_terminal_cannot_show_takes_one_cell() -> None:
    with pytest.raises(InvalidReference) as caught:
        normalize("a\n")
    assert caught.value.pointer() == "a\N{REPLACEMENT CHARACTER}\n~^"


def test_every_kind_of_flaw_is_in_the_table() -> None:
    assert {row[1] for row in TABLE} == set(Flaw)
