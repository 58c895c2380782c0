"""Where a reference goes wrong, and how.

Docker says `invalid reference format` to nearly everything. Here the text is read again, part by
part in the order of the grammar (host, path, tag, digest), until the first place that cannot be.
"""

import re

from estiba.spec.grammar import (
    COMPONENT,
    DIGEST,
    IPV6,
    LABEL,
    NAME_LIMIT,
    TAG,
    TAG_LIMIT,
    looks_like_host,
    lower,
)
from estiba.spec.invalid_reference import Flaw, Place, Reason
from estiba.spec.rule import Rule

_AT_ONCE = {
    Flaw.SPACE: r"\s+",
    Flaw.SCHEME: r"^[A-Za-z][A-Za-z0-9+.-]*://",
    Flaw.CREDENTIALS: r"^[^/@]*@(?=[^@]*/)",
}
_FOREIGN = r"[^a-z0-9._-]+"
_SEPARATORS = r"[._-]+"
_ONE_SEPARATOR = r"[._]|__|-+"
_TAG_FOREIGN = r"[^A-Za-z0-9_.-]+"
_HOST_FOREIGN = r"[^A-Za-z0-9-]+"
_HYPHENS = r"^-+|-+$"
_NOT_HEX = r"[^a-f0-9]+"


def locate(text: str, reason: Reason, rule: Rule) -> Place:
    """Find the first flaw in a text that was refused."""
    match reason:
        case Reason.EMPTY:
            return Place(Flaw.EMPTY, 0, 0)
        case Reason.IDENTIFIER:
            return Place(Flaw.IDENTIFIER, 0, len(text))
        case Reason.TAG:
            return _in_tag(text, 0) or Place(Flaw.TAG_CHARACTER, 0, len(text))
        case Reason.UPPERCASE:
            return _upper(text, rule)
        case Reason.NAME_TOO_LONG:
            return _too_long(text, rule)
        case Reason.FORMAT:
            return _malformed(text, rule)
        case _:
            return _bad_digest(text, reason)


def _upper(text: str, rule: Rule) -> Place:
    first, slash, _ = text.partition("/")
    start = len(first) + 1 if slash and looks_like_host(first, rule) else 0
    while start < len(text) and lower(text[start]) == text[start]:
        start += 1
    end = start
    while end < len(text) and lower(text[end]) != text[end]:
        end += 1
    return Place(Flaw.UPPERCASE, start, end)


def _too_long(text: str, rule: Rule) -> Place:
    """Point at what goes beyond the limit; what Docker adds in front counts too."""
    name_end = _name_end(text, text.find("@") if "@" in text else len(text))
    first, slash, _ = text.partition("/")
    host = len(first) + 1 if slash and looks_like_host(first, rule) else 0
    counted = text[0 if rule is Rule.ENGINE else host : name_end]
    added = 0
    if not host:
        added = len("docker.io/") if rule is Rule.ENGINE else 0
    if "/" not in text[host:name_end] and (not host or first == "docker.io"):
        added += len("library/")
    excess = len(counted) + added - NAME_LIMIT
    return Place(Flaw.NAME_LENGTH, max(host, name_end - max(excess, 1)), name_end)


def _bad_digest(text: str, reason: Reason) -> Place:
    start = text.rfind("@") + 1
    colon = text.find(":", start)
    if reason is Reason.DIGEST_ALGORITHM:
        return Place(Flaw.DIGEST_ALGORITHM, start, colon)
    if reason is Reason.DIGEST_LENGTH:
        return Place(Flaw.DIGEST_LENGTH, colon + 1, len(text))
    found = re.compile(_NOT_HEX).search(text, colon + 1)
    span = found.span() if found else (start, len(text))
    return Place(Flaw.DIGEST_CHARACTER, *span)


