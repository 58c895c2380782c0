"""`docker cp` and `docker export` over a real tree; the facts are those of a real engine."""

import base64
import io
import json
import tarfile
from typing import Any, cast

import pytest
from container_house import House

from estiba.engine.memory_trees import MemoryTrees
from estiba.filesystem import TreeBuilder
from estiba.http import Request, read_all
from estiba.snapshot.union import UnionSnapshotter


@pytest.fixture
def house() -> House:
    """A container `r1` with /d/f (4755), /d/s/, links, and a read-only volume at /data."""
    house = House()
    snapshotter, builder = UnionSnapshotter(), TreeBuilder()
    builder.directory("/d/s")
    builder.file("/d/f", b"1\n", 0o4755)
    builder.symlink("/l", "/d/f")
    builder.symlink("/broken", "/nope")
    builder.symlink("/ld", "d")
    chain = house.images.by_name["busybox:latest"].chain_id
    assert chain is not None
    snapshotter.add_layer(chain, None, builder.build())
    object.__setattr__(house.engine.host, "snapshotter", cast(Any, snapshotter))
    object.__setattr__(house.engine.host, "trees", MemoryTrees())
    house.run("sleep", "1000", name="r1", HostConfig={"Binds": ["vv:/data:ro"]})
    return house


def stat(house: House, path: str) -> tuple[int, Any]:
    answer = house.ask("HEAD", f"/containers/r1/archive?path={path}")
    header = answer.headers.get("x-docker-container-path-stat")
    return answer.status, json.loads(base64.b64decode(header)) if header else None


def put(house: House, query: str, data: bytes) -> tuple[int, str]:
    answer = house.loopback.send(
        Request(
            "PUT", f"/containers/r1/archive?{query}", {"content-type": "application/x-tar"}, data
        )
    )
    body = read_all(house.loopback, answer.body)
    return answer.status, json.loads(body)["message"] if body else ""


def tar(name: str, data: bytes | None) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        if data is None:
            entry.type = tarfile.DIRTYPE
            archive.addfile(entry)
        else:
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


@pytest.mark.parametrize(
    ("path", "name", "mode", "target"),
    [
        ("/d", "d", 2147484141, ""),
        ("/d/", "d", 2147484141, ""),
        ("/d/.", ".", 2147484141, ""),
        ("d", "d", 2147484141, ""),
        ("/l", "l", 134218239, "/d/f"),
        ("/broken", "broken", 134218239, "/nope"),
        ("/ld", "ld", 134218239, "/d"),
        ("/ld/", "ld", 2147484141, ""),
        ("/", "/", 2147484141, ""),
        ("/d/f", "f", 8389101, ""),
        ("/ld/f", "f", 8389101, ""),
        ("/../d/../l", "l", 134218239, "/d/f"),
    ],
)
def test_what_is_told_of_a_path(house: House, path: str, name: str, mode: int, target: str) -> None:
    status, found = stat(house, path)
    assert status == 200
    assert (found["name"], found["mode"], found["linkTarget"]) == (name, mode, target)


@pytest.mark.parametrize("path", ["/nope", "/nope/x", "/dev/null"])
def test_what_is_not_there(house: House, path: str) -> None:
    answer = house.ask("GET", f"/containers/r1/archive?path={path}")
    assert (answer.status, answer.message) == (
        404,
        f"Could not find the file {path} in container r1",
    )


def test_a_file_is_no_directory(house: House) -> None:
    answer = house.ask("GET", "/containers/r1/archive?path=/d/f/x")
    assert answer.status == 500
    assert answer.message.startswith("lstat /var/lib/docker/overlay2/")
    assert answer.message.endswith("/merged/d/f/x: not a directory")


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/d", ["d", "d/f", "d/s"]),
        ("/d/.", [".", "./f", "./s"]),
        ("/ld/", ["ld", "ld/f", "ld/s"]),
        ("/l", ["l"]),
        ("/d/f", ["f"]),
    ],
)
def test_what_is_copied_out(house: House, path: str, names: list[str]) -> None:
    answer = house.ask("GET", f"/containers/r1/archive?path={path}")
    with tarfile.open(fileobj=io.BytesIO(answer.body)) as archive:
        assert archive.getnames() == names


@pytest.mark.parametrize(
    ("query", "data", "status", "message"),
    [
        ("path=/d", tar("n", b"x"), 200, ""),
        ("path=/ld", tar("n", b"x"), 200, ""),
        ("path=/d", b"", 200, ""),
        ("path=/nope", tar("n", b"x"), 404, "Could not find the file /nope in container r1"),
        ("path=/d/f", tar("n", b"x"), 500, "extraction point is not a directory"),
        ("path=/data", tar("n", b"x"), 500, "mounted volume is marked read-only"),
        ("", tar("n", b"x"), 400, "bad parameter: pathcannot be empty"),
        (
            "path=/d&noOverwriteDirNonDir=1",
            tar("f", None),
            500,
            "Error processing tar file(exit status 1): cannot overwrite non-directory"
            ' "/d/f" with directory "/d"',
        ),
        (
            "path=/d&noOverwriteDirNonDir=1",
            tar("s", b"x"),
            500,
            "Error processing tar file(exit status 1): cannot overwrite directory"
            ' "/d/s" with non-directory "/d"',
        ),
        ("path=/d", tar("f", None), 200, ""),
        ("path=/d", b"junk", 500, "Error processing tar file(exit status 1): unexpected EOF"),
        (
            "path=/etc",
            tar("hosts", b"x"),
            500,
            "Error processing tar file(exit status 1): unlinkat /etc/hosts: device or resource"
            " busy",
        ),
    ],
)
def test_what_is_copied_in(
    house: House, query: str, data: bytes, status: int, message: str
) -> None:
    assert put(house, query, data) == (status, message)


def test_what_was_copied_in_is_there_and_shows(house: House) -> None:
    put(house, "path=/d", tar("n", b"xyz"))
    assert stat(house, "/d/n")[1]["size"] == 3
    shown = {row["Path"] for row in house.ask("GET", "/containers/r1/changes").json}
    assert {"/d", "/d/n"} <= shown


def test_a_read_only_root_takes_nothing(house: House) -> None:
    house.create(name="r2", HostConfig={"ReadonlyRootfs": True})
    request = Request("PUT", "/containers/r2/archive?path=/d", {}, tar("n", b"x"))
    answer = house.loopback.send(request)
    message = json.loads(read_all(house.loopback, answer.body))["message"]
    assert (answer.status, message) == (500, "container rootfs is marked read-only")


def test_an_export_holds_the_tree_without_volumes(house: House) -> None:
    answer = house.ask("GET", "/containers/r1/export")
    with tarfile.open(fileobj=io.BytesIO(answer.body)) as archive:
        names = archive.getnames()
    assert {".dockerenv", "d/f", "data", "etc/hosts", "ld"} <= set(names)
    assert house.story("container")[-1] == "container.exported"
