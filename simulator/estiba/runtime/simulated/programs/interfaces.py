"""ip, ifconfig, route, netstat, ss, arp: what the network namespace looks like.

Simplified: a loopback, and eth0 with the container's own address where it has one.
"""

from __future__ import annotations

from ..program import Process
from ..streams import print_out
from ..syscalls import Body, Getdents, Uname
from .accounts import lines_of
from .identity import own_address
from .options import Misuse, complain, is_busybox, tool


def _address() -> Body[str]:
    return (yield from own_address((yield from Uname()).nodename))


def _hardware(address: str) -> str:
    """Docker's rule: 02:42 and the four bytes of the address."""
    return "02:42:" + ":".join(f"{int(part):02x}" for part in address.split("."))


def _gateway(address: str) -> str:
    return (
        ".".join([*address.split(".")[:3], "1"])
        if not address.startswith("172.17.")
        else "172.17.0.1"
    )


def _network(address: str) -> str:
    return ".".join([*address.split(".")[:2], "0", "0"])


@tool("ifconfig")
def ifconfig(process: Process, args: list[str]) -> Body[int]:
    address = yield from _address()
    wanted = [arg for arg in args if not arg.startswith("-")]
    blocks = {"lo": _loopback(), **({"eth0": _ethernet(address)} if address else {})}
    order = ["eth0", "lo"] if address else ["lo"]
    if wanted:
        if wanted[0] not in blocks:
            text = f"{wanted[0]}: error fetching interface information: Device not found"
            yield from complain(process, text)
            return 1
        order = wanted[:1]
    yield from print_out("".join(blocks[name] + "\n" for name in order))
    return 0


def _counters(length: int) -> str:
    return (
        "          RX packets:0 errors:0 dropped:0 overruns:0 frame:0\n"
        "          TX packets:0 errors:0 dropped:0 overruns:0 carrier:0\n"
        f"          collisions:0 txqueuelen:{length} \n"
        "          RX bytes:0 (0.0 B)  TX bytes:0 (0.0 B)\n"
    )


def _loopback() -> str:
    return (
        "lo        Link encap:Local Loopback  \n"
        "          inet addr:127.0.0.1  Mask:255.0.0.0\n"
        "          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n" + _counters(1000)
    )


def _ethernet(address: str) -> str:
    broadcast = ".".join([*address.split(".")[:2], "255", "255"])
    return (
        f"eth0      Link encap:Ethernet  HWaddr {_hardware(address).upper()}  \n"
        f"          inet addr:{address}  Bcast:{broadcast}  Mask:255.255.0.0\n"
        "          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1\n" + _counters(0)
    )


OBJECTS = (
    "address",
    "addrlabel",
    "route",
    "link",
    "neighbour",
    "neighbor",
    "rule",
    "maddress",
    "tunnel",
)


@tool("ip", misuse=255)
def ip(process: Process, args: list[str]) -> Body[int]:
    brief = False
    while args and args[0].startswith("-"):
        option = args.pop(0).lstrip("-")
        if option in ("br", "brief") and not is_busybox(process):
            brief = True
        elif option not in (
            "4",
            "6",
            "o",
            "oneline",
            "s",
            "stats",
            "c",
            "color",
            "f",
            "family",
            "d",
            "details",
            "n",
            "j",
        ):
            if is_busybox(process):
                raise Misuse()
            yield from complain_ip(f'Option "-{option}" is unknown, try "ip -help".\n')
            return 255
    if not args:
        raise Misuse("", hint=is_busybox(process), status=255 if not is_busybox(process) else 1)
    found = next((name for name in OBJECTS if name.startswith(args[0])), "")
    address = yield from _address()
    if found == "address":
        yield from print_out(_addresses(address, brief, args[1:]))
    elif found == "link":
        yield from print_out(_links(address))
    elif found == "route":
        if address:
            via = f"default via {_gateway(address)} dev eth0 \n"
            if is_busybox(process):
                own = f"dev eth0 scope link  src {address} \n"
            else:
                own = f"dev eth0 proto kernel scope link src {address} \n"
            yield from print_out(f"{via}{_network(address)}/16 {own}")
    elif not found:
        if is_busybox(process):
            raise Misuse()
        yield from complain_ip(f'Object "{args[0]}" is unknown, try "ip help".\n')
        return 1
    return 0


