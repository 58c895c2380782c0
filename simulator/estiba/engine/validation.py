"""What the daemon refuses before it makes a container. Source: Docker 20.10, its messages and
their order."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from ..errors import InvalidInput
from ..spec import ContainerConfig
from ..spec.container_config import HealthConfig
from ..spec.gotext import quote
from .config import EngineConfig
from .host_config import HostConfig, RestartPolicy
from .limits import check_limits
from .mount_points import parse_mount
from .places import HostPaths
from .signals import parse_signal

LEAST_HEALTH_NS = 1_000_000
CAPABILITIES = frozenset(
    (
        "AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN"
        " DAC_OVERRIDE"
        " DAC_READ_SEARCH FOWNER FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN"
        " MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW PERFMON SETFCAP"
        " SETGID"
        " SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT"
        " SYS_PTRACE"
        " SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM"
    ).split()
)
POLICIES = ("", "no", "always", "unless-stopped", "on-failure")
RUNTIMES = ("", "runc", "io.containerd.runc.v2", "io.containerd.runtime.v1.linux")
BOOLEANS = "1 t T TRUE true True 0 f F FALSE false False".split()
READABLE = ("json-file", "local", "journald")


def check_modes(config: ContainerConfig, host: HostConfig) -> None:
    """Settings that exclude one another. Raises: InvalidInput."""
    if host["UTSMode"] == "host" and config.hostname:
        raise InvalidInput("conflicting options: hostname and the UTS mode")
    mode = host.network_mode
    if mode.startswith("container:"):
        _check_shared_network(config, host)
    elif mode == "container":
        raise InvalidInput("Invalid network mode: invalid container format container:<name|id>")
    if mode == "host" and host["Links"]:
        raise InvalidInput(
            "conflicting options: host type networking can't be used with links. This would result"
            " in undefined behavior"
        )
    isolation = host["Isolation"]
    if isolation and isolation.lower() != "default":
        raise InvalidInput(f"Invalid isolation: {quote(isolation)} - linux only supports 'default'")


def _check_shared_network(config: ContainerConfig, host: HostConfig) -> None:
    if not host.network_mode.partition(":")[2]:
        raise InvalidInput("Invalid network mode: invalid container format container:<name|id>")
    conflicts = (
        (config.hostname, "hostname and the network mode"),
        (
            host["Links"],
            "container type network can't be used with links. This would result in undefined"
            " behavior",
        ),
        (host["Dns"], "dns and the network mode"),
        (host["ExtraHosts"], "custom host-to-IP mapping and the network mode"),
        (config.mac_address, "mac-address and the network mode"),
        (
            host["PortBindings"] or host["PublishAllPorts"],
            "port publishing and the container type network mode",
        ),
        (config.exposed_ports, "port exposing and the container type network mode"),
    )
    for present, text in conflicts:
        if present:
            raise InvalidInput(f"conflicting options: {text}")


def check_settings(
    config: ContainerConfig, host: HostConfig, machine: EngineConfig, paths: HostPaths[Any]
) -> None:
    """Everything that does not depend on the image. Raises: InvalidInput."""
    check_config(config)
    if host.auto_remove and not host.restart.none:
        raise InvalidInput("can't create 'AutoRemove' container with restart policy")
    for mount in host["Mounts"] or ():
        parse_mount(mount, exists=paths.exists(mount.get("Source") or ""))
    for entry in host["ExtraHosts"] or ():
        _check_extra_host(entry)
    for port, bindings in host.port_bindings.items():
        _check_port(port)
        for binding in bindings or ():
            _check_host_port(binding["HostPort"])
    check_restart(host.restart)
    for key in ("CapAdd", "CapDrop"):
        for capability in host[key] or ():
            _check_capability(key, capability)
    check_limits(host.json, machine)
    _check_platform(host)


def check_config(config: ContainerConfig) -> None:
    """The part that an image may carry. Raises: InvalidInput."""
    if config.working_dir and not config.working_dir.startswith("/"):
        raise InvalidInput(
            f"the working directory '{config.working_dir}' is invalid, it needs to be an absolute"
            " path"
        )
    if config.stop_signal:
        parse_signal(config.stop_signal)
    for variable in config.env or ():
        if not variable or variable.startswith("="):
            raise InvalidInput(f"invalid environment variable: {variable}")
    if config.healthcheck is not None:
        _check_health(config.healthcheck)


def _check_health(health: HealthConfig) -> None:
    times = (
        ("Interval", health.interval_ns),
        ("Timeout", health.timeout_ns),
        ("StartPeriod", health.start_period_ns),
    )
    for name, value in times:
        if value and value < LEAST_HEALTH_NS:
            raise InvalidInput(f"{name} in Healthcheck cannot be less than 1ms")
    if health.retries < 0:
        raise InvalidInput("Retries in Healthcheck cannot be negative")


def check_restart(policy: RestartPolicy) -> None:
    """Raises: InvalidInput."""
    if policy.name not in POLICIES:
        raise InvalidInput(f"invalid restart policy '{policy.name}'")
    if policy.name not in ("", "on-failure") and policy.maximum:
        raise InvalidInput(
            f"maximum retry count cannot be used with restart policy '{policy.name}'"
        )
    if policy.maximum < 0:
        raise InvalidInput("maximum retry count cannot be negative")


def _check_extra_host(entry: str) -> None:
    name, colon, address = entry.partition(":")
    if not colon or not name:
        raise InvalidInput(f"bad format for add-host: {quote(entry)}")
    if address != "host-gateway":
        try:
            ip_address(address)
        except ValueError:
            raise InvalidInput(f"invalid IP address in add-host: {quote(address)}") from None


def _check_port(text: str) -> None:
    number = text.partition("/")[0]
    if not number.isascii() or not number.isdigit() or int(number) > 65535:
        raise InvalidInput(f"invalid port specification: {quote(number)}")


def _check_host_port(text: str) -> None:
    low, dash, high = text.partition("-")
    if text and not all(p.isascii() and p.isdigit() for p in ((low, high) if dash else (low,))):
        raise InvalidInput(f"invalid port specification: {quote(text)}")


def _check_capability(key: str, name: str) -> None:
    bare = name.upper().removeprefix("CAP_")
    if bare not in CAPABILITIES and bare != "ALL":
        raise InvalidInput(f"invalid {key}: unknown capability: {quote('CAP_' + bare)}")


def _check_platform(host: HostConfig) -> None:
    score = host["OomScoreAdj"]
    if not -1000 <= score <= 1000:
        raise InvalidInput(f"Invalid value {score}, range for oom score adj is [-1000, 1000]")
    if host["ShmSize"] < 0:
        raise InvalidInput("SHM size can not be less than 0")
    runtime = host["Runtime"]
    if runtime not in RUNTIMES:
        raise InvalidInput(f"Unknown runtime specified {runtime}")
    for path in host["Tmpfs"] or ():
        if not path.startswith("/") or posixpath.normpath(path) == "/":
            raise InvalidInput(f"invalid mount path: '{path}' mount path must be absolute")


def check_security(host: HostConfig) -> None:
    """`--security-opt`. Raises: InvalidInput."""
    for option in host["SecurityOpt"] or ():
        if option in ("no-new-privileges", "disable"):
            continue
        name, mark, value = option.partition("=" if "=" in option else ":")
        if not mark:
            raise InvalidInput(f"invalid --security-opt 1: {quote(option)}")
        known = name in ("label", "apparmor", "seccomp")
        if not known and not (name == "no-new-privileges" and value in BOOLEANS):
            raise InvalidInput(f"invalid --security-opt 2: {quote(option)}")


def check_endpoints(endpoints: Mapping[str, Any]) -> None:
    """The networks asked for at creation. Raises: InvalidInput."""
    if len(endpoints) > 1:
        raise InvalidInput(
            f"Container cannot be connected to network endpoints: {', '.join(sorted(endpoints))}"
        )
    for endpoint in endpoints.values():
        ipam = (endpoint or {}).get("IPAMConfig") or {}
        for key, family in (("IPv4Address", "IPv4"), ("IPv6Address", "IPv6")):
            address = ipam.get(key)
            if address:
                try:
                    ip_address(address)
                except ValueError:
                    raise InvalidInput(f"invalid {family} address: {address}") from None
