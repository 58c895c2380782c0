"""`estiba demo`."""

from __future__ import annotations

import socket
import sys

from ..app import House, simulated
from ..http.poller import Poller
from ..spec.gotime import parse_time
from ..trace import VirtualClock
from .play import Play
from .script import Script, load_script, load_texts

PORT = 8080


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


def run(language: str) -> int:
    """Play the document in a language; 0 if every value is the document's.

    Where the machine's port is taken, nothing is published on it and the server is called inside the process.
    """
    script, texts = load_script(), load_texts(language)
    poller = Poller() if _is_free(PORT) else None
    note = "" if poller is not None else texts["page"]["in_process"]
    play = Play(make_house(script, poller), script, texts, _show, poller, note)
    return 0 if play.run() else 1
