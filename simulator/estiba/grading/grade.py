"""Grading: the student's lines run on a workstation with a fresh engine, then an examiner asks.

The examiner sits at another workstation, with a shell nobody touched and a copy of the student's
files, and asks the same engine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..workstation import HOME, LimitExceeded, Workstation
from .answers import equal, plain
from .exercise import Check, Choice, Exercise, Question, Texts, Wrong
from .report import Finding, Report
from .submission import Submission
from .texts import told
from .variant import Variant

PACE_S = 1.0
MOST_COMMANDS = 2000
SHOWN = 200
GIVEN = frozenset((".estiba.toml", "README.md"))
"""Files that a student's folder has from the start and that are no work."""


def grade(exercise: Exercise, submission: Submission, seed: str = "0") -> Report:
    """Grade a submission for the variant of a seed. Never raises for what a student did.

    Who hands in nothing, or the starter files as they were, scores nothing.
    """
    variant = exercise.variant(seed)
    if not _has_work(exercise, variant, submission):
        nothing = told("nothing")
        parts = [(check.id, check.points) for check in exercise.checks]
        parts += [(question.id, question.points) for question in exercise.questions]
        findings = tuple(Finding(name, 0, points, "", nothing, {}) for name, points in parts)
        return Report(exercise.id, seed, findings, nothing)
    examination = Examination(exercise, variant)
    problem = examination.perform(submission)
    found: dict[str, Finding] = {}
    for check in exercise.checks:
        missing = [name for name in check.needs if not found[name].passed]
        found[check.id] = _needed(check, missing[0]) if missing else examination.check(check)
    for question in exercise.questions:
        found[question.id] = examination.question(question, submission)
    return Report(exercise.id, seed, tuple(found.values()), problem)


def _has_work(exercise: Exercise, variant: Variant, submission: Submission) -> bool:
    starters = {path: variant.filled(data) for path, data in exercise.files.items()}
    changed = {path for path, data in submission.files.items() if starters.get(path) != data}
    answered = any(plain(answer) for answer in submission.answers.values())
    return bool(submission.script or answered or changed - GIVEN)


def _needed(check: Check, missing: str) -> Finding:
    return Finding(check.id, 0, check.points, "", told("needs", missing=missing), {})


