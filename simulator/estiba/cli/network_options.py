"""What `--network`, `--ip`, `--network-alias` and their kin make of a container's endpoints."""

from __future__ import annotations

from typing import Any

from .errors import CommandFailed
from .flags import Options

# the flag, the key of a `--network name=…` that says the same, and how messages call it
TWICE = (
    ("aliases", "network-alias", "--network-alias", "alias"),
    ("links", "link", "--link", "links"),
    ("ip", "ip", "--ip", "IPv4 address"),
    ("ip6", "ip6", "--ip6", "IPv6 address"),
    ("mac-address", "mac-address", "--mac-address", "MAC address"),
    ("local", "link-local-ip", "--link-local-ip", "link-local IP addresses"),
)


def is_user_defined(name: str) -> bool:
    return name not in ("default", "bridge", "host", "none") and not name.startswith("container:")


def endpoints(options: Options) -> dict[str, Any]:
    """Raises: CommandFailed."""
    chosen = [*options["network"], *options["net"]]
    single = len(chosen) <= 1
    found: dict[str, Any] = {}
    kinds = {is_user_defined(network["target"]) for network in chosen}
    for place, network in enumerate(
        chosen or [{"target": "default", "aliases": [], "driver": {}, "local": []}]
    ):
        merged = _merge(network, options) if place == 0 else network
        endpoint = _endpoint(merged)
        name = network["target"]
        if name in found:
            raise CommandFailed(f'network "{name}" is specified multiple times')
        if single and chosen and not endpoint:
            continue
        found[name] = _whole(endpoint)
    if len(kinds) > 1:
        raise CommandFailed(
            "conflicting options: cannot attach both user-defined and non-user-defined network-modes"
        )
    return found


def _merge(network: dict[str, Any], options: Options) -> dict[str, Any]:
    merged = dict(network)
    aliases = [*options["network-alias"], *options["net-alias"]]
    for key, flag, shown, what in TWICE:
        value = aliases if key == "aliases" else options[flag]
        if network.get(key) and value:
            raise CommandFailed(
                f"conflicting options: cannot specify both {shown} and per-network {what}"
            )
        if value and (key != "links" or is_user_defined(network["target"])):
            merged[key] = value
    return merged


def _endpoint(network: dict[str, Any]) -> dict[str, Any]:
    from .container_config import is_mac  # noqa: PLC0415

    if not network["target"].strip():
        raise CommandFailed("no name set for network")
    if not is_user_defined(network["target"]):
        if network["aliases"]:
            raise CommandFailed(
                "network-scoped aliases are only supported for user-defined networks"
            )
        if network.get("links"):
            raise CommandFailed("links are only supported for user-defined networks")
    endpoint: dict[str, Any] = {}
    if network["aliases"]:
        endpoint["Aliases"] = network["aliases"]
    if network["driver"]:
        endpoint["DriverOpts"] = network["driver"]
    if network.get("links"):
        endpoint["Links"] = network["links"]
    if network.get("priority"):
        endpoint["GwPriority"] = network["priority"]
    address = {
        "IPv4Address": network.get("ip"),
        "IPv6Address": network.get("ip6"),
        "LinkLocalIPs": network["local"],
    }
    if any(address.values()):
        endpoint["IPAMConfig"] = {name: value for name, value in address.items() if value}
    if mac := network.get("mac-address"):
        if not is_mac(mac):
            raise CommandFailed(f"{mac} is not a valid mac address")
        endpoint["MacAddress"] = mac
    return endpoint


EMPTY = {
    "IPAMConfig": None, "Links": None, "Aliases": None, "MacAddress": "", "DriverOpts": None,
    "GwPriority": 0, "NetworkID": "", "EndpointID": "", "Gateway": "", "IPAddress": "",
    "IPPrefixLen": 0, "IPv6Gateway": "", "GlobalIPv6Address": "", "GlobalIPv6PrefixLen": 0,
    "DNSNames": None,
}  # fmt: skip


def _whole(endpoint: dict[str, Any]) -> dict[str, Any]:
    return {**EMPTY, **endpoint}
