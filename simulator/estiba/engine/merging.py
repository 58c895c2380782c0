"""What a container runs: the settings asked for, completed by those of the image.

Source: Docker 20.10, daemon/commit.go `merge`, and its order of fields and errors.
"""

from __future__ import annotations

from dataclasses import replace

from ..errors import InvalidInput
from ..spec import ContainerConfig
from ..spec.container_config import HealthConfig


class NoCommand(InvalidInput):
    hint = "The image names no program to run: give a command after the image."

    def __init__(self) -> None:
        super().__init__("No command specified")


def merge(asked: ContainerConfig, image: ContainerConfig | None) -> ContainerConfig:
    """The settings of the container.

    The image's environment comes after the asked one, names already there are left out. An
    entrypoint drops the image's command. Raises: NoCommand.
    """
    merged = asked if image is None else completed(asked, image)
    if merged.entrypoint is not None and merged.entrypoint == ("",):
        merged = replace(merged, entrypoint=None)
    if not merged.entrypoint and not merged.cmd:
        raise NoCommand
    return merged


def completed(asked: ContainerConfig, image: ContainerConfig) -> ContainerConfig:
    """What was asked, with the gaps filled from other settings, be there a command or not."""
    cmd, entrypoint = asked.cmd, asked.entrypoint
    if not entrypoint:
        cmd = cmd or image.cmd
        entrypoint = image.entrypoint if entrypoint is None else entrypoint
    labels = {**(image.labels or {}), **(asked.labels or {})}
    return replace(
        asked,
        user=asked.user or image.user,
        exposed_ports=_union(asked.exposed_ports, image.exposed_ports) or (),
        env=_environment(asked.env, image.env),
        labels=labels,
        cmd=cmd,
        entrypoint=entrypoint,
        healthcheck=_health(asked.healthcheck, image.healthcheck),
        working_dir=asked.working_dir or image.working_dir,
        volumes=_union(asked.volumes, image.volumes),
        stop_signal=asked.stop_signal or image.stop_signal,
        stop_timeout=asked.stop_timeout if asked.stop_timeout is not None else image.stop_timeout,
        shell=asked.shell or image.shell,
    )


def _union(asked: tuple[str, ...] | None, image: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if not asked:
        return image
    return asked if not image else tuple(sorted({*asked, *image}))


def _environment(
    asked: tuple[str, ...] | None, image: tuple[str, ...] | None
) -> tuple[str, ...] | None:
    if not asked:
        return image
    names = {variable.partition("=")[0] for variable in asked}
    return asked + tuple(v for v in image or () if v.partition("=")[0] not in names)


def _health(asked: HealthConfig | None, image: HealthConfig | None) -> HealthConfig | None:
    if asked is None or image is None:
        return asked or image
    return HealthConfig(
        test=asked.test or image.test,
        interval_ns=asked.interval_ns or image.interval_ns,
        timeout_ns=asked.timeout_ns or image.timeout_ns,
        start_period_ns=asked.start_period_ns or image.start_period_ns,
        retries=asked.retries or image.retries,
    )
