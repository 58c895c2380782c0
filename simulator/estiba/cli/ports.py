"""Published ports: how lists show them, and what `-p` and `--expose` say."""

from __future__ import annotations

import re
from typing import Any

from .checks import is_ip
from .errors import CommandFailed

PROTOCOLS = ("tcp", "udp", "sctp")
Bindings = dict[str, list[dict[str, str]]]


def join_host_port(ip: str, port: str) -> str:
    return f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"


def displayable(ports: list[Any], *, old: bool = False) -> str:
    """`0.0.0.0:8080->80/tcp, 9000-9002/tcp`: neighbours that map one to one are joined."""

    def shown(ip: str, port: str) -> str:
        return f"{ip}:{port}" if old else join_host_port(ip, port)

    def group(key: tuple[str, str], first: int, last: int) -> str:
        ip, protocol = key
        text = f"{first}" if first == last else f"{first}-{last}"
        return f"{shown(ip, text)}->{text}/{protocol}" if ip else f"{text}/{protocol}"

    groups: dict[tuple[str, str], tuple[int, int]] = {}
    done: list[str] = []
    mapped: list[str] = []
    for port in sorted(
        ports, key=lambda p: (p["PrivatePort"], p.get("IP", ""), p.get("PublicPort", 0), p["Type"])
    ):
        current, ip, protocol = port["PrivatePort"], port.get("IP", ""), port["Type"]
        if ip and port.get("PublicPort", 0) != current:
            mapped.append(f"{shown(ip, str(port.get('PublicPort', 0)))}->{current}/{protocol}")
            continue
        key = (ip, protocol)
        if key in groups and current != groups[key][1] + 1:
            done.append(group(key, *groups[key]))
            groups[key] = (current, current)
        else:
            groups[key] = (groups[key][0] if key in groups else current, current)
    done += [group(key, *ends) for key, ends in groups.items()]
    return ", ".join(done + mapped)


def split_protocol(text: str) -> tuple[str, str]:
    """A port and its protocol, tcp when none is said."""
    port, slash, protocol = text.partition("/")
    if not text:
        return "", ""
    return port, protocol if slash and protocol else "tcp"


def parse_range(text: str) -> tuple[int, int]:
    """Raises: ValueError."""
    from ..spec.gotext import quote  # noqa: PLC0415

    if not text:
        raise ValueError("empty string specified for ports")
    first, dash, last = text.partition("-")
    ends = []
    for end in (first, last) if dash else (first, first):
        if not re.fullmatch("[0-9]+", end):
            raise ValueError(f"strconv.ParseUint: parsing {quote(end)}: invalid syntax")
        if int(end) > 65535:
            raise ValueError(f"strconv.ParseUint: parsing {quote(end)}: value out of range")
        ends.append(int(end))
    if ends[0] > ends[1]:
        raise ValueError(f"invalid range specified for port: {text}")
    return ends[0], ends[1]


def parse_published(specs: list[str]) -> tuple[dict[str, dict[str, str]], Bindings]:
    """Exposed ports and bindings of all `-p`. Raises: CommandFailed."""
    exposed: dict[str, dict[str, str]] = {}
    bindings: Bindings = {}
    for spec in specs:
        for port, ip, host in _spec(_standard(spec)):
            exposed[port] = {}
            bindings.setdefault(port, []).append({"HostIp": ip, "HostPort": host})
    return exposed, bindings


def _standard(spec: str) -> str:
    """The long form, `target=80,published=8080`, as a short one."""
    if "=" not in spec:
        return spec
    parts = {"protocol": "tcp"}
    for part in spec.split(","):
        key, equals, value = part.partition("=")
        if not equals or not key:
            raise CommandFailed(
                f"invalid publish opts format (should be name=value but got '{part}')"
            )
        parts[key] = value
    return f"{parts.get('published', '')}:{parts.get('target', '')}/{parts['protocol']}"


def _parts(spec: str) -> tuple[str, str, str]:
    """Address, host port and container port as written."""
    words = spec.split(":")
    if len(words) == 1:
        return "", "", words[0]
    if len(words) == 2:
        return "", words[0], words[1]
    return ":".join(words[:-2]), words[-2], words[-1]


def _spec(spec: str) -> list[tuple[str, str, str]]:
    ip, host, container = _parts(spec)
    container, protocol = split_protocol(container)
    if ip[:1] == "[":
        if not ip.endswith("]"):
            raise CommandFailed(f"invalid IP address {ip}: address {ip}: missing ']' in address")
        ip = ip[1:-1]
    if ip and not is_ip(ip):
        raise CommandFailed(f"invalid IP address: {ip}")
    if not container:
        raise CommandFailed(f"no port specified: {spec}<empty>")
    start, end = _range(container, f"invalid containerPort: {container}")
    first, last = _range(host, f"invalid hostPort: {host}") if host else (0, 0)
    if host and end - start != last - first and start != end:
        raise CommandFailed(
            f"invalid ranges specified for container and host Ports: {container} and {host}"
        )
    if protocol.lower() not in PROTOCOLS:
        raise CommandFailed(f"invalid proto: {protocol}")
    return [
        (f"{start + step}/{protocol.lower()}", ip, _host_port(host, start, end, first, last, step))
        for step in range(end - start + 1)
    ]


def _range(text: str, message: str) -> tuple[int, int]:
    try:
        return parse_range(text)
    except ValueError:
        raise CommandFailed(message) from None


def _host_port(host: str, start: int, end: int, first: int, last: int, step: int) -> str:
    """One container port may take any of a range of the host's."""
    if not host:
        return ""
    if start == end and first != last:
        return f"{first}-{last}"
    return str(first + step)


def parse_exposed(specs: list[str], exposed: dict[str, dict[str, str]]) -> None:
    """Add what `--expose` says. Raises: CommandFailed."""
    for spec in specs:
        if ":" in spec:
            raise CommandFailed(f"invalid port format for --expose: {spec}")
        text, protocol = split_protocol(spec)
        try:
            first, last = parse_range(text)
        except ValueError as error:
            raise CommandFailed(
                f"invalid range format for --expose: {spec}, error: {error}"
            ) from None
        for port in range(first, last + 1):
            exposed.setdefault(f"{port}/{protocol}", {})
