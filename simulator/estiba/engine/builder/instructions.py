"""Instructions: what each statement of a Dockerfile means, checked as far as its form goes.

Source: Dockerfile reference; behaviour of Engine 20.10 as recorded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ...errors import InvalidInput
from ...spec import HealthConfig
from ...spec.gotext import quote
from ...spec.gotime import InvalidDuration, parse_duration
from .lines import Statement, statement

KNOWN = frozenset(
    """add arg cmd copy entrypoint env expose from healthcheck label maintainer onbuild run shell
    stopsignal user volume workdir""".split()
)
STAGE_NAME = re.compile(r"[a-z][a-z0-9-_.]*")
BUILDKIT = (
    "the --{} option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn "
    "how to build images with BuildKit enabled"
)
LEAST_NS = 1_000_000


class BadInstruction(InvalidInput):
    """An instruction with wrong arguments."""


class UnknownInstruction(BadInstruction):
    def __init__(self, name: str) -> None:
        super().__init__(f"unknown instruction: {name.upper()}")
        self.name = name


class DockerfileError(InvalidInput):
    """A bad instruction with its line."""

    def __init__(self, line: int, error: InvalidInput) -> None:
        super().__init__(f"dockerfile parse error line {line}: {error}")
        self.line, self.error = line, error


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction. `text` is shown after `Step n/m :`.

    `words` are its arguments; `json` is the exec form. Options: `source` is `--from`, `owner` is
    `--chown`. `health` is what HEALTHCHECK asks for. `literal`: variables are not replaced.
    """

    name: str
    text: str
    words: tuple[str, ...] = ()
    json: bool = False
    source: str = ""
    owner: str = ""
    platform: str = ""
    buildkit: str = ""
    health: HealthConfig | None = None
    literal: bool = False

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Keys and values of ENV and LABEL."""
        return tuple(zip(self.words[::2], self.words[1::2], strict=True))


@dataclass(slots=True)
class Stage:
    """FROM and what follows it."""

    start: Instruction
    name: str
    base: str
    steps: list[Instruction] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Plan:
    """A Dockerfile in stages, and the ARGs before the first."""

    arguments: tuple[Instruction, ...]
    stages: tuple[Stage, ...]

    def up_to(self, target: str) -> Plan:
        """As far as a stage given by name. Raises: BadInstruction."""
        for number, stage in enumerate(self.stages):
            if stage.name and stage.name == target.lower():
                return Plan(self.arguments, self.stages[: number + 1])
        raise BadInstruction(f"failed to reach build target {target} in Dockerfile")


def plan(statements: list[Statement]) -> Plan:
    """Raises: DockerfileError, BadInstruction when something stands before the first FROM."""
    arguments: list[Instruction] = []
    stages: list[Stage] = []
    for one in statements:
        try:
            made = instruction(one)
        except InvalidInput as error:
            raise DockerfileError(one.line, error) from None
        if made.name == "from":
            stages.append(_stage(made))
        elif stages:
            stages[-1].steps.append(made)
        elif made.name == "arg":
            arguments.append(made)
        else:
            raise BadInstruction("no build stage in current context")
    if not stages:
        raise BadInstruction("file with no instructions")
    return Plan(tuple(arguments), tuple(stages))


def _stage(made: Instruction) -> Stage:
    words = made.words
    return Stage(made, words[2].lower() if len(words) == 3 else "", words[0])


def instruction(one: Statement) -> Instruction:
    """Check one statement. Raises: BadInstruction, UnknownInstruction."""
    if one.name not in KNOWN:
        raise UnknownInstruction(one.name)
    options = _options(one)
    made = Instruction(one.name, one.text, one.words, one.json, **options)
    check = CHECKS.get(one.name)
    if check is not None:
        check(made)
    if one.name == "healthcheck":
        return _healthcheck(one, made)
    return made


FLAGS = {
    "add": ("chown", "chmod"),
    "copy": ("chown", "chmod", "from"),
    "from": ("platform",),
    "run": ("mount",),
    "healthcheck": ("interval", "timeout", "start-period", "retries"),
}
FIELDS = {"chown": "owner", "from": "source", "platform": "platform"}


def _options(one: Statement) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for flag, value in _flags(one).items():
        if flag in FIELDS:
            found[FIELDS[flag]] = value
        elif flag in ("chmod", "mount"):
            found["buildkit"] = flag
    return found


def _flags(one: Statement) -> dict[str, str]:
    known = FLAGS.get(one.name, ())
    found: dict[str, str] = {}
    for text in one.flags:
        name, equals, value = text[2:].partition("=")
        if name not in known:
            raise BadInstruction(f"Unknown flag: {name}")
        if not equals:
            raise BadInstruction(f"Missing a value on flag: {name}")
        if name in found and name != "mount":
            raise BadInstruction(f"Duplicate flag specified: {name}")
        found[name] = value
    return found


def _exactly_one(made: Instruction) -> None:
    if len(made.words) != 1:
        raise BadInstruction(f"{made.name.upper()} requires exactly one argument")


def _at_least_one(made: Instruction) -> None:
    if not made.words:
        raise BadInstruction(f"{made.name.upper()} requires at least one argument")


def _at_least_two(made: Instruction) -> None:
    name = made.name.upper()
    if len(made.words) < 2:
        raise BadInstruction(
            f"{name} requires at least two arguments, but only one was provided. "
            "Destination could not be determined"
        )


def _from(made: Instruction) -> None:
    words = made.words
    if len(words) == 3 and words[1].lower() == "as":
        if not STAGE_NAME.fullmatch(words[2].lower()):
            raise BadInstruction(
                f"invalid name for build stage: {quote(words[2])}, name can't start with a number "
                "or contain symbols"
            )
    elif len(words) != 1:
        raise BadInstruction("FROM requires either one or three arguments")


def _pairs(made: Instruction) -> None:
    _at_least_one(made)
    for name, _ in made.pairs:
        if not name:
            raise BadInstruction(f"{made.name.upper()} names can not be blank")


def _arguments(made: Instruction) -> None:
    _at_least_one(made)
    for word in made.words:
        if word.startswith("="):
            raise BadInstruction("ARG names can not be blank")


def _volume(made: Instruction) -> None:
    _at_least_one(made)
    if not all(word.strip() for word in made.words):
        raise BadInstruction("VOLUME specified can not be an empty string")


def _shell(made: Instruction) -> None:
    _at_least_one(made)
    if not made.json:
        raise BadInstruction("SHELL requires the arguments to be in JSON form")


def _onbuild(made: Instruction) -> None:
    _at_least_one(made)
    trigger = statement(made.words[0]).name
    if trigger == "onbuild":
        raise BadInstruction("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed")
    if trigger in ("maintainer", "from"):
        raise BadInstruction(f"{trigger.upper()} isn't allowed as an ONBUILD trigger")


CHECKS = {
    "add": _at_least_two,
    "copy": _at_least_two,
    "arg": _arguments,
    "env": _pairs,
    "expose": _at_least_one,
    "from": _from,
    "label": _pairs,
    "maintainer": _exactly_one,
    "onbuild": _onbuild,
    "shell": _shell,
    "stopsignal": _exactly_one,
    "user": _exactly_one,
    "volume": _volume,
    "workdir": _exactly_one,
}


def _healthcheck(one: Statement, made: Instruction) -> Instruction:
    if not made.words:
        raise BadInstruction("HEALTHCHECK requires at least one argument")
    kind, rest = made.words[0].upper(), made.words[1:]
    flags = _flags(one)
    if kind == "NONE":
        if rest:
            raise BadInstruction("HEALTHCHECK NONE takes no arguments")
        health = HealthConfig(test=("NONE",))
    elif kind == "CMD":
        if not any(rest):
            raise BadInstruction("Missing command after HEALTHCHECK CMD")
        test = ("CMD", *rest) if made.json else ("CMD-SHELL", *rest)
        health = HealthConfig(
            test=test,
            interval_ns=_interval(flags, "interval"),
            timeout_ns=_interval(flags, "timeout"),
            start_period_ns=_interval(flags, "start-period"),
            retries=_retries(flags.get("retries", "")),
        )
    else:
        raise BadInstruction(f"Unknown type {quote(kind)} in HEALTHCHECK (try CMD)")
    return Instruction(made.name, made.text, made.words, made.json, health=health)


def _interval(flags: dict[str, str], name: str) -> int:
    text = flags.get(name, "")
    if not text:
        return 0
    try:
        duration_ns = parse_duration(text)
    except InvalidDuration as error:
        raise BadInstruction(str(error)) from None
    if duration_ns < 0 or 0 < duration_ns < LEAST_NS:
        raise BadInstruction(f"Interval {quote(name)} cannot be less than 1ms")
    return duration_ns


def _retries(text: str) -> int:
    if not text:
        return 0
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        raise BadInstruction(f"strconv.ParseInt: parsing {quote(text)}: invalid syntax")
    if int(text) < 1:
        raise BadInstruction(f"--retries must be at least 1 (not {int(text)})")
    return int(text)
