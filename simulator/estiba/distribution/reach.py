"""Why no registry answers at a host.

A host whose addresses lie in 127.0.0.0/8 is insecure: HTTPS is tried first, then HTTP, whose error
is shown. Source: Docker Engine 20.10, registry/service_v2.go.
"""

from __future__ import annotations

from ..spec.unreachable import DEFAULT_PORTS, dial, is_insecure
from .errors import Unreachable


def refusal(host: str, *, online: bool) -> Unreachable:
    """Why nobody answers at `host[:port]`."""
    name, colon, port = host.partition(":")
    if not name:
        return Unreachable("", "http: no Host in request URL", url="https:/v2/")
    scheme = "http" if is_insecure(name) else "https"
    port = port if colon else DEFAULT_PORTS[scheme]
    return Unreachable(host, dial(name, port, online=online), scheme=scheme)
