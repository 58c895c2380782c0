"""Limits on a container's processes, as `--ulimit` gives them.

Source: the behaviour of docker/go-units 0.5, ulimit.
"""

from dataclasses import dataclass

from estiba.errors import InvalidInput
from estiba.spec.gotext import parse_int
from estiba.spec.rule import Rule

_NAMES = frozenset(
    "core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending"
    " stack".split()
)
UNLIMITED = -1


class InvalidUlimit(InvalidInput):
    hint = "A limit looks like nofile=1024 or nofile=1024:2048; -1 means none."


@dataclass(frozen=True, slots=True)
class Ulimit:
    """A soft limit, which a process may raise up to the hard one."""

    name: str
    soft: int
    hard: int

    def __str__(self) -> str:
        return f"{self.name}={self.soft}:{self.hard}"


def parse_ulimit(text: str, rule: Rule = Rule.LIBRARY) -> Ulimit:
    """Read `name=soft` or `name=soft:hard`.

    Raises: InvalidUlimit, InvalidNumber.
    """
    name, equals, limits = text.partition("=")
    if not equals:
        given = limits if rule is Rule.LIBRARY else text
        raise InvalidUlimit(f"invalid ulimit argument: {given}")
    if name not in _NAMES:
        raise InvalidUlimit(f"invalid ulimit type: {name}")
    if rule is not Rule.LIBRARY and limits.count(":") > 1:
        raise InvalidUlimit(
            f"too many limit value arguments - {limits}, can only have up to two, `soft[:hard]`"
        )
    soft_text, colon, hard_text = limits.partition(":")
    hard = parse_int(hard_text) if colon else None
    soft = parse_int(soft_text)
    if hard is None:
        hard = soft
    _check_order(soft, hard)
    return Ulimit(name, soft, hard)


def _check_order(soft: int, hard: int) -> None:
    problem = "ulimit soft limit must be less than or equal to hard limit"
    if hard == UNLIMITED:
        return
    if soft == UNLIMITED:
        raise InvalidUlimit(f"{problem}: soft: -1 (unlimited), hard: {hard}")
    if soft > hard:
        raise InvalidUlimit(f"{problem}: {soft} > {hard}")
