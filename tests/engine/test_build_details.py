"""The classic builder through the command line: details checked by hand against Engine 20.10."""

import json
import stat
from collections.abc import Sequence
from typing import Any

import pytest

from estiba.app import House, simulated
from estiba.cli.console import MemoryConsole
from estiba.cli.memory_files import MemoryFiles


def new_house(files: dict[str, str]) -> House:
    contents = {f"/w/{path}": text.encode() for path, text in files.items()}
    house = simulated(
        seed=1,
        files=MemoryFiles(contents, cwd="/w"),
        environment={"DOCKER_BUILDKIT": "0", "HOME": "/root"},
    )
    told(house, ["pull", "-q", "busybox"])
    return house


def told(house: House, words: Sequence[str], code: int = 0) -> str:
    console = MemoryConsole()
    assert house.docker(words, console) == code, bytes(console.err).decode()
    return bytes(console.err if code else console.out).decode()


def built(dockerfile: str, *words: str, **files: str) -> House:
    house = new_house({"Dockerfile": dockerfile, **files})
    told(house, ["build", "-t", "t", *words, "."])
    return house


def config(house: House) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told(house, ["inspect", "t"]))[0]["Config"]
    return found


@pytest.mark.parametrize(
    ("dockerfile", "message"),
    [
        ("COPY http://a/x /", "COPY failed: source can't be a URL for COPY"),
        ("COPY --chown=a:b:c a.txt /", "invalid chown string format: a:b:c"),
        ("COPY d /etc/passwd", "/merged/etc/passwd: not a directory"),
        ('ARG "A=x y"', 'failed to process "\\"A": unexpected end of statement'),
        ("EXPOSE 127.0.0.1:80", "Invalid hostPort: 127.0.0.1"),
        ("COPY --from=$S /a /", "invalid from flag value $S: invalid reference format"),
    ],
)
def test_an_instruction_that_cannot_be_done(dockerfile: str, message: str) -> None:
    files = {"Dockerfile": f"FROM busybox\n{dockerfile}\n", "a.txt": "x", "d/f": "f"}
    assert message in told(new_house(files), ["build", "."], 1)


@pytest.mark.parametrize(
    ("ignored", "message"),
    [("[", "syntax error in pattern"), ("!", 'illegal exclusion pattern: "!"')],
)
def test_a_bad_ignore_pattern_is_told_of_the_context(ignored: str, message: str) -> None:
    house = new_house({"Dockerfile": "FROM busybox", ".dockerignore": f"{ignored}\n"})
    assert told(house, ["build", "."], 1).endswith(f"\nerror checking context: {message}\n")


def test_a_directory_is_no_dockerfile() -> None:
    house = new_house({"Dockerfile": "FROM busybox", "d/f": "f"})
    assert "/d: is a directory" in told(house, ["build", "-f", "d", "."], 1)


def test_a_statement_is_shown_without_the_spaces_behind_it() -> None:
    house = new_house({"Dockerfile": "FROM busybox  \nENV A=1 \\"})
    lines = told(house, ["build", "."]).split("\n")
    assert "Step 1/2 : FROM busybox" in lines and "Step 2/2 : ENV A=1" in lines


def test_what_stands_behind_an_array_is_not_read() -> None:
    assert config(built('FROM busybox\nCMD ["a"] x\n'))["Cmd"] == ["a"]


def test_an_absolute_workdir_is_kept_as_it_is_written() -> None:
    assert config(built("FROM busybox\nWORKDIR /b/../c\n"))["WorkingDir"] == "/b/../c"
    assert config(built("FROM busybox\nWORKDIR /b\nWORKDIR ../c\n"))["WorkingDir"] == "/c"


def test_no_healthcheck_keeps_the_times_of_the_one_before() -> None:
    made = built("FROM busybox\nHEALTHCHECK --interval=5s CMD a\nHEALTHCHECK NONE\n")
    assert config(made)["Healthcheck"] == {"Test": ["NONE"], "Interval": 5_000_000_000}


def test_a_file_given_to_another_loses_its_set_id_bits() -> None:
    house = new_house({"Dockerfile": "FROM busybox\nCOPY s /\nRUN ls -l /s\n", "s": "x"})
    house.files.set_attributes("/w/s", mode=stat.S_ISUID | 0o755)
    assert "-rwxr-xr-x" in told(house, ["build", "."])


IMPLIED_SUM = "93a8756ff3b73631c35a7cca1bd16722f43a28d22987dcd166174e8323261154"


def test_a_directory_that_an_archive_only_implies_is_summed_up_by_its_path() -> None:
    """The sum that Engine 20.10 gave for this very context."""
    house = new_house(
        {"Dockerfile": "FROM busybox\nCOPY . /c/\n", "d/e/f": "f\n", ".dockerignore": "*\n!d/e/f\n"}
    )
    for path in ("d/e/f", ".dockerignore", "Dockerfile"):
        house.files.set_attributes(f"/w/{path}", mode=0o644)
    told(house, ["build", "-t", "t", "."])
    history = told(house, ["history", "--no-trunc", "--format", "{{.CreatedBy}}", "t"])
    assert f"COPY dir:{IMPLIED_SUM} in /c/" in history


STEPS = "FROM busybox\nCOPY a.txt /\nRUN echo hi > /x\n"


@pytest.mark.parametrize(("last", "again"), [("ENV A=1\n", 3), ("ENV A=2\n", 2)])
def test_an_image_from_elsewhere_can_be_the_cache(last: str, again: int) -> None:
    """What is not its parent here is told by its history."""
    house = built(f"{STEPS}ENV A=1\n", **{"a.txt": "x"})
    told(house, ["save", "-o", "t.tar", "t"])
    told(house, ["rmi", "t"])
    told(house, ["load", "-i", "t.tar"])
    house.files.write("Dockerfile", f"{STEPS}{last}".encode())
    house.files.write(".dockerignore", b"t.tar\n")
    output = told(house, ["build", "--cache-from", "t", "."])
    assert output.count("Using cache") == again


def test_a_context_from_the_network_does_not_answer() -> None:
    house = new_house({})
    assert told(house, ["build", "http://127.0.0.1:1/x"], 1).endswith(
        "unable to prepare context: unable to download remote context http://127.0.0.1:1/x: "
        'Get "http://127.0.0.1:1/x": dial tcp 127.0.0.1:1: connect: connection refused\n'
    )


def test_the_shell_of_busybox_counts_how_deep_it_is() -> None:
    house = new_house({"Dockerfile": "FROM busybox\nRUN echo at $SHLVL; sh -c 'echo at $SHLVL'\n"})
    assert "\nat 1\nat 2\n" in told(house, ["build", "."])
