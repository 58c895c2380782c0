"""The house rules, checked: imports go strictly downward, and only outdoor modules touch the
outside.

Source: STYLE, section 1; docs/decisions/0002-floors.md.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "simulator" / "estiba"

FLOORS: dict[str, float] = {
    "errors": 0,
    "tasks": 0,
    "spec": 1,
    "trace": 2,
    "http": 2,
    "linux": 2,
    "filesystem": 3,
    "layer": 3.5,
    "projections": 3.5,
    "store": 4,
    "snapshot": 4,
    "runtime": 4,
    "distribution": 4,
    "network": 4,
    "engine": 5,
    "api": 6,
    "cli": 6,
    "registry": 6,
    "app": 7,
    "workstation": 7.25,
    "view": 7.25,
    "daemon": 7.5,
    "upkeep": 7.7,
    "demo": 7.5,
    "from_host": 7.4,
    "tracing": 7.6,
    "shell": 7.5,
    "grading": 7.5,
    "lessons": 7.5,
    "notebook": 7.5,
    "browser": 7.5,
    "__main__": 8,
}

OUTDOOR_IMPORTS = {
    "asyncio",
    "ctypes",
    "fcntl",
    "multiprocessing",
    "random",
    "readline",
    "secrets",
    "select",
    "selectors",
    "signal",
    "socket",
    "ssl",
    "subprocess",
    "termios",
    "threading",
    "time",
    "tty",
}

# Module -> what it may touch. docs/decisions/0002-floors.md says why each one is here.
OUTDOOR = {
    "trace/clock.py": {"time"},
    "trace/ids.py": {"random"},
    "http/poller.py": {"selectors"},
    "http/server.py": {"socket", "ssl"},
    "http/wire.py": {"select", "socket", "ssl"},
    "http/tls_client.py": {"socket", "ssl"},
    "http/certificates.py": {"ssl"},
    "http/client.py": {"select", "socket"},
    "linux/calls.py": {"ctypes"},
    "network/sockets.py": {"socket"},
    "notebook/sdk.py": {"socket", "threading"},
    "store/disk/lock.py": {"fcntl"},
    "runtime/linux/cgroup_plan.py": {"time"},
    "runtime/linux/cgroups.py": {"time"},
    "runtime/linux/entering.py": {"socket"},
    "runtime/linux/first_process.py": {"signal", "socket"},
    "runtime/linux/launcher.py": {"select", "signal", "socket"},
    "runtime/linux/messages.py": {"socket"},
    "runtime/linux/monitor.py": {"select", "signal", "socket"},
    "runtime/linux/networks.py": {"fcntl", "socket"},
    "runtime/linux/pipes.py": {"socket"},
    "runtime/linux/runtime.py": {"signal", "socket", "subprocess"},
    "runtime/linux/terminal.py": {"fcntl", "termios"},
    "cli/terminal.py": {"fcntl", "select", "selectors", "signal", "termios", "tty"},
}


def modules() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def room_of(path: Path) -> str:
    first = path.relative_to(SOURCE).parts[0]
    return first.removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every imported module of `path`, absolute, with its line; TYPE_CHECKING ones too."""
    package = ("estiba", *path.relative_to(SOURCE).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                base = package[: len(package) - node.level + 1]
                module = ".".join((*base, *((node.module or "").split(".") if node.module else ())))
            else:
                module = node.module or ""
            for alias in node.names:
                yield f"{module}.{alias.name}", node.lineno


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_module_imports_only_from_lower_floors(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        assert not [name for name, _ in imports(path) if name.startswith("estiba")]
        return
    assert room in FLOORS, f"{room} has no floor: add it to the table"
    for name, line in imports(path):
        parts = name.split(".")
        if parts[0] != "estiba" or len(parts) < 2 or parts[1].startswith("__version__"):
            continue
        other = parts[1]
        assert other == room or FLOORS.get(other, 99) < FLOORS[room], (
            f"{path.name}:{line} imports {name}"
        )


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(SOURCE)))
def test_only_outdoor_modules_touch_the_outside(path: Path) -> None:
    where = path.relative_to(SOURCE).as_posix()
    if FLOORS.get(room_of(path), 0) >= 7:
        return
    allowed = OUTDOOR.get(where, set())
    touched = {name.split(".")[0] for name, _ in imports(path)} & OUTDOOR_IMPORTS
    assert touched <= allowed, f"{where} touches {sorted(touched - allowed)}"


def test_every_outdoor_module_exists_and_needs_its_permission() -> None:
    for where, allowed in OUTDOOR.items():
        path = SOURCE / where
        assert path.exists(), f"{where} is gone: take it off the list"
        touched = {name.split(".")[0] for name, _ in imports(path)}
        assert allowed & touched, f"{where} no longer touches {sorted(allowed)}"
