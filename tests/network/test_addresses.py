from ipaddress import IPv4Network

import pytest

from estiba.network import (
    AddressesExhausted,
    AddressTaken,
    Subnet,
    SubnetOverlap,
    SubnetPool,
    mac_address,
)
from estiba.network.addresses import AddressOutside
from estiba.network.pools import InvalidSubnet, parse_subnet


def bridge() -> Subnet:
    return Subnet(IPv4Network("172.17.0.0/16"))


def test_the_gateway_takes_the_first_address_and_containers_follow() -> None:
    subnet = bridge()
    assert subnet.gateway == "172.17.0.1"
    assert [subnet.allocate() for _ in range(3)] == ["172.17.0.2", "172.17.0.3", "172.17.0.4"]


def test_the_lowest_address_that_came_back_goes_out_next() -> None:
    subnet = bridge()
    given = [subnet.allocate() for _ in range(4)]
    subnet.release(given[2])
    subnet.release(given[0])
    assert [subnet.allocate() for _ in range(3)] == ["172.17.0.2", "172.17.0.4", "172.17.0.6"]


def test_an_address_asked_for_is_not_given_to_others() -> None:
    subnet = bridge()
    subnet.allocate("172.17.0.3")
    assert [subnet.allocate(), subnet.allocate()] == ["172.17.0.2", "172.17.0.4"]
    with pytest.raises(AddressTaken, match=r"^Address already in use$"):
        subnet.allocate("172.17.0.3")


def test_an_address_outside_the_subnet_is_refused() -> None:
    with pytest.raises(AddressOutside):
        bridge().allocate("10.0.0.1")


def test_a_full_subnet_says_so() -> None:
    subnet = Subnet(IPv4Network("10.0.0.0/30"))
    assert subnet.allocate() == "10.0.0.2"
    with pytest.raises(AddressesExhausted):
        subnet.allocate()


def test_a_range_narrows_what_is_given_out() -> None:
    subnet = Subnet(IPv4Network("10.0.0.0/16"), pool=IPv4Network("10.0.5.0/24"))
    assert subnet.allocate() == "10.0.5.0"


def test_the_mac_address_spells_the_ip_address() -> None:
    assert mac_address("172.18.1.255") == "02:42:ac:12:01:ff"


def test_default_subnets_follow_each_other_and_come_back() -> None:
    pool = SubnetPool()
    assert [str(pool.take()) for _ in range(2)] == ["172.17.0.0/16", "172.18.0.0/16"]
    pool.give_back(IPv4Network("172.17.0.0/16"))
    assert str(pool.take()) == "172.17.0.0/16"


def test_a_subnet_that_overlaps_is_refused() -> None:
    pool = SubnetPool()
    pool.take()
    with pytest.raises(
        SubnetOverlap, match=r"^Pool overlaps with other one on this address space$"
    ):
        pool.take(parse_subnet("172.17.5.0/24"))


def test_after_the_class_b_pools_come_the_small_ones() -> None:
    pool = SubnetPool()
    assert [str(pool.take()) for _ in range(16)][-1] == "192.168.0.0/20"


@pytest.mark.parametrize("text", ["10.0.0.0", "x/8", "10.0.0.0/33", ""])
def test_what_is_no_subnet_is_refused(text: str) -> None:
    with pytest.raises(InvalidSubnet):
        parse_subnet(text)
