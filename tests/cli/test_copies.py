"""`cp`, `build` and `.dockerignore`: what is packed, what is unpacked, and that nothing escapes."""

import base64
import io
import json
import tarfile
from typing import Any

import pytest
from scripted_engine import ScriptedEngine, docker

from estiba.cli.errors import CommandFailed
from estiba.cli.ignore import Ignore, read_patterns
from estiba.cli.memory_files import MemoryFiles
from estiba.cli.tar import END, encode, entries, member
from estiba.cli.untar import unpack
from estiba.http import Answer
from estiba.http.transport import Whole

WORK = "/home/lab/work"


def sent(engine: ScriptedEngine) -> dict[str, bytes]:
    body = engine.asked[-1].body
    assert isinstance(body, bytes)
    return {info.name: data for info, data in entries(body)}


def files(**contents: str) -> MemoryFiles:
    return MemoryFiles(
        {f"{WORK}/{name}": text.encode() for name, text in contents.items()}, cwd=WORK
    )


def test_a_build_sends_the_directory() -> None:
    engine = ScriptedEngine({"POST /build.*": b'{"stream":"Successfully built 1\\n"}\n'})
    outcome = docker(
        "build", "-t", "x:1", ".", engine=engine, files=files(Dockerfile="FROM x", b="1")
    )
    assert outcome.out.startswith("Sending build context to Docker daemon  3.072kB\r\r\n")
    assert sent(engine) == {"Dockerfile": b"FROM x", "b": b"1"}
    assert engine.log == ["POST /build?dockerfile=Dockerfile&t=x%3A1&version=1"]


def test_what_is_ignored_stays_but_for_the_two_files_the_engine_needs() -> None:
    engine = ScriptedEngine({"POST /build.*": b"{}"})
    tree = MemoryFiles(
        {f"{WORK}/{n}": b"" for n in ("Dockerfile", "a/b.txt", "a/keep", "c")}, cwd=WORK
    )
    tree.write(f"{WORK}/.dockerignore", b"*\n!a/keep\n")
    docker("build", ".", engine=engine, files=tree)
    assert set(sent(engine)) == {".dockerignore", "Dockerfile", "a/keep"}


@pytest.mark.parametrize(
    ("patterns", "path", "ignored"),
    [
        ("*.txt", "a.txt", True),
        ("*.txt", "d/a.txt", False),
        ("**/*.txt", "d/e/a.txt", True),
        ("**/*.txt", "a.txt", True),
        ("d", "d/e/f", True),
        ("/d/", "d/e", True),
        ("d\n!d/e", "d/e", False),
        ("d\n!d/e\nd/e", "d/e", True),
        ("# d", "d", False),
        ("a?[b-d]", "axc", True),
        ("a/**", "a/x", True),
        ("a/**", "a", False),
        ("./a/../b", "b", True),
    ],
)
def test_patterns(patterns: str, path: str, ignored: bool) -> None:
    assert Ignore(read_patterns(patterns)).matches(path) is ignored


def stat_header(name: str, mode: int) -> dict[str, str]:
    text = json.dumps({"name": name, "size": 0, "mode": mode, "mtime": "", "linkTarget": ""})
    return {"x-docker-container-path-stat": base64.b64encode(text.encode()).decode()}


class Archives(ScriptedEngine):
    """A container with one directory, /tmp."""

    def __init__(self, content: bytes = b"", mode: int = 0o644) -> None:
        super().__init__()
        self.content, self.mode = content, mode

    def _special(self, request: Any) -> Answer:
        if request.method == "HEAD":
            known = request.target.endswith("path=%2Ftmp")
            return Answer(200 if known else 404, stat_header("tmp", 1 << 31 | 0o755), Whole(b""))
        return Answer(200, stat_header("f", self.mode), Whole(self.content))

    def send(self, request: Any) -> Answer:
        if "/archive" in request.target:
            self.asked.append(request)
            return self._special(request)
        return super().send(request)


def test_a_file_goes_into_a_directory_under_its_own_name() -> None:
    engine = Archives()
    docker("cp", "a", "c:/tmp", engine=engine, files=files(a="hola"))
    assert engine.log[-1] == "PUT /containers/c/archive?noOverwriteDirNonDir=true&path=%2Ftmp"
    assert sent(engine) == {"a": b"hola"}


def test_a_file_goes_to_a_new_name_in_the_parent() -> None:
    engine = Archives()
    docker("cp", "a", "c:/tmp/b", engine=engine, files=files(a="hola"))
    assert engine.log[-1].endswith("path=%2Ftmp")
    assert sent(engine) == {"b": b"hola"}


def test_a_file_cannot_become_a_directory() -> None:
    outcome = docker("cp", "a", "c:/nope/", engine=Archives(), files=files(a="1"))
    assert (outcome.err, outcome.code) == ("no such directory\n", 1)


def archive(*members: tuple[str, bytes, bytes, str]) -> bytes:
    out = b""
    for name, kind, data, link in members:
        info = tarfile.TarInfo(name)
        info.type, info.size, info.linkname, info.mode = kind, len(data), link, 0o755
        out += encode(info, data)
    return out + END


REG, DIR, SYM, LNK = tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE


def test_a_file_comes_out_of_a_container() -> None:
    tree = files(x="")
    docker("cp", "c:/etc/f", "nuevo", engine=Archives(archive(("f", REG, b"hola", ""))), files=tree)
    assert tree.read("nuevo") == b"hola"


def test_a_directory_comes_out_whole() -> None:
    tree = files(x="")
    content = archive(("d", DIR, b"", ""), ("d/f", REG, b"1", ""), ("d/l", SYM, b"", "f"))
    engine = Archives(content, mode=1 << 31 | 0o755)
    docker("cp", "c:/d", "copia", engine=engine, files=tree)
    assert (tree.listdir("copia"), tree.read("copia/l")) == (["f", "l"], b"1")


@pytest.mark.parametrize(
    "members",
    [
        [("../f", REG, b"x", "")],
        [("a/../../f", REG, b"x", "")],
        [("l", SYM, b"", "../.."), ("l/f", REG, b"x", "")],
        [("l", SYM, b"", "/"), ("l/f", REG, b"x", "")],
        [("h", LNK, b"", "../../secret")],
    ],
)
def test_no_entry_leaves_the_directory(members: list[tuple[str, bytes, bytes, str]]) -> None:
    tree = MemoryFiles({"/out/keep": b"", "/secret": b"s"}, cwd="/")
    with pytest.raises(CommandFailed):
        unpack(tree, archive(*members), "/out")
    assert tree.listdir("/") == ["out", "secret"]


def test_a_directory_does_not_replace_a_file() -> None:
    tree = MemoryFiles({"/out/d": b""}, cwd="/")
    with pytest.raises(CommandFailed, match="cannot overwrite non-directory"):
        unpack(tree, archive(("d", DIR, b"", "")), "/out")


def test_an_entry_is_a_tar_that_others_read() -> None:
    tree = MemoryFiles({"/f": b"hola"}, cwd="/")
    info = member("f", tree.stat("/f"))
    assert info is not None
    with tarfile.open(fileobj=io.BytesIO(encode(info, b"hola") + END)) as read:
        assert read.getnames() == ["f"]
