"""Readers of the flag values that have a grammar of their own. Each raises ValueError in Docker's words."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from .values import decimal, parse_bytes, parse_csv

BLANK = " \t"
DOMAIN_LABEL = r"(?::?(?::?[a-zA-Z0-9]|(?::?[a-zA-Z0-9][a-zA-Z0-9\-]*[a-zA-Z0-9])))"
DOMAIN = re.compile(rf"({DOMAIN_LABEL}(?::?\.{DOMAIN_LABEL})*)\.?\s*\Z")
SYSCTLS = frozenset(
    f"kernel.{name}"
    for name in "msgmax msgmnb msgmni sem shmall shmmax shmmni shm_rmid_forced".split()
)
ULIMITS = frozenset(
    "core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack".split()
)


def attach(text: str) -> str:
    if text.lower() in ("stdin", "stdout", "stderr"):
        return text.lower()
    raise ValueError("valid streams are STDIN, STDOUT and STDERR")


def cgroup_rule(text: str) -> str:
    if re.match(r"[acb] ([0-9]+|\*):([0-9]+|\*) [rwm]{1,3}\Z", text):
        return text
    raise ValueError(f"invalid device cgroup format '{text}'")


def ip(text: str) -> str:
    try:
        return str(_address(text.strip()))
    except ValueError:
        raise ValueError(f"IP address is not correctly formatted: {text}") from None


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    if "%" in text:
        raise ValueError
    address = ipaddress.ip_address(text)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def is_ip(text: str) -> bool:
    try:
        _address(text)
    except ValueError:
        return False
    return True


def domain(text: str) -> str:
    text = text.strip(" ")
    if text == ".":
        return text
    match = DOMAIN.match(text)
    if not re.search("[a-zA-Z]", text) or not match or len(match[1]) >= 255:
        raise ValueError(f"{text} is not a valid domain")
    return match[1]


def env(text: str) -> str:
    if not text.partition("=")[0]:
        raise ValueError(f"invalid environment variable: {text}")
    return text


def label(text: str) -> str:
    key = text.partition("=")[0].lstrip(BLANK)
    if not key:
        raise ValueError(f"invalid label '{text}': empty name")
    if " " in key or "\t" in key:
        raise ValueError(f"label '{key}' contains whitespaces")
    return text


def link(text: str) -> str:
    if not text:
        raise ValueError("empty string specified for links")
    if text.count(":") > 1:
        raise ValueError(f"bad format for links: {text}")
    return text


def host(text: str) -> str:
    name, mark, address = text.partition("=") if "=" in text else text.partition(":")
    if not mark or not name or ":" in name:
        from ..spec.gotext import quote  # noqa: PLC0415

        raise ValueError(f"bad format for add-host: {quote(text)}")
    if address == "host-gateway":
        return f"{name}:{address}"
    if len(address) > 2 and address[0] == "[" and address[-1] == "]":
        address = address[1:-1]
    if not is_ip(address):
        from ..spec.gotext import quote  # noqa: PLC0415

        raise ValueError(f"invalid IP address in add-host: {quote(address)}")
    return f"{name}:{address}"


def tag(text: str) -> str:
    from ..errors import EstibaError  # noqa: PLC0415
    from ..spec.reference import normalize  # noqa: PLC0415

    try:
        normalize(text)
    except EstibaError as error:
        raise ValueError(str(error)) from None
    return text


def sysctl(text: str) -> dict[str, str]:
    key, equals, value = text.partition("=")
    if equals and (key in SYSCTLS or key.startswith(("net.", "fs.mqueue."))):
        return {key: value}
    raise ValueError(f"sysctl '{text}' is not allowed")


def ulimit(text: str) -> dict[str, Any]:
    name, equals, limits = text.partition("=")
    if not equals:
        raise ValueError(f"invalid ulimit argument: {text}")
    if name not in ULIMITS:
        raise ValueError(f"invalid ulimit type: {name}")
    parts = limits.split(":")
    if len(parts) > 2:
        raise ValueError(
            f"too many limit value arguments - {limits}, can only have up to two, `soft[:hard]`"
        )
    hard = decimal(parts[1], "ParseInt", (1 << 63) - 1) if len(parts) == 2 else None
    soft = decimal(parts[0], "ParseInt", (1 << 63) - 1)
    _ordered(soft, soft if hard is None else hard)
    return {"Name": name, "Hard": soft if hard is None else hard, "Soft": soft}


def _ordered(soft: int, hard: int) -> None:
    if hard == -1:
        return
    what = "ulimit soft limit must be less than or equal to hard limit:"
    if soft == -1:
        raise ValueError(f"{what} soft: -1 (unlimited), hard: {hard}")
    if soft > hard:
        raise ValueError(f"{what} {soft} > {hard}")


def _device(text: str) -> tuple[str, str]:
    path, colon, value = text.partition(":")
    if not colon or not path:
        raise ValueError(f"bad format: {text}")
    if not path.startswith("/dev/"):
        raise ValueError(f"bad format for device path: {text}")
    return path, value


def weight_device(text: str) -> dict[str, Any]:
    path, value = _device(text)
    weight = int(value) if re.fullmatch("[0-9]{1,5}", value) else -1
    if weight != 0 and not 10 <= weight <= 1000:
        raise ValueError(f"invalid weight for device: {text}")
    return {"Path": path, "Weight": weight}


def throttle_bps(text: str) -> dict[str, Any]:
    path, value = _device(text)
    try:
        return {"Path": path, "Rate": parse_bytes(value)}
    except ValueError:
        raise ValueError(
            f"invalid rate for device: {text}. The correct format is <device-path>:<number>[<unit>]. "
            "Number must be a positive integer. Unit is optional and can be kb, mb, or gb"
        ) from None


def throttle_iops(text: str) -> dict[str, Any]:
    path, value = _device(text)
    if not re.fullmatch("[0-9]{1,20}", value) or int(value) >= 1 << 64:
        raise ValueError(
            f"invalid rate for device: {text}. The correct format is <device-path>:<number>. "
            "Number must be a positive integer"
        )
    return {"Path": path, "Rate": int(value)}


def network(text: str) -> dict[str, Any]:
    """A network to join: its name, or `name=…,alias=…,ip=…`."""
    chosen: dict[str, Any] = {"target": text, "aliases": [], "driver": {}, "local": []}
    if not re.search(r"\w+=\w+", text):
        return chosen
    chosen["target"] = ""
    for field in parse_csv(text):
        key, equals, value = (part.strip() for part in field.lower().partition("="))
        if not equals or not key:
            raise ValueError(f"invalid field {field}")
        _network_field(chosen, key, value)
    if not chosen["target"]:
        raise ValueError("network name/id is not specified")
    return chosen


def _network_field(chosen: dict[str, Any], key: str, value: str) -> None:
    if key in ("name", "ip", "ip6", "mac-address"):
        chosen["target" if key == "name" else key] = value
    elif key in ("alias", "link-local-ip"):
        chosen["aliases" if key == "alias" else "local"].append(value)
    elif key == "driver-opt":
        name, equals, setting = value.partition("=")
        if not equals or not name.strip():
            raise ValueError("invalid key value pair format in driver options")
        chosen["driver"][name.strip()] = setting.strip()
    elif key == "gw-priority":
        if not re.fullmatch("[+-]?[0-9]+", value):
            raise ValueError(f"invalid gw-priority ({value}): invalid syntax")
        chosen["priority"] = int(value)
    else:
        raise ValueError(f"invalid field key {key}")


def gpus(text: str) -> dict[str, Any]:
    request: dict[str, Any] = {"Driver": "", "Count": 0, "DeviceIDs": None}
    request |= {"Capabilities": [["gpu"]], "Options": {}}
    seen: set[str] = set()
    for field in parse_csv(text):
        key, equals, value = field.partition("=")
        if key in seen:
            raise ValueError(f"gpu request key '{key}' can be specified only once")
        seen.add(key if equals else "count")
        _gpu_field(request, field, *((key, value) if equals else ("count", key)))
    if "count" not in seen and request["DeviceIDs"] is None:
        request["Count"] = 1
    return request


def _gpu_field(request: dict[str, Any], field: str, key: str, value: str) -> None:
    if key == "driver":
        request["Driver"] = value
    elif key == "count":
        if value != "all" and not re.fullmatch("[+-]?[0-9]+", value):
            raise ValueError(
                f'invalid count ({value}): value must be either "all" or an integer: invalid syntax'
            )
        request["Count"] = -1 if value == "all" else int(value)
    elif key == "device":
        request["DeviceIDs"] = value.split(",")
    elif key == "capabilities":
        request["Capabilities"] = [[*value.split(","), "gpu"]]
    elif key == "options":
        pairs = (option.partition("=") for option in parse_csv(value))
        request["Options"] = {name: setting for name, _, setting in pairs}
    else:
        raise ValueError(f"unexpected key '{key}' in '{field}'")


def mount(text: str) -> dict[str, Any]:
    from .mounts import parse_mount  # noqa: PLC0415

    return parse_mount(parse_csv(text))
