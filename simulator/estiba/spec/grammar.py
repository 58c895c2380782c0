"""The grammar of references as regular expressions.

Source: distribution/reference, the grammar at the top of the package; go-digest for digests.
"""

import re
from functools import cache

from estiba.spec.rule import Rule

NAME_LIMIT = 255
TAG_LIMIT = 128

LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
IPV6 = r"\[[a-fA-F0-9:]+\]"
COMPONENT = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
DIGEST = r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"
IDENTIFIER = r"[a-f0-9]{64}"

_DOMAIN_NAME = rf"{LABEL}(?:\.{LABEL})*"


@cache
def reference(rule: Rule) -> re.Pattern[str]:
    """The whole grammar, with groups for the four parts; IPv6 only by newer rules."""
    host = _DOMAIN_NAME if rule is Rule.ENGINE else rf"(?:{_DOMAIN_NAME}|{IPV6})"
    return re.compile(
        rf"(?:(?P<domain>{host}(?::[0-9]+)?)/)?(?P<path>{COMPONENT}(?:/{COMPONENT})*)"
        rf"(?::(?P<tag>{TAG}))?(?:@(?P<digest>{DIGEST}))?"
    )


def lower(text: str) -> str:
    """Lower-case letter by letter, as Go does; a byte that was no UTF-8 becomes U+FFFD."""
    if text.isascii():
        return text.lower()
    return "".join("\ufffd" if "\udc80" <= c <= "\udcff" else c.lower()[0] for c in text)


def looks_like_host(first: str, rule: Rule) -> bool:
    """Whether what stands before the first slash is a host rather than a user of the Hub."""
    if "." in first or ":" in first or first == "localhost":
        return True
    return rule is not Rule.ENGINE and lower(first) != first
