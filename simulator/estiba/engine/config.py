"""What the engine says about itself and its machine: the facts behind `docker info` and `docker
version`."""

from __future__ import annotations

from dataclasses import dataclass, field

API_VERSION = "1.41"
MINIMUM_API_VERSION = "1.12"
NEWEST_ACCEPTED_API_VERSION = "1.47"


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """Facts of the daemon and its machine.

    Units: `memory`, bytes; `download_rate`, bytes a second, None for at once.
    """

    name: str = "estiba"
    product: str = "Docker Engine - Community"
    server_version: str = "20.10.24"
    git_commit: str = "5d6db84"
    go_version: str = "go1.19.7"
    build_time: str = "2023-04-04T18:18:22.000000000+00:00"
    kernel_version: str = "5.15.0-91-generic"
    operating_system: str = "Ubuntu 20.04.6 LTS"
    os_version: str = "20.04"
    architecture: str = "amd64"
    variant: str = ""
    cpus: int = 2
    memory: int = 4 << 30
    root_dir: str = "/var/lib/docker"
    driver: str = "overlay2"
    labels: tuple[str, ...] = ()
    insecure_registries: tuple[str, ...] = ("127.0.0.0/8",)
    hub_host: str = "registry-1.docker.io"
    download_rate: int | None = None
    components: tuple[tuple[str, str, str], ...] = field(
        default=(
            ("containerd", "1.6.20", "2806fc1057397dbaeefbea0e4e17bddfbd388f38"),
            ("runc", "1.1.5", "v1.1.5-0-gf19387a"),
            ("docker-init", "0.19.0", "de40ad0"),
        )
    )
