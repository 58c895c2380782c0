"""Stores on the disk where things go wrong: two owners, damage, crashes at the worst moment."""

from __future__ import annotations

import gzip
import os
import resource
import shutil
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from estiba.errors import EstibaError
from estiba.filesystem.content import Content, Storage
from estiba.filesystem.inode import RegularFile
from estiba.filesystem.saved import SavedInode
from estiba.filesystem.tree import TreeBuilder
from estiba.layer import Archive, DamagedArchive, write_layer
from estiba.spec import Digest, ImageConfig, ImageFields, normalize
from estiba.store import ImageRecord, LayerRecord, Stores
from estiba.store.disk import DamagedStore, HomeTaken, NewerStore, open_stores
from estiba.store.disk import blobs as blobs_module
from estiba.store.disk import database as database_module
from estiba.store.disk.database import Database
from estiba.store.disk.files import OpenFiles, StoredFile
from estiba.store.disk.layers import COLUMNS

DATA = bytes(range(256)) * 1000
IMAGE = ImageConfig.create(ImageFields())


def archive(data: bytes = DATA) -> Archive:
    builder = TreeBuilder()
    builder.file("file", data)
    builder.file("holes", Content.zeros(1 << 20))
    return write_layer(builder.build())


def record(data: bytes = DATA) -> LayerRecord:
    made = archive(data)
    return LayerRecord(made.digest, made.digest, None, len(data), len(data), "cache", made)


def add_image(stores: Stores) -> None:
    stores.images.add(ImageRecord(IMAGE.id, IMAGE, None, 0))


def content(found: LayerRecord) -> Content:
    assert found.tree is not None
    file = found.tree.get("file")
    assert isinstance(file, RegularFile)
    return file.content


def reopened(stores: Stores, home: Path) -> Stores:
    stores.close()
    return open_stores(home)


def state(home: Path) -> dict[str, bytes]:
    files = (path for path in home.rglob("*") if path.is_file() and path.name != "lock")
    return {str(path.relative_to(home)): path.read_bytes() for path in files}


# -- who has a home, and what is in it -------------------------------------------------------------


def test_a_home_has_one_owner(tmp_path: Path) -> None:
    stores = open_stores(tmp_path)
    with pytest.raises(HomeTaken, match=r"is in use by process \d+$"):
        open_stores(tmp_path)
    reopened(stores, tmp_path).close()


def test_what_is_kept_is_its_owners_alone(tmp_path: Path) -> None:
    stores = open_stores(tmp_path / "home")
    stores.layers.add(record())
    stores.commit()
    for path in (tmp_path / "home").iterdir():
        assert path.stat().st_mode & 0o077 == 0, path
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700
    stores.close()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def scribble(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(data)


def execute(*statements: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        connection = sqlite3.connect(path)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    return change


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda path: path.write_bytes(b"x" * 9000), "file is not a database"),
        (cut, "malformed"),
        (scribble, "malformed"),
        (execute("UPDATE images SET config = CAST('{' AS BLOB)"), "not JSON"),
        (execute("UPDATE images SET config = CAST('{}' AS BLOB)"), "the configuration of image"),
        (execute("UPDATE layers SET chain_id = 'sha256:1'"), "invalid checksum digest length"),
        (execute("UPDATE names SET name = 'UPPER'"), "must be lowercase"),
        (execute("DROP TABLE names"), "no such table: names"),
        (execute("PRAGMA application_id=1"), "not a database of estiba"),
        (execute("PRAGMA user_version=99"), "written by a newer estiba (format 99, this one"),
        (lambda path: path.write_bytes(b""), "it is empty, and there are blobs"),
        (lambda path: path.unlink(), "it is empty, and there are blobs"),
    ],
)  # fmt: skip
def test_a_database_that_cannot_be_used_is_told_in_a_line_and_left_alone(
    tmp_path: Path, damage: Callable[[Path], None], told: str
) -> None:
    stores = open_stores(tmp_path)
    stores.layers.add(record())
    add_image(stores)
    stores.references.add_tag(normalize("a"), IMAGE.id)
    stores.commit()
    stores.close()
    damage(tmp_path / "estiba.db")
    before = state(tmp_path)
    with pytest.raises(DamagedStore) as caught:
        open_stores(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path}/estiba.db: ")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    after = state(tmp_path)
    assert {name: after[name] for name in before} == before
    assert isinstance(caught.value, NewerStore) is ("newer" in told)


def test_an_image_whose_parent_went_has_none_after_a_start(tmp_path: Path) -> None:
    stores = open_stores(tmp_path)
    child = ImageConfig.create(ImageFields(author="child"))
    add_image(stores)
    stores.images.add(ImageRecord(child.id, child, None, 0, IMAGE.id))
    stores.images.remove(IMAGE.id)
    stores.commit()
    stores = reopened(stores, tmp_path)
    assert stores.images.get(child.id).parent is None
    stores.close()


