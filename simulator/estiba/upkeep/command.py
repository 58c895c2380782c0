"""`estiba fsck|gc|backup|restore|reset`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..daemon import process
from ..daemon.places import Places
from ..errors import EstibaError
from ..spec.units import human_size

USAGE = {
    "fsck": """\
Usage:  estiba fsck [OPTIONS]

Check everything the daemon keeps on the disk, and print what is wrong and where
(exit code 1). It can run beside the daemon.

Options:
      --repair   Remove what cannot be used; not while the daemon runs
""",
    "gc": """\
Usage:  estiba gc

Remove files that nothing uses, and print the bytes freed; not while the daemon runs.
""",
    "backup": """\
Usage:  estiba backup FILE

Write everything the daemon keeps to a tar archive, compressed if its name ends in
.gz or .tgz. It can run beside the daemon: the archive is of one moment.
""",
    "restore": """\
Usage:  estiba restore FILE

Read an archive of estiba backup into an ESTIBA_HOME that is empty, after checking it.
""",
    "reset": """\
Usage:  estiba reset [OPTIONS]

Remove all images, containers, volumes and networks of the daemon.

Options:
  -f, --force   Do not prompt for confirmation; stop the daemon if it runs
""",
}
WARNING = """\
WARNING! This will remove everything in {home}:
  - all images
  - all containers
  - all volumes
  - all networks

Are you sure you want to continue? [y/N] """


class DaemonRuns(EstibaError):
    """What was asked cannot be done beside a daemon."""

    hint = "Stop it with estiba daemon stop."

    def __init__(self, home: Path) -> None:
        super().__init__(f"a daemon runs in {home}: stop it first (estiba daemon stop)")


def run(name: str, arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Carry out one of the commands; the exit code.

    Raises: DaemonRuns, HomeTaken, DamagedStore, NewerStore, NotEmpty, BadBackup, Failure.
    """
    places = Places.of(environment)
    home = Path(places.home)
    match [name, *arguments]:
        case [_, "-h" | "--help"]:
            print(USAGE[name], end="")
            return 0
        case ["fsck"]:
            return fsck(home, repair=False)
        case ["fsck", "--repair"]:
            refuse_beside_daemon(places)
            return fsck(home, repair=True)
        case ["gc"]:
            refuse_beside_daemon(places)
            return collect(home)
        case ["backup", file] if not file.startswith("-"):
            return backup(home, Path(file))
        case ["restore", file] if not file.startswith("-"):
            refuse_beside_daemon(places)
            return restore(home, Path(file))
        case ["reset"]:
            refuse_beside_daemon(places)
            return reset(home) if confirmed(home) else 0
        case ["reset", "-f" | "--force"]:
            process.stop(environment)
            return reset(home)
    print(USAGE[name], file=sys.stderr, end="")
    return 2


def refuse_beside_daemon(places: Places) -> None:
    """Raises: DaemonRuns."""
    if process.running(places) is not None:
        raise DaemonRuns(Path(places.home))


def fsck(home: Path, *, repair: bool) -> int:
    from ..store.disk.lock import HomeLock  # noqa: PLC0415
    from .fsck import Fsck  # noqa: PLC0415

    lock = HomeLock(home) if repair and home.is_dir() else None
    try:
        checking = Fsck(home, repair=repair)
        for line in checking.run():
            print(line, flush=True)
    finally:
        if lock is not None:
            lock.close()
    return 1 if checking.found and not repair else 0


def collect(home: Path) -> int:
    from .cleaning import clean  # noqa: PLC0415

    freed = 0
    if home.is_dir():
        for path, size in clean(home):
            print(f"Deleted: {path}" if not path.exists() else f"Compacted: {path}")
            freed += size
    print(f"Total reclaimed space: {human_size(freed)}")
    return 0


def backup(home: Path, file: Path) -> int:
    from .backup import backup as write  # noqa: PLC0415

    print(f"{file}: {human_size(write(home, file))}")
    return 0


def restore(home: Path, file: Path) -> int:
    from .backup import restore as read  # noqa: PLC0415

    print(read(home, file))
    return 0


def confirmed(home: Path) -> bool:
    print(WARNING.format(home=home), end="", flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def reset(home: Path) -> int:
    from .cleaning import throw_away  # noqa: PLC0415

    if home.is_dir():
        throw_away(home)
    return 0
