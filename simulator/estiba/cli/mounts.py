"""`--mount type=…,source=…,target=…`: one mount as the engine wants it."""

from __future__ import annotations

import re
from typing import Any

from .values import parse_bool, parse_bytes

RECURSIVE = {
    "disabled": "NonRecursive",
    "writable": "ReadOnlyNonRecursive",
    "readonly": "ReadOnlyForceRecursive",
}
FAMILIES = {
    "volume": "VolumeOptions",
    "image": "ImageOptions",
    "bind": "BindOptions",
    "tmpfs": "TmpfsOptions",
}


def parse_mount(fields: list[str]) -> dict[str, Any]:
    """Raises: ValueError. A relative source stays so; who knows the work directory makes it absolute."""
    mount: dict[str, Any] = {"Type": "volume"}
    for field in fields:
        key, equals, value = field.partition("=")
        key = key.lower()
        if equals:
            _set(mount, key, value, field)
        elif key in ("readonly", "ro", "volume-nocopy", "bind-nonrecursive"):
            _set(mount, key, "true", field)
        else:
            raise ValueError(f"invalid field '{field}' must be a key=value pair")
    _check(mount)
    return _ordered(mount)


def _set(mount: dict[str, Any], key: str, value: str, field: str) -> None:
    if key == "type":
        mount["Type"] = value.lower()
    elif key in ("source", "src"):
        mount["Source"] = value
    elif key in ("target", "dst", "destination"):
        mount["Target"] = value
    elif key in ("readonly", "ro"):
        mount["ReadOnly"] = _bool(key, value)
    elif key == "consistency":
        mount["Consistency"] = value.lower()
    elif (family := key.partition("-")[0]) in FAMILIES and "-" in key:
        _option(mount, family, key, value, field)
    else:
        raise ValueError(f"unexpected key '{key}' in '{field}'")


def _bool(key: str, value: str) -> bool:
    try:
        return parse_bool(value)
    except ValueError:
        raise ValueError(f"invalid value for {key}: {value}") from None


def _option(mount: dict[str, Any], family: str, key: str, value: str, field: str) -> None:
    read = {
        "bind": _bind,
        "volume": _volume,
        "tmpfs": _tmpfs,
        "image": _image,
    }[family]
    fresh: dict[str, Any] = {}
    if family == "volume":
        fresh = {"Labels": {}, "DriverConfig": {}}
    name = FAMILIES[family]
    options = mount.get(name, fresh)
    if not read(options, key, value):
        raise ValueError(f"unexpected key '{key}' in '{field}'")
    mount[name] = options


def _bind(options: dict[str, Any], key: str, value: str) -> bool:
    if key == "bind-propagation":
        options["Propagation"] = value.lower()
    elif key == "bind-nonrecursive":
        options["NonRecursive"] = _bool(key, value)
    elif key == "bind-recursive":
        if value in RECURSIVE:
            options[RECURSIVE[value]] = True
        elif value != "enabled":
            raise ValueError(
                f"invalid value for {key}: {value} "
                '(must be "enabled", "disabled", "writable", or "readonly")'
            )
    else:
        return False
    return True


def _volume(options: dict[str, Any], key: str, value: str) -> bool:
    name, _, setting = value.partition("=")
    if key == "volume-subpath":
        options["Subpath"] = value
    elif key == "volume-nocopy":
        options["NoCopy"] = _bool(key, value)
    elif key == "volume-driver":
        options["DriverConfig"]["Name"] = value
    elif key == "volume-label":
        options["Labels"].update({name: setting} if name else {})
    elif key == "volume-opt":
        options["DriverConfig"].setdefault("Options", {}).update({name: setting} if name else {})
    else:
        return False
    return True


def _tmpfs(options: dict[str, Any], key: str, value: str) -> bool:
    if key == "tmpfs-size":
        try:
            options["SizeBytes"] = parse_bytes(value)
        except ValueError:
            raise ValueError(f"invalid value for {key}: {value}") from None
    elif key == "tmpfs-mode":
        if not re.fullmatch("[0-7]+", value) or int(value, 8) >= 1 << 32:
            raise ValueError(f"invalid value for {key}: {value}")
        options["Mode"] = int(value, 8)
    else:
        return False
    return True


def _image(options: dict[str, Any], key: str, value: str) -> bool:
    options["Subpath"] = value
    return key == "image-subpath"


def _check(mount: dict[str, Any]) -> None:
    if not mount["Type"]:
        raise ValueError("type is required")
    if not mount.get("Target"):
        raise ValueError("target is required")
    for family in ("volume", "image", "bind", "tmpfs"):
        if FAMILIES[family] in mount and mount["Type"] != family:
            raise ValueError(f"cannot mix '{family}-*' options with mount type '{mount['Type']}'")
    bind = mount.get("BindOptions", {})
    needs = "' requires '{}' to be specified in conjunction"
    for recursive, name in (
        ("writable", "ReadOnlyNonRecursive"),
        ("readonly", "ReadOnlyForceRecursive"),
    ):
        if bind.get(name) and not mount.get("ReadOnly"):
            raise ValueError(f"option 'bind-recursive={recursive}{needs.format('readonly')}")
    if bind.get("ReadOnlyForceRecursive") and bind.get("Propagation") != "rprivate":
        raise ValueError(
            f"option 'bind-recursive=readonly{needs.format('bind-propagation=rprivate')}"
        )


def _ordered(mount: dict[str, Any]) -> dict[str, Any]:
    order = ("Type", "Source", "Target", "ReadOnly", "Consistency", *FAMILIES.values())
    return {name: mount[name] for name in order if mount.get(name) not in (None, "", False)}
