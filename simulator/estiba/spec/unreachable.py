"""What is said when an address outside does not answer: names, ports, and who listens.

The words are those of Go's resolver and HTTP client. The machine asks the resolver of systemd, which
knows of no such host when it is online, and says that it cannot tell (SERVFAIL) when it is not;
`/etc/hosts` knows `localhost` only.
Source: Go 1.19, net (dnsclient_unix.go, port.go, dnsclient.go isDomainName); systemd-resolved(8).
"""

from __future__ import annotations

import re

from .gotext import quote

LOOPBACK = re.compile(r"127(\.\d{1,3}){3}")
ADDRESS = re.compile(r"(\d{1,3})(\.\d{1,3}){3}")
LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)
LARGEST_PORT = 65535
DEFAULT_PORTS = {"https": "443", "http": "80"}
NAME_SERVER = "127.0.0.53:53"


def no_answer(url: str, *, online: bool = True) -> str:
    """The reason, as Go's HTTP client words it.

    >>> no_answer("http://127.0.0.1:1/x")
    'Get "http://127.0.0.1:1/x": dial tcp 127.0.0.1:1: connect: connection refused'
    """
    scheme, _, rest = url.partition("://")
    place = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
    host, _, port = place.partition(":")
    port = port or DEFAULT_PORTS.get(scheme, "80")
    if not (port.isascii() and port.isdigit()):
        return f'parse {quote(url)}: invalid port ":{port}" after host'
    return f'Get "{url}": {dial(host, port, online=online)}'


def is_insecure(name: str) -> bool:
    """May this host be spoken to without TLS?"""
    return name.lower() == "localhost" or LOOPBACK.fullmatch(name) is not None


def dial(name: str, port: str, *, online: bool) -> str:
    """The words of a connection that does not come about."""
    if int(port) > LARGEST_PORT:
        return f"dial tcp: address {port}: invalid port"
    if ADDRESS.fullmatch(name) and all(int(part) < 256 for part in name.split(".")):
        return f"dial tcp {name}:{port}: connect: {_answer(name, online)}"
    if name.lower() == "localhost":
        return f"dial tcp 127.0.0.1:{port}: connect: connection refused"
    return f"dial tcp: {lookup(name, online=online)}"


def lookup(name: str, *, online: bool) -> str:
    """The words of a name that is not found."""
    if not _is_domain_name(name):
        return f"lookup {name}: no such host"
    return f"lookup {name} on {NAME_SERVER}: {'no such host' if online else 'server misbehaving'}"


def _answer(address: str, online: bool) -> str:
    if LOOPBACK.fullmatch(address) or address == "0.0.0.0":
        return "connection refused"
    return "no route to host" if online else "network is unreachable"


def _is_domain_name(name: str) -> bool:
    """A name with only digits between its dots is none."""
    labels = name.removesuffix(".").split(".")
    return (
        len(name) < 255
        and all(LABEL.fullmatch(label) for label in labels)
        and not all(label.isdigit() for label in labels)
    )
