"""What the crash test asks of a daemon: orders of all kinds, and what each of them does to what can be seen."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from estiba.cli.memory_files import MemoryFiles

IMAGES = ("busybox:latest", "ubuntu:latest", "alpine:latest")
Docker = Callable[..., tuple[int, bytes, str]]


@dataclass
class State:
    """What can be seen from outside. Values: a container's status, exit code and /f; a volume's file."""

    references: set[str] = field(default_factory=set)
    containers: dict[str, tuple[str, int, str]] = field(default_factory=dict)
    volumes: dict[str, str] = field(default_factory=dict)
    networks: set[str] = field(default_factory=set)


Effect = Callable[[State], None]


@dataclass
class Order:
    """A command, what it does, and in which states it may be found half done."""

    words: list[str]
    effect: Effect
    given: bytes = b""
    between: tuple[Effect, ...] = ()
    code: int = 0


class Orders:
    """Random orders that make sense in a state."""

    def __init__(self, random: Random, files: MemoryFiles, docker: Docker) -> None:
        self.random = random
        self.files = files
        self.docker = docker
        self.state = State()
        self._made = 0

    def next(self, state: State) -> Order:
        self.state = state
        if "busybox:latest" not in state.references:
            return self._pull("busybox:latest")
        kinds = [
            *(self._run, self._run, self._detached, self._commit, self._build, self._load),
            *(self._pull_some, self._tag, self._rmi, self._rmi, self._rm, self._rm, self._rename),
            *(self._copy, self._write, self._volume_rm, self._network, self._network_rm),
        ]
        while (order := self.random.choice(kinds)()) is None:
            pass
        return order

    def _name(self, kind: str) -> str:
        self._made += 1
        return f"{kind}{self._made}"

    def _pick(self, names: Iterable[str]) -> str | None:
        choices = sorted(names)
        return self.random.choice(choices) if choices else None

    def _pull(self, reference: str) -> Order:
        return Order(["pull", "-q", reference], lambda state: state.references.add(reference))

    def _pull_some(self) -> Order:
        return self._pull(self.random.choice(IMAGES))

    def _run(self) -> Order:
        name = self._name("run")
        count = self.random.choice((1, 9, 3000))
        text = "".join(f"{number}\n" for number in range(1, count + 1))

        def after(state: State) -> None:
            state.containers[name] = ("exited", 3, short(text))

        def set_to(*found: Any) -> Effect:
            return lambda state: state.containers.__setitem__(name, found)

        words = ["run", "--name", name, "busybox", "sh", "-c"]
        line = f"echo {name}; seq {count} > /g; mv /g /f; exit 3"
        between = (
            set_to("created", 0, ""),
            set_to("exited", 255, ""),
            set_to("exited", 255, short(text)),
        )
        return Order([*words, line], after, between=between, code=3)

    def _detached(self) -> Order:
        name = self._name("long")

        def after(state: State) -> None:
            state.containers[name] = ("running", 0, "")

        return Order(
            ["run", "-d", "--name", name, "busybox", "sleep", "100000"],
            after,
            between=(lambda state: state.containers.__setitem__(name, ("created", 0, "")),),
        )

    def _commit(self) -> Order | None:
        container, reference = self._pick(self.state.containers), self._name("commit") + ":tag"
        if container is None:
            return None
        return Order(
            ["commit", container, reference], lambda state: state.references.add(reference)
        )

    def _build(self) -> Order:
        reference = self._name("built") + ":latest"
        self.files.write(
            "/context/Dockerfile", f"FROM busybox\nRUN echo {reference} > /f\nLABEL a=b".encode()
        )
        return Order(
            ["build", "-q", "-t", reference, "/context"],
            lambda state: state.references.add(reference),
        )

    def _load(self) -> Order | None:
        reference = self._pick(self.state.references)
        if reference is None or self.random.random() < 0.5:
            return None
        code, archive, _ = self.docker("save", reference)
        if code:
            return Order(["ps"], lambda state: None)
        return Order(["load", "-q"], lambda state: state.references.add(reference), archive)

    def _tag(self) -> Order | None:
        reference, name = self._pick(self.state.references), self._name("tag") + ":t"
        if reference is None:
            return None
        return Order(["tag", reference, name], lambda state: state.references.add(name))

    def _rmi(self) -> Order | None:
        reference = self._pick(self.state.references - {"busybox:latest"})
        if reference is None:
            return None
        return Order(["rmi", "-f", reference], lambda state: state.references.discard(reference))

    def _rm(self) -> Order | None:
        name = self._pick(self.state.containers)
        if name is None:
            return None

        def killed(state: State) -> None:
            status, _, text = state.containers[name]
            if status == "running":
                state.containers[name] = ("exited", 137, text)

        return Order(
            ["rm", "-f", name], lambda state: state.containers.__delitem__(name), between=(killed,)
        )

    def _rename(self) -> Order | None:
        old, new = self._pick(self.state.containers), self._name("renamed")
        if old is None:
            return None
        return Order(
            ["rename", old, new],
            lambda state: state.containers.__setitem__(new, state.containers.pop(old)),
        )

    def _copy(self) -> Order | None:
        name, text = self._pick(self.state.containers), self._name("copied")
        if name is None:
            return None
        self.files.write("/f", text.encode())

        def after(state: State) -> None:
            status, code, _ = state.containers[name]
            state.containers[name] = (status, code, short(text))

        return Order(["cp", "/f", f"{name}:/f"], after)

    def _write(self) -> Order:
        name, text = self._name("volume"), self._name("text")
        line = f"echo {text} > /tmp/f; mv /tmp/f /v/f"
        return Order(
            ["run", "--rm", "-v", f"{name}:/v", "busybox", "sh", "-c", line],
            lambda state: state.volumes.__setitem__(name, text + "\n"),
            between=(lambda state: state.volumes.__setitem__(name, ""),),
        )

    def _volume_rm(self) -> Order | None:
        name = self._pick(self.state.volumes)
        if name is None:
            return Order(
                ["volume", "create", new := self._name("empty")],
                lambda state: state.volumes.__setitem__(new, ""),
            )
        return Order(["volume", "rm", name], lambda state: state.volumes.__delitem__(name))

    def _network(self) -> Order:
        name = self._name("net")
        return Order(["network", "create", name], lambda state: state.networks.add(name))

    def _network_rm(self) -> Order | None:
        name = self._pick(self.state.networks)
        if name is None:
            return None
        return Order(["network", "rm", name], lambda state: state.networks.discard(name))


def short(text: str) -> str:
    """A content in a few letters."""
    return f"{len(text)} bytes {hashlib.sha256(text.encode()).hexdigest()[:8]}"
