"""`docker network create`, `connect`, `disconnect`, `ls` and `rm`."""

from __future__ import annotations

import ipaddress
from typing import Any, ClassVar

from .bindings import pairs
from .client import encode_filters
from .errors import CommandFailed, EngineError
from .flags import Options
from .formatter import Column, Row, render
from .images import short_id
from .places import identifier, place, record
from .session import Session
from .table import natural
from .template import Method

TABLE = "table {{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}"
RAW = "network_id: {{.ID}}\nname: {{.Name}}\ndriver: {{.Driver}}\nscope: {{.Scope}}\n"


def _flag(key: str) -> Column:
    return lambda row: str(bool(row.network.get(key))).lower()


class NetworkRow(Row):
    """One network."""

    __slots__ = ("network", "truncated")
    go_type = "*network.networkContext"

    def __init__(self, network: Any, truncated: bool) -> None:
        self.network = network
        self.truncated = truncated

    def labels(self) -> str:
        labels = self.network.get("Labels") or {}
        return ",".join(sorted(f"{key}={value}" for key, value in labels.items()))

    columns: ClassVar[dict[str, Column]] = {
        "ID": lambda r: short_id(r.network["Id"]) if r.truncated else r.network["Id"],
        "Name": lambda r: r.network["Name"],
        "Driver": lambda r: r.network["Driver"],
        "Scope": lambda r: r.network["Scope"],
        "IPv4": _flag("EnableIPv4"),
        "IPv6": _flag("EnableIPv6"),
        "Internal": _flag("Internal"),
        "Labels": labels,
        "Label": lambda r: Method(lambda n: (r.network.get("Labels") or {}).get(n, ""), 1),
        "CreatedAt": lambda r: _created(r.network.get("Created", "")),
    }
    headers: ClassVar[dict[str, str]] = {
        "ID": "NETWORK ID",
        "Name": "NAME",
        "Driver": "DRIVER",
        "Scope": "SCOPE",
        "IPv4": "IPV4",
        "IPv6": "IPV6",
        "Internal": "INTERNAL",
        "Labels": "LABELS",
        "CreatedAt": "CREATED AT",
    }


def _created(text: str) -> str:
    from .model import Time  # noqa: PLC0415

    return Time(text).text(True, "v")


def list_networks(session: Session, options: Options) -> None:
    query = {"filters": encode_filters(options["filter"])} if options["filter"] else {}
    networks = session.client.get("/networks", query)
    form, quiet = options["format"], options["quiet"]
    if not form:
        form = "table" if quiet else session.config.text("networksFormat") or "table"
    if form == "table":
        form = "{{.ID}}" if quiet else TABLE
    elif form == "raw":
        form = "network_id: {{.ID}}" if quiet else RAW
    ordered = sorted(networks, key=lambda network: natural(network["Name"]))
    rows = [NetworkRow(network, not options["no-trunc"]) for network in ordered]
    session.write(render(form, rows, NetworkRow.headers))


def create(session: Session, options: Options) -> None:
    name = options.arguments[0]
    body: dict[str, Any] = {
        "Driver": options["driver"],
        "Scope": options["scope"],
        "IPAM": {
            "Driver": options["ipam-driver"],
            "Options": options["ipam-opt"],
            "Config": subnets(options),
        },
        "Internal": options["internal"],
        "Attachable": options["attachable"],
        "Ingress": options["ingress"],
        "ConfigOnly": options["config-only"],
        "ConfigFrom": None,
        "Options": options["opt"],
        "Labels": pairs(options["label"]),
        "Name": name,
    }
    if options["config-from"]:
        body["ConfigFrom"] = {"Network": options["config-from"]}
    for flag, key in (("ipv4", "EnableIPv4"), ("ipv6", "EnableIPv6")):
        if flag in options.given:
            body[key] = options[flag]
    if not session.client.at_least("1.44"):
        body["CheckDuplicate"] = True
    made = session.client.json("POST", "/networks/create", None, body)
    session.line(made["Id"])


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        if "/" not in text:
            raise ValueError
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise CommandFailed(f"invalid CIDR address: {text}") from None


def _contains(subnet: str, text: str) -> bool:
    """Is an address, or a range, inside a subnet? Raises: CommandFailed."""
    whole = _network(subnet)
    if "/" in text:
        return _network(text).network_address in whole
    try:
        return ipaddress.ip_address(text) in whole
    except ValueError:
        raise CommandFailed(f"invalid IP address: {text}") from None


