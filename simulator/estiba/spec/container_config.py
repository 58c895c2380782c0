"""What an image says about how to run it, and what a container adds: Docker's `Config`.

None and empty differ where Docker's JSON tells them apart (`null`, `[]`): a `cmd` of None inherits
the image's.

Source: Docker Engine API 1.41, "ContainerConfig"; Docker, "Image Specification v1.2".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from estiba.spec.gofields import Fields, Words
from estiba.spec.gojson import sorted_keys, without_empty


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthConfig:
    """How to find out whether a container is healthy.

    Units: the three times, nanoseconds; 0 inherits.
    """

    test: tuple[str, ...] = ()
    interval_ns: int = 0
    timeout_ns: int = 0
    start_period_ns: int = 0
    retries: int = 0

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "HealthConfig":
        """Raises: InvalidConfig."""
        reader = Fields(value, "HealthConfig", prefix="Healthcheck.")
        return cls(
            test=reader.words("Test") or (),
            interval_ns=reader.number("Interval", "time.Duration") or 0,
            timeout_ns=reader.number("Timeout", "time.Duration") or 0,
            start_period_ns=reader.number("StartPeriod", "time.Duration") or 0,
            retries=reader.number("Retries", "int") or 0,
        )

    def to_json(self) -> dict[str, Any]:
        return without_empty(
            {
                "Test": list(self.test),
                "Interval": self.interval_ns,
                "Timeout": self.timeout_ns,
                "StartPeriod": self.start_period_ns,
                "Retries": self.retries,
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerConfig:
    """The part of a container's settings that can travel in an image.

    Units: `stop_timeout`, seconds.
    """

    hostname: str = ""
    domainname: str = ""
    user: str = ""
    attach_stdin: bool = False
    attach_stdout: bool = False
    attach_stderr: bool = False
    exposed_ports: tuple[str, ...] = ()
    tty: bool = False
    open_stdin: bool = False
    stdin_once: bool = False
    env: Words = None
    cmd: Words = None
    healthcheck: HealthConfig | None = None
    args_escaped: bool = False
    image: str = ""
    volumes: Words = None
    working_dir: str = ""
    entrypoint: Words = None
    network_disabled: bool = False
    mac_address: str = ""
    on_build: Words = None
    labels: Mapping[str, str] | None = None
    stop_signal: str = ""
    stop_timeout: int | None = None
    shell: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, value: Mapping[str, Any], struct: str = "Config") -> "ContainerConfig":
        """Read Docker's JSON object; keys may differ in case, unknown ones are ignored.

        `struct` is the structure messages name: the API reads a `ContainerConfigWrapper`.

        Raises: InvalidConfig.
        """
        reader = Fields(value, struct)
        health = reader.of("Healthcheck", dict, "container.HealthConfig")
        return cls(
            hostname=reader.text("Hostname"),
            domainname=reader.text("Domainname"),
            user=reader.text("User"),
            attach_stdin=reader.flag("AttachStdin"),
            attach_stdout=reader.flag("AttachStdout"),
            attach_stderr=reader.flag("AttachStderr"),
            exposed_ports=reader.keys("ExposedPorts", "nat.PortSet") or (),
            tty=reader.flag("Tty"),
            open_stdin=reader.flag("OpenStdin"),
            stdin_once=reader.flag("StdinOnce"),
            env=reader.words("Env"),
            cmd=reader.command("Cmd"),
            healthcheck=None if health is None else HealthConfig.from_json(health),
            args_escaped=reader.flag("ArgsEscaped"),
            image=reader.text("Image"),
            volumes=reader.keys("Volumes"),
            working_dir=reader.text("WorkingDir"),
            entrypoint=reader.command("Entrypoint"),
            network_disabled=reader.flag("NetworkDisabled"),
            mac_address=reader.text("MacAddress"),
            on_build=reader.words("OnBuild"),
            labels=reader.mapping("Labels"),
            stop_signal=reader.text("StopSignal"),
            stop_timeout=reader.number("StopTimeout"),
            shell=reader.command("Shell") or (),
        )

    def to_json(self) -> dict[str, Any]:
        """The object as Docker 20.10 writes it, in its order."""
        value: dict[str, Any] = {
            "Hostname": self.hostname,
            "Domainname": self.domainname,
            "User": self.user,
            "AttachStdin": self.attach_stdin,
            "AttachStdout": self.attach_stdout,
            "AttachStderr": self.attach_stderr,
        }
        if self.exposed_ports:
            value["ExposedPorts"] = _set(self.exposed_ports)
        value["Tty"] = self.tty
        value["OpenStdin"] = self.open_stdin
        value["StdinOnce"] = self.stdin_once
        value["Env"] = _list(self.env)
        value["Cmd"] = _list(self.cmd)
        if self.healthcheck is not None:
            value["Healthcheck"] = self.healthcheck.to_json()
        if self.args_escaped:
            value["ArgsEscaped"] = True
        value["Image"] = self.image
        value["Volumes"] = None if self.volumes is None else _set(self.volumes)
        value["WorkingDir"] = self.working_dir
        value["Entrypoint"] = _list(self.entrypoint)
        if self.network_disabled:
            value["NetworkDisabled"] = True
        if self.mac_address:
            value["MacAddress"] = self.mac_address
        value["OnBuild"] = _list(self.on_build)
        value["Labels"] = None if self.labels is None else sorted_keys(self.labels)
        if self.stop_signal:
            value["StopSignal"] = self.stop_signal
        if self.stop_timeout is not None:
            value["StopTimeout"] = self.stop_timeout
        if self.shell:
            value["Shell"] = list(self.shell)
        return value


def _list(words: Words) -> list[str] | None:
    return None if words is None else list(words)


def _set(words: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    return {word: {} for word in sorted(words)}
