"""Names of images taken apart, for lists. Most are so plain that the whole grammar need not be loaded."""

from __future__ import annotations

HEX_DIGITS = frozenset("0123456789abcdef")


def plain(text: str) -> tuple[str, str, str] | None:
    """The parts of a name of letters and digits, perhaps with a tag or a digest; None for anything richer."""
    name, _, digest = text.partition("@")
    name, _, label = (name if digest else text).partition(":")
    if not (name.isalnum() and name.islower() and text.isascii() and len(name) < 64):
        return None
    if text == name:
        return name, "", ""
    if digest:
        algorithm, _, encoded = digest.partition(":")
        sound = algorithm == "sha256" and len(encoded) == 64 and HEX_DIGITS.issuperset(encoded)
        return (name, "", digest) if sound and not label else None
    letters = label.replace(".", "0").replace("-", "0")
    sound = letters.isalnum() and label[0].isalnum() and len(label) <= 128
    return (name, label, "") if sound else None


def parts(text: str) -> tuple[str, str, str]:
    """A name as people write it, its tag, its digest; empty where there is none."""
    if found := plain(text):  # as most are: no need for the whole grammar of references
        return found
    from ..spec.invalid_reference import InvalidReference  # noqa: PLC0415
    from ..spec.reference import normalize  # noqa: PLC0415

    try:
        reference = normalize(text)
    except InvalidReference:
        return "", "", ""
    return reference.familiar_name, reference.tag or "", str(reference.digest or "")
