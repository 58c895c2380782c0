"""A network of one: peers with a script of bytes to send, for servers and clients under test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from program_host import UTC, HostKernel, HostProcess, Result, Stream

from estiba.runtime.simulated import syscalls as calls
from estiba.runtime.simulated.program import Flavour
from estiba.runtime.simulated.syscalls import SyscallError
from estiba.runtime.simulated.syscalls.errnos import ECONNREFUSED, EINTR, ENOENT

PEER = "172.17.0.1:40000"


class Connection(Stream):
    """What the peer sends is read, what is written to it is kept in `received`."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.received = b""


class NetworkKernel(HostKernel):
    """Clients call one after another; when all are served the signal comes.

    `remote` is a server: from a request to its answer. It lives at 10.0.0.9, named `otro`.
    """

    def __init__(
        self,
        root: str,
        clients: list[bytes],
        *,
        stop: int = 15,
        remote: Callable[[bytes], bytes] | None = None,
    ) -> None:
        super().__init__(root)
        self.waiting = [Connection(data) for data in clients]
        self.served: list[Connection] = []
        self.handlers: dict[int, Any] = {}
        self.ports: list[int] = []
        self.stop, self.remote = stop, remote

    def do_sigaction(self, call: calls.Sigaction) -> calls.Disposition:
        self.handlers[call.signal] = call.action
        return calls.Action.DEFAULT

    def do_listen(self, call: calls.Listen) -> int:
        self.ports.append(call.port)
        return self.place(Stream())

    def do_poll(self, call: calls.Poll) -> tuple[int, ...]:
        listener, *connections = call.readable
        if connections:
            return tuple(connections)
        if self.waiting:
            return (listener,)
        handler = self.handlers.get(self.stop)
        assert callable(handler), f"signal {self.stop} would kill the server"
        handler(self.stop)
        raise SyscallError(EINTR)

    def do_accept(self, call: calls.Accept) -> tuple[int, str]:
        connection = self.waiting.pop(0)
        self.served.append(connection)
        return self.place(connection), PEER

    def do_write(self, call: calls.Write) -> int:
        stream = self.file(call.fd)
        if not isinstance(stream, Connection):
            return super().do_write(call)
        stream.received += call.data
        if self.remote is not None and stream.received.endswith(b"\r\n\r\n"):
            stream.data += self.remote(stream.received)
        return len(call.data)

    def do_resolve(self, call: calls.Resolve) -> str:
        if call.name != "otro":
            raise SyscallError(ENOENT)
        return "10.0.0.9"

    def do_connect(self, call: calls.Connect) -> int:
        if self.remote is None or call.port != 80:
            raise SyscallError(ECONNREFUSED)
        return self.place(Connection(b""))


def serve(
    argv: list[str],
    root: str,
    clients: list[bytes],
    *,
    flavour: Flavour = Flavour.GNU,
    stop: int = 15,
    environment: dict[str, str] | None = None,
) -> tuple[Result, list[bytes]]:
    """Run a server until the signal; what it printed, and what each client received."""
    kernel = NetworkKernel(root, clients, stop=stop)
    process = HostProcess(argv[0], flavour, {**UTC, **(environment or {})})
    status = kernel.run(process, argv[1:])
    result = Result(kernel.stdout.data, kernel.stderr.data, status)
    return result, [connection.received for connection in kernel.served]


def fetch(
    argv: list[str],
    root: str,
    remote: Callable[[bytes], bytes],
    *,
    flavour: Flavour = Flavour.GNU,
) -> Result:
    """Run a client against a server."""
    kernel = NetworkKernel(root, [], remote=remote)
    status = kernel.run(HostProcess(argv[0], flavour), argv[1:])
    return Result(kernel.stdout.data, kernel.stderr.data, status)
