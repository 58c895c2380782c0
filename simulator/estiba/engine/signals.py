"""Signals by name and number. Source: Linux, signal(7); Docker, pkg/signal."""

from __future__ import annotations

from ..errors import InvalidInput

NAMES = (
    "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT"
    " STOP TSTP"
    " TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS"
).split()
NUMBERS = {name: number for number, name in enumerate(NAMES, 1)}
NUMBERS |= {"IOT": 6, "CLD": 17, "POLL": 29}
RTMIN, RTMAX = 34, 64
NUMBERS |= {"RTMIN": RTMIN, "RTMAX": RTMAX}
NUMBERS |= {f"RTMIN+{n}": RTMIN + n for n in range(1, 16)}
NUMBERS |= {f"RTMAX-{n}": RTMAX - n for n in range(1, 15)}
SUPPORTED = frozenset(NUMBERS.values())

KILL, TERM = NUMBERS["KILL"], NUMBERS["TERM"]


class InvalidSignal(InvalidInput):
    def __init__(self, text: str) -> None:
        super().__init__(f"Invalid signal: {text}")
        self.text = text


def parse_signal(text: str) -> int:
    """A signal by number or by name, with or without SIG, in any case.

    >>> parse_signal("SIGTERM"), parse_signal("usr1"), parse_signal("9")
    (15, 10, 9)

    Raises: InvalidSignal. A number Linux does not have is let through, as Docker does.
    """
    if text.isascii() and text.isdigit():
        number = int(text)
        if number == 0:
            raise InvalidSignal(text)
        return number
    try:
        return NUMBERS[text.upper().removeprefix("SIG")]
    except KeyError:
        raise InvalidSignal(text) from None
