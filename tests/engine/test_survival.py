"""What an engine on a home had is there when it comes up again; what becomes of its containers."""

from __future__ import annotations

import io
import stat
import tarfile
from pathlib import Path
from typing import Any

import pytest
from lasting_stores import START_NS, LastingHouse

from estiba.cli.files import Files
from estiba.engine.records.reading import DamagedRecord
from estiba.filesystem.saved import SavedInode
from estiba.http import Request

MADE = r"""
pull -q ubuntu
pull -q busybox:latest
tag ubuntu mine:one
tag ubuntu localhost:5000/other/name:two
volume create plain
volume create --label a=b --label c --opt type=tmpfs --opt device=tmpfs labelled
network create net1
network create --subnet 10.7.0.0/24 --gateway 10.7.0.9 --ip-range 10.7.0.64/26 --aux-address x=10.7.0.65 net2
network create --internal --attachable --label x=y --opt com.docker.network.bridge.name=br9 net3
create --name created -e A=1 -e EMPTY= --label l=1 -w /srv/app -u 1000:5 --entrypoint sh busybox -c true
create --name ports -p 8080:80 -p 127.0.0.1:9000-9002:90-92/tcp --expose 7/udp -P busybox sleep 9
create --name limits -m 64m --cpus 1.5 --pids-limit 9 --ulimit nofile=5:9 --cap-add NET_ADMIN busybox
create --name net -it --network net2 --ip 10.7.0.70 --network-alias al busybox
create --name checked --health-cmd true --health-interval 3s --stop-signal USR1 --stop-timeout 3 -h here busybox
create --name policy --restart on-failure:4 --log-opt max-size=1k --log-opt max-file=2 busybox
create --name many -v plain:/p:ro -v /anon -v labelled:/l --tmpfs /t:size=1m --mount type=volume,dst=/m busybox
run --name zero busybox echo hello
run --name three busybox sh -c exit\t3
run --name logged busybox sh -c echo\tout;echo\terr\t>&2;printf\tno\\tnewline
run --name written -v plain:/p ubuntu sh -c WRITE
run --name failed busybox nosuch
create --name linked --link created:alias busybox
rename zero cero
commit -m message -a me -c CMD\t["x"] written committed:tag
network connect --alias second net1 created
update --restart always --memory 128m --memory-swap 256m limits
rm three
rmi mine:one
"""
WRITE = """
echo a > /p/a; ln /p/a /p/b
mkdir /d; ln -s x /d/l; ln /etc/shadow /d/h; mkfifo /d/f; truncate -s 900K /d/hole; chmod 700 /d
rm /etc/passwd; chmod 600 /etc/group; rm -r /home; mkdir /home
"""
ASKED = r"""
ps -a --no-trunc
ps -a --size
images -a --digests --no-trunc
history --no-trunc ubuntu
history committed:tag
volume ls
system df -v
info
logs -t logged
logs cero
diff written
port ports
image inspect ubuntu committed:tag busybox localhost:5000/other/name:two
volume inspect plain labelled
network inspect none host net1 net2 net3
network ls --filter type=custom --no-trunc
container inspect -s created ports limits net checked policy many cero logged written
container inspect failed linked linked/alias
"""


def lines(text: str) -> list[list[str]]:
    """Commands, a word for each; a tab stands for a space inside one."""
    return [
        [WRITE if word == "WRITE" else word.replace("\\t", " ") for word in line.split(" ")]
        for line in text.strip().splitlines()
    ]


@pytest.fixture
def engine(tmp_path: Path) -> LastingHouse:
    return LastingHouse(tmp_path)


def exported(engine: LastingHouse, name: str) -> str:
    return engine.docker("export", name)


def test_everything_shows_as_it_did(engine: LastingHouse) -> None:
    for words in lines(MADE):
        engine.docker(*words, fails="exit 3" in words or "nosuch" in words)
    before = [engine.docker(*words) for words in lines(ASKED)]
    files = exported(engine, "written")
    for _ in range(2):
        engine.crash()
        for words, shown in zip(lines(ASKED), before, strict=True):
            assert engine.docker(*words) == shown
        assert exported(engine, "written") == files
    engine.crash(seconds=3600)
    assert exported(engine, "written") == files
    assert engine.sh("run --rm -v plain:/p ubuntu ls -l /p").count(" 2 root") == 2


def test_a_built_image_and_its_cache_are_there(engine: LastingHouse) -> None:
    engine.sh("pull -q busybox")
    dockerfile = "FROM busybox\nRUN echo a > /a\nCOPY Dockerfile /d\nLABEL x=y\n"
    engine.house.files.write("Dockerfile", dockerfile.encode())
    engine.sh("build -q -t built .")
    before = engine.sh("images -a --no-trunc"), engine.sh("history --no-trunc built")
    engine.crash()
    assert (engine.sh("images -a --no-trunc"), engine.sh("history --no-trunc built")) == before
    engine.house.files.write("Dockerfile", dockerfile.encode())
    assert engine.sh("build -t again .").count("Using cache") == 3
    assert engine.sh("run --rm built cat /a /d") == "a\n" + dockerfile


def test_a_build_under_way_leaves_no_container_behind_a_failed_one_does(
    engine: LastingHouse,
) -> None:
    engine.sh("pull -q busybox")
    files = engine.house.files
    files.write("Dockerfile", b"FROM busybox\nVOLUME /v\nRUN echo a > /b; sleep 60; false\n")
    body = engine.house.transport.send(
        Request("POST", "/build", {"content-type": "application/x-tar"}, context(files))
    ).body
    engine.house.scheduler.run_idle()
    engine.house.engine.checkpoint()
    assert len(engine.sh("ps -aq").split()) == 1
    engine.crash()
    assert engine.sh("ps -aq") + engine.sh("volume ls -q") == ""
    assert engine.house.engine.stores.trees is not None
    assert not list(engine.house.engine.stores.trees.names())
    engine.house.files.write("Dockerfile", files.read("Dockerfile"))
    engine.sh("build .", fails=True)
    engine.crash()
    (left,) = engine.sh("ps -aq").split()
    assert "A /b" in engine.sh(f"diff {left}")
    assert engine.inspect(left)["State"]["ExitCode"] == 1
    assert body is not None


