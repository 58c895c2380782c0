"""Is an exercise fair? Its solutions, nothing at all, and its wrong answers are graded, and mutants.

A folder holds `solution*.sh` or `solution*/` (each a route that must score in full), `solution.toml`
(answers; those to questions the engine answers may be left out), and `wrong/CHECK.NAME.sh`, `.toml` or
folders, each of which must fail just the check or question it is called after.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from .exercise import Exercise, load
from .grade import Examination, choices_shown, grade
from .submission import Submission, read_submission
from .variant import Variant

SEEDS = 20


def prove(folder: Path, seeds: int = SEEDS) -> Iterator[str]:
    """What is unfair in an exercise, one line each; nothing if all is well. Raises: MalformedExercise."""
    exercise = load(folder)
    solutions = _solutions(folder)
    if not solutions:
        yield f"{exercise.id}: there is no solution"
        return
    for seed in map(str, range(seeds)):
        for name, solution in solutions.items():
            yield from _full(exercise, name, filled(exercise, solution, seed), seed)
        yield from _empty(exercise, seed)
    for path in sorted((folder / "wrong").glob("*")) if (folder / "wrong").is_dir() else ():
        yield from _fails_only(exercise, path, next(iter(solutions.values())))
    for name, solution in solutions.items():
        yield from _mutants(exercise, name, solution)


def _solutions(folder: Path) -> Mapping[str, Submission]:
    paths = sorted(
        p for p in folder.glob("solution*") if p.suffix in (".sh", ".toml") or p.is_dir()
    )
    return {path.name: _read(path) for path in paths}


def _read(path: Path) -> Submission:
    return read_submission(path)


def filled(exercise: Exercise, given: Submission, seed: str) -> Submission:
    """A submission with the variant's values, and the true answers to what it leaves out."""
    variant = exercise.variant(seed)
    answers = {key: variant.fill(str(value)) for key, value in given.answers.items()}
    missing = [question for question in exercise.questions if question.id not in answers]
    if missing:
        examination = Examination(exercise, variant)
        examination.perform(Submission())
        for question in missing:
            if question.ask:
                answers[question.id] = examination.ask(question.ask).strip()
            elif question.choices:
                answers[question.id] = _right(exercise, question.id, variant)
            else:
                answers[question.id] = "-"
    for question in exercise.questions:
        if question.choices and question.id in given.answers:
            answers[question.id] = _letter(exercise, question.id, variant, answers[question.id])
    files = {path: variant.filled(data) for path, data in given.files.items()}
    return Submission(tuple(map(variant.fill, given.script)), answers, files)


def _right(exercise: Exercise, name: str, variant: Variant) -> str:
    question = next(one for one in exercise.questions if one.id == name)
    shown = choices_shown(question, variant)
    if question.kind == "order":
        return "".join(chr(97 + shown.index(choice)) for choice in question.choices)
    return "".join(chr(97 + index) for index, choice in enumerate(shown) if choice.right)


def _letter(exercise: Exercise, name: str, variant: Variant, numbers: str) -> str:
    """Choices are numbered from 1 in the exercise's files; a student sees them in another order."""
    question = next(one for one in exercise.questions if one.id == name)
    shown = choices_shown(question, variant)
    return "".join(chr(97 + shown.index(question.choices[int(number) - 1])) for number in numbers)


def _full(exercise: Exercise, name: str, solution: Submission, seed: str) -> Iterator[str]:
    report = grade(exercise, solution, seed)
    for finding in report.findings:
        if finding.points is not None and not finding.passed:
            yield (
                f"{exercise.id}: {name} fails {finding.id} for seed {seed}:"
                f" {finding.reason.get('en', '')} (got {finding.got!r})"
            )
    if report.problem:
        yield f"{exercise.id}: {name} for seed {seed}: {report.problem['en']}"


def _empty(exercise: Exercise, seed: str) -> Iterator[str]:
    report = grade(exercise, Submission(), seed)
    if report.score:
        passed = ", ".join(finding.id for finding in report.findings if finding.points)
        yield f"{exercise.id}: an empty submission scores {report.score} for seed {seed}: {passed}"


def _fails_only(exercise: Exercise, path: Path, solution: Submission) -> Iterator[str]:
    """Whatever the wrong answer leaves out is as in the solution."""
    given = read_submission(path)
    given = replace(
        given,
        script=given.script or solution.script,
        answers=dict(solution.answers) | dict(given.answers),
        files=dict(solution.files) | dict(given.files),
    )
    report = grade(exercise, filled(exercise, given, "0"), "0")
    wanted = path.name.split(".")[0]
    failed = [
        finding.id
        for finding in report.findings
        if finding.points is not None and not finding.passed
    ]
    needing = {check.id for check in exercise.checks if wanted in check.needs}
    if wanted not in failed or set(failed) - {wanted} - needing:
        yield f"{exercise.id}: wrong/{path.name} should fail {wanted}; it fails {', '.join(failed) or 'nothing'}"


def _mutants(exercise: Exercise, name: str, solution: Submission) -> Iterator[str]:
    """Every line of a solution matters, or is declared equivalent."""
    excused = {equivalent.line.strip() for equivalent in exercise.equivalents}
    for index, line in enumerate(solution.script):
        if line.strip() in excused or line.lstrip().startswith("#"):
            continue
        script = solution.script[:index] + solution.script[index + 1 :]
        yield from _survives(exercise, name, replace(solution, script=script), line)
    for path, data in solution.files.items():
        lines = data.decode("utf-8", "replace").splitlines(keepends=True)
        for index, line in enumerate(lines):
            if not line.strip() or line.strip() in excused or line.lstrip().startswith("#"):
                continue
            rest = "".join(lines[:index] + lines[index + 1 :]).encode()
            files = dict(solution.files) | {path: rest}
            yield from _survives(exercise, name, replace(solution, files=files), line.strip())


def _survives(exercise: Exercise, name: str, mutant: Submission, line: str) -> Iterator[str]:
    report = grade(exercise, filled(exercise, mutant, "0"), "0")
    if report.score >= exercise.points:
        yield f"{exercise.id}: {name} scores in full without the line {line!r}"