def subnets(options: Options) -> list[dict[str, Any]]:
    """The address blocks: each range, gateway and address goes to the subnet it is in. Raises: CommandFailed."""
    given, ranges = options["subnet"], options["ip-range"]
    gateways, extra = options["gateway"], options["aux-address"]
    if len(given) < len(ranges) or len(given) < len(gateways):
        raise CommandFailed("every ip-range or gateway must have a corresponding subnet")
    blocks: dict[str, dict[str, Any]] = {}
    for subnet in given:
        for known in blocks:
            if _network(subnet).overlaps(_network(known)) if _same_kind(subnet, known) else False:
                raise CommandFailed("multiple overlapping subnet configuration is not supported")
        blocks[subnet] = {"Subnet": subnet}
    for values, key, what in ((ranges, "IPRange", "range"), (gateways, "Gateway", "gateway")):
        for value in values:
            _place(blocks, value, key, what)
    for name, value in extra.items():
        block = _find(blocks, value, f"no matching subnet for aux-address {value}")
        block.setdefault("AuxiliaryAddresses", {})[name] = value
    return [blocks[subnet] for subnet in blocks]


def _same_kind(first: str, second: str) -> bool:
    return _network(first).version == _network(second).version


def _find(blocks: dict[str, dict[str, Any]], value: str, problem: str) -> dict[str, Any]:
    for subnet, block in blocks.items():
        if _contains(subnet, value):
            return block
    raise CommandFailed(problem)


def _place(blocks: dict[str, dict[str, Any]], value: str, key: str, what: str) -> None:
    words = (
        "no matching subnet for range " if what == "range" else "no matching subnet for gateway "
    )
    block = _find(blocks, value, words + value)
    if block.get(key):
        if what == "range":
            raise CommandFailed(
                f"cannot configure multiple ranges ({value}, {block[key]}) on the same subnet ({block['Subnet']})"
            )
        raise CommandFailed(
            f"cannot configure multiple gateways ({value}, {block[key]}) for the same subnet "
            f"({block['Subnet']})"
        )
    block[key] = value


def connect(session: Session, options: Options) -> None:
    network, container = options.arguments
    endpoint: dict[str, Any] = {
        "IPAMConfig": {},
        "Links": options["link"] or None,
        "Aliases": options["alias"] or None,
        "DriverOpts": _driver_options(options["driver-opt"]),
    }
    addresses = (("IPv4Address", "ip"), ("IPv6Address", "ip6"), ("LinkLocalIPs", "link-local-ip"))
    endpoint["IPAMConfig"] = {key: options[flag] for key, flag in addresses if options[flag]}
    if options["gw-priority"]:
        endpoint["GwPriority"] = options["gw-priority"]
    body = {"Container": identifier("container", container), "EndpointConfig": endpoint}
    session.client.bytes("POST", place("network", network, "/connect"), None, body)


def _driver_options(given: list[str]) -> dict[str, str]:
    found = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise CommandFailed("invalid key/value pair format in driver options")
        found[key.strip()] = value.strip()
    return found


def disconnect(session: Session, options: Options) -> None:
    network, container = options.arguments
    body = {"Container": identifier("container", container), "Force": options["force"]}
    session.client.bytes("POST", place("network", network, "/disconnect"), None, body)


def remove(session: Session, options: Options) -> int:
    failed = False
    for name in options.arguments:
        try:
            found = record(session.client, place("network", name), "network.Inspect")
            if found.get("Ingress") and not session.confirm(INGRESS):
                continue
        except CommandFailed:
            pass
        try:
            session.client.bytes("DELETE", place("network", name))
        except CommandFailed as error:
            if options["force"] and isinstance(error, EngineError) and error.status == 404:
                continue
            session.error(error.message)
            failed = True
        else:
            session.line(name)
    if failed:
        raise CommandFailed("exit status 1")
    return 0


INGRESS = (
    "WARNING! Before removing the routing-mesh network, make sure all the nodes in your swarm run the "
    "same docker engine version. Otherwise, removal may not be effective and functionality of newly "
    "create ingress networks will be impaired.\nAre you sure you want to continue?"
)
