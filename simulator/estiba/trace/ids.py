"""Identifiers and invented names from one seed. The only module that may touch `random` and
`secrets`.
"""

import random

from .surnames import ADJECTIVES, SURNAMES


class Ids:
    """A source of identifiers. The same seed gives the same ones in the same order; None is the
    system's entropy.
    """

    def __init__(self, seed: int | str | None = None) -> None:
        self._random: random.Random = (
            random.SystemRandom() if seed is None else random.Random(str(seed))
        )

    def hex64(self) -> str:
        """64 hexadecimal digits: a container, network, exec or anonymous volume."""
        return f"{self._random.getrandbits(256):064x}"

    def container_name(self, retry: int = 0) -> str:
        """An invented name, `adjective_surname`; from the first retry on with a digit.

        Source: the form described for Docker's name generator; the words are our own choice.
        """
        while (pair := (self._random.choice(ADJECTIVES), self._random.choice(SURNAMES))) == (
            "boring",
            "wozniak",
        ):
            pass
        return "_".join(pair) + (str(self._random.randrange(10)) if retry else "")

    def port(self, low: int = 49153, high: int = 65535) -> int:
        """A port number to try first for an ephemeral published port."""
        return self._random.randint(low, high)

    def mac_suffix(self) -> int:
        return self._random.getrandbits(16)
