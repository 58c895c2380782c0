"""The three files Docker lays over a container's own: /etc/hosts, /etc/hostname,
/etc/resolv.conf."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ..runtime import Bind
from .container import Container
from .network import PREDEFINED

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

LOCAL_HOSTS = (
    "127.0.0.1\tlocalhost\n"
    "::1\tlocalhost ip6-localhost ip6-loopback\n"
    "fe00::0\tip6-localnet\n"
    "ff00::0\tip6-mcastprefix\n"
    "ff02::1\tip6-allnodes\n"
    "ff02::2\tip6-allrouters\n"
)
EMBEDDED_DNS = "127.0.0.11"
NAME_SERVERS = ("8.8.8.8", "8.8.4.4")


def etc_files(engine: Engine[M], container: Container[M]) -> tuple[Bind[M], ...]:
    """The files as mounts. A container that shares another's network shares its files too."""
    mode = container.network_mode
    owner = container
    if mode.startswith("container:"):
        owner = engine.containers.get(mode.partition(":")[2])
    files = (
        ("/etc/hosts", hosts(engine, owner)),
        ("/etc/hostname", f"{owner.hostname}\n"),
        ("/etc/resolv.conf", resolv_conf(owner)),
    )
    taken = {point.destination for point in container.mounts}
    return tuple(Bind(target, text.encode()) for target, text in files if target not in taken)


def hosts(engine: Engine[M], container: Container[M]) -> str:
    """What /etc/hosts says: the local names, those added by hand, links, and the container
    itself."""
    lines = [LOCAL_HOSTS]
    for entry in container.host["ExtraHosts"] or ():
        name, _, address = entry.partition(":")
        if address == "host-gateway":
            address = engine.networks.bridge.subnet.gateway if engine.networks.bridge.subnet else ""
        lines.append(f"{address}\t{name}\n")
    if container.links:
        lines += [f"{address}\t{names}\n" for address, names in engine.links.hosts(container)]
    name, domain = container.hostname, container.config.domainname
    own = f"{name}.{domain} {name}" if domain else name
    for endpoint in container.endpoints.values():
        if endpoint.address:
            lines.append(f"{endpoint.address}\t{own}\n")
    return "".join(lines)


def resolv_conf(container: Container[M]) -> str:
    """What /etc/resolv.conf says: Docker's own server on networks people made, else the host's."""
    host = container.host
    servers, search, options = host["Dns"] or (), host["DnsSearch"] or (), host["DnsOptions"] or ()
    if any(name not in PREDEFINED for name in container.endpoints):
        servers = (EMBEDDED_DNS,)
        options = (*options, "ndots:0")
    lines = [f"search {' '.join(search)}\n"] if search and "." not in search else []
    lines += [f"nameserver {server}\n" for server in servers or NAME_SERVERS]
    if options:
        lines.append(f"options {' '.join(options)}\n")
    return "".join(lines)