def test_a_database_of_the_first_release_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "VERSION", 1)
    original = Digest.of(b"original")
    connection = Database(tmp_path / "estiba.db")
    for chain, blob in ((original, record().diff_id), (record().diff_id, record().diff_id)):
        connection.write(
            f"INSERT INTO layers ({COLUMNS}) VALUES (?, ?, NULL, 1, 1, 'c', ?, 1)",
            (chain, chain, blob),
        )
    connection.commit()
    connection.close()
    monkeypatch.undo()
    with pytest.raises(DamagedStore, match=r"written by an older estiba \(format 1\)"):
        Database(tmp_path / "estiba.db", read_only=True)
    stores = open_stores(tmp_path)
    assert [layer.chain_id for layer in stores.layers] == [original, record().diff_id]
    stores.close()
    connection = Database(tmp_path / "estiba.db", read_only=True)
    assert list(connection.rows("SELECT stand_in FROM layers ORDER BY sequence")) == [(1,), (0,)]
    connection.close()


# -- layers ----------------------------------------------------------------------------------------


def test_a_layer_read_from_a_stream_is_written_once_and_not_held_in_memory(tmp_path: Path) -> None:
    stores = open_stores(tmp_path)
    layer = stores.blobs.read_layer([gzip.compress(b"".join(archive().chunks()))])
    (written,) = (tmp_path / "tmp").iterdir()
    place = written.stat().st_ino
    kept = stores.layers.add(
        LayerRecord(layer.diff_id, layer.diff_id, None, 1, 1, "cache", layer.archive, layer.tree)
    )
    stores.commit()
    (blob,) = (tmp_path / "blobs/sha256").iterdir()
    assert (blob.name, blob.stat().st_ino) == (layer.diff_id.encoded, place)
    assert blob.stat().st_blocks * 512 < blob.stat().st_size - (1 << 19)
    assert not [part for part in content(kept).segments() if isinstance(part, bytes)]
    assert content(kept).read() == DATA
    stores.close()


def test_what_is_not_kept_leaves_nothing(tmp_path: Path) -> None:
    stores = open_stores(tmp_path)
    layer = stores.blobs.read_layer(archive().chunks())
    spool = stores.blobs.spool()
    spool.write(DATA)
    assert len(list((tmp_path / "tmp").iterdir())) == 2
    with pytest.raises(DamagedArchive):
        stores.blobs.read_layer([DATA])
    del layer, spool
    assert list((tmp_path / "tmp").iterdir()) == []
    stores.close()


def test_a_bomb_does_not_fill_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs_module, "UNPACKED_MAX", 100_000)
    stores = open_stores(tmp_path)
    with pytest.raises(DamagedArchive, match="unpacks to more than 100000 bytes"):
        stores.blobs.read_layer([gzip.compress(bytes(50_000_000))])
    stores.close()


def test_a_removed_layer_can_be_read_to_the_end_by_who_reads_it(tmp_path: Path) -> None:
    stores = open_stores(tmp_path)
    kept = stores.layers.add(record())
    stores.commit()
    assert kept.archive is not None
    chunks = kept.archive.chunks()
    start = next(chunks)
    stores.layers.release(kept.chain_id)
    stores.commit()
    assert list((tmp_path / "blobs/sha256").iterdir()) == []
    assert start + b"".join(chunks) == b"".join(archive().chunks())
    stores.close()


def test_a_blob_that_is_gone_or_cut_is_told_when_it_is_read(tmp_path: Path) -> None:
    stores = open_stores(tmp_path)
    stores.layers.add(record())
    stores.commit()
    (blob,) = (tmp_path / "blobs/sha256").iterdir()
    for damage, told in ((lambda: blob.write_bytes(DATA[:2000]), "ends"), (blob.unlink, "No such")):
        damage()
        stores = reopened(stores, tmp_path)
        (found,) = stores.layers
        assert found.archive is not None
        with pytest.raises(DamagedStore, match=told) as caught:
            list(found.archive.chunks())
        assert str(blob) in str(caught.value)
    stores.close()


def test_few_files_are_open_at_a_time(tmp_path: Path) -> None:
    files = OpenFiles(limit=3)
    stored = []
    for number in range(20):
        path = tmp_path / str(number)
        path.write_bytes(str(number).encode())
        stored.append(StoredFile(files, path, 2))
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(2):
        assert [file.read(0, 1) for file in stored] == [str(n).encode()[:1] for n in range(20)]
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 3
    stored.clear()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


# -- trees -----------------------------------------------------------------------------------------


