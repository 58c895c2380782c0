"""`estiba fsck`: whatever is damaged is found, and repaired so that a daemon can go on."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from lasting_stores import LastingHouse

from estiba.errors import EstibaError
from estiba.store.disk import DamagedStore, open_stores
from estiba.upkeep.command import run

Damage = Callable[[Path, sqlite3.Connection], object]

WRITE = "echo hola >/f; mkdir /d; echo x >/d/e; seq 90000 >/big; cp /big /v/big; ln -s /f /l; rm /etc/passwd"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with images, recorded and our own, containers, volumes and logs."""
    home = tmp_path_factory.mktemp("fsck") / "made"
    house = LastingHouse(home)
    house.sh("pull -q busybox")
    house.docker("run", "--name", "c1", "-v", "vol:/v", "busybox", "sh", "-c", WRITE)
    house.sh("commit c1 mine:1")
    house.sh("run --name c2 mine:1 echo out")
    house.sh("network create net1")
    house.house.engine.stores.close()
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "home"))


def fsck(home: Path, *options: str) -> int:
    return run("fsck", options, {"ESTIBA_HOME": str(home)})


def test_a_sound_home_is_told_so_and_not_changed(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert fsck(home) == 0
    out = capsys.readouterr().out
    assert out.startswith("checked 2 images, 3 names, 2 layers, ")
    assert out.endswith(" bytes: nothing is wrong\n")
    assert {path: path.read_bytes() for path in before} == before


def flip(home: Path, _: sqlite3.Connection) -> None:
    path = max((home / "blobs/sha256").iterdir(), key=lambda path: path.stat().st_size)
    with open(path, "r+b") as file:
        file.seek(700)
        byte = file.read(1)
        file.seek(700)
        file.write(bytes([byte[0] ^ 1]))


def shorten(home: Path, _: sqlite3.Connection) -> None:
    with open(next((home / "blobs/sha256").iterdir()), "r+b") as file:
        file.truncate(512)


def lose(home: Path, _: sqlite3.Connection) -> None:
    next((home / "blobs/sha256").iterdir()).unlink()


def sql(statement: str, *values: object) -> Damage:
    return lambda _, database: database.execute(statement, values)


def unname(_: Path, database: sqlite3.Connection) -> None:
    """Take away an inode that a directory names."""
    for number, text in database.execute("SELECT number, attributes FROM inodes"):
        if "f" in (entries := json.loads(text)["entries"]):
            database.execute(
                "DELETE FROM inodes WHERE number = ? AND tree LIKE 'container/%'", (entries["f"],)
            )
            return
        assert number


TOP = "(SELECT max(sequence) FROM layers)"
CONTAINER = "(SELECT max(sequence) FROM documents WHERE kind = 'container')"

DAMAGES: dict[str, tuple[Damage, str]] = {
    "a flipped bit": (flip, "has the digest sha256:"),
    "a blob cut short": (shorten, "has 512 bytes instead of "),
    "a blob lost": (lose, "is not there"),
    "another's blob": (
        sql(f"UPDATE layers SET blob = (SELECT blob FROM layers LIMIT 1) WHERE sequence = {TOP}"),
        "is another layer's",
    ),
    "a layer's diff ID": (
        sql("UPDATE layers SET diff_id = 'sha256:' || ?", "0" * 64),
        f"its diff ID makes it sha256:{'0' * 64}",
    ),
    "a layer's row": (
        sql(f"UPDATE layers SET diff_id = 'x' WHERE sequence = {TOP}"),
        "cannot be read",
    ),
    "a layer's size": (sql("UPDATE layers SET total_size = 7"), "it says 7 bytes in all"),
    "a layer lost": (sql("DELETE FROM layers WHERE parent IS NULL"), "it stands on sha256:"),
    "a configuration": (
        sql("UPDATE images SET config = CAST('{}' AS BLOB) WHERE NOT recorded"),
        "the configuration of image",
    ),
    "an image's layers": (sql("UPDATE images SET chain_id = NULL"), "its row those of None"),
    "an image's size": (sql("UPDATE images SET size = 3"), "it says 3 bytes, its layers have"),
    "an image lost": (sql("DELETE FROM images"), "which is not usable"),
    "a parent lost": (
        sql("UPDATE parents SET parent = 'sha256:' || ?", "1" * 64),
        f"its parent sha256:{'1' * 64} is not there",
    ),
    "a name": (sql("UPDATE names SET name = 'BAD' WHERE name LIKE '%mine%'"), "name BAD: "),
    "a short name": (sql("UPDATE names SET name = 'a:1' WHERE name LIKE '%mine%'"), "in full"),
    "a blob sum": (sql("UPDATE blob_sums SET digest = 'md5:1'"), "blob sum 1: unsupported"),
    "no JSON": (sql("UPDATE documents SET value = '{' WHERE kind = 'network'"), "no JSON: "),
    "a container": (
        sql(f"UPDATE documents SET value = '{{}}' WHERE sequence = {CONTAINER}"),
        "cannot be read: KeyError",
    ),
    "a network": (
        sql("UPDATE documents SET value = '[]' WHERE kind = 'network'"),
        "cannot be read",
    ),
    "a volume": (sql("UPDATE documents SET value = '1' WHERE kind = 'volume'"), "cannot be read"),
    "a volume lost": (sql("DELETE FROM documents WHERE kind = 'volume'"), "uses it, and it is not"),
    "a container lost": (
        sql(f"DELETE FROM documents WHERE sequence = {CONTAINER}"),
        "there is no such container",
    ),
    "a log": (
        sql("UPDATE documents SET value = '[1]' WHERE kind LIKE 'log %'"),
        "no lines of a log",
    ),
    "an inode": (sql("UPDATE inodes SET attributes = '{}'"), "cannot be read"),
    "an inode lost": (unname, "there is no inode for 'f'"),
    "a root": (sql("DELETE FROM inodes WHERE number = 1"), "its root is not there"),
    "a piece": (sql("UPDATE pieces SET data = CAST('x' AS BLOB)"), "its bytes have the digest"),
    "a piece lost": (sql("DELETE FROM pieces"), "pieces are not usable"),
    "users of a piece": (sql("UPDATE pieces SET users = 9"), "users and says 9"),
}


@pytest.mark.parametrize(("damage", "told"), DAMAGES.values(), ids=DAMAGES)
def test_damage_is_told_and_can_be_repaired(
    home: Path, capsys: pytest.CaptureFixture[str], damage: Damage, told: str
) -> None:
    database = sqlite3.connect(home / "estiba.db")
    damage(home, database)
    database.commit()
    database.close()
    assert fsck(home) == 1
    out = capsys.readouterr().out
    assert any(part in out for part in told.split("|")), out
    assert fsck(home, "--repair") == 0
    assert any(part in capsys.readouterr().out for part in told.split("|"))
    assert fsck(home) == 0, capsys.readouterr().out
    house = LastingHouse(home)
    for words in ("ps -a", "images -a", "volume ls", "network ls", "system df -v"):
        house.sh(words)
    for name in house.sh("ps -aq").split():
        house.sh(f"export {name}")
        house.sh(f"logs {name}")
    house.house.engine.stores.close()
    assert fsck(home) == 0


def test_a_database_that_is_not_sound_is_told_with_its_name(home: Path) -> None:
    data = bytearray((home / "estiba.db").read_bytes())
    data[8192:12288] = b"\xff" * 4096
    (home / "estiba.db").write_bytes(data)
    with pytest.raises(DamagedStore, match=r"estiba\.db: "):
        fsck(home)
    with pytest.raises(DamagedStore, match=r"estiba\.db: "):
        fsck(home, "--repair")


def test_it_runs_beside_a_daemon_but_repairs_nothing_then(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stores = open_stores(home)
    stores.documents.put("volume", "not yet", "committed")
    assert fsck(home) == 0
    assert capsys.readouterr().out.endswith("nothing is wrong\n")
    with pytest.raises(EstibaError, match="is in use by process"):
        fsck(home, "--repair")
    stores.close()


def test_where_nothing_is_kept_there_is_nothing_to_check(tmp_path: Path) -> None:
    with pytest.raises(EstibaError, match="there is nothing kept here yet"):
        fsck(tmp_path / "none")
