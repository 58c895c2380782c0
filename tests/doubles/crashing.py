"""A daemon that is killed while it works, and a client that remembers what it was told.

Theory. What a command was answered for is there after the next start, all of it. A command that got no answer is
wholly there or wholly absent: the state that is found is the one before it or the one after it. `run` is several
requests, and what its process writes comes over time: it may be found in the states in between.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from estiba.cli.app import run_command
from estiba.cli.console import MemoryConsole
from estiba.cli.memory_files import MemoryFiles
from estiba.daemon.places import Places, answers
from estiba.http.client import SocketTransport
from estiba.trace import SystemClock
from estiba.upkeep.fsck import Fsck

IMAGES = ("busybox:latest", "ubuntu:latest", "alpine:latest")
LIMIT_S = 30.0
DIES_EARLY = 0.2
EARLY_S = 0.1
ORDERS = 8
ORDER_S = 0.05
FORKS = str(Path(__file__).with_name("daemon_forks.py"))


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


class Connections(SocketTransport):
    """A transport that can close connections in whatever state they are."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self._sockets: list[socket.socket] = []

    def _unix(self) -> socket.socket:
        self._sockets.append(opened := super()._unix())
        return opened

    def close(self) -> None:
        for opened in self._sockets:
            opened.close()


class Crashing:
    """A home, its daemon in a process of its own, and what the daemon has promised."""

    def __init__(self, home: Path, seed: int) -> None:
        environment = {"ESTIBA_HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path)}
        self.places = Places.of(environment)
        self.forks = subprocess.Popen(
            [sys.executable, FORKS],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.random = Random(seed)
        self.files = MemoryFiles()
        self.files.mkdir("/context")
        self.state = State()
        self.made = 0
        self.pid = 0
        self.killed = False
        self.orders: list[Order] = []
        """Those that were not answered in the last round: at most one."""

    # -- the daemon ------------------------------------------------------------------------

    def _fork(self) -> None:
        self.killed = False
        assert self.forks.stdin is not None
        assert self.forks.stdout is not None
        self.forks.stdin.write("\n")
        self.forks.stdin.flush()
        self.pid = int(self.forks.stdout.readline())

    def start(self) -> None:
        self._fork()
        limit = time.monotonic() + LIMIT_S
        while not answers(self.places):
            assert self.runs(), Path(self.places.log).read_text()
            assert time.monotonic() < limit
            time.sleep(0.002)

    def runs(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def kill(self) -> None:
        self.killed = True
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def end(self) -> None:
        """Kill it, and see that it is gone."""
        self.kill()
        limit = time.monotonic() + LIMIT_S
        while self.runs():
            assert time.monotonic() < limit
            time.sleep(0.001)

    def close(self) -> None:
        self.end()
        assert self.forks.stdin is not None
        assert self.forks.stdout is not None
        self.forks.stdin.close()
        self.forks.stdout.close()
        self.forks.wait(LIMIT_S)

    # -- commands --------------------------------------------------------------------------

    def docker(self, *words: str, given: bytes = b"") -> tuple[int, bytes, str]:
        """Exit code and both outputs."""
        console = MemoryConsole(given)
        transport = Connections(self.places.docker_host)
        try:
            code = run_command(
                words,
                transport=transport,
                console=console,
                files=self.files,
                environment={},
                clock=SystemClock(),
            )
        finally:
            transport.close()
        return code, bytes(console.out), bytes(console.err).decode()

    def ask(self, *words: str) -> str:
        """Output of a command that must succeed."""
        code, out, err = self.docker(*words)
        assert code == 0, f"docker {' '.join(words)}: {code}: {err}"
        return out.decode("utf-8", "replace")

    def round(self) -> None:
        """Start, look, work until the daemon is killed at some time."""
        while self.random.random() < DIES_EARLY:
            self._fork()
            time.sleep(self.random.random() * EARLY_S)
            self.end()
        self.start()
        try:
            self.check()
            self._work(self.random.randrange(ORDERS))
        finally:
            self.end()

    def _work(self, last: int) -> None:
        """Give orders until one is not answered: it is killed in the last one, or the one after it."""
        for count in itertools.count():
            order = self._order()
            if count == last:
                threading.Timer(self.random.random() * ORDER_S, self.kill).start()
            code, _, err = self.docker(*order.words, given=order.given)
            if code != order.code:
                assert self.killed, f"{order.words}: {code}: {err}"
                self.orders = [order]
                return
            order.effect(self.state)

    def empty(self) -> dict[str, int]:
        """Take everything away, start once more: what the home still holds, by kind."""
        self.start()
        for listing, removal in (
            ("ps -aq", "rm -f"),
            ("volume ls -q", "volume rm"),
            ("images -aq", "rmi -f"),
        ):
            while found := self.ask(*listing.split()).split():
                self.docker(*removal.split(), *found)
        self.ask("network", "prune", "-f")
        self._stop()
        self.start()
        self._stop()
        return self._left()

    def _stop(self) -> None:
        os.kill(self.pid, signal.SIGTERM)
        limit = time.monotonic() + LIMIT_S
        while self.runs():
            assert time.monotonic() < limit
            time.sleep(0.005)

    def _left(self) -> dict[str, int]:
        home = Path(self.places.home)
        with contextlib.closing(sqlite3.connect(home / "estiba.db")) as rows:
            left: dict[str, int] = {
                table: rows.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in ("images", "layers", "names", "parents", "inodes", "pieces")
            }
            kinds = rows.execute("SELECT kind, count(*) FROM documents GROUP BY kind")
            left |= dict(kinds.fetchall())
        left["blobs"] = sum(1 for path in (home / "blobs").rglob("*") if path.is_file())
        return {kind: count for kind, count in left.items() if count}

    # -- what is there ---------------------------------------------------------------------

    def check(self) -> None:
        """What is found is what was promised; all commands work. Then it is taken as it is."""
        found = self._found()
        allowed = list(self._allowed())
        assert found in allowed, (
            f"found {found}\nnot among {allowed}\nafter {[order.words for order in self.orders]}"
        )
        self.orders, self.state = [], found
        for words in ("images -a", "system df -v", "info", "network ls", "volume ls", "ps -as"):
            self.ask(*words.split())
        for reference in found.references:
            self.ask("history", reference)
            self.ask("image", "inspect", reference)
        self._check_leftovers()
        *wrong, _ = Fsck(Path(self.places.home)).run()
        assert not wrong, wrong

    def _allowed(self) -> Iterable[State]:
        """The states that keep all promises."""
        before = deepcopy(self.state)
        _interrupt(before)
        yield before
        for order in self.orders:
            for effect in (order.effect, *order.between):
                after = deepcopy(self.state)
                effect(after)
                _interrupt(after)
                yield after

    def _check_leftovers(self) -> None:
        """Images without a name come of builds only; what no image needs is not there."""
        listed = self.ask("images", "-aq", "--no-trunc").split()
        assert len(set(listed)) >= len(self._ids(self.state.references))
        freed = self.ask("image", "prune", "-f")
        assert "Error" not in freed

    def _ids(self, references: Iterable[str]) -> set[str]:
        return {
            json.loads(self.ask("image", "inspect", reference))[0]["Id"] for reference in references
        }

    def _found(self) -> State:
        """The state as commands show it."""
        pairs = self.ask("images", "--format", "{{.Repository}}:{{.Tag}}").split()
        state = State({pair for pair in pairs if "<none>" not in pair})
        for name in self.ask("ps", "-a", "--format", "{{.Names}}").split():
            state.containers[name] = self._container(name)
        for name in self.ask("volume", "ls", "-q").split():
            state.volumes[name] = self._volume(name)
        networks = set(self.ask("network", "ls", "--format", "{{.Name}}").split())
        state.networks = networks - {"bridge", "host", "none"}
        return state

    def _container(self, name: str) -> tuple[str, int, str]:
        value: Any = json.loads(self.ask("inspect", name))[0]["State"]
        self.ask("diff", name)
        self.ask("logs", name)
        code, out, _ = self.docker("cp", f"{name}:/f", "-")
        return value["Status"], value["ExitCode"], _short(_text(out)) if not code else ""

    def _volume(self, name: str) -> str:
        code, out, _ = self.docker(
            "run", "--rm", "-v", f"{name}:/v", "busybox", "sh", "-c", "cat /v/*; true"
        )
        return out.decode() if not code else ""

    # -- orders ----------------------------------------------------------------------------

    def _order(self) -> Order:
        if "busybox:latest" not in self.state.references:
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
        self.made += 1
        return f"{kind}{self.made}"

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
            state.containers[name] = ("exited", 3, _short(text))

        def set_to(*found: Any) -> Effect:
            return lambda state: state.containers.__setitem__(name, found)

        words = ["run", "--name", name, "busybox", "sh", "-c"]
        line = f"echo {name}; seq {count} > /g; mv /g /f; exit 3"
        between = (
            set_to("created", 0, ""),
            set_to("exited", 255, ""),
            set_to("exited", 255, _short(text)),
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
            state.containers[name] = (status, code, _short(text))

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


def _interrupt(state: State) -> None:
    """What the end of the daemon does to containers that run."""
    for name, (status, _, text) in list(state.containers.items()):
        if status == "running":
            state.containers[name] = ("exited", 255, text)


def _short(text: str) -> str:
    """A content in a few letters."""
    return f"{len(text)} bytes {hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _text(archive: bytes) -> str:
    """The first file of an archive."""
    size = int(archive[124:135], 8)
    return archive[512 : 512 + size].decode()
