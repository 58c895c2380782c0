"""Whatever comes in, there is one clear answer, no traceback, and nothing is half done."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from estiba.app import House, simulated
from estiba.cli.console import MemoryConsole
from estiba.cli.memory_files import MemoryFiles
from estiba.spec import Digest

PATIENT = (HealthCheck.too_slow,)  # machines are shared
EXAMPLES = settings(max_examples=40, deadline=None, suppress_health_check=PATIENT)
MORE = settings(max_examples=100, deadline=None, suppress_health_check=PATIENT)


class Room:
    """One house for many examples; `state` is all that a user can see of it."""

    def __init__(self) -> None:
        self.files = MemoryFiles({"/w/a.txt": b"a", "/w/d/b": b"b"}, cwd="/w")
        environment = {"DOCKER_BUILDKIT": "0", "HOME": "/root", "ESTIBA_HUB": ""}
        self.house: House = simulated(seed=1, files=self.files, environment=environment)
        layer = tar([("etc/passwd", b"root:x:0:0::/:/bin/sh\n"), ("d/x", b"x")])
        assert self.run(["import", "-", "base"], layer)[0] == 0
        assert self.run(["create", "--name", "box", "base", "sh"])[0] == 0

    def run(self, words: Sequence[str], data: bytes = b"") -> tuple[int, str]:
        console = MemoryConsole(data)
        code = self.house.docker(words, console)
        assert 0 <= code <= 255
        return code, bytes(console.err).decode("utf-8", "replace")

    def state(self) -> tuple[Any, ...]:
        engine = self.house.engine
        stores = engine.stores
        return (
            sorted(str(record.id) for record in stores.images),
            sorted(image["Id"] + str(image["RepoTags"]) for image in engine.images.list()),
            sorted(str(chain) for chain in layers(self.house)),
            [container.id for container in engine.containers.newest_first()],
            {
                container.id: engine.host.snapshotter.changes(container.id)
                for container in engine.containers.newest_first()
            },
        )

    def refuses_well(self, words: Sequence[str], data: bytes = b"") -> bool:
        """Run it; a refusal must say why in a line and leave everything as it was."""
        before = self.state()
        code, err = self.run(words, data)
        if not code:
            return True
        return bool(err.strip()) and "Traceback" not in err and self.state() == before


def layers(house: House) -> list[Digest]:
    return [record.chain_id for record in house.engine.stores.layers]


def tar(entries: Sequence[tuple[str, bytes]]) -> bytes:
    result = io.BytesIO()
    with tarfile.open(fileobj=result, mode="w") as archive:
        for name, data in entries:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return result.getvalue()


@pytest.fixture(scope="module")
def room() -> Room:
    return Room()


# -- archives --------------------------------------------------------------------------------

NAMES = st.one_of(
    st.sampled_from(
        "a a/b ../x /etc/passwd . .. a/../../b .wh.a .wh..wh..opq a/.wh.b .wh. d d/x "
        "Dockerfile .dockerignore manifest.json repositories oci-layout index.json".split(" ")
    ),
    st.text(max_size=8),
)
KINDS = st.sampled_from(
    [
        tarfile.REGTYPE,
        tarfile.DIRTYPE,
        tarfile.SYMTYPE,
        tarfile.LNKTYPE,
        tarfile.FIFOTYPE,
        tarfile.CHRTYPE,
        tarfile.BLKTYPE,
        b"V",
        b"M",
        b"7",
    ]
)


@st.composite
def archives(draw: st.DrawFn) -> bytes:
    """An archive of odd entries, perhaps compressed, perhaps damaged or cut."""
    result = io.BytesIO()
    with tarfile.open(fileobj=result, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in draw(st.lists(NAMES, max_size=5)):
            info = tarfile.TarInfo(name or "x")
            info.type = draw(KINDS)
            info.linkname = draw(NAMES)
            info.mode = draw(st.integers(0, 0o7777))
            info.uid = draw(st.sampled_from([0, 1000, 1 << 40]))
            info.mtime = draw(st.sampled_from([0, 1, 1_700_000_000, 1 << 40]))
            data = draw(st.binary(max_size=20))
            info.size = len(data) if info.type == tarfile.REGTYPE else 0
            archive.addfile(info, io.BytesIO(data))
    damaged = bytearray(result.getvalue())
    for _ in range(draw(st.integers(0, 3))):
        damaged[draw(st.integers(0, min(len(damaged), 3000) - 1))] = draw(st.integers(0, 255))
    cut = draw(st.sampled_from([0, 0, 1, 511, 512, 700]))
    whole = bytes(damaged[: len(damaged) - cut])
    return gzip.compress(whole, mtime=0) if draw(st.booleans()) else whole


@EXAMPLES
@given(data=st.one_of(archives(), st.binary(max_size=700)))
@pytest.mark.parametrize(
    "words", [["load"], ["import", "-"], ["cp", "-", "box:/"], ["cp", "-", "box:/d/x"]]
)
def test_any_archive_is_taken_whole_or_not_at_all(
    room: Room, words: list[str], data: bytes
) -> None:
    assert room.refuses_well(words, data)


@EXAMPLES
@given(data=st.one_of(archives(), st.binary(max_size=700)))
def test_any_context_is_built_or_refused(room: Room, data: bytes) -> None:
    code, err = room.run(["build", "-"], data)
    assert code == 0 or err.strip()


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=6)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["Config", "Layers", "RepoTags", "Parent", "manifests", "digest"]),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=8,
)


@EXAMPLES
@given(value=JSON, config=JSON, tags=JSON)
@pytest.mark.parametrize("kind", ["manifest.json", "index.json"])
def test_any_list_of_images_is_loaded_or_refused(
    room: Room, kind: str, value: Any, config: Any, tags: Any
) -> None:
    layer = tar([("a", b"a")])
    item = {"Config": "c.json", "Layers": ["l.tar"], "RepoTags": tags}
    listed = [value, [value], [item]]
    for one in listed:
        entries = [("c.json", json.dumps(config).encode()), ("l.tar", layer)]
        entries += [("oci-layout", b"{}"), (kind, json.dumps(one).encode())]
        assert room.refuses_well(["load"], tar(entries))


# -- Dockerfiles -----------------------------------------------------------------------------

INSTRUCTIONS = st.sampled_from(
    """FROM RUN COPY ADD ENV ARG LABEL CMD ENTRYPOINT EXPOSE USER WORKDIR VOLUME SHELL STOPSIGNAL
    HEALTHCHECK ONBUILD MAINTAINER from FOO # #escape=` #syntax=x""".split()
)
BITS = st.one_of(
    st.sampled_from(
        """base scratch AS a 0 --from=a --from=0 --chown=1:2 --chown=x --platform=linux/amd64
        --mount=x --interval=1s --retries=3 CMD NONE a.txt d . / /x /etc/passwd ../a *.txt [ ["a"]
        ["a", "b"] [1] $A ${A} ${A:-b} ${A:+c} ${A:?d} ${A "x 'y \\" \\ A=1 =1 A= 80 80/tcp 1-70000
        9-1 SIGTERM 99 true exit\\ 3 <<EOF -- --x --x=1 http://127.0.0.1:1/x é \x00""".split(" ")
    ),
    st.text(max_size=5),
)
LINES = st.builds(
    lambda name, bits, end: " ".join([name, *bits]) + end,
    INSTRUCTIONS,
    st.lists(BITS, max_size=4),
    st.sampled_from(["\n", "\n\n", " \\\n", "\r\n", ""]),
)
FILES = st.builds(lambda first, lines: first + "".join(lines), st.sampled_from(["FROM base\n", ""]),
                  st.lists(LINES, max_size=6))  # fmt: skip