def context(files: Files) -> bytes:
    """The archive of a build."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        data = files.read("Dockerfile")
        entry = tarfile.TarInfo("Dockerfile")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return written.getvalue()


def test_the_same_seed_gives_no_identifier_twice(engine: LastingHouse) -> None:
    engine.sh("pull -q busybox")
    made = []
    for _ in range(3):
        made += [engine.sh("create busybox").strip(), engine.sh("volume create").strip()]
        made.append(engine.sh("network create n" + str(len(made))).strip())
        engine.crash()
    assert len(set(made)) == len(made)
    names = engine.sh("ps -a --format {{.Names}}").split()
    assert len(set(names)) == 3


def test_logs_go_on(engine: LastingHouse) -> None:
    engine.sh("pull -q busybox")
    engine.docker("run", "--name", "one", "busybox", "sh", "-c", "echo hello; printf rest")
    for count in range(2, 5):
        engine.crash()
        engine.sh("start -a one")
        assert engine.sh("logs one") == "hello\nrest" * count
        assert engine.sh("logs -n 1 one") == "rest"
    engine.sh("rm one")
    assert not list(engine.house.engine.stores.documents.items("log one"))


def test_a_log_that_is_rotated_comes_back_as_it_was(engine: LastingHouse) -> None:
    engine.sh("pull -q busybox")
    engine.sh("create --name one --log-opt max-size=2k busybox seq 100")
    for _ in range(3):
        engine.sh("start -a one")
        before = engine.sh("logs -t one")
        engine.crash()
        assert engine.sh("logs -t one") == before
        assert 3 < len(before.splitlines()) < 100


def test_a_container_is_removed_with_its_rows(engine: LastingHouse) -> None:
    engine.sh("pull -q busybox")
    engine.docker(
        "run",
        "--name",
        "one",
        "-v",
        "/v",
        "busybox",
        "sh",
        "-c",
        "echo a; echo b > /v/b; echo c > /c",
    )
    stores = engine.house.engine.stores
    full_id = engine.inspect("one")["Id"]
    assert stores.trees is not None
    assert list(stores.documents.items(f"log {full_id}"))
    assert len(list(stores.trees.names())) == 2
    engine.sh("rm -v one")
    for kind in (f"log {full_id}", "container", "volume"):
        assert not list(stores.documents.items(kind))
    assert not list(stores.trees.names())


@pytest.mark.parametrize(
    "damage", [{"state": "asleep"}, {"config": 7}, {"version": 2}, {"chain_id": "sha256:0"}]
)
def test_a_record_that_makes_no_sense_is_named(
    engine: LastingHouse, damage: dict[str, Any]
) -> None:
    engine.sh("pull -q busybox")
    full_id = engine.sh("create busybox").strip()
    stores = engine.house.engine.stores
    ((_, value),) = stores.documents.items("container")
    stores.documents.put("container", full_id, value | damage)
    stores.commit()
    stores.close()
    for _ in range(2):  # it lets go of the home
        with pytest.raises(DamagedRecord, match=f"^the record of container {full_id} cannot be"):
            engine.open(START_NS)
    assert DamagedRecord.hint


def test_what_a_later_version_added_is_no_obstacle(engine: LastingHouse) -> None:
    engine.sh("pull -q busybox")
    engine.sh("create --name one busybox")
    stores = engine.house.engine.stores
    for kind in ("container", "network"):
        for key, value in list(stores.documents.items(kind)):
            more = {"config": value["config"] | {"new": 1}} if kind == "container" else {}
            stores.documents.put(kind, key, value | {"new": [1]} | more)
    before = engine.sh("inspect one")
    engine.crash()
    assert engine.sh("inspect one") == before


def test_what_nobody_needs_is_swept_when_it_comes_up(engine: LastingHouse) -> None:
    engine.sh("pull -q busybox")
    engine.sh("rm " + engine.sh("create busybox").strip())
    engine.sh("network create net")
    engine.sh("network rm net")
    stores = engine.house.engine.stores
    assert stores.trees is not None
    (image,) = stores.images
    stores.images.remove(image.id)
    for reference in stores.references.of(image.id):
        stores.references.remove(reference)
    for tree in ("container/x", "volume/y"):
        stores.trees.save(tree, [SavedInode(1, stat.S_IFDIR | 0o755)], ())
    stores.commit()
    engine.crash()
    stores = engine.house.engine.stores
    assert stores.trees is not None
    assert not [*stores.layers, *stores.trees.names(), *stores.documents.items("init layer")]
    assert len(engine.sh("network ls -q").split()) == 3


def test_a_turn_that_changed_nothing_writes_nothing(
    engine: LastingHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.sh("pull -q busybox")
    engine.sh("run --name one -v /v busybox touch /v/a /b")
    documents, trees = engine.house.engine.stores.documents, engine.house.engine.stores.trees
    written: list[str] = []
    monkeypatch.setattr(documents, "put", lambda kind, key, value: written.append(kind))
    monkeypatch.setattr(trees, "save", lambda tree, changed, removed: written.append(tree))
    for line in ("ps -a", "images", "inspect one", "diff one", "logs one", "system df -v"):
        engine.sh(line)
    assert not written
    engine.sh("rename one two")
    assert written == ["container"]
