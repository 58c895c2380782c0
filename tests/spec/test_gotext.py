"""Go's quoting and numbers."""

import pytest

from estiba.spec.gotext import InvalidNumber, parse_float, parse_int, quote


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("a b", '"a b"'),
        ('"\\', r'"\"\\"'),
        ("\a\b\f\n\r\t\v", r'"\a\b\f\n\r\t\v"'),
        ("\x00\x1b\x7f", r'"\x00\x1b\x7f"'),
        ("ñ日😀", '"ñ日😀"'),
        ("\u00a0\u200b\u2028\ufeff", r'"\u00a0\u200b\u2028\ufeff"'),
        ("\U000e0001", r'"\U000e0001"'),
        ("\udcff", r'"\xff"'),
    ],
)
def test_text_is_quoted_with_gos_escapes(text: str, quoted: str) -> None:
    assert quote(text) == quoted


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1.0), ("-.5e1", -5.0), ("1_0.5", 10.5), ("0x1p-1", 0.5), ("+Inf", float("inf"))],
)
def test_floats_have_gos_forms(text: str, value: float) -> None:
    assert parse_float(text) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "invalid syntax"),
        (".", "invalid syntax"),
        ("1__0", "invalid syntax"),
        ("_1", "invalid syntax"),
        ("0x10", "invalid syntax"),
        ("1e999", "value out of range"),
        ("0x1p99999", "value out of range"),
    ],
)
def test_what_is_no_float_is_refused(text: str, reason: str) -> None:
    with pytest.raises(InvalidNumber) as caught:
        parse_float(text)
    assert str(caught.value) == f'strconv.ParseFloat: parsing "{text}": {reason}'


def test_integers_have_digits_of_ascii_and_64_bits() -> None:
    assert [parse_int(text) for text in ("0", "+7", "-12", str(2**63 - 1))] == [
        0,
        7,
        -12,
        2**63 - 1,
    ]
    for text, reason in (
        ("", "invalid syntax"),
        ("1_0", "invalid syntax"),
        ("５", "invalid syntax"),
    ):
        with pytest.raises(InvalidNumber, match=reason):
            parse_int(text)
    with pytest.raises(InvalidNumber) as caught:
        parse_int(str(2**63), function="Atoi")
    assert str(caught.value) == f'strconv.Atoi: parsing "{2**63}": value out of range'
