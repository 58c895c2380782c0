"""Who may ask through a TCP port: programs of this machine, never a web page.

A browser lets any page send requests to 127.0.0.1, under the page's own name if its owner points that name
at this machine (DNS rebinding). Such requests carry an `Origin` or `Sec-Fetch-…` header, or a `Host` that is none of
ours. Source: Fetch standard, "Origin header"; W3C Fetch Metadata; RFC 9110, section 7.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .messages import Response, json_response

BROWSER_HEADERS = ("origin", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest")
LOOPBACK_NAMES = frozenset(("localhost", "127.0.0.1", "::1"))


class Admission(NamedTuple):
    """The names under which a port may be asked; none at all for any name.

    None admits everything, as behind a Unix socket.
    """

    names: frozenset[str] | None = None

    @classmethod
    def of(cls, *names: str) -> Admission:
        """The loopback's names and these."""
        return cls(LOOPBACK_NAMES | {name.lower() for name in names})

    def refusal(self, headers: Mapping[str, str]) -> Response | None:
        """The answer to a request that is not let in; None for one that is."""
        if self.names is None:
            return None
        if not headers.keys().isdisjoint(BROWSER_HEADERS):
            return json_response({"message": "requests from web pages are refused"}, 403)
        if self.names and host_name(headers.get("host", "")) not in self.names:
            return json_response({"message": "the Host header names another machine"}, 403)
        return None


def host_name(text: str) -> str:
    """The name of a `Host` header without its port.

    >>> host_name("LocalHost:2376"), host_name("[::1]:2376"), host_name("a.b")
    ('localhost', '::1', 'a.b')
    """
    text = text.strip().lower()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") < 2 else text


def is_loopback(name: str) -> bool:
    return name in LOOPBACK_NAMES or (name.startswith("127.") and _is_ipv4(name.split(".")))


def _is_ipv4(parts: Iterable[str]) -> bool:
    parts = tuple(parts)
    return len(parts) == 4 and all(part.isdigit() and int(part) < 256 for part in parts)
