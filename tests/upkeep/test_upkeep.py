"""`estiba gc`, `backup`, `restore` and `reset`."""

from __future__ import annotations

import io
import os
import sys
import tarfile
from pathlib import Path

import pytest
from daemon_house import DaemonHouse
from lasting_stores import LastingHouse

from estiba.daemon.lock import locked
from estiba.daemon.places import Places
from estiba.errors import EstibaError
from estiba.store.disk import DamagedStore, HomeTaken
from estiba.upkeep import backup as backup_module
from estiba.upkeep.backup import BadBackup, NotEmpty
from estiba.upkeep.command import USAGE, run
from estiba.upkeep.fsck import Fsck
from estiba.upkeep.sparse import add_sparse

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def house(tmp_path: Path) -> LastingHouse:
    house = LastingHouse(tmp_path / "home")
    house.sh("pull -q busybox")
    house.docker("run", "--name", "c1", "-v", "vol:/v", "busybox", "sh", "-c", "seq 50000 >/v/n")
    return house


def close(house: LastingHouse) -> Path:
    house.house.engine.stores.close()
    return house.home


def upkeep(name: str, home: Path, *arguments: str) -> int:
    return run(name, arguments, {"ESTIBA_HOME": str(home)})


def told(house: LastingHouse) -> list[str]:
    words = ("images --no-trunc", "ps -a --no-trunc", "volume ls", "diff c1")
    return [house.sh(line) for line in (*words, "run --rm -v vol:/v busybox sha256sum /v/n")]


# -- gc --------------------------------------------------------------------------------------------


def test_gc_removes_what_nothing_speaks_of_and_tells_how_much(
    house: LastingHouse, capsys: Capture
) -> None:
    home = close(house)
    strays = (home / "blobs/sha256" / ("0" * 64), home / "tmp/7", home / "upkeep-x/estiba.db")
    for path in strays:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x" * 100_000)
    kept = set(home.rglob("*")) - set(strays) - {home / "upkeep-x"}
    assert upkeep("gc", home) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if "Deleted" in line] == [
        f"Deleted: {path}" for path in (home / "upkeep-x", strays[1], strays[0])
    ]
    assert lines[-1].startswith("Total reclaimed space: 3")
    assert set(home.rglob("*")) >= kept - {home / "estiba.db-wal", home / "estiba.db-shm"}
    assert not any(path.exists() for path in strays)
    assert upkeep("fsck", home) == 0


def test_gc_gives_back_the_room_of_what_was_removed(house: LastingHouse, capsys: Capture) -> None:
    house.docker("run", "busybox", "sh", "-c", "head -c 2000000 /dev/urandom >/x")
    house.sh("container prune -f")
    home = close(house)
    before = (home / "estiba.db").stat().st_size
    assert upkeep("gc", home) == 0
    assert (home / "estiba.db").stat().st_size < before - 1_900_000
    assert f"Compacted: {home}/estiba.db" in capsys.readouterr().out


def test_gc_of_a_home_whose_database_is_gone_removes_nothing(house: LastingHouse) -> None:
    home = close(house)
    (home / "estiba.db").unlink()
    before = set(home.rglob("*"))
    with pytest.raises(DamagedStore, match="there are blobs"):
        upkeep("gc", home)
    assert set(home.rglob("*")) - {home / "daemon.lock"} == before


# -- backup and restore ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["b.tar", "b.tar.gz", "b.tgz"])
def test_a_backup_made_beside_a_daemon_comes_back_elsewhere(
    house: LastingHouse, tmp_path: Path, name: str
) -> None:
    assert upkeep("backup", house.home, str(tmp_path / name)) == 0
    before = told(house)
    house.sh("rm c1")
    close(house)
    assert not list(house.home.glob("upkeep-*"))
    packed = (tmp_path / name).read_bytes()[:2] == b"\x1f\x8b"
    assert packed is name.endswith("gz")
    other = tmp_path / "other"
    assert upkeep("restore", other, str(tmp_path / name)) == 0
    assert sorted(path.name for path in other.iterdir()) == ["blobs", "estiba.db", "lock"]
    assert told(LastingHouse(other)) == before


