"""No archive and no name leads out of where it belongs."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from estiba.app import House, simulated
from estiba.cli.console import MemoryConsole
from estiba.cli.disk import DiskFiles
from estiba.cli.errors import CommandFailed
from estiba.cli.untar import unpack
from estiba.http import Request, Response
from estiba.http.poller import Poller

Entry = tuple[str, bytes, str]
"""A name, a type of tar, and what a link points to."""
FILE, HARD, SYMBOLIC = tarfile.REGTYPE, tarfile.LNKTYPE, tarfile.SYMTYPE
HOSTILE: list[list[Entry]] = [
    [("../outside/x", FILE, "")],
    [("a/../../outside/x", FILE, "")],
    [("/outside/x", FILE, "")],
    [("link", SYMBOLIC, "../outside"), ("link/x", FILE, "")],
    [("link", SYMBOLIC, "../outside/kept"), ("link", FILE, "")],
    [("link", HARD, "../outside/kept"), ("link", FILE, "")],
    [("d/link", SYMBOLIC, "../../outside"), ("d/link/x", FILE, "")],
    [("link", SYMBOLIC, "{outside}"), ("link/x", FILE, "")],
    [("link", SYMBOLIC, "{outside}"), ("link/d/x", FILE, "")],
    [("link", SYMBOLIC, "{outside}/kept"), ("link", FILE, "")],
    [("link", HARD, "{outside}/kept"), ("link", FILE, "")],
]
"""`{outside}` stands for the directory beside the one that may be written to."""


def archive(entries: list[Entry], outside: Path = Path("/nowhere")) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        for name, kind, target in entries:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target.format(outside=outside)
            info.size = 4 if kind == FILE else 0
            tar.addfile(info, io.BytesIO(b"evil"[: info.size]))
    return made.getvalue()


def everything(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A directory beside the one that may be written to."""
    (tmp_path / "inside").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "kept").write_bytes(b"kept")
    return tmp_path / "outside"


@pytest.fixture
def house() -> Iterator[House]:
    """A house whose bind mounts show this machine."""
    poller = Poller()
    yield simulated(seed=1, poller=poller)
    poller.close()


def docker(house: House, *words: str) -> tuple[int, str]:
    console = MemoryConsole()
    code = house.docker(words, console)
    return code, bytes(console.out + console.err).decode()


def ask(house: House, method: str, target: str, body: bytes, kind: str) -> Response:
    given = house.api.serve(Request(method, target, {"content-type": kind}, body))
    return given if isinstance(given, Response) else house.scheduler.complete(given)


@pytest.mark.parametrize("entries", HOSTILE)
def test_what_is_copied_out_stays_in_its_directory(entries: list[Entry], outside: Path) -> None:
    inside = outside.parent / "inside"
    try:
        unpack(DiskFiles(), archive(entries, outside), str(inside))
    except CommandFailed as refused:
        assert str(refused)
    assert everything(outside) == {"kept": b"kept"}
    assert {path.name for path in outside.parent.iterdir()} == {"inside", "outside"}


@pytest.mark.parametrize("entries", HOSTILE)
def test_what_is_copied_in_stays_in_the_bind_mount(
    entries: list[Entry], outside: Path, house: House
) -> None:
    inside = outside.parent / "inside"
    docker(house, "run", "-d", "--name", "one", "-v", f"{inside}:/mnt", "ubuntu", "sleep", "9")
    sent = archive(entries, outside)
    ask(house, "PUT", "/containers/one/archive?path=/mnt", sent, "application/x-tar")
    docker(house, "exec", "one", "sh", "-c", "echo evil > /mnt/link; echo evil > /mnt/link/x")
    docker(house, "rm", "-f", "one")
    assert everything(outside) == {"kept": b"kept"}
    assert {path.name for path in outside.parent.iterdir()} == {"inside", "outside"}


def test_what_belongs_there_arrives(outside: Path, house: House) -> None:
    inside = outside.parent / "inside"
    unpack(DiskFiles(), archive([("d/a", FILE, "")]), str(inside))
    docker(house, "run", "-d", "--name", "one", "-v", f"{inside}:/mnt", "ubuntu", "sleep", "9")
    sent = archive([("d/b", FILE, ""), ("d/c", SYMBOLIC, "b")])
    ask(house, "PUT", "/containers/one/archive?path=/mnt", sent, "application/x-tar")
    docker(house, "rm", "-f", "one")
    assert everything(inside) == {"d/a": b"evil", "d/b": b"evil", "d/c": b"evil"}


