"""Instructions that change nothing but settings: what each makes of the configuration.

Each gives the new settings and the comment that stands in the history after `#(nop)`.
Source: Docker Engine 20.10, builder/dockerfile/dispatchers.go, behaviour as recorded.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from ...errors import InvalidInput
from ...spec import ContainerConfig, HealthConfig
from ...spec.gotext import quote
from ...spec.gotime import format_duration
from ..signals import parse_signal
from .arguments import BuildArguments
from .expansion import environment, expand, expand_words
from .instructions import BadInstruction, Instruction
from .ports import port_set

DEFAULT_SHELL = ("/bin/sh", "-c")


@dataclass(slots=True)
class State:
    """Where a stage is: its settings so far, and what later instructions depend on."""

    config: ContainerConfig
    arguments: BuildArguments
    escape: str = "\\"
    author: str = ""
    command_set: bool = False

    @property
    def variables(self) -> dict[str, str]:
        """What `$name` means here: ENV first, then the ARGs that are allowed."""
        own = self.config.env or ()
        return environment((*own, *self.arguments.allowed(own)))

    def expanded(self, word: str) -> str:
        return expand(word, self.variables, self.escape)

    def change(self, **fields: object) -> None:
        self.config = replace(self.config, **fields)  # type: ignore[arg-type]


def shell_of(config: ContainerConfig) -> tuple[str, ...]:
    return config.shell or DEFAULT_SHELL


def command_line(made: Instruction, config: ContainerConfig) -> tuple[str, ...]:
    """The words to execute: as they are, or a text for the shell."""
    return made.words if made.json else (*shell_of(config), *made.words)


def quoted(words: Iterable[str]) -> str:
    """A list as Go's `%q` prints it."""
    return "[" + " ".join(map(quote, words)) + "]"


def apply(state: State, made: Instruction) -> str:
    """Carry out an instruction on the settings; its comment. Raises: InvalidInput."""
    return SETTINGS[made.name](state, _expanded(state, made))


def _expanded(state: State, made: Instruction) -> Instruction:
    """Variables replaced, in the instructions that have them."""
    if made.literal:
        return made
    if made.name == "expose":
        variables = state.variables
        asked = sorted(made.words)
        words = [w for word in asked for w in expand_words(word, variables, state.escape)]
        return replace(made, words=tuple(words))
    if made.name == "arg":
        return replace(made, words=tuple(expand_argument(w, state.expanded) for w in made.words))
    if made.name in ("env", "label", "user", "stopsignal", "volume", "workdir"):
        variables = state.variables
        words = [expand(word, variables, state.escape) for word in made.words]
        return replace(made, words=tuple(words))
    return made


def expand_argument(word: str, expanded: Callable[[str], str]) -> str:
    """An ARG: its name and its value are words of their own, so quotes around both are refused."""
    name, equals, value = word.partition("=")
    return f"{expanded(name)}={expanded(value)}" if equals else expanded(name)


def _maintainer(state: State, made: Instruction) -> str:
    state.author = made.words[0]
    return f"MAINTAINER {made.words[0]}"


def _label(state: State, made: Instruction) -> str:
    labels = dict(state.config.labels or {})
    labels.update(made.pairs)
    state.change(labels=labels)
    return "LABEL" + "".join(f" {name}={value}" for name, value in made.pairs)


def _env(state: State, made: Instruction) -> str:
    env = list(state.config.env or ())
    for name, value in made.pairs:
        known = [place for place, pair in enumerate(env) if pair.partition("=")[0] == name]
        if known:
            env[known[0]] = f"{name}={value}"
        else:
            env.append(f"{name}={value}")
    state.change(env=tuple(env))
    return "ENV" + "".join(f" {name}={value}" for name, value in made.pairs)


def workdir(current: str, asked: str) -> str:
    """The working directory after WORKDIR. Raises: BadInstruction."""
    if not asked:
        raise BadInstruction("cannot normalize nothing")
    return asked if asked.startswith("/") else _clean(posixpath.join("/", current, asked))


def _clean(path: str) -> str:
    return "/" + posixpath.normpath(path).lstrip("/")


