"""Reading what students hand in, whatever made it."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from estiba.grading.submission import MalformedSubmission, Submission, assemble, read_submission


@pytest.mark.parametrize(
    "data",
    [
        "docker ps\necho ñ\n".encode(),
        "docker ps\r\necho ñ\r\n".encode(),
        "docker ps\recho ñ".encode(),
        b"\xef\xbb\xbf" + "docker ps\necho ñ".encode(),
        "docker ps\necho ñ\n".encode("utf-16"),
        "docker ps\necho ñ\n".encode("cp1252"),
        "#!/bin/bash\n\ndocker ps\n\necho ñ\n".encode(),
    ],
)
def test_a_script_in_any_encoding_and_with_any_line_ends(data: bytes) -> None:
    assert assemble({"solution.sh": data}).script == ("docker ps", "echo ñ")


def test_a_zip_of_a_folder_is_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "ana.zip"
    files = {"ana/answers.toml": b"size = 52", "ana/Dockerfile": b"FROM a", "__MACOSX/x": b""}
    path.write_bytes(_zip_of(files))
    assert read_submission(path) == Submission((), {"size": 52}, {"Dockerfile": b"FROM a"})


def _zip_of(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_of_a_notebook_only_the_docker_and_answer_cells_are_read(tmp_path: Path) -> None:
    cells = [
        ("code", "%%docker\ndocker pull ubuntu\n"),
        ("code", "import os; os.remove('/')"),
        ("markdown", "%%docker\ndocker rm all"),
        ("code", "%docker ps"),
        ("code", "%%answers\nsize = '52B'\n"),
    ]
    path = tmp_path / "x.ipynb"
    path.write_text(
        json.dumps({"cells": [{"cell_type": kind, "source": [text]} for kind, text in cells]})
    )
    found = read_submission(path)
    assert found.script == ("docker pull ubuntu", "docker ps")
    assert found.answers == {"size": "52B"}


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.zip", b"no zip", "a.zip: not a zip archive"),
        ("a.zip", b"PK\x03\x04broken", "a.zip: a damaged zip archive"),
        ("a.zip", _zip_of({"../../etc/passwd": b"x"}), "leads out of the archive"),
        ("a.zip", _zip_of({"/abs": b"x"}), "leads out of the archive"),
        ("a.zip", _zip_of({"c:/abs": b"x"}), "leads out of the archive"),
        ("answers.toml", b"size = ", "answers.toml: invalid value (at end of document"),
        ("x.ipynb", b"[]", "x.ipynb: not a notebook"),
        ("solution.sh", b"docker\0ps", "solution.sh: not a text file"),
        ("none.sh", None, "none.sh: no such file or directory"),
    ],
)
def test_what_cannot_be_read_is_told_by_name(
    tmp_path: Path, name: str, data: bytes | None, told: str
) -> None:
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(MalformedSubmission) as caught:
        read_submission(path)
    assert told in str(caught.value)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(8):
            archive.writestr(f"f{number}", bytes(4 << 20))
    path.write_bytes(buffer.getvalue())
    with pytest.raises(MalformedSubmission, match="too many or too large"):
        read_submission(path)
