import pytest

from estiba.network import AddressInUse, MemoryPublisher, PortAllocator, PortTaken
from estiba.network.ports import PortsExhausted
from estiba.tasks import Duplex


def test_a_named_port_is_taken_once() -> None:
    ports = PortAllocator()
    assert ports.take("0.0.0.0", "tcp", 8080) == 8080
    with pytest.raises(
        PortTaken, match=r"^Bind for 0\.0\.0\.0:8080 failed: port is already allocated$"
    ):
        ports.take("0.0.0.0", "tcp", 8080)
    assert ports.take("0.0.0.0", "udp", 8080) == 8080


def test_ephemeral_ports_go_up_and_a_freed_one_is_not_reused_at_once() -> None:
    ports = PortAllocator()
    assert ports.take("0.0.0.0", "tcp") == 32768
    ports.give_back("0.0.0.0", "tcp", 32768)
    assert ports.take("0.0.0.0", "tcp") == 32769


def test_a_range_is_searched_and_ends() -> None:
    ports = PortAllocator()
    assert [ports.take("0.0.0.0", "tcp", 8000, 8001) for _ in range(2)] == [8000, 8001]
    with pytest.raises(PortsExhausted):
        ports.take("0.0.0.0", "tcp", 8000, 8001)


def test_a_listener_on_every_address_excludes_one_on_a_single_address() -> None:
    publisher = MemoryPublisher()
    listener = publisher.listen("tcp", "0.0.0.0", 80, lambda: None)
    with pytest.raises(AddressInUse) as caught:
        publisher.listen("tcp", "127.0.0.1", 80, lambda: None)
    assert str(caught.value) == (
        "Error starting userland proxy: listen tcp4 127.0.0.1:80: bind: address already in use"
    )
    listener.close()
    publisher.listen("tcp", "127.0.0.1", 80, lambda: None)


def test_a_client_reaches_what_was_published() -> None:
    publisher = MemoryPublisher()
    inside, outside = Duplex.pair()
    publisher.listen("tcp", "0.0.0.0", 8080, lambda: outside)
    assert publisher.connect(8080) is outside
    assert publisher.connect(8081) is None
    assert inside is not outside
