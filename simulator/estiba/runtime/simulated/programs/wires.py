"""nc, ping, nslookup: bare connections and names."""

from __future__ import annotations

from ..program import Process
from ..streams import print_err, print_out
from ..syscalls import (
    Accept,
    Body,
    Close,
    Listen,
    Nanosleep,
    Poll,
    Read,
    Resolve,
    Shutdown,
    SyscallError,
    Write,
)
from .options import Grammar, Misuse, complain, is_busybox, missing_operand, tool
from .web_requests import ADDRESS, Unreachable, connect


@tool("nc", "netcat", "ncat", "telnet")
def nc(process: Process, args: list[str]) -> Body[int]:
    options = Grammar("lkvnzup:w:q:i:e:s:N").parse(process, args)
    operands = options.operands
    if "l" in options:
        text = options.value("p") or (operands[-1] if operands else "")
        if not text.isdecimal():
            raise missing_operand(process)
        listener = yield from Listen(int(text))
        fd, peer = yield from Accept(listener)
        yield from Close(listener)
        if "v" in options:
            yield from print_err(f"connect to [{peer}]\n")
    else:
        if len(operands) < 2:
            if is_busybox(process):
                raise Misuse()
            raise Misuse("missing port number", hint=False)
        host, port = operands[:2]
        try:
            fd, _address = yield from connect(host, int(port))
        except Unreachable as no:
            if no.step == "resolve":
                text = (
                    f"bad address '{host}'"
                    if is_busybox(process)
                    else f'getaddrinfo for host "{host}" port {port}: Name or service not known'
                )
                yield from complain(process, text)
            elif is_busybox(process):
                yield from complain(
                    process, f"can't connect to remote host ({no.address}): {no.error}"
                )
            elif options.any("vz"):
                yield from complain(
                    process, f"connect to {host} port {port} (tcp) failed: {no.error}"
                )
            return 1
        if "z" in options:
            if "v" in options:
                yield from print_err(f"Connection to {host} {port} port [tcp/*] succeeded!\n")
            return 0
    yield from _relay(fd)
    return 0


def _relay(fd: int) -> Body[None]:
    """Standard input to the peer, the peer to standard output."""
    watched = [0, fd]
    while fd in watched:
        for ready in (yield from Poll(tuple(watched))):
            chunk = yield from Read(ready)
            if not chunk:
                watched.remove(ready)
                if ready == 0:
                    yield from Shutdown(fd)
            else:
                yield Write(fd if ready == 0 else 1, chunk)


@tool("ping", "ping6", misuse=2)
def ping(process: Process, args: list[str]) -> Body[int]:
    """Simplified: everybody whose address is known answers."""
    options = Grammar("46c:i:qs:t:w:W:I:nv").parse(process, args)
    if not options.operands:
        raise Misuse(
            "" if is_busybox(process) else "usage error: Destination address required", hint=False
        )
    host = options.operands[0]
    try:
        address = host if ADDRESS.match(host) else (yield from Resolve(host))
    except SyscallError:
        if is_busybox(process):
            yield from complain(process, f"bad address '{host}'")
            return 1
        yield from complain(process, f"{host}: Temporary failure in name resolution")
        return 2
    count = int(options.value("c", "0")) or 1 << 30
    size = int(options.value("s", "56"))
    head = f"PING {host} ({address}): {size} data bytes\n"
    if not is_busybox(process):
        head = f"PING {host} ({address}) {size}({size + 28}) bytes of data.\n"
    yield from print_out(head)
    for number in range(count):
        if number:
            yield from Nanosleep(float(options.value("i", "1")))
        time = 0.05 + number % 7 * 0.004
        if is_busybox(process):
            line = f"{size + 8} bytes from {address}: seq={number} ttl=64 time={time:.3f} ms\n"
        else:
            label = address if address == host else f"{host} ({address})"
            line = (
                f"{size + 8} bytes from {label}: icmp_seq={number + 1} ttl=64 time={time:.3f} ms\n"
            )
        if "q" not in options:
            yield from print_out(line)
    title = f"\n--- {host} ping statistics ---\n{count} packets transmitted, {count} "
    if is_busybox(process):
        tail = "packets received, 0% packet loss\nround-trip min/avg/max = 0.050/0.055/0.074 ms\n"
    else:
        tail = (
            f"received, 0% packet loss, time {(count - 1) * 1000}ms\n"
            "rtt min/avg/max/mdev = 0.050/0.055/0.074/0.004 ms\n"
        )
    yield from print_out(title + tail)
    return 0


@tool("nslookup", "host", "dig")
def nslookup(process: Process, args: list[str]) -> Body[int]:
    if not args:
        raise Misuse("")
    name = args[0]
    server = "127.0.0.11"
    try:
        address = yield from Resolve(name)
    except SyscallError:
        yield from print_out(
            f"Server:\t\t{server}\nAddress:\t{server}:53\n"
            f"\n** server can't find {name}: NXDOMAIN\n\n"
        )
        return 1
    yield from print_out(
        f"Server:\t\t{server}\nAddress:\t{server}:53\n\n"
        f"Non-authoritative answer:\nName:\t{name}\nAddress: {address}\n\n"
    )
    return 0
