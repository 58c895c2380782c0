"""Lessons are true: their transcripts are what the engine prints."""

from pathlib import Path

import pytest

from estiba.lessons import Difference, read_lesson, replay, updated
from estiba.lessons.source import MalformedLesson

FOLDER = Path(__file__).parents[2] / "lessons"
LESSONS = sorted(FOLDER.glob("*/lesson.*.md"))
TRUE = """\
---
title: One
---

```console
$ docker pull -q ubuntu
docker.io/library/ubuntu:latest
$ docker run -it --name caja ubuntu
root@aaaaaaaaaaaa:/# echo hi > /f
root@aaaaaaaaaaaa:/# ^D
exit
$ docker ps -a --format '{{.ID}} {{.Status}}'
aaaaaaaaaaaa Exited (0) 9 seconds ago
```

:::{note}
Some words.

<!-- wait: 600 -->
```console
$ docker ps -a --format '{{.ID}} {{.RunningFor}}'
aaaaaaaaaaaa 10 minutes ago
$ docker history ubuntu
IMAGE          CREATED      CREATED BY                                      SIZE      COMMENT
…
<missing>      7 days ago   /bin/sh -c #(nop) ADD file:2a90223d9f00d31e3…   72.9MB
$ for x in 1 2; do
> echo $x
> done
1
2
```
:::
"""


def lesson(folder: Path, text: str) -> Path:
    path = folder / "01-one" / "lesson.en.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def differences(folder: Path, text: str) -> list[Difference]:
    return list(replay(read_lesson(lesson(folder, text))))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_lesson_is_true(path: Path) -> None:
    assert list(replay(read_lesson(path))) == []


@pytest.mark.parametrize("folder", sorted({path.parent for path in LESSONS}), ids=lambda p: p.name)
def test_a_lesson_has_the_same_commands_in_both_languages(folder: Path) -> None:
    commands = {
        language: [
            command.lines
            for block in read_lesson(folder / f"lesson.{language}.md").transcripts
            for command in block.commands()
        ]
        for language in ("es", "en")
    }
    assert commands["es"] == commands["en"]


def test_identifiers_and_seconds_may_be_others(tmp_path: Path) -> None:
    assert differences(tmp_path, TRUE) == []


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("aaaaaaaaaaaa Exited (0)", "bbbbbbbbbbbb Exited (0)", 12),
        ("Exited (0)", "Exited (1)", 12),
        ("7 days ago   /bin/sh -c #(nop) ADD", "8 days ago   /bin/sh -c #(nop) ADD", 23),
        ("72.9MB", "72.8MB", 23),
        (
            "$ docker history ubuntu\n",
            "$ docker images -q\nf63181f19b2e\n$ docker history ubuntu\n",
            23,
        ),
        ("1\n2\n", "1\n", 27),
        ("docker.io/library/ubuntu:latest\n", "", 6),
        ("$ docker pull -q ubuntu\n", "$ docker pull -q debian\n", 6),
    ],
)
def test_what_is_not_true_is_told_by_its_line(
    tmp_path: Path, old: str, new: str, line: int
) -> None:
    assert old in TRUE
    shift = new.count("\n") - old.count("\n") if line > 23 and "\n" in old and line != 27 else 0
    assert differences(tmp_path, TRUE.replace(old, new, 1))[0].line == line + shift


def test_an_update_makes_a_lesson_true_and_leaves_a_true_one_alone(tmp_path: Path) -> None:
    path = lesson(tmp_path, TRUE)
    true = updated(read_lesson(path))
    assert "…\n<missing>" in true
    path.write_text(true, encoding="utf-8")
    assert updated(read_lesson(path)) == true
    wrong = (
        TRUE.replace("1\n2\n", "").replace("Exited (0)", "Exited (9)").replace("# ^D\nexit", "# ^D")
    )
    path.write_text(wrong, encoding="utf-8")
    path.write_text(updated(read_lesson(path)), encoding="utf-8")
    assert list(replay(read_lesson(path))) == []
    assert "root@" in path.read_text() and ":/# ^D\nexit\n" in path.read_text()


def test_an_open_block_is_told_by_its_line(tmp_path: Path) -> None:
    with pytest.raises(MalformedLesson, match=r"lesson\.en\.md:4: a block is not closed"):
        read_lesson(lesson(tmp_path, "a\n\nb\n```console\n$ ls\n"))
