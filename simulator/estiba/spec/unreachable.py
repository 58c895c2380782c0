"""What is said when an address outside does not answer. No network leads out of here."""

from __future__ import annotations

import re


def no_answer(url: str) -> str:
    """The reason, as Go's HTTP client words it.

    >>> no_answer("http://127.0.0.1:1/x")
    'Get "http://127.0.0.1:1/x": dial tcp 127.0.0.1:1: connect: connection refused'
    """
    place = re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0].rpartition("@")[2]
    host = place.partition(":")[0]
    if host.replace(".", "").isdigit():
        return f'Get "{url}": dial tcp {place}: connect: connection refused'
    return f'Get "{url}": dial tcp: lookup {host}: no such host'
