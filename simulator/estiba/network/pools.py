"""Subnets for new networks: Docker's default pools, and the check that none overlap."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from ..errors import Failure, Forbidden


class InvalidSubnet(Failure):
    def __init__(self, text: str) -> None:
        super().__init__(f"Invalid subnet {text} : invalid CIDR address: {text}")
        self.text = text


class SubnetOverlap(Forbidden):
    def __init__(self) -> None:
        super().__init__("Pool overlaps with other one on this address space")


class PoolsExhausted(Forbidden):
    def __init__(self) -> None:
        super().__init__(
            "could not find an available, non-overlapping IPv4 address pool among the defaults to"
            " assign to the network"
        )


DEFAULT_POOLS = (
    *(IPv4Network(f"172.{n}.0.0/16") for n in range(17, 32)),
    *IPv4Network("192.168.0.0/16").subnets(new_prefix=20),
)
"""Source: Docker, `default-address-pools`, the local scope defaults."""


def parse_subnet(text: str) -> IPv4Network:
    """A subnet in CIDR form; host bits are dropped. Raises: InvalidSubnet."""
    try:
        if "/" not in text:
            raise InvalidSubnet(text)
        return IPv4Network(text, strict=False)
    except ValueError:
        raise InvalidSubnet(text) from None


def is_address(text: str) -> bool:
    """Is it an IPv4 address?"""
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True


class SubnetPool:
    """The subnets in use on this host."""

    def __init__(self) -> None:
        self._used: dict[IPv4Network, None] = {}

    def take(self, wanted: IPv4Network | None = None) -> IPv4Network:
        """The wanted subnet, or the first default pool that is free. Raises: SubnetOverlap,
        PoolsExhausted."""
        if wanted is not None:
            if self._overlaps(wanted):
                raise SubnetOverlap
            self._used[wanted] = None
            return wanted
        for candidate in DEFAULT_POOLS:
            if candidate not in self._used and not self._overlaps(candidate):
                self._used[candidate] = None
                return candidate
        raise PoolsExhausted

    def give_back(self, subnet: IPv4Network) -> None:
        self._used.pop(subnet, None)

    def _overlaps(self, subnet: IPv4Network) -> bool:
        return any(subnet.overlaps(used) for used in self._used)