def test_holes_cost_nothing_in_a_backup_and_come_back(tmp_path: Path) -> None:
    path, out = tmp_path / "sparse", io.BytesIO()
    with open(path, "wb") as file:
        for place in (1 << 20, 3 << 20):
            file.seek(place)
            file.write(b"data" * 20_000)
        file.truncate(9 << 20)
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "hole").touch()
    os.truncate(tmp_path / "hole", 1 << 20)
    names = ("sparse", "empty", "hole")
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name in names:
            add_sparse(tar, tmp_path / name, f"in/{name}")
    assert len(out.getvalue()) < 400_000
    out.seek(0)
    with tarfile.open(fileobj=out) as tar:
        for name in names:
            found = tar.extractfile(f"in/{name}")
            assert found is not None
            assert found.read() == (tmp_path / name).read_bytes()


def test_a_home_that_is_not_empty_is_not_overwritten(house: LastingHouse, tmp_path: Path) -> None:
    file = str(tmp_path / "b.tar")
    upkeep("backup", house.home, file)
    home = close(house)
    with pytest.raises(NotEmpty, match="is not empty"):
        upkeep("restore", home, file)


def add(tar: tarfile.TarFile, name: str, data: bytes = b"x", kind: bytes = tarfile.REGTYPE) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = len(data), kind, "/etc/passwd"
    tar.addfile(info, io.BytesIO(data))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../estiba.db", tarfile.REGTYPE),
        ("/tmp/estiba.db", tarfile.REGTYPE),
        ("blobs/sha256/../../x", tarfile.REGTYPE),
        ("estiba.db", tarfile.SYMTYPE),
        ("estiba.db", tarfile.LNKTYPE),
        ("lock", tarfile.REGTYPE),
    ],
)
def test_a_hostile_archive_writes_nothing(tmp_path: Path, name: str, kind: bytes) -> None:
    with tarfile.open(tmp_path / "bad.tar", "w") as tar:
        add(tar, name, kind=kind)
    with pytest.raises(BadBackup, match="no backup of estiba: it holds"):
        upkeep("restore", tmp_path / "home", str(tmp_path / "bad.tar"))
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["lock"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.tar", "home"]


def test_a_damaged_backup_is_refused_and_nothing_stays(house: LastingHouse, tmp_path: Path) -> None:
    whole = tmp_path / "b.tar"
    upkeep("backup", house.home, str(whole))
    close(house)
    data = whole.read_bytes()
    with tarfile.open(whole) as tar:
        blob = max(tar.getmembers(), key=lambda member: member.name.startswith("blobs"))
    flipped = bytearray(data)
    flipped[blob.offset_data + 600] ^= 1
    for damaged, reason in (
        (data[: len(data) // 2], "unexpected end of data|is not there|file could not be opened"),
        (bytes(flipped), "has the digest|digest"),
        (b"no tar", "file could not be opened"),
        (b"", "empty|file could not be opened"),
    ):
        (tmp_path / "bad.tar").write_bytes(damaged)
        with pytest.raises(BadBackup, match=reason) as caught:
            upkeep("restore", tmp_path / "other", str(tmp_path / "bad.tar"))
        assert str(caught.value).startswith(f"{tmp_path}/bad.tar: ")
        assert "\n" not in str(caught.value)
        assert {path.name for path in (tmp_path / "other").iterdir()} <= {"lock", "daemon.lock"}


def test_a_backup_that_cannot_be_written_leaves_nothing(
    house: LastingHouse, tmp_path: Path
) -> None:
    with pytest.raises(EstibaError, match="no such file or directory"):
        upkeep("backup", house.home, str(tmp_path / "none/b.tar"))
    with pytest.raises(EstibaError, match="there is nothing kept here yet"):
        upkeep("backup", tmp_path / "new", str(tmp_path / "b.tar"))
    close(house)
    assert not list(house.home.glob("upkeep-*"))
    assert not (tmp_path / "b.tar").exists()


# -- reset, and what all have in common ------------------------------------------------------------


@pytest.mark.parametrize(("answer", "gone"), [("y\n", True), ("n\n", False), ("", False)])
def test_reset_asks_first(
    house: LastingHouse, monkeypatch: pytest.MonkeyPatch, capsys: Capture, answer: str, gone: bool
) -> None:
    home = close(house)
    (home / "notes.txt").write_text("mine")
    monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
    assert upkeep("reset", home) == 0
    assert "Are you sure you want to continue? [y/N] " in capsys.readouterr().out
    assert (not (home / "estiba.db").exists()) is gone
    left = {"lock", "daemon.lock", "notes.txt"}
    assert not gone or {path.name for path in home.iterdir()} == left
    again = LastingHouse(home)
    assert (again.sh("images -q") == "") is gone


@pytest.mark.parametrize("words", [["gc"], ["restore", "b"], ["reset"], ["fsck", "--repair"]])
def test_beside_a_daemon_nothing_is_changed(house: LastingHouse, words: list[str]) -> None:
    places = Places(str(house.home))
    Path(places.pid_file).write_text(f"{os.getpid()}\nunix:///x\n")
    with locked(places), pytest.raises(EstibaError, match=r"a daemon runs in .*: stop it first"):
        upkeep(words[0], house.home, *words[1:])
    with pytest.raises(HomeTaken):
        upkeep("gc", house.home)
    close(house)


@pytest.mark.parametrize("name", USAGE)
def test_help_and_misuse(name: str, tmp_path: Path, capsys: Capture) -> None:
    assert upkeep(name, tmp_path, "--help") == 0
    assert capsys.readouterr().out == USAGE[name]
    assert upkeep(name, tmp_path, "--no-such-option") == 2
    assert capsys.readouterr().err == USAGE[name]


def test_a_daemon_is_stopped_only_if_forced(daemon: DaemonHouse) -> None:
    daemon.docker("pull", "-q", "busybox")
    done = daemon.estiba("reset")
    assert (done.returncode, b"a daemon runs in" in done.stderr) == (1, True)
    done = daemon.estiba("fsck")
    assert (done.returncode, done.stderr) == (0, b"")
    done = daemon.estiba("reset", "--force")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert daemon.estiba("daemon", "status").returncode == 3
    left = sorted(path.name for path in daemon.home.iterdir())
    assert left == ["daemon.lock", "daemon.log", "lock"]


# -- what a daemon does meanwhile ------------------------------------------------------------------


@pytest.fixture
def committed(house: LastingHouse) -> LastingHouse:
    """With an image that has a layer of its own."""
    house.docker("run", "--name", "c2", "busybox", "sh", "-c", "echo x >/x")
    house.sh("commit c2 gone")
    house.sh("rm c2")
    return house


def test_a_backup_begins_again_when_a_layer_goes_meanwhile(
    committed: LastingHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []
    original = backup_module.blobs_of

    def removed_meanwhile(path: Path) -> list[str]:
        found = original(path)
        taken.append(len(found))
        if len(taken) == 1:
            committed.sh("rmi gone")
        return found

    monkeypatch.setattr(backup_module, "blobs_of", removed_meanwhile)
    assert upkeep("backup", committed.home, str(tmp_path / "b.tar")) == 0
    assert taken == [2, 1]
    assert upkeep("restore", tmp_path / "other", str(tmp_path / "b.tar")) == 0
    close(committed)


def test_what_goes_while_it_is_checked_is_not_wrong(committed: LastingHouse) -> None:
    checking = Fsck(committed.home)
    committed.sh("rmi gone")
    committed.sh("container prune -f")
    (summary,) = checking.run()
    assert summary.startswith("checked 2 images, ")
    assert summary.endswith("nothing is wrong")
    close(committed)


def test_a_blob_that_never_comes_back_ends_a_backup(house: LastingHouse, tmp_path: Path) -> None:
    next((house.home / "blobs/sha256").iterdir()).unlink()
    with pytest.raises(EstibaError, match="is not there: see estiba fsck"):
        upkeep("backup", house.home, str(tmp_path / "b.tar"))
    assert list(tmp_path.iterdir()) == [house.home]
    close(house)
