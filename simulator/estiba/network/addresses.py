"""Addresses of one subnet: the lowest free one goes out first."""

from __future__ import annotations

import heapq
from ipaddress import IPv4Address, IPv4Network, IPv6Network

from ..errors import Conflict, Failure, Forbidden


class AddressTaken(Forbidden):
    """The address asked for belongs to somebody else."""

    def __init__(self) -> None:
        super().__init__("Address already in use")


class AddressesExhausted(Conflict):
    def __init__(self) -> None:
        super().__init__("no available IPv4 addresses on this network's address pools")


class AddressOutside(Failure):
    """The address asked for does not lie in the subnet."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"Invalid address {address}: It does not belong to any of this network's subnets"
        )
        self.address = address


def mac_address(ip: str, prefix: str = "02:42") -> str:
    """The MAC address Docker derives from an IPv4 address.

    >>> mac_address("172.17.0.2")
    '02:42:ac:11:00:02'
    """
    a, b, c, d = ip.split(".")
    return f"{prefix}:{int(a):02x}:{int(b):02x}:{int(c):02x}:{int(d):02x}"


class Subnet:
    """Who has which address of a subnet. The cost of one address does not depend on how many are
    out.

    `pool` narrows what is given out without being asked for (`--ip-range`). Invariant: every
    address below `_next` is out or in `_freed`, or is the gateway.
    """

    __slots__ = (
        "_first",
        "_freed",
        "_last",
        "_next",
        "_taken",
        "gateway",
        "network",
        "prefix_length",
    )

    def __init__(
        self, network: IPv4Network, gateway: str = "", pool: IPv4Network | None = None
    ) -> None:
        self.network = network
        self.prefix_length = network.prefixlen
        first = int(network.network_address) + 1
        self._last = int(network.broadcast_address) - 1
        self.gateway = gateway or str(IPv4Address(first))
        if pool is not None:
            first, self._last = (
                int(pool.network_address),
                min(self._last, int(pool.broadcast_address)),
            )
            first += first == int(network.network_address)
        self._first = self._next = first
        self._freed: list[int] = []
        self._taken: set[int] = {int(IPv4Address(self.gateway))}

    def allocate(self, wanted: str = "") -> str:
        """An address: the wanted one, or the lowest free. Raises: AddressTaken, AddressOutside,
        AddressesExhausted."""
        if wanted:
            return self._claim(wanted)
        while self._freed:
            number = heapq.heappop(self._freed)
            if number not in self._taken:
                return self._give(number)
        while self._next in self._taken:
            self._next += 1
        if self._next > self._last:
            raise AddressesExhausted
        self._next += 1
        return self._give(self._next - 1)

    def release(self, address: str) -> None:
        number = int(IPv4Address(address))
        if number in self._taken:
            self._taken.discard(number)
            if self._first <= number < self._next:
                heapq.heappush(self._freed, number)

    def _claim(self, wanted: str) -> str:
        address = IPv4Address(wanted)
        if address not in self.network:
            raise AddressOutside(wanted)
        if int(address) in self._taken:
            raise AddressTaken
        return self._give(int(address))

    def _give(self, number: int) -> str:
        self._taken.add(number)
        return f"{number >> 24}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


Network = IPv4Network | IPv6Network
