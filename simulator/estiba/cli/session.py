"""One run of a command: its engine, its console, its files, its clock."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..http import Stream, Transport
from .client import Client
from .console import ENDING, SIGNALS, Console
from .errors import Interrupted
from .files import Files

if TYPE_CHECKING:
    from ..trace.clock import Clock
    from .config_file import ConfigFile

CLIENT_VERSION = "28.2.2"


class Session:
    """What every command gets. `endpoint` is the engine's address as the user gave it."""

    __slots__ = (
        "_config",
        "client",
        "clock",
        "config_folder",
        "console",
        "context",
        "debug",
        "endpoint",
        "environment",
        "files",
        "old",
        "transport",
    )  # fmt: skip

    def __init__(
        self,
        transport: Transport,
        console: Console,
        files: Files,
        environment: Mapping[str, str],
        clock: Clock,
    ) -> None:
        self.transport = transport
        self.console = console
        self.files = files
        self.environment = environment
        self.clock = clock
        self.old = environment.get("ESTIBA_CLIENT", "").startswith("20.10")
        self.client = Client(
            transport,
            version=environment.get("DOCKER_API_VERSION", "").removeprefix("v"),
            agent=f"Docker-Client/{CLIENT_VERSION} (linux)",
        )
        self.endpoint = ""
        self.context = "default"
        self.debug = False
        self.config_folder = ""
        self._config: ConfigFile | None = None

    @property
    def home(self) -> str:
        return self.environment.get("HOME", "")

    @property
    def config(self) -> ConfigFile:
        """The user's configuration, read when first asked for."""
        if self._config is None:
            from .config_file import ConfigFile  # noqa: PLC0415

            path = posixpath.join(self.config_folder, "config.json")
            self._config = ConfigFile.load(self.files, path)
            if self._config.warning:
                self.error(self._config.warning)
        return self._config

    def write(self, text: str) -> None:
        self.console.write(text.encode("utf-8", "surrogateescape"))

    def line(self, text: str) -> None:
        self.console.write(f"{text}\n".encode("utf-8", "surrogateescape"))

    def error(self, text: str) -> None:
        self.console.write_error(f"{text}\n".encode("utf-8", "surrogateescape"))

    def now_s(self) -> float:
        return self.clock.now_ns() / 1e9

    def wait(self, *streams: Stream, timeout_s: float | None = None) -> None:
        """Wait for a stream. Raises: Interrupted when Ctrl-C or the like comes first."""
        signals = self.console.signals
        self.transport.wait(*streams, signals, timeout_s=timeout_s)
        while signals.ready:
            name = (signals.poll() or b"").decode()
            if name in ENDING:
                raise Interrupted(SIGNALS[name])
            if not name:
                return

    def read_input(self) -> bytes:
        """All of standard input."""
        parts = []
        stdin = self.console.stdin
        while (chunk := stdin.poll()) is not None:
            if chunk:
                parts.append(chunk)
            else:
                self.wait(stdin)
        return b"".join(parts)

    def read_line(self) -> str:
        """One line of standard input without its end."""
        data = b""
        stdin = self.console.stdin
        while b"\n" not in data and (chunk := stdin.poll()) is not None:
            if not chunk:
                self.wait(stdin)
            data += chunk
        return data.partition(b"\n")[0].decode("utf-8", "replace").rstrip("\r")

    def confirm(self, question: str) -> bool:
        """Ask for a yes."""
        self.write(f"{question} [y/N] ")
        try:
            return self.read_line().strip().lower() == "y"
        except Interrupted:
            self.write("\n")
            raise
