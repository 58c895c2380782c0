"""The notebooks are the lessons, and run from top to bottom."""

import json
import os
from pathlib import Path

import pytest

from estiba.lessons import read_lesson
from estiba.lessons.notebook import notebook

ROOT = Path(__file__).parents[2]
LESSONS = sorted((ROOT / "lessons").glob("*/lesson.*.md"))


def place(lesson: Path) -> Path:
    return ROOT / "notebooks" / lesson.name.split(".")[1] / f"{lesson.parent.name}.ipynb"


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_notebook_is_its_lesson(path: Path) -> None:
    language = path.name.split(".")[1]
    made = notebook(read_lesson(path), language)
    assert place(path).read_text(encoding="utf-8") == made, "run: make notebooks"
    cells = json.loads(made)["cells"]
    assert all(not cell["outputs"] for cell in cells if cell["cell_type"] == "code")


def test_every_notebook_has_its_lesson() -> None:
    found = set((ROOT / "notebooks").glob("*/*.ipynb"))
    assert found == {place(lesson) for lesson in LESSONS}


RUN = [path for path in LESSONS if path.name == "lesson.es.md"] + LESSONS[:1]
"""All in Spanish; in English the code is the same, which another test says, so one will do."""


@pytest.mark.parametrize("path", RUN, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_notebook_runs_from_top_to_bottom(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT / "simulator")]))
    book = nbformat.read(place(path), 4)
    nbclient.NotebookClient(book, timeout=120, kernel_name="python3").execute()
    outputs = [output for cell in book.cells for output in cell.get("outputs", ())]
    assert not [one for one in outputs if one.output_type == "error" or one.get("name") == "stderr"]
    pictures = [one for one in outputs if "image/svg+xml" in one.get("data", {})]
    assert len(pictures) == path.read_text(encoding="utf-8").count("```{picture}")
