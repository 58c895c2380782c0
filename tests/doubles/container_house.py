"""An engine over small doubles, and a client that speaks its API in the same process."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from small_runtime import SmallRuntime

from estiba.api.api import Api
from estiba.engine import Engine, Host
from estiba.engine.container import Container
from estiba.errors import NotFound
from estiba.http import Answer, Loopback, Request, read_all
from estiba.spec import ContainerConfig, Digest, ImageConfig
from estiba.store import ImageRecord, LayerRecord, memory_stores
from estiba.tasks import Scheduler
from estiba.trace import Ids, Record, Recorder, VirtualClock

START_NS = 1_700_000_000_000_000_000
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class SmallSnapshots:
    """Snapshots without files."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.sizes: dict[str, int] = {}

    def prepare(self, key: str, parent: Digest | None) -> None:
        self.keys.add(key)

    def mount(self, key: str) -> str:
        assert key in self.keys
        return f"mount of {key}"

    def changes(self, key: str) -> tuple[Any, ...]:
        return ()

    def size(self, key: str) -> int:
        return self.sizes.get(key, 0)

    def remove(self, key: str) -> None:
        self.keys.discard(key)

    def view(self, chain_id: Digest) -> str:
        return f"view of {chain_id}"

    def remove_layer(self, chain_id: Digest) -> None:
        """Nothing was kept."""


class SmallTrees:
    """Trees that remember what was asked of them."""

    def __init__(self) -> None:
        self.filled: list[tuple[str, str]] = []
        self.made: list[str] = []

    def make_volume(self, name: str) -> str:
        return f"volume {name}"

    def drop_volume(self, name: str, mount: str) -> None:
        """Nothing was kept."""

    def size(self, mount: str) -> int:
        return 100

    def fill(self, mount: str, root: str, path: str) -> int:
        self.filled.append((mount, path))
        return 1 if path == "/etc" else 0

    def make_mount_points(self, root: str, targets: Sequence[str]) -> None:
        self.made += targets

    def init_layer(self, image: object, now_ns: int) -> None:
        """Without files there is nothing to mount over."""

    def make_directory(self, root: str, path: str) -> bool:
        self.made.append(path)
        return True


class SmallPaths:
    """A machine with two directories."""

    def __init__(self) -> None:
        self.directories = {"/", "/home", "/tmp"}
        self.mounted: list[str] = []

    def exists(self, path: str) -> bool:
        return path in self.directories

    def make_directory(self, path: str) -> None:
        self.directories.add(path)

    def mount(self, path: str) -> str:
        self.mounted.append(path)
        return f"host {path}"

    def release(self, path: str) -> None:
        self.mounted.remove(path)


class SmallImages:
    """Images by reference, each of one layer of 1,000 bytes."""

    def __init__(self, engine: Engine[Any]) -> None:
        self._engine = engine
        self.by_name: dict[str, ImageRecord] = {}

    def add(self, name: str, **config: Any) -> ImageRecord:
        own = ContainerConfig(**{"env": (PATH,), "cmd": ("sh",), **config})
        image_id, chain = Digest.of(name.encode()), Digest.of(b"layer of " + name.encode())
        record = ImageRecord(image_id, ImageConfig(id=image_id, raw=b"", config=own), chain, 1000)
        self._engine.stores.layers.add(LayerRecord(chain, chain, None, 1000, 1000, "cache"))
        self._engine.stores.images.add(record)
        self.by_name[name] = record
        return record

    def get(self, name: str) -> ImageRecord:
        for known, record in self.by_name.items():
            if name in (known, known.removesuffix(":latest"), str(record.id)):
                return record
        raise NotFound(f"No such image: {name if ':' in name else name + ':latest'}")


@dataclass
class Result:
    """One answer, read to its end."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None

    @property
    def message(self) -> str:
        return str(self.json["message"])


class House:
    """Everything a test of containers needs."""

    def __init__(self) -> None:
        self.clock = VirtualClock(START_NS)
        self.scheduler = Scheduler(self.clock)
        self.recorder = Recorder(self.clock)
        self.runtime = SmallRuntime(self.scheduler)
        self.snapshots, self.trees = SmallSnapshots(), SmallTrees()
        self.paths = SmallPaths()
        host: Host[Any] = Host(cast(Any, self.snapshots), self.runtime, self.trees, self.paths)
        self.engine: Engine[Any] = Engine(
            host,
            stores=memory_stores(),
            hub=cast(Any, None),
            scheduler=self.scheduler,
            clock=self.clock,
            ids=Ids("house"),
            recorder=self.recorder,
        )
        self.images = SmallImages(self.engine)
        self.engine.images = cast(Any, self.images)
        self.images.add("busybox:latest")
        self.images.add(
            "httpd:2.4", cmd=("httpd",), exposed_ports=("80/tcp",), stop_signal="SIGWINCH"
        )
        self.loopback = Loopback(Api(self.engine).serve, self.scheduler)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Ask, and have the head of the answer."""
        data = b"" if body is None else json.dumps(body).encode()
        kind = {} if body is None else {"content-type": "application/json"}
        return self.loopback.send(Request(method, path, {**kind, **headers}, data))

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Result:
        """Ask, and have the whole answer."""
        answer = self.send(method, path, body, **headers)
        return Result(answer.status, answer.headers, read_all(self.loopback, answer.body))

    def create(self, *command: str, name: str = "", **fields: Any) -> str:
        """Create a container; its ID."""
        body = {"Image": "busybox", **({"Cmd": list(command)} if command else {}), **fields}
        result = self.ask("POST", f"/containers/create?name={name}", body)
        assert result.status == 201, result.body
        return str(result.json["Id"])

    def run(self, *command: str, name: str = "", **fields: Any) -> str:
        """Create and start one; its ID."""
        container_id = self.create(*command, name=name, **fields)
        result = self.ask("POST", f"/containers/{container_id}/start")
        assert result.status == 204, result.body
        return container_id

    def wait(self, name: str) -> int:
        """Wait for its end; the exit code."""
        return int(self.ask("POST", f"/containers/{name}/wait").json["StatusCode"])

    def container(self, name: str) -> Container[Any]:
        return self.engine.containers.get(name)

    def inspect(self, name: str) -> Any:
        return self.ask("GET", f"/containers/{name}/json").json

    def logs(self, name: str, query: str = "stdout=1&stderr=1") -> bytes:
        return self.ask("GET", f"/containers/{name}/logs?{query}").body

    def settle(self) -> None:
        """Let everything happen that can without time passing."""
        self.scheduler.run_idle()

    def pass_time(self, seconds: float) -> None:
        """Let that much time pass, with all that falls due in it."""
        limit_ns = self.clock.now_ns() + round(seconds * 1e9)
        self.settle()
        while (due_ns := self.scheduler.next_deadline_ns()) is not None and due_ns <= limit_ns:
            self.clock.wait_until(due_ns)
            self.settle()
        self.clock.wait_until(limit_ns)

    def story(self, *names: str) -> list[str]:
        """The names of what happened, perhaps only of some kinds."""
        events = [record.event.name for record in self.records]
        return [name for name in events if not names or name.partition(".")[0] in names]

    @property
    def records(self) -> list[Record]:
        return list(self.recorder.since(0))
