"""Every exercise is fair: solutions score in full, nothing scores nothing, each wrong answer fails what it should."""

from pathlib import Path

import pytest

from estiba.grading.proof import prove

FOLDER = Path(__file__).parents[2] / "exercises"
EXERCISES = sorted(path.parent for path in FOLDER.glob("*/*/exercise.toml"))


@pytest.mark.parametrize("folder", EXERCISES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_exercise_is_fair(folder: Path) -> None:
    assert list(prove(folder)) == []
