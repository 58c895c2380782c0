"""Networks: bridge, host and none, and those people make."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..errors import Conflict, Failure, Forbidden, InvalidInput, NotFound
from ..network import Subnet, SubnetPool
from ..network.pools import InvalidSubnet, is_address, parse_subnet
from ..spec.gojson import sorted_keys
from ..trace.networks import NetworkCreated, NetworkDestroyed, NetworksPruned
from .filters import Filters, InvalidFilter
from .network import KIND, PREDEFINED, Network, document

if TYPE_CHECKING:
    from ipaddress import IPv4Network

    from .engine import Engine

M = TypeVar("M")

BRIDGE_OPTIONS = {
    "com.docker.network.bridge.default_bridge": "true",
    "com.docker.network.bridge.enable_icc": "true",
    "com.docker.network.bridge.enable_ip_masquerade": "true",
    "com.docker.network.bridge.host_binding_ipv4": "0.0.0.0",
    "com.docker.network.bridge.name": "docker0",
    "com.docker.network.driver.mtu": "1500",
}
ACCEPTED = ("dangling", "driver", "id", "label", "name", "scope", "type")
DRIVERS = ("bridge", "ipvlan", "macvlan")
ADDRESS_DRIVERS = ("default", "null")


class NoSuchNetwork(NotFound):
    def __init__(self, name: str) -> None:
        super().__init__(f"network {name} not found")
        self.name = name


class AmbiguousNetwork(InvalidInput):
    def __init__(self, name: str, found: int, by: str) -> None:
        super().__init__(f"network {name} is ambiguous ({found} matches found {by})")
        self.told = f"{found} matches found {by}: network {name} is ambiguous"
        """How `inspect` says it."""


class NetworkNameInUse(Conflict):
    def __init__(self, name: str) -> None:
        super().__init__(f"network with name {name} already exists")


class PredefinedNetwork(Forbidden):
    """What cannot be done to bridge, host and none."""


class NetworkInUse(Forbidden):
    hint = "Disconnect or remove the containers on it first."

    def __init__(self, network: Network) -> None:
        super().__init__(
            f"error while removing network: network {network.name} id {network.id}"
            " has active endpoints"
        )


class Networks(Generic[M]):
    """The networks of an engine, oldest first."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine
        self._by_id: dict[str, Network] = {}
        self._pool = SubnetPool()
        for name, driver in (("none", "null"), ("host", "host")):
            self._add(Network(engine.ids.hex64(), name, driver, engine.clock.now_ns()))
        subnet = Subnet(self._pool.take())
        self.bridge = Network(
            engine.ids.hex64(),
            "bridge",
            "bridge",
            engine.clock.now_ns(),
            subnet,
            ({"Subnet": str(subnet.network)},),
            options=BRIDGE_OPTIONS,
        )
        self._add(self.bridge)

    def all(self) -> list[Network]:
        return list(self._by_id.values())

    def get(self, name: str) -> Network:
        """By full ID or name, then by the beginning of an ID. Raises: NoSuchNetwork,
        AmbiguousNetwork."""
        if name in ("bridge", "default"):
            return self.bridge
        found = self._by_id.get(name)
        if found is not None:
            return found
        named = [network for network in self._by_id.values() if network.name == name]
        if len(named) > 1:
            raise AmbiguousNetwork(name, len(named), "based on name")
        if named:
            return named[0]
        by_prefix = [n for key, n in self._by_id.items() if key.startswith(name)]
        if len(by_prefix) > 1:
            raise AmbiguousNetwork(name, len(by_prefix), "based on ID prefix")
        if not by_prefix:
            raise NoSuchNetwork(name)
        return by_prefix[0]

    def matching(self, filters: Mapping[str, list[str]]) -> list[Network]:
        """Those that match. Raises: InvalidFilter."""
        checked = Filters(filters, ACCEPTED)
        for kind in checked.get("type"):
            if kind not in ("builtin", "custom"):
                raise Failure(f"invalid filter: 'type'='{kind}'")
        if "dangling" in checked:
            self._check_dangling(checked)
        return [network for network in self._by_id.values() if self._matches(network, checked)]

    def create(self, request: Mapping[str, Any]) -> tuple[Network, str]:
        """Make a network; with it comes a warning, or "". Raises: PredefinedNetwork,
        NetworkNameInUse, ..."""
        name = request.get("Name") or ""
        if name in (*PREDEFINED, "default"):
            raise PredefinedNetwork(f"operation is not permitted on predefined {name} network ")
        if not name.strip():
            raise Failure(f"invalid name: {name}")
        self._check_scope(request)
        warning = self._check_duplicate(name, bool(request.get("CheckDuplicate")))
        driver = request.get("Driver") or "bridge"
        self._check_driver(driver)
        _check_request(request)
        network = self._make(name, driver, request)
        self._add(network)
        self.keep(network)
        self._engine.emit(NetworkCreated(network.id, name, driver))
        return network, warning

    def remove(self, name: str) -> None:
        """Raises: NoSuchNetwork, PredefinedNetwork, NetworkInUse."""
        network = self.get(name)
        if network.predefined:
            raise PredefinedNetwork(
                f"{network.name} is a pre-defined network and cannot be removed"
            )
        self._delete(network)

    def prune(self, filters: Mapping[str, list[str]]) -> list[str]:
        """Remove every network nobody uses; their names. Raises: InvalidFilter."""
        checked = Filters(filters, ("label", "label!", "until"))
        limit_ns = checked.until_ns(self._engine.clock.now_ns())
        removed = []
        for network in self.all():
            if network.predefined or network.members:
                continue
            if checked.labels_match(network.labels) and network.created_ns < limit_ns:
                self._delete(network)
                removed.append(network.name)
        self._engine.emit(NetworksPruned())
        return removed

    def adopt(self, network: Network, value: Mapping[str, Any]) -> None:
        """Take one up that was kept, as the document says. host and none take the place of the new ones."""
        for known in self.all():
            if network.predefined and known.name == network.name:
                del self._by_id[known.id]
        if value["subnet"] is not None:
            network.subnet = _subnet(self._pool.take(parse_subnet(value["subnet"])), network.given)
        self._add(network)

    def keep(self, network: Network) -> None:
        """Let it outlive the engine, if anything does."""
        stores = self._engine.stores
        if stores.durable:
            stores.documents.put(KIND, network.id, document(network))

    def _add(self, network: Network) -> None:
        self._by_id[network.id] = network

    def _delete(self, network: Network) -> None:
        if network.members:
            raise NetworkInUse(network)
        del self._by_id[network.id]
        self._engine.stores.documents.remove(KIND, network.id)
        if network.subnet is not None:
            self._pool.give_back(network.subnet.network)
        self._engine.emit(NetworkDestroyed(network.id, network.name, network.driver))

    def _check_dangling(self, checked: Filters) -> None:
        try:
            checked.flag("dangling")
        except InvalidFilter:
            raise InvalidInput(
                'invalid value for filter \'dangling\', must be "true" (or "1"), or "false"'
                ' (or "0")'
            ) from None

    def _check_duplicate(self, name: str, strict: bool) -> str:
        for network in self._by_id.values():
            if network.name == name:
                if strict:
                    raise NetworkNameInUse(name)
                return f"Network with name {name} (id : {network.id}) already exists"
        return ""

    def _check_scope(self, request: Mapping[str, Any]) -> None:
        """A network of a swarm needs one. Raises: Forbidden."""
        if request.get("Scope") == "swarm":
            raise Forbidden("cannot create a swarm scoped network when swarm is not active")
        if request.get("Ingress"):
            raise Forbidden("Ingress network can only be global scope network")

    def _check_driver(self, driver: str) -> None:
        if driver in ("host", "null"):
            raise PredefinedNetwork(f'only one instance of "{driver}" network is allowed')
        if driver == "overlay":
            raise Failure(
                'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join"'
                " to connect this node to swarm and try again."
            )
        if driver not in DRIVERS:
            raise NotFound(f'plugin "{driver}" not found')

    def _make(self, name: str, driver: str, request: Mapping[str, Any]) -> Network:
        ipam = request.get("IPAM") or {}
        given = tuple(
            {key: entry[key] for key in ("Subnet", "IPRange", "Gateway") if entry.get(key)}
            | ({"AuxiliaryAddresses": aux} if (aux := entry.get("AuxiliaryAddresses")) else {})
            for entry in ipam.get("Config") or ()
        )
        return Network(
            self._engine.ids.hex64(),
            name,
            driver,
            self._engine.clock.now_ns(),
            self._subnet(given),
            given,
            ipam.get("Driver") or "default",
            ipam.get("Options"),
            request.get("Options") or {},
            sorted_keys(request.get("Labels") or {}),
            bool(request.get("Internal")),
            bool(request.get("Attachable")),
            bool(request.get("Ingress")),
            bool(request.get("EnableIPv6")),
        )

    def _subnet(self, given: tuple[dict[str, Any], ...]) -> Subnet:
        if any(entry and "Subnet" not in entry for entry in given):
            raise InvalidSubnet("")
        wanted = _wanted(given)
        _check_addresses(wanted)
        return _subnet(self._pool.take(parse_subnet(wanted["Subnet"]) if wanted else None), given)

    def _matches(self, network: Network, filters: Filters) -> bool:
        kind = "builtin" if network.predefined else "custom"
        return (
            filters.match("name", network.name)
            and filters.match("id", network.id)
            and filters.exact("driver", network.driver)
            and filters.exact("scope", "local")
            and filters.exact("type", kind)
            and filters.labels_match(network.labels)
            and (
                "dangling" not in filters
                or filters.flag("dangling") == (not network.members and not network.predefined)
            )
        )


