"""`estiba demo`."""

from __future__ import annotations

import sys

from ..app import House, simulated
from ..http.poller import Poller
from ..spec.gotime import parse_time
from ..trace import VirtualClock
from .play import Play
from .script import Script, load_script, load_texts


def _show(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def make_house(script: Script, poller: Poller | None = None) -> House:
    """An engine on the script's seed and clock."""
    return simulated(seed=script.seed, clock=VirtualClock(parse_time(script.start)), poller=poller)


def run(language: str) -> int:
    """Play the document in a language; 0 if every value is the document's."""
    script = load_script()
    poller = Poller()
    play = Play(make_house(script, poller), script, load_texts(language), _show, poller)
    return 0 if play.run() else 1
