"""What the engine says about itself and its machine: the facts behind `docker info` and `docker
version`."""

from __future__ import annotations

from dataclasses import dataclass, field

API_VERSION = "1.41"
MINIMUM_API_VERSION = "1.12"
NEWEST_ACCEPTED_API_VERSION = "1.47"


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """Facts of the daemon and its machine: the reference engine is Debian 12's package docker.io.

    `online`: does the machine reach any other? Units: `memory`, bytes; `download_rate`, bytes
    a second, None for at once.
    """

    name: str = "estiba"
    product: str = ""
    server_version: str = "20.10.24+dfsg1"
    git_commit: str = "5d6db84"
    go_version: str = "go1.19.8"
    build_time: str = "2026-05-07T21:09:36.000000000+00:00"
    kernel_version: str = "5.15.0-estiba"
    operating_system: str = "Debian GNU/Linux 12 (bookworm)"
    os_version: str = "12"
    architecture: str = "amd64"
    variant: str = ""
    cpus: int = 2
    memory: int = 4 << 30
    root_dir: str = "/var/lib/docker"
    driver: str = "overlay2"
    labels: tuple[str, ...] = ()
    insecure_registries: tuple[str, ...] = ("127.0.0.0/8",)
    hub_host: str = "registry-1.docker.io"
    online: bool = True
    download_rate: int | None = None
    components: tuple[tuple[str, str, str], ...] = field(
        default=(
            ("containerd", "1.6.20~ds1", "1.6.20~ds1-1+deb12u3"),
            ("runc", "1.1.5+ds1", "1.1.5+ds1-1+deb12u1"),
            ("docker-init", "0.19.0", ""),
        )
    )