def _workdir(state: State, made: Instruction) -> str:
    state.change(working_dir=workdir(state.config.working_dir, made.words[0]))
    return f"WORKDIR {state.config.working_dir}"


def _cmd(state: State, made: Instruction) -> str:
    words = command_line(made, state.config)
    state.change(cmd=words)
    if made.words:
        state.command_set = True
    return f"CMD {quoted(words)}"


def _entrypoint(state: State, made: Instruction) -> str:
    words = command_line(made, state.config) if made.words else None
    state.change(entrypoint=words)
    if not state.command_set:
        state.change(cmd=None)
    return f"ENTRYPOINT {quoted(words or ())}"


def _expose(state: State, made: Instruction) -> str:
    ports = port_set(made.words)
    state.change(exposed_ports=tuple(sorted({*state.config.exposed_ports, *ports})))
    return "EXPOSE " + " ".join(made.words)


def _user(state: State, made: Instruction) -> str:
    state.change(user=made.words[0])
    return f"USER {made.words[0]}"


def _volume(state: State, made: Instruction) -> str:
    if not all(made.words):
        raise BadInstruction("VOLUME specified can not be an empty string")
    state.change(volumes=tuple(sorted({*(state.config.volumes or ()), *made.words})))
    return f"VOLUME [{' '.join(made.words)}]"


def _stopsignal(state: State, made: Instruction) -> str:
    parse_signal(made.words[0])
    state.change(stop_signal=made.words[0])
    return f"STOPSIGNAL {made.words[0]}"


def _shell(state: State, made: Instruction) -> str:
    state.change(shell=made.words)
    return f"SHELL [{' '.join(made.words)}]"


def _onbuild(state: State, made: Instruction) -> str:
    trigger = made.words[0]
    state.change(on_build=(*(state.config.on_build or ()), trigger))
    return f"ONBUILD {trigger}"


def _arg(state: State, made: Instruction) -> str:
    for word in made.words:
        name, equals, value = word.partition("=")
        state.arguments.declare(name, value if equals else None)
    return "ARG " + " ".join(made.words)


def _healthcheck(state: State, made: Instruction) -> str:
    assert made.health is not None
    state.change(healthcheck=_inherited(made.health, state.config.healthcheck))
    return f"HEALTHCHECK {_health_text(made.health)}"


def _inherited(health: HealthConfig, before: HealthConfig | None) -> HealthConfig:
    """What is not said stays as in the image below, even after NONE."""
    if before is None:
        return health
    return replace(
        health,
        interval_ns=health.interval_ns or before.interval_ns,
        timeout_ns=health.timeout_ns or before.timeout_ns,
        start_period_ns=health.start_period_ns or before.start_period_ns,
        retries=health.retries or before.retries,
    )


def _health_text(health: HealthConfig) -> str:
    """The structure as Go's `%q` prints it: a number is quoted as a character."""
    times = (health.interval_ns, health.timeout_ns, health.start_period_ns)
    texts = " ".join(quote(format_duration(time_ns)) for time_ns in times)
    return f"&{{{quoted(health.test)} {texts} {_character(health.retries)}}}"


def _character(code: int) -> str:
    escapes = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r"}
    if code in escapes:
        return f"'{escapes[code]}'"
    if code < 32:
        return f"'\\x{code:02x}'"
    if not code < 0x110000:
        return "'\\ufffd'"
    return "'\\''" if code == ord("'") else f"'{chr(code)}'"


SETTINGS: dict[str, Callable[[State, Instruction], str]] = {
    "arg": _arg,
    "cmd": _cmd,
    "entrypoint": _entrypoint,
    "env": _env,
    "expose": _expose,
    "healthcheck": _healthcheck,
    "label": _label,
    "maintainer": _maintainer,
    "onbuild": _onbuild,
    "shell": _shell,
    "stopsignal": _stopsignal,
    "user": _user,
    "volume": _volume,
    "workdir": _workdir,
}

CHANGES = frozenset(
    "cmd entrypoint healthcheck env expose label onbuild user volume workdir".split()
)
"""What `--change` of `commit` and `import` may say."""


class NotAChange(InvalidInput):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not a valid change command")
        self.name = name
