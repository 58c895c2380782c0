"""What happens on the way to a registry's host: names, ports, and who listens.

The words are those of the Go resolver inside the engine. A machine without a name server (no
network) asks 127.0.0.1:53, where nobody answers; `/etc/hosts` knows `localhost` only. A host whose
addresses lie in 127.0.0.0/8 is insecure: HTTPS is tried first, then HTTP, whose error is shown.
Source: Go 1.19, net (dnsclient_unix.go, port.go, dnsclient.go isDomainName); Docker Engine 20.10,
registry/service_v2.go, as recorded.
"""

from __future__ import annotations

import re
import zlib

from .errors import Unreachable

LOOPBACK = re.compile(r"127(\.\d{1,3}){3}")
ADDRESS = re.compile(r"(\d{1,3})(\.\d{1,3}){3}")
LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)
LARGEST_PORT = 65535
FIRST_PORT, PORTS = 32768, 28232
DEFAULT_PORTS = {"https": "443", "http": "80"}
NO_SERVER = "127.0.0.1:53"


def refusal(host: str, name_server: str | None) -> Unreachable:
    """Why nobody answers at `host[:port]`. `name_server`: `address:port`, None without a network."""
    name, colon, port = host.partition(":")
    if not name:
        return Unreachable("", "http: no Host in request URL", url="https:/v2/")
    scheme = "http" if is_insecure(name) else "https"
    port = port if colon else DEFAULT_PORTS[scheme]
    return Unreachable(host, dial(name, port, name_server), scheme=scheme)


def is_insecure(name: str) -> bool:
    """May this host be spoken to without TLS?"""
    return name.lower() == "localhost" or LOOPBACK.fullmatch(name) is not None


def dial(name: str, port: str, name_server: str | None) -> str:
    """The words of a connection that does not come about."""
    if int(port) > LARGEST_PORT:
        return f"dial tcp: address {port}: invalid port"
    if ADDRESS.fullmatch(name) and all(int(part) < 256 for part in name.split(".")):
        return f"dial tcp {name}:{port}: connect: {_answer(name, name_server)}"
    if name.lower() == "localhost":
        return f"dial tcp 127.0.0.1:{port}: connect: connection refused"
    return f"dial tcp: {lookup(name, name_server)}"


def lookup(name: str, name_server: str | None) -> str:
    """The words of a name that is not found."""
    if not _is_domain_name(name):
        return f"lookup {name}: no such host"
    if name_server is not None:
        return f"lookup {name} on {name_server}: no such host"
    ours = f"127.0.0.1:{FIRST_PORT + zlib.crc32(name.encode()) % PORTS}"
    reason = f"read udp {ours}->{NO_SERVER}: read: connection refused"
    return f"lookup {name} on {NO_SERVER}: {reason}"


def _answer(address: str, name_server: str | None) -> str:
    if LOOPBACK.fullmatch(address) or address == "0.0.0.0":
        return "connection refused"
    return "network is unreachable" if name_server is None else "no route to host"


def _is_domain_name(name: str) -> bool:
    """A name with only digits between its dots is none."""
    labels = name.removesuffix(".").split(".")
    return (
        len(name) < 255
        and all(LABEL.fullmatch(label) for label in labels)
        and not all(label.isdigit() for label in labels)
    )
