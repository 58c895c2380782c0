"""Grading on state and trace, with reasons."""

import textwrap
from collections.abc import Mapping
from pathlib import Path

import pytest

from estiba.grading import Report, Submission, grade, load
from estiba.grading.exercise import Exercise
from estiba.grading.source import MalformedExercise

DO = """
kind = "do"
title = { es = "Uno", en = "One" }
setup = "docker pull -q ubuntu"
allow = ["run", "tag"]
[values]
name = ["caja", "muelle", "bodega"]
[[check]]
id = "made"
points = 2
ask = "docker inspect -f '{{.Config.Image}}' @{name}"
is = "ubuntu"
[[check]]
id = "once"
points = 1
needs = ["made"]
event = "container.created"
is = 1
[[check]]
id = "status"
points = 3
needs = ["made"]
ask = "docker inspect -f '{{.State.ExitCode}}' @{name}"
is = "3"
wrong = [{ is = "0", misconception = 83, why = { es = "Acabó bien: @{got}.", en = "It ended well: @{got}." } }]
fails = { es = "No es @{got}.", en = "Not @{got}." }
hint = { es = "Mira @{name}.", en = "Look at @{name}." }
shows = "docker ps -aq | wc -l"
[[check]]
id = "short"
points = 1
commands = true
is = 1
"""
PREDICT = """
kind = "predict"
title = { es = "Dos", en = "Two" }
setup = "docker pull -q ubuntu"
play = "docker run --name c1 ubuntu sh -c 'printf %@{bytes}s > /f'"
[values]
bytes = { from = 100, to = 200 }
[[question]]
id = "size"
kind = "size"
points = 2
text = { es = "¿Cuánto?", en = "How much?" }
ask = "docker inspect -s -f '{{.SizeRw}}' c1"
[[question.wrong]]
ask = "docker inspect -s -f '{{.SizeRootFs}}' c1"
misconception = 6
why = { es = "Con la imagen.", en = "With the image." }
[[question]]
id = "which"
kind = "choice"
points = 1
text = { es = "¿Cuál?", en = "Which?" }
[[question.choice]]
text = { es = "sí", en = "yes" }
right = true
[[question.choice]]
text = { es = "no", en = "no" }
misconception = 11
why = { es = "Porque no.", en = "Because." }
[[question]]
id = "essay"
kind = "open"
points = 4
text = { es = "¿Por qué?", en = "Why?" }
"""


def exercise(folder: Path, text: str, files: Mapping[str, str] | None = None) -> Exercise:
    place = folder / "topic" / "slug"
    place.mkdir(parents=True, exist_ok=True)
    (place / "exercise.toml").write_text(textwrap.dedent(text), encoding="utf-8")
    for language in ("es", "en"):
        (place / f"statement.{language}.md").write_text("…", encoding="utf-8")
    for name, data in (files or {}).items():
        path = place / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(data)
    return load(place)


def graded(made: Exercise, *script: str, seed: str = "ana") -> Report:
    return grade(made, Submission(tuple(map(made.variant(seed).fill, script))), seed)


def points(report: Report) -> dict[str, float | None]:
    return {finding.id: finding.points for finding in report.findings}


def test_every_route_to_the_state_scores(tmp_path: Path) -> None:
    made = exercise(tmp_path, DO)
    for route in (
        ["docker run --name @{name} ubuntu sh -c 'exit 3'"],
        ["docker run --name=@{name} ubuntu bash -c 'false || exit 3'"],
        ["docker run -it --name @{name} ubuntu", "exit 3"],
    ):
        assert graded(made, *route).score == 7


def test_partial_credit_comes_with_reason_evidence_hint_and_misconception(tmp_path: Path) -> None:
    report = graded(exercise(tmp_path, DO), "docker run --name @{name} ubuntu true")
    assert points(report) == {"made": 2, "once": 1, "status": 0, "short": 1}
    finding = report.findings[2]
    assert finding.reason == {"es": "Acabó bien: 0.", "en": "It ended well: 0."}
    assert (finding.misconception, finding.evidence) == (83, "1\n")
    assert finding.hint["en"].startswith("Look at ")


def test_a_value_nobody_foresaw_has_the_general_reason(tmp_path: Path) -> None:
    report = graded(exercise(tmp_path, DO), "docker run --name @{name} ubuntu sh -c 'exit 9'")
    assert report.findings[2].reason["en"] == "Not 9."


def test_nothing_scores_nothing(tmp_path: Path) -> None:
    report = graded(exercise(tmp_path, DO))
    assert (report.score, report.problem["en"]) == (0, "Nothing was handed in.")


def test_a_check_says_what_it_needs(tmp_path: Path) -> None:
    report = graded(exercise(tmp_path, DO), "true")
    assert points(report) == {"made": 0, "once": 0, "status": 0, "short": 0}
    assert report.findings[1].reason["en"] == "It cannot hold before “made” does."


def test_a_command_that_is_not_allowed_is_not_run(tmp_path: Path) -> None:
    made = exercise(tmp_path, DO)
    report = graded(
        made, "docker create --name @{name} ubuntu", "docker start @{name}", "docker ps"
    )
    assert report.score == 0


