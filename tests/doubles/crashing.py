"""A daemon that is killed while it works, and a client that remembers what it was told.

Theory. What a command was answered for is there after the next start, all of it. A command that got no answer is
wholly there or wholly absent: the state that is found is the one before it or the one after it. `run` is several
requests, and what its process writes comes over time: it may be found in the states in between.
"""

from __future__ import annotations

import contextlib
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
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

from crash_orders import Order, Orders, State, short

from estiba.cli.app import run_command
from estiba.cli.console import MemoryConsole
from estiba.cli.memory_files import MemoryFiles
from estiba.daemon.places import Places, answers
from estiba.http.client import SocketTransport
from estiba.trace import SystemClock
from estiba.upkeep.fsck import Fsck

LIMIT_S = 30.0
DIES_EARLY = 0.2
EARLY_S = 0.1
ORDERS = 8
ORDER_S = 0.05
FORKS = str(Path(__file__).with_name("daemon_forks.py"))


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
        self.source = Orders(self.random, self.files, self.docker)
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
            order = self.source.next(self.state)
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
        return value["Status"], value["ExitCode"], short(_text(out)) if not code else ""

    def _volume(self, name: str) -> str:
        code, out, _ = self.docker(
            "run", "--rm", "-v", f"{name}:/v", "busybox", "sh", "-c", "cat /v/*; true"
        )
        return out.decode() if not code else ""


def _interrupt(state: State) -> None:
    """What the end of the daemon does to containers that run."""
    for name, (status, _, text) in list(state.containers.items()):
        if status == "running":
            state.containers[name] = ("exited", 255, text)


def _text(archive: bytes) -> str:
    """The first file of an archive."""
    size = int(archive[124:135], 8)
    return archive[512 : 512 + size].decode()