def test_a_link_of_the_disk_leads_into_the_container(outside: Path, house: House) -> None:
    inside = outside.parent / "inside"
    (inside / "way").symlink_to(outside)
    (inside / "root").symlink_to("/")
    mount = f"{inside}:/mnt"
    code, said = docker(house, "run", "--rm", "-v", mount, "ubuntu", "cat", "/mnt/way/kept")
    assert code and "No such file" in said
    _, listed = docker(house, "run", "--rm", "-v", mount, "ubuntu", "ls", "/mnt/root/")
    assert "mnt" in listed.split() and "home" in listed.split()
    assert str(outside) not in listed


def test_a_mount_is_read_only_when_told(outside: Path, house: House) -> None:
    docker(house, "run", "--rm", "-v", f"{outside}:/mnt:ro", "ubuntu", "rm", "-f", "/mnt/kept")
    docker(house, "run", "--rm", "-v", f"{outside}:/mnt:ro", "ubuntu", "touch", "/mnt/new")
    assert everything(outside) == {"kept": b"kept"}


@pytest.mark.parametrize("name", ["../x", "..", "/etc", "a/b", ".x", "a\x00b", "a\nb"])
def test_a_volume_has_no_path_for_a_name(name: str, house: House) -> None:
    body = json.dumps({"Name": name}).encode()
    assert ask(house, "POST", "/volumes/create", body, "application/json").status == 400


@pytest.mark.parametrize("source", ["../x", "./x", "a/../../x", "..", "~/x"])
def test_a_bind_source_is_absolute_or_a_name(source: str, house: House) -> None:
    docker(house, "pull", "-q", "ubuntu")
    body = json.dumps({"Image": "ubuntu", "HostConfig": {"Binds": [f"{source}:/x"]}}).encode()
    assert ask(house, "POST", "/containers/create", body, "application/json").status == 400


@pytest.mark.parametrize("name", ["../x", "a/b", "/", "a b", ".x"])
def test_a_container_has_no_path_for_a_name(name: str, house: House) -> None:
    code, said = docker(house, "create", "--name", name, "ubuntu")
    assert code and "Invalid container name" in said


def test_an_image_archive_names_only_what_it_holds(house: House) -> None:
    manifest = json.dumps([{"Config": "../../etc/passwd", "Layers": ["/etc/passwd"]}]).encode()
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        info = tarfile.TarInfo("manifest.json")
        info.size = len(manifest)
        tar.addfile(info, io.BytesIO(manifest))
    given = ask(house, "POST", "/images/load", made.getvalue(), "application/x-tar")
    said = given.body if isinstance(given.body, bytes) else b"".join(iter(given.body.poll, None))
    assert b"root:" not in said
    assert b"no such file" in said or given.status >= 400


@pytest.mark.parametrize("source", ["../../etc/passwd", "/etc/passwd", "link"])
def test_a_build_sees_its_context_alone(source: str, house: House) -> None:
    dockerfile = f"FROM ubuntu\nCOPY {source} /got\n".encode()
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        info = tarfile.TarInfo("Dockerfile")
        info.size = len(dockerfile)
        tar.addfile(info, io.BytesIO(dockerfile))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = SYMBOLIC, "/etc/passwd"
        tar.addfile(link)
    target = "/build?t=built"
    ask(house, "POST", target, made.getvalue(), "application/x-tar")
    house.scheduler.run_idle()
    _, got = docker(house, "run", "--rm", "built", "sh", "-c", "cat /got 2>&1 | head -c 200")
    assert Path("/etc/passwd").read_text()[:200] not in got


def test_a_build_reads_its_dockerfile_in_its_context(house: House) -> None:
    target = "/build?dockerfile=../../../../etc/passwd"
    given = ask(house, "POST", target, archive([("Dockerfile", FILE, "")]), "application/x-tar")
    assert given.status >= 400
    assert isinstance(given.body, bytes) and b"root:" not in given.body