@pytest.mark.parametrize(
    "trick",
    [
        "docker() { echo ubuntu; }",
        "alias docker='echo 3'",
        "printf '#!/bin/sh\\necho ubuntu\\n' > /usr/bin/docker",
        "mkdir -p ~/bin; printf '#!/bin/sh\\necho 3\\n' > ~/bin/docker; PATH=~/bin:$PATH",
        "export DOCKER_HOST=tcp://127.0.0.1:1",
        "exec docker ps",
        "kill -9 $$",
    ],
)
def test_the_examiner_is_not_deceived(tmp_path: Path, trick: str) -> None:
    assert graded(exercise(tmp_path, DO), trick).score == 0


def test_variants_differ_by_seed_and_stay_the_same_for_one(tmp_path: Path) -> None:
    made = exercise(tmp_path, PREDICT)
    values = [made.variant(str(seed)).values["bytes"] for seed in range(20)]
    assert len(set(values)) > 5
    assert values == [made.variant(str(seed)).values["bytes"] for seed in range(20)]


def test_predictions_are_compared_with_what_the_engine_says(tmp_path: Path) -> None:
    made = exercise(tmp_path, PREDICT)
    size = made.variant("ana").values["bytes"]
    for answer in (size, int(size), f"{size}B", f" {size} bytes "):
        assert points(grade(made, Submission(answers={"size": answer}), "ana"))["size"] == 2
    for answer in (int(size) + 1, "", "much", "72.9MB"):
        assert points(grade(made, Submission(answers={"size": answer}), "ana"))["size"] == 0


def test_a_wrong_prediction_names_the_idea_behind_it(tmp_path: Path) -> None:
    made = exercise(tmp_path, PREDICT)
    finding = grade(made, Submission(answers={"size": "72.9MB"}), "ana").findings[0]
    assert (finding.misconception, finding.reason["en"]) == (6, "With the image.")


def test_choices_are_shown_in_an_order_of_the_seed(tmp_path: Path) -> None:
    made = exercise(tmp_path, PREDICT)
    right = {}
    for seed in map(str, range(12)):
        scores = {
            letter: grade(made, Submission(answers={"which": letter}), seed).findings[1].points
            for letter in "ab"
        }
        assert sorted(scores.values(), key=str) == [0, 1]
        right[seed] = max(scores, key=lambda letter: scores[letter] or 0)
    assert set(right.values()) == {"a", "b"}


def test_an_open_question_waits_for_the_teacher(tmp_path: Path) -> None:
    report = grade(exercise(tmp_path, PREDICT), Submission(answers={"essay": "Because."}), "ana")
    assert (report.findings[2].points, report.complete) == (None, False)


def test_a_report_has_the_same_bytes_each_time(tmp_path: Path) -> None:
    made = exercise(tmp_path, DO)
    line = "docker run --name @{name} ubuntu date"
    assert graded(made, line).dumps() == graded(made, line).dumps()


def test_too_much_output_stops_the_submission_only(tmp_path: Path) -> None:
    report = graded(exercise(tmp_path, DO), "docker run --name @{name} ubuntu true", "yes")
    assert report.problem["en"].startswith("The submission was stopped")
    assert points(report)["made"] == 2


def test_starter_files_have_the_variants_values_and_the_submissions_come_over_them(
    tmp_path: Path,
) -> None:
    text = DO.replace("setup =", 'after = "docker build -q -t mine ."\nsetup =').replace(
        "docker inspect -f '{{.Config.Image}}' @{name}", "docker run --rm mine cat /f"
    )
    files = {"Dockerfile": "FROM ubuntu\nCOPY f /f\n", "f": "@{name}"}
    made = exercise(tmp_path, text.replace('is = "ubuntu"', 'is = "@{name}"'), files)
    assert graded(made, "true").findings[0].passed
    given = Submission(files={"f": b"other"})
    assert not grade(made, given, "ana").findings[0].passed


def test_starter_files_handed_back_are_no_work(tmp_path: Path) -> None:
    files = {"f": "@{name}"}
    made = exercise(tmp_path, DO, files)
    given = Submission(files={"f": made.variant("ana").values["name"].encode(), "README.md": b"x"})
    assert grade(made, given, "ana").problem["en"] == "Nothing was handed in."


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('kind = "do"', 'kind = "dance"', ':2: "dance" is no kind of exercise'),
        ("points = 3", 'points = "x"', '"points" of "status" must be a number'),
        ('is = "3"', 'iss = "3"', 'unknown key "iss" of "status"'),
        ('needs = ["made"]\nevent', 'needs = ["later"]\nevent', 'needs "later", which is no check'),
        ("commands = true\nis = 1", "is = 1", "needs one of ask, event, used, commands"),
        ('title = { es = "Uno", en = "One" }', 'title = "x"', '"title" needs es and en'),
        ('id = "once"', 'id = "made"', 'two checks or questions are called "made"'),
        ("[values]", "[values", ":6: "),
    ],
)
def test_a_malformed_exercise_names_file_and_line(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert old in DO
    with pytest.raises(MalformedExercise) as caught:
        exercise(tmp_path, DO.replace(old, new, 1))
    assert str(caught.value).startswith(str(tmp_path / "topic" / "slug" / "exercise.toml"))
    assert told in str(caught.value)
