"""The network port: addresses on a bridge, MAC addresses, and ports published on the host.

Addresses are given out lowest first and come back when an endpoint goes, as on a Linux bridge
under Docker. What listens on the host is a `Publisher`: `MemoryPublisher` in the browser and in
tests, `SocketPublisher` (`network.sockets`, outdoors) on a machine. Entry points: `Subnet`,
`SubnetPool`, `PortAllocator`, `Publisher`, `MemoryPublisher`.
"""

from .addresses import AddressesExhausted, AddressTaken, Subnet, mac_address
from .pools import InvalidSubnet, SubnetOverlap, SubnetPool
from .ports import AddressInUse, Listener, MemoryPublisher, PortAllocator, PortTaken, Publisher

__all__ = [
    "AddressInUse",
    "AddressTaken",
    "AddressesExhausted",
    "InvalidSubnet",
    "Listener",
    "MemoryPublisher",
    "PortAllocator",
    "PortTaken",
    "Publisher",
    "Subnet",
    "SubnetOverlap",
    "SubnetPool",
    "mac_address",
]
