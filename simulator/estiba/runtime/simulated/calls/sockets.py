"""Carrying out the calls about connections."""

from __future__ import annotations

from ....filesystem import FilesystemError
from ....tasks import Work
from ..container import Container
from ..process import SimulatedProcess, handles
from ..sockets import Connection, Listener
from ..syscalls import SyscallError
from ..syscalls import sockets as calls
from ..syscalls.errnos import EADDRINUSE, ECONNREFUSED, EHOSTUNREACH, EINVAL, ENOENT, ENOTCONN

FIRST_FREE_PORT = 32768


@handles(calls.Listen)
def listen(process: SimulatedProcess, call: calls.Listen) -> int:
    container = process.container
    if container.listeners is None:
        container.listeners = {}
    port = call.port
    while not port or (not call.port and port in container.listeners):
        port = max(port + 1, FIRST_FREE_PORT)
    if port in container.listeners:
        raise SyscallError(EADDRINUSE)
    listener = Listener(container, call.address, port)
    container.listeners[port] = listener
    return process.add_file(listener)


@handles(calls.Accept)
def accept(process: SimulatedProcess, call: calls.Accept) -> Work[tuple[int, str]]:
    listener = process.file(call.fd)
    if not isinstance(listener, Listener):
        raise SyscallError(EINVAL)
    while not listener.backlog:
        yield from process.block(listener.changed)
    duplex, peer = listener.backlog.popleft()
    return process.add_file(Connection(duplex, process.container.kernel.new_ino(), peer)), peer


@handles(calls.Connect)
def connect(process: SimulatedProcess, call: calls.Connect) -> int:
    listener = listener_at(_host(process, call.address), call.port, call.address)
    if listener is None:
        raise SyscallError(ECONNREFUSED)
    own = "127.0.0.1" if call.address.startswith("127.") else process.container.address
    ino = process.container.kernel.new_ino()
    duplex = listener.offer(f"{own}:{FIRST_FREE_PORT + ino % 28000}")
    return process.add_file(Connection(duplex, ino, f"{call.address}:{call.port}"))


def _host(process: SimulatedProcess, address: str) -> Container:
    container = process.container
    if address.startswith("127.") or address in ("0.0.0.0", "::1", container.address):
        return container
    found = container.kernel.addresses.get(address)
    if found is None or container.network == "none":
        raise SyscallError(EHOSTUNREACH)
    return found


def listener_at(container: Container, port: int, address: str) -> Listener | None:
    """Who listens on a port for callers that use this address."""
    listener = (container.listeners or {}).get(port)
    if listener is None or listener.address in ("0.0.0.0", "::", "", address):
        return listener
    return None


@handles(calls.Shutdown)
def shutdown(process: SimulatedProcess, call: calls.Shutdown) -> None:
    connection = process.file(call.fd)
    if not isinstance(connection, Connection):
        raise SyscallError(ENOTCONN)
    connection.shutdown()


@handles(calls.Resolve)
def resolve(process: SimulatedProcess, call: calls.Resolve) -> str:
    if call.name.replace(".", "").isdecimal() and call.name.count(".") == 3:
        return call.name
    for words in _hosts(process):
        if call.name in words[1:]:
            return words[0]
    found = process.container.kernel.resolve(process.container.id, call.name)
    if found is None:
        raise SyscallError(ENOENT)
    return found


def _hosts(process: SimulatedProcess) -> list[list[str]]:
    """The words of each line of /etc/hosts, IPv4 only."""
    try:
        text = process.container.read_file("/etc/hosts").decode("utf-8", "replace")
    except FilesystemError:
        return []
    lines = [line.partition("#")[0].split() for line in text.splitlines()]
    return [words for words in lines if words and ":" not in words[0]]