def _check_request(request: Mapping[str, Any]) -> None:
    """Raises: Forbidden, NotFound, Failure."""
    if request.get("Scope") == "swarm":
        raise Forbidden("cannot create a swarm scoped network when swarm is not active")
    ipam = request.get("IPAM") or {}
    if (driver := ipam.get("Driver") or "default") not in ADDRESS_DRIVERS:
        raise NotFound(f'plugin "{driver}" not found')
    given = [str(entry.get("Subnet") or "") for entry in ipam.get("Config") or ()]
    if request.get("EnableIPv6") and driver != "null" and not any(":" in text for text in given):
        raise Failure(
            "could not find an available, non-overlapping IPv6 address pool among the defaults "
            "to assign to the network"
        )


def _wanted(given: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    """What was asked of IPv4."""
    return next((entry for entry in given if ":" not in entry.get("Subnet", ":")), {})


def _check_addresses(wanted: Mapping[str, Any]) -> None:
    """Raises: Failure, before anything is taken."""
    if not wanted:
        return
    others = (wanted.get("AuxiliaryAddresses") or {}).values()
    for what, address in (("gateway", wanted.get("Gateway")), *(("auxiliary", a) for a in others)):
        if address and not is_address(address):
            raise Failure(f"invalid {what} address {address} in Ipam configuration")
    pool = wanted.get("IPRange")
    try:
        parse_subnet(pool or "0.0.0.0/0")
    except InvalidSubnet:
        raise Failure(
            f'failed to parse pool request for address space "LocalDefault" pool'
            f' "{wanted["Subnet"]}" subpool "{pool}": Invalid Address SubPool'
        ) from None


def _subnet(network: IPv4Network, given: tuple[dict[str, Any], ...]) -> Subnet:
    """The addresses of a subnet, of which some may be spoken for."""
    wanted = _wanted(given)
    pool = wanted.get("IPRange")
    subnet = Subnet(network, wanted.get("Gateway", ""), parse_subnet(pool) if pool else None)
    for address in (wanted.get("AuxiliaryAddresses") or {}).values():
        subnet.allocate(address)
    return subnet