def complain_ip(text: str) -> Body[None]:
    from ..streams import print_err  # noqa: PLC0415 - errors only

    yield from print_err(text)


def _addresses(address: str, brief: bool, args: list[str]) -> str:
    only = args[-1] if args and args[-1] in ("lo", "eth0") else ""
    if brief:
        lines = {"lo": f"{'lo':<16} {'UNKNOWN':<14} 127.0.0.1/8 \n"}
        if address:
            lines["eth0"] = f"{'eth0@if5':<16} {'UP':<14} {address}/16 \n"
        return "".join(text for name, text in lines.items() if only in ("", name))
    blocks = {
        "lo": "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 "
        "qdisc noqueue state UNKNOWN group default qlen 1000\n"
        "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n"
        "    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n"
    }
    if address:
        broadcast = ".".join([*address.split(".")[:2], "255", "255"])
        blocks["eth0"] = (
            "4: eth0@if5: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP "
            "group default \n"
            f"    link/ether {_hardware(address)} brd ff:ff:ff:ff:ff:ff link-netnsid 0\n"
            f"    inet {address}/16 brd {broadcast} scope global eth0\n"
            "       valid_lft forever preferred_lft forever\n"
        )
    return "".join(text for name, text in blocks.items() if only in ("", name))


def _links(address: str) -> str:
    text = (
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode "
        "DEFAULT group default qlen 1000\n"
        "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n"
    )
    if address:
        text += (
            "4: eth0@if5: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP "
            "mode DEFAULT group default \n"
            f"    link/ether {_hardware(address)} brd ff:ff:ff:ff:ff:ff link-netnsid 0\n"
        )
    return text


@tool("route")
def route(process: Process, args: list[str]) -> Body[int]:
    address = yield from _address()
    text = (
        "Kernel IP routing table\nDestination     Gateway    "
        "     Genmask         Flags Metric Ref    Use Iface\n"
    )
    if address:
        gateway = _gateway(address)
        first = "0.0.0.0" if "-n" in args else "default"
        here = "0.0.0.0" if "-n" in args else "*"
        text += f"{first:<16}{gateway:<16}{'0.0.0.0':<16}UG    0      0        0 eth0\n"
        text += (
            f"{_network(address):<16}{here:<16}{'255.255.0.0':<16}U     0      0        0 eth0\n"
        )
    yield from print_out(text)
    return 0


@tool("netstat", "ss", "arp")
def netstat(process: Process, args: list[str]) -> Body[int]:
    name = process.name.rpartition("/")[2]
    if name == "arp":
        return 0
    rows = []
    for line in (yield from lines_of("/proc/net/tcp"))[1:]:
        fields = line.split()
        if len(fields) > 3 and fields[3] == "0A":
            rows.append(int(fields[1].rpartition(":")[2], 16))
    yield from Getdents("/proc")
    if name == "ss":
        yield from print_out("State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n")
        yield from print_out(
            "".join(
                f"LISTEN 0      128          0.0.0.0:{p:<4}      0.0.0.0:*          \n"
                for p in rows
            )
        )
        return 0
    yield from print_out(
        "Active Internet connections (only servers)\n"
        "Proto Recv-Q Send-Q Local Address           Foreign Address         State       \n"
    )
    lines = [
        f"tcp        0      0 {f'0.0.0.0:{p}':<23} {'0.0.0.0:*':<23} LISTEN      \n" for p in rows
    ]
    yield from print_out("".join(lines))
    return 0
