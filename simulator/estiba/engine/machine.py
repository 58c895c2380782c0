"""What an engine says of the real machine it runs on: outdoor, it asks the system."""

from __future__ import annotations

import os

from .config import EngineConfig

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def machine_config(root_dir: str) -> EngineConfig:
    """The facts of this machine; `root_dir` is where the engine keeps what it has."""
    system = os.uname()
    release = _os_release()
    return EngineConfig(
        name=system.nodename,
        kernel_version=system.release,
        operating_system=release.get("PRETTY_NAME", system.sysname),
        os_version=release.get("VERSION_ID", ""),
        architecture=ARCHITECTURES.get(system.machine, system.machine),
        cpus=os.cpu_count() or 1,
        memory=os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),
        root_dir=root_dir,
    )


def _os_release() -> dict[str, str]:
    """Source: os-release(5)."""
    try:
        with open("/etc/os-release", encoding="utf-8") as stream:
            pairs = [line.strip().partition("=") for line in stream]
    except OSError:
        return {}
    return {name: value.strip("\"'") for name, _, value in pairs}