def rows(home: Path, table: str) -> int:
    connection = sqlite3.connect(home / "estiba.db")
    (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    connection.close()
    return int(count)


def test_blocks_are_stored_once_and_stay_while_any_file_has_them(tmp_path: Path) -> None:
    stores = open_stores(tmp_path)
    big = Content.of(DATA)
    for tree in ("one", "two"):
        assert stores.trees is not None
        stores.trees.save(tree, [SavedInode(1, 0, content=big)], ())
    stores.commit()
    assert rows(tmp_path, "pieces") == -(-len(DATA) // 65536) - 2  # DATA repeats itself
    stores = reopened(stores, tmp_path)
    assert stores.trees is not None
    stores.trees.forget("one")
    stores.commit()
    stores = reopened(stores, tmp_path)
    assert stores.trees is not None
    (found,) = stores.trees.load("two")
    assert found.content.read() == DATA
    stores.trees.forget("two")
    del found
    stores.commit()
    assert rows(tmp_path, "pieces") == 0
    stores.close()


def test_a_change_costs_the_blocks_it_touches(tmp_path: Path) -> None:
    stores = open_stores(tmp_path)
    assert stores.trees is not None
    storage = Storage(Content.of(bytes(range(1, 256)) * 4000))
    stores.trees.save("tree", [SavedInode(1, 0, content=storage.freeze())], ())
    stores.commit()
    before = rows(tmp_path, "pieces")
    storage.write(300_000, b"changed")
    stores.trees.save("tree", [SavedInode(1, 0, content=storage.freeze())], ())
    stores.commit()
    assert rows(tmp_path, "pieces") == before
    storage.write(1_020_000, b"more" * 1000)
    stores.trees.save("tree", [SavedInode(1, 0, content=storage.freeze())], ())
    assert [one.content.read() for one in stores.trees.load("tree")] == [storage.read()]
    stores.close()


# -- crashes ---------------------------------------------------------------------------------------


def moments(stores: Stores, home: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Commit, and copy the home before and after each thing that it does, as a kill would leave it."""
    copies: list[Path] = []

    def watched(kind: type, name: str) -> None:
        original = getattr(kind, name)

        def doing(*arguments: Any) -> Any:
            snapshot()
            answer = original(*arguments)
            snapshot()
            return answer

        monkeypatch.setattr(kind, name, doing)

    def snapshot() -> None:
        copies.append(home.with_name(f"{home.name}-{len(copies)}"))
        shutil.copytree(home, copies[-1])

    for kind, name in (
        (blobs_module.DiskBlobs, "settle"),
        (blobs_module.DiskBlobs, "drop_unused"),
        (StoredFile, "moved"),
        (StoredFile, "remove"),
        (Database, "commit"),
    ):
        watched(kind, name)
    stores.commit()
    monkeypatch.undo()
    return copies


def test_a_kill_at_any_moment_of_a_commit_loses_all_of_it_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    stores = open_stores(home)
    old, new = record(b"old"), record(b"new")
    stores.layers.add(old)
    stores.commit()
    stores.layers.release(old.chain_id)
    stores.layers.add(new)
    stores.documents.put("kind", "key", "new")
    assert stores.trees is not None
    stores.trees.save("tree", [SavedInode(1, 0, content=Content.of(DATA))], ())
    copies = moments(stores, home, monkeypatch)
    stores.close()
    found = []
    for copy in copies:
        again = open_stores(copy)
        (only,) = again.layers
        found.append(only.chain_id == new.chain_id)
        assert content(only).read() == (b"new" if found[-1] else b"old")
        assert list(again.documents.items("kind")) == ([("key", "new")] if found[-1] else [])
        assert again.trees is not None
        assert [one.content.read() for one in again.trees.load("tree")] == [DATA] * found[-1]
        assert [path.name for path in (copy / "blobs/sha256").iterdir()] == [only.chain_id.encoded]
        assert list((copy / "tmp").iterdir()) == []
        again.close()
    assert found == sorted(found)
    assert set(found) == {False, True}


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    stores = open_stores(tmp_path)
    add_image(stores)
    stores.commit()
    database = Database(tmp_path / "estiba.db")
    database.write("PRAGMA max_page_count=30")
    with pytest.raises(EstibaError, match=r"estiba\.db: database or disk is full"):
        for number in range(100):
            database.write("INSERT INTO pieces VALUES (?, 1, ?)", (str(number), bytes(60_000)))
    database.close()
    stores = reopened(stores, tmp_path)
    assert [one.id for one in stores.images] == [IMAGE.id]
    stores.close()


def test_a_disk_that_takes_no_more_is_told_and_nothing_stays(tmp_path: Path) -> None:
    stores = open_stores(tmp_path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, limits[1]))
    try:
        with pytest.raises(EstibaError, match=r"write .*/tmp/1: file too large"):
            stores.blobs.read_layer([os.urandom(1 << 16)] * 64)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert list((tmp_path / "tmp").iterdir()) == []
    stores.close()


def test_digests_of_recorded_layers_are_those_of_their_bytes(tmp_path: Path) -> None:
    stores = open_stores(tmp_path)
    made, original = archive(), Digest.of(b"original")
    kept = stores.layers.add(
        LayerRecord(original, original, None, 1, 1, "cache", Archive(made.segments))
    )
    assert kept.archive is not None
    assert (kept.diff_id, kept.archive.digest) == (original, made.digest)
    stores.close()
