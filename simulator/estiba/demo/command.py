"""`estiba demo`."""

from __future__ import annotations

import socket
import sys
import tempfile
from pathlib import Path

from ..app import House, linux, simulated
from ..cli.console import MemoryConsole
from ..cli.disk import DiskFiles
from ..cli.terminal import TerminalConsole
from ..from_host.command import run as from_host
from ..http.poller import Poller
from ..spec.gotime import parse_time
from ..trace import VirtualClock
from .play import Play
from .script import Script, load_script, load_texts

PORT = 8080
PROGRAMS = ("bash", "coreutils")


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("", port)).close()
    except OSError:
        return False
    return True


def _show(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def make_house(script: Script, poller: Poller | None = None) -> House:
    """An engine on the script's seed and clock."""
    return simulated(seed=script.seed, clock=VirtualClock(parse_time(script.start)), poller=poller)


def run_on_kernel(language: str) -> int:
    """Play the document on this machine's kernel, in a home of its own that goes afterwards. Raises: NotSupported."""
    script, texts = load_script("linux"), load_texts(language, "linux")
    with tempfile.TemporaryDirectory(prefix="estiba-") as home:
        house = linux(Path(home), seed=script.seed, files=DiskFiles(), durable=False)
        try:
            _show("$ estiba image from-host bash coreutils\n")
            from_host(
                ["from-host", *PROGRAMS], lambda words: house.docker(words, TerminalConsole())
            )
            play = Play(house, script, texts, _show)
            return 0 if play.run() else 1
        finally:
            left = [container.id for container in house.engine.containers.all()]
            if left:
                house.docker(["rm", "-f", *left], MemoryConsole())
            house.close()


def run(language: str) -> int:
    """Play the document in a language; 0 if every value is the document's.

    Where the machine's port is taken, nothing is published on it and the server is called inside the process.
    """
    script, texts = load_script(), load_texts(language)
    poller = Poller() if _is_free(PORT) else None
    note = "" if poller is not None else texts["page"]["in_process"]
    play = Play(make_house(script, poller), script, texts, _show, poller, note)
    return 0 if play.run() else 1