class Examination:
    """One student's engine, before, during and after their work."""

    def __init__(self, exercise: Exercise, variant: Variant) -> None:
        self._exercise = exercise
        self._variant = variant
        self._refusing = False
        files = {path: variant.filled(data) for path, data in exercise.files.items()}
        self._student = Workstation(
            seed=variant.seed, files=files, pace_s=PACE_S, refuse=self._refuse, output_limit=8 << 20
        )
        self._type(exercise.setup)
        self._student.commands.clear()
        self._start = self._student.house.recorder.position
        self._examiner: Workstation | None = None

    def _type(self, lines: Sequence[str]) -> None:
        for _ in self._student.run(self._variant.fill(line) for line in lines):
            pass

    def _refuse(self, words: Sequence[str]) -> str:
        allowed = self._exercise.allow
        if not (self._refusing and allowed):
            return ""
        name = (
            " ".join(words[:2])
            if words[:1] and " ".join(words[:2]) in allowed
            else (words or [""])[0]
        )
        if name in allowed or name.startswith("-") or not name:
            return ""
        texts = told("not-allowed", command=name, allowed=", ".join(allowed))
        return f"{texts['es']} / {texts['en']}"

    def perform(self, submission: Submission) -> dict[str, str]:
        """Run what was handed in; what stopped it, if anything did."""
        problem: dict[str, str] = {}
        for path, data in submission.files.items():
            self._student.files.put(f"{HOME}/{path}", data)
        asked = self._exercise.kind in ("predict", "explain")
        lines = submission.script
        if asked:
            lines = tuple(map(self._variant.fill, self._exercise.play))
        self._refusing = True
        try:
            for count, step in enumerate(self._student.run(lines), 1):
                if step.status is None:
                    problem = told("unfinished")
                if count >= MOST_COMMANDS:
                    problem = told("stopped", reason=f"> {MOST_COMMANDS}")
                    break
        except LimitExceeded as error:
            problem = told("stopped", reason=error)
        self._refusing = False
        return problem

    def ask(self, command: str) -> str:
        """What the examiner's terminal shows for a command."""
        if self._examiner is None:
            files = self._student.files.below(HOME)
            self._examiner = Workstation(house=self._student.house, files=files)
            for _ in self._examiner.run(self._variant.fill(line) for line in self._exercise.after):
                pass
        try:
            steps = self._examiner.run(self._variant.fill(command).splitlines())
            return "".join(step.output for step in steps)
        except LimitExceeded as error:
            return str(error)

    # -- checks --------------------------------------------------------------------------------

    def check(self, check: Check) -> Finding:
        got = self._got(check)
        fill = self._variant.fill
        if check.expectation.holds(got, fill):
            return Finding(check.id, check.points, check.points, _short(got), told("passed"), {})
        wrong = self._idea(check.wrong, "text", got)
        reason = _filled(wrong.why if wrong else check.fails, fill, got) or self._default(
            check, got
        )
        return Finding(
            check.id,
            0,
            check.points,
            _short(got),
            reason,
            _filled(check.hint, fill, got),
            self.ask(check.shows) if check.shows else "",
            wrong.misconception if wrong else 0,
        )

    def _got(self, check: Check) -> str:
        if check.ask:
            return self.ask(check.ask)
        if check.event:
            return str(self._count(check))
        if check.commands:
            return str(len(self._student.commands))
        return str(sum(_is(command, check.used) for command in self._student.commands))

    def _count(self, check: Check) -> int:
        where = [(name, self._variant.fill(value)) for name, value in check.where]
        return sum(
            record.event.name == check.event
            and all(str(getattr(record.event, name, "")) == value for name, value in where)
            for record in self._student.house.recorder.since(self._start)
        )

    def _default(self, check: Check, got: str) -> dict[str, str]:
        for name, wanted in check.expectation.shown(self._variant.fill):
            count = len(got.strip().splitlines())
            return told(name, wanted=wanted, got=_short(got), count=count)
        return {}

    # -- questions -----------------------------------------------------------------------------

    def question(self, question: Question, submission: Submission) -> Finding:
        answer = submission.answers.get(question.id)
        if answer is None or plain(answer) == "":
            return Finding(question.id, 0, question.points, "", told("unanswered"), {})
        if question.kind == "open":
            return Finding(
                question.id, None, question.points, plain(answer), told("marked-later"), {}
            )
        if question.choices:
            return self._chosen(question, answer)
        truth = self.ask(question.ask)
        if equal(question.kind, answer, truth):
            return self._right(question, answer)
        wrong = self._idea(question.wrong, question.kind, answer)
        reason = wrong.why if wrong else question.why or told("question", wanted=_short(truth))
        return Finding(
            question.id,
            0,
            question.points,
            plain(answer),
            _filled(reason, self._variant.fill, plain(answer)),
            {},
            truth,
            wrong.misconception if wrong else 0,
        )

    def _right(self, question: Question, answer: object) -> Finding:
        reason = _filled(question.why, self._variant.fill, plain(answer)) or told("right")
        return Finding(question.id, question.points, question.points, plain(answer), reason, {})

    def _chosen(self, question: Question, answer: object) -> Finding:
        letters = [letter for letter in plain(answer).lower() if letter.isalnum()]
        shown = choices_shown(question, self._variant)
        chosen = [
            shown[ord(letter) - 97] for letter in letters if 0 <= ord(letter) - 97 < len(shown)
        ]
        if question.kind == "order":
            right = chosen == list(question.choices)
        else:
            right = bool(chosen) and set(map(id, chosen)) == {
                id(choice) for choice in question.choices if choice.right
            }
        if right and len(chosen) == len(letters):
            return self._right(question, answer)
        mistaken = next((choice for choice in chosen if not choice.right), None)
        reason = mistaken.why if mistaken and mistaken.why else question.why
        return Finding(
            question.id,
            0,
            question.points,
            plain(answer),
            _filled(reason, self._variant.fill, plain(answer))
            or told("question", wanted=_letters(question, shown)),
            {},
            "",
            mistaken.misconception if mistaken else 0,
        )

    def _idea(self, wrongs: Sequence[Wrong], kind: str, got: object) -> Wrong | None:
        """The known wrong idea that leads to this value."""
        for wrong in wrongs:
            value = self.ask(wrong.ask) if wrong.ask else self._variant.fill(wrong.value)
            if equal(kind, got, value):
                return wrong
        return None


def choices_shown(question: Question, variant: Variant) -> list[Choice]:
    """The choices in the order a student sees them, as a), b), c) …"""
    order = variant.shuffled(question.id, len(question.choices))
    return [question.choices[index] for index in order]


def _letters(question: Question, shown: Sequence[Choice]) -> str:
    if question.kind == "order":
        return "".join(chr(97 + shown.index(choice)) for choice in question.choices)
    return "".join(chr(97 + index) for index, choice in enumerate(shown) if choice.right)


def _filled(texts: Texts, fill: Callable[[str], str], got: str) -> dict[str, str]:
    """A text with the variant's values and, for `@{got}`, what was found."""
    return {language: fill(text.replace("@{got}", _short(got))) for language, text in texts.items()}


def _is(command: Sequence[str], wanted: str) -> bool:
    words = [word for word in command if not word.startswith("-")]
    return " ".join(words).startswith(wanted) and (
        " ".join(words)[len(wanted) : len(wanted) + 1] in ("", " ")
    )


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