@MORE
@given(text=FILES, words=st.lists(st.sampled_from(
    ["--build-arg=A=1", "--build-arg=B", "--target=a", "--no-cache", "-q", "--label=x=y",
     "--cache-from=base", "--force-rm", "--network=none"]), max_size=3))  # fmt: skip
def test_any_dockerfile_is_built_or_refused(room: Room, text: str, words: list[str]) -> None:
    room.files.write("/w/Dockerfile", text.encode("utf-8", "surrogatepass"))
    code, err = room.run(["build", *words, "."])
    assert code == 0 or err.strip()
    assert not [
        c for c in room.house.engine.containers.newest_first() if c.state.value == "running"
    ]


PATTERNS = st.lists(
    st.one_of(
        st.sampled_from(
            "* ** ! !a.txt a.txt d d/ /d **/b d/** [ [a [a-z].txt \\ \\* ? # .. ../x é".split()
        ),
        st.text(max_size=6),
    ),
    max_size=4,
)


@EXAMPLES
@given(patterns=PATTERNS)
def test_any_ignore_file_is_followed_or_refused(room: Room, patterns: list[str]) -> None:
    room.files.write("/w/Dockerfile", b"FROM base\nCOPY . /c/\n")
    room.files.write("/w/.dockerignore", "\n".join(patterns).encode("utf-8", "surrogatepass"))
    code, err = room.run(["build", "."])
    room.files.write("/w/.dockerignore", b"")
    assert code == 0 or err.strip()


# -- command lines and names -------------------------------------------------------------------

REFERENCES = st.one_of(
    st.sampled_from(
        [
            "base",
            "base:latest",
            "a/b:c",
            "localhost/x",
            "x@sha256:" + "a" * 64,
            "UP",
            ":",
            "a:b:c",
            "/",
            "//",
            "",
            " ",
            "-",
            "a" * 300,
            "sha256:" + "b" * 64,
            "127.0.0.1:1/x:y",
            "é",
            "a..b",
        ]
    ),
    st.text(max_size=10),
)
COMMANDS = st.sampled_from(
    """tag rmi pull push inspect history save rm kill logs port rename commit diff export cp create
    run start wait top update pause network\\ create network\\ rm volume\\ create volume\\ rm
    image\\ inspect manifest\\ inspect manifest\\ create manifest\\ rm search""".replace(
        "\\ ", "\0"
    ).split()
)


@MORE
@given(command=COMMANDS, names=st.lists(REFERENCES, max_size=3), force=st.booleans())
def test_any_name_is_understood_or_refused(command: str, names: list[str], force: bool) -> None:
    room = Room()
    words = [*command.split("\0"), *(["-f"] if force else []), "--", *names]
    code, err = room.run(words)
    assert code == 0 or err.strip() or command == "wait"
