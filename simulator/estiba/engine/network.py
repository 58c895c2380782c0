"""The record of one network, and its JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..network import Subnet
from ..spec.gotime import format_time

if TYPE_CHECKING:
    from .container import Container, Endpoint

PREDEFINED = ("bridge", "host", "none")


@dataclass(slots=True, eq=False)
class Network:
    """A network of this host. `given` is the address configuration somebody asked for, if any."""

    id: str
    name: str
    driver: str
    created_ns: int
    subnet: Subnet | None = None
    given: tuple[dict[str, Any], ...] = ()
    ipam_driver: str = "default"
    ipam_options: dict[str, str] | None = None
    options: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    internal: bool = False
    attachable: bool = False
    ingress: bool = False
    ipv6: bool = False
    members: dict[str, tuple[Container[Any], Endpoint]] = field(default_factory=dict)

    @property
    def predefined(self) -> bool:
        return self.name in PREDEFINED

    def to_json(self, *, members: bool = True) -> dict[str, Any]:
        """As `docker network inspect` prints it; lists leave the members out."""
        return {
            "Name": self.name,
            "Id": self.id,
            "Created": format_time(self.created_ns),
            "Scope": "local",
            "Driver": self.driver,
            "EnableIPv6": self.ipv6,
            "IPAM": {
                "Driver": self.ipam_driver,
                "Options": self.ipam_options,
                "Config": self._address_configuration(),
            },
            "Internal": self.internal,
            "Attachable": self.attachable,
            "Ingress": self.ingress,
            "ConfigFrom": {"Network": ""},
            "ConfigOnly": False,
            "Containers": self._members() if members else {},
            "Options": self.options,
            "Labels": self.labels,
        }

    def _address_configuration(self) -> list[dict[str, Any]]:
        if any(entry.get("Subnet") for entry in self.given):
            return [dict(entry) for entry in self.given]
        if self.subnet is None:
            return []
        return [{"Subnet": str(self.subnet.network), "Gateway": self.subnet.gateway}]

    def _members(self) -> dict[str, dict[str, str]]:
        return {
            container_id: {
                "Name": container.name,
                "EndpointID": endpoint.id,
                "MacAddress": endpoint.mac,
                "IPv4Address": (
                    f"{endpoint.address}/{endpoint.prefix_length}" if endpoint.address else ""
                ),
                "IPv6Address": "",
            }
            for container_id, (container, endpoint) in sorted(self.members.items())
        }


KIND = "network"
CARRIED = (
    "name",
    "driver",
    "created_ns",
    "ipam_driver",
    "ipam_options",
    "internal",
    "attachable",
    "ingress",
    "ipv6",
)


def document(network: Network) -> dict[str, Any]:
    """What outlives the engine of a network: its members join again when they start."""
    return {
        "version": 1,
        **{name: getattr(network, name) for name in CARRIED},
        "subnet": None if network.subnet is None else str(network.subnet.network),
        "given": [dict(entry) for entry in network.given],
        "options": dict(network.options),
        "labels": dict(network.labels),
    }


def restored(network_id: str, value: Mapping[str, Any]) -> Network:
    """The network of a document, without addresses yet."""
    return Network(
        network_id,
        given=tuple(value["given"]),
        options=value["options"],
        labels=value["labels"],
        **{name: value[name] for name in CARRIED},
    )
