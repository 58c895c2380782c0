"""`estiba install-alias`: takes a free name, never another's."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from estiba.daemon.alias import NameTaken, install, remove


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "bin"


def environment(*folders: Path) -> dict[str, str]:
    return {"PATH": os.pathsep.join(map(str, folders))}


def other_docker(folder: Path) -> Path:
    folder.mkdir()
    path = folder / "docker"
    path.write_text("#!/bin/sh\necho other\n")
    path.chmod(0o755)
    return path


def test_the_name_runs_our_command_line(folder: Path) -> None:
    path = folder / "docker"
    assert install(str(path), environment(folder)) == f"made {path}"
    source = str(Path(__file__).parents[2] / "simulator")
    said = subprocess.run(
        [str(path), "--version"],
        env={"PYTHONPATH": source, "HOME": str(folder), "PATH": os.defpath},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.startswith("Docker version ")


def test_a_path_that_does_not_find_it_is_told(folder: Path) -> None:
    assert "export PATH=" in install(str(folder / "docker"), environment())


def test_another_docker_keeps_the_name(folder: Path, tmp_path: Path) -> None:
    other = other_docker(tmp_path / "usr")
    with pytest.raises(NameTaken, match=str(other)):
        install(str(folder / "docker"), environment(other.parent, folder))
    assert not folder.exists()


def test_force_puts_ours_beside_it_and_says_who_comes_first(folder: Path, tmp_path: Path) -> None:
    other = other_docker(tmp_path / "usr")
    search = environment(other.parent, folder)
    assert f"{other} comes first" in install(str(folder / "docker"), search, force=True)


def test_no_force_replaces_a_file_that_is_not_ours(folder: Path) -> None:
    other = other_docker(folder)
    with pytest.raises(NameTaken):
        install(str(other), environment(), force=True)
    with pytest.raises(NameTaken):
        remove(str(other))
    assert "other" in other.read_text()


def test_it_is_undone(folder: Path) -> None:
    path = str(folder / "docker")
    install(path, environment(folder))
    install(path, environment(folder))
    assert remove(path) == f"removed {path}"
    assert remove(path) == f"there is no {path}"
    assert os.listdir(folder) == []
