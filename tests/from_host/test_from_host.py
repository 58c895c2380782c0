"""Images of this machine's own programs."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from estiba.from_host.archive import write_root
from estiba.from_host.command import WrongUse, run
from estiba.from_host.elf import Needs, NotElf, needs
from estiba.from_host.selection import LibraryMissing, NoSuchProgram, Selection, find_library

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not Path("/bin/bash").exists(), reason="it takes Linux with a bash"
)
BASH = Path("/bin/bash").resolve()


def entries(*names: str) -> dict[str, tarfile.TarInfo]:
    stream = io.BytesIO()
    write_root(names, stream)
    stream.seek(0)
    with tarfile.open(fileobj=stream) as archive:
        members = archive.getmembers()
    assert len({member.name for member in members}) == len(members)
    return {member.name: member for member in members}


def test_what_a_program_needs_is_what_readelf_shows() -> None:
    if shutil.which("readelf") is None:
        pytest.skip("no readelf on this machine")
    shown = subprocess.run(
        ["readelf", "-d", "-l", str(BASH)], capture_output=True, text=True, check=True
    ).stdout
    found = needs(BASH.read_bytes())
    libraries = [
        line.split("[")[1].rstrip("]") for line in shown.splitlines() if "(NEEDED)" in line
    ]
    assert list(found.libraries) == libraries
    assert f"interpreter: {found.interpreter}]" in shown


@pytest.mark.parametrize(
    "data", [b"", b"#!/bin/sh\n", b"\x7fELF", b"\x7fELF\x02\x01" + b"\xff" * 80]
)
def test_what_is_no_program_says_so(data: bytes) -> None:
    with pytest.raises(NotElf):
        needs(data)


def test_the_root_has_the_program_its_libraries_and_the_links_on_the_way() -> None:
    found = entries("bash")
    for library in needs(BASH.read_bytes()).libraries:
        assert any(name.rpartition("/")[2] == library for name in found), library
    place, seen = "bin/bash", 0
    while seen < 10 and place not in found:
        parent, _, name = place.rpartition("/")
        place, seen = f"{found[parent].linkname.lstrip('/')}/{name}", seen + 1
    assert found[place].isreg() or found[place].issym()
    assert {"etc/passwd", "etc/group", "tmp", "root"} <= found.keys()
    assert found["tmp"].mode == 0o1777


def test_a_package_stands_for_its_programs() -> None:
    if not Path("/var/lib/dpkg/info/coreutils.list").exists():
        pytest.skip("no Debian packages on this machine")
    names = {name.rpartition("/")[2] for name in entries("coreutils")}
    assert {"ls", "cat", "echo", "id", "[", "sha256sum"} <= names


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(NoSuchProgram) as caught:
        Selection().add_program("no-such-program")
    assert caught.value.name == "no-such-program"
    with pytest.raises(LibraryMissing) as missing:
        find_library("libnothere.so.1", Needs((2, 62)), "/bin/bash")
    assert (missing.value.library, missing.value.path) == ("libnothere.so.1", "/bin/bash")


def test_the_same_programs_give_the_same_archive() -> None:
    one, other = io.BytesIO(), io.BytesIO()
    assert write_root(["bash"], one) == write_root(["bash"], other) == "/bin/bash"
    assert one.getvalue() == other.getvalue()


def test_the_command_imports_under_the_first_name() -> None:
    words: list[str] = []

    def docker(arguments: object) -> int:
        assert isinstance(arguments, list)
        words.extend(arguments)
        assert tarfile.is_tarfile(arguments[-2])
        return 0

    assert run(["from-host", "bash"], docker) == 0
    assert (words[0], words[-1], words[1:3]) == (
        "import",
        "bash",
        ["--change", 'CMD ["/bin/bash"]'],
    )
    with pytest.raises(WrongUse):
        run(["from-host"], docker)