def _malformed(text: str, rule: Rule) -> Place:
    for flaw, pattern in _AT_ONCE.items():
        found = re.search(pattern, text)
        if found:
            return Place(flaw, *found.span())
    at = text.find("@") if "@" in text else len(text)
    name_end = _name_end(text, at)
    return (
        _in_name(text[:name_end], rule)
        or (_in_tag(text[name_end + 1 : at], name_end + 1) if name_end < at else None)
        or _in_digest(text, at)
        or Place(Flaw.CHARACTER, 0, len(text))
    )


def _name_end(text: str, at: int) -> int:
    """Where the name ends: at the first colon after the last slash, else at the digest."""
    colon = text.find(":", text.rfind("/", 0, at) + 1, at)
    return at if colon < 0 else colon


def _in_name(name: str, rule: Rule) -> Place | None:
    if not name:
        return Place(Flaw.EMPTY, 0, 0)
    first, slash, _ = name.partition("/")
    start = 0
    if slash and looks_like_host(first, rule) and not re.fullmatch(COMPONENT, first):
        place = _in_host(first, rule)
        if place:
            return place
        start = len(first) + 1
    for component in name[start:].split("/"):
        place = _in_component(component, start, len(name))
        if place:
            return place
        start += len(component) + 1
    return None


def _in_host(host: str, rule: Rule) -> Place | None:
    if host.startswith("["):
        end = host.find("]") + 1
        if rule is Rule.ENGINE or not re.fullmatch(IPV6, host[:end]):
            return Place(Flaw.HOST, 0, end or len(host))
        return _in_port(host, end)
    name = host.partition(":")[0]
    start = 0
    for label in name.split("."):
        if not label:
            return Place(Flaw.HOST, max(start - 1, 0), max(start, 1))
        if not re.fullmatch(LABEL, label):
            return Place(Flaw.HOST, *_in_label(label, start))
        start += len(label) + 1
    return _in_port(host, len(name))


def _in_label(label: str, start: int) -> tuple[int, int]:
    """Letters, digits and hyphens only, and no hyphen at either end."""
    found = re.search(_HOST_FOREIGN, label) or re.search(_HYPHENS, label)
    first, last = found.span() if found else (0, len(label))
    return start + first, start + last


def _in_port(host: str, start: int) -> Place | None:
    port = host[start:]
    if not port or re.fullmatch(r":[0-9]+", port):
        return None
    return Place(Flaw.PORT, start, len(host))


def _in_component(component: str, start: int, name_end: int) -> Place | None:
    if not component:
        slash = start - 1 if start == name_end else start
        return Place(Flaw.EMPTY_COMPONENT, slash, slash + 1)
    foreign = re.search(_FOREIGN, component)
    if foreign:
        is_upper = foreign[0].isascii() and foreign[0].isalpha()
        flaw = Flaw.UPPERCASE if is_upper else Flaw.CHARACTER
        return Place(flaw, start + foreign.start(), start + foreign.end())
    for run in re.finditer(_SEPARATORS, component):
        span = start + run.start(), start + run.end()
        if run.start() == 0 or run.end() == len(component):
            return Place(Flaw.EDGE, *span)
        if not re.fullmatch(_ONE_SEPARATOR, run[0]):
            return Place(Flaw.SEPARATORS, *span)
    return None


def _in_tag(tag: str, start: int) -> Place | None:
    if not tag:
        return Place(Flaw.EMPTY_TAG, max(start - 1, 0), start)
    foreign = re.search(_TAG_FOREIGN, tag)
    if foreign:
        flaw = Flaw.SECOND_TAG if foreign[0][0] == ":" else Flaw.TAG_CHARACTER
        return Place(flaw, start + foreign.start(), start + foreign.end())
    if tag[0] in ".-":
        return Place(Flaw.TAG_START, start, start + 1)
    if not re.fullmatch(TAG, tag):
        return Place(Flaw.TAG_LENGTH, start + TAG_LIMIT, start + len(tag))
    return None


def _in_digest(text: str, at: int) -> Place | None:
    if at == len(text) or re.fullmatch(DIGEST, text[at + 1 :]):
        return None
    return Place(Flaw.DIGEST_FORM, at, len(text))
