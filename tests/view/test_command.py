"""`estiba view`: every kind of picture, every kind of file, and what is refused."""

import shlex
from pathlib import Path

import pytest

from estiba.app import House
from estiba.errors import EstibaError
from estiba.http import Request, read_all
from estiba.view.command import WrongUse, run


def view(house: House, line: str, language: str = "en") -> int:
    return run(shlex.split(line), lambda: house.transport, language)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("stack greeting", "echo hello"),
        ("stack c1", "writable layer of c1"),
        ("stack greeting --no-files", "Nobody looked inside"),
        ("sharing", "5 layers"),
        ("sharing --remove greeting", "only takes that name away"),
        ("sharing --remove ubuntu", "containers c2, c1 use this image"),
        ("names Ubuntu:20.04", "must be lowercase"),
        ("names ''", "at least one character"),
        ("cow c1", "/etc/passwd"),
        ("cow c1 /etc/issue", "whiteout"),
        ("cow c1 /usr/bin/perl", "Looked up"),
        ("life c1", "exit code 0"),
        ("life c2", "created"),
        ("life", "13 ways"),
        ("mounts c2", "/data"),
        ("pull alpine", "Pull of alpine:latest"),
    ],
)
def test_every_kind_is_told_in_the_terminal(
    house: House, line: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert view(house, line) == 0
    assert told in " ".join(capsys.readouterr().out.split())


def test_the_language_can_be_chosen(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    view(house, "stack ubuntu --lang es")
    assert "Capas de ubuntu:latest" in capsys.readouterr().out


def test_files_are_written(house: House, tmp_path: Path) -> None:
    line = f"sharing --svg {tmp_path}/a.svg --html {tmp_path}/a.html"
    assert view(house, line) == 0
    assert (tmp_path / "a.svg").read_text().startswith("<svg")
    assert "<table>" in (tmp_path / "a.html").read_text()


def test_a_png_is_written(house: House, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    assert view(house, f"life c1 --png {tmp_path}/a.png --theme dark") == 0
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_an_archive_is_looked_at(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = house.transport.send(Request("GET", "/v1.41/images/get?names=ubuntu&names=greeting"))
    path = tmp_path / "two.tar"
    path.write_bytes(read_all(house.transport, answer.body))
    assert view(house, f"stack greeting --archive {path}") == 0
    assert view(house, f"sharing --archive {path}") == 0
    assert "2 images and 5 layers" in capsys.readouterr().out
    for name, told in (("", "several images"), ("nope", "no image 'nope'")):
        with pytest.raises(EstibaError, match=told):
            view(house, f"stack {name} --archive {path}")


@pytest.mark.parametrize(
    "line",
    ["", "blah", "stack", "cow", "names", "sharing --lang fr", "life a b c", "stack --wrong x"],
)
def test_words_that_make_no_sense_are_wrong_use(house: House, line: str) -> None:
    with pytest.raises(WrongUse):
        view(house, line)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("stack nope", "No such image: nope:latest"),
        ("stack Bad", "invalid reference format"),
        ("cow nope", "No such container: nope"),
        ("life nope", "No such container: nope"),
        ("mounts nope", "No such container: nope"),
        ("sharing --remove nope", "No such image: nope"),
        ("pull nopenope", "pull access denied"),
        ("pull Bad", "must be lowercase"),
        ("stack --archive /nowhere.tar", "No such file"),
        (f"stack --archive {shlex.quote(__file__)}", "not an archive of docker save"),
        ("names x --svg /nowhere/x.svg", "No such file"),
    ],
)
def test_what_goes_wrong_is_one_sentence(house: House, line: str, told: str) -> None:
    with pytest.raises(EstibaError, match=told) as caught:
        view(house, line)
    assert "\n" not in str(caught.value)
    assert not isinstance(caught.value, WrongUse)


def test_an_empty_engine_has_an_empty_picture(capsys: pytest.CaptureFixture[str]) -> None:
    from estiba.app import simulated  # noqa: PLC0415

    assert view(simulated(seed=1), "sharing") == 0
    assert "There is no image." in capsys.readouterr().out
