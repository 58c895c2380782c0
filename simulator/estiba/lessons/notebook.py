"""A lesson as a notebook: the same words, transcripts as cells to run, pictures as magics. Never edited by hand.

Format: nbformat 4.5, https://nbformat.readthedocs.io/en/latest/format_description.html
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from .source import WAIT, Block, Lesson

DIRECTIVE = re.compile(r":{3,}\{\w+\}\s*(.*)")
NOTE = {
    "es": "Cuaderno generado a partir de la lección; si lo cambias, cambia tu copia.",
    "en": "Notebook made from the lesson; what you change, you change in your copy.",
}
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def notebook(lesson: Lesson, language: str) -> str:
    """The notebook's JSON, without outputs. The same lesson gives the same bytes."""
    cells = list(_cells(lesson, language))
    for number, cell in enumerate(cells):
        text = f"{lesson.seed}/{language}/{number}/{cell['source']}"
        cell["id"] = hashlib.sha256(text.encode()).hexdigest()[:12]
        cell["source"] = cell["source"].splitlines(keepends=True)
    made = {
        "cells": cells,
        "metadata": {"kernelspec": KERNEL, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _cells(lesson: Lesson, language: str) -> Iterator[dict[str, Any]]:
    yield _markdown(f"<sub>{NOTE[language]}</sub>")
    yield _code(f"%load_ext estiba\n%estiba --seed {lesson.seed} --lang {language}")
    at = _after_front(lesson)
    for block in lesson.blocks:
        if block.kind not in ("console", "{picture}"):
            continue
        text = _prose(lesson.lines[at : block.first - 1])
        if text:
            yield _markdown(text)
        yield _code(_source(block))
        at = block.last + 1
    text = _prose(lesson.lines[at:])
    if text:
        yield _markdown(text)


def _after_front(lesson: Lesson) -> int:
    lines = lesson.lines
    return lines.index("---", 1) + 1 if lines and lines[0] == "---" else 0


def _source(block: Block) -> str:
    if block.kind == "{picture}":
        return f"%picture {block.argument}"
    lines: list[str] = []
    for command in block.commands():
        lines += [*command.lines, *command.typed]
    after = f" --after {block.wait_s}" if block.wait_s else ""
    return f"%%docker{after}\n" + "\n".join(lines)


def _prose(lines: tuple[str, ...]) -> str:
    """Markdown that any notebook shows: directives become quotations."""
    shown: list[str] = []
    quoted = False
    for line in lines:
        directive = DIRECTIVE.fullmatch(line.strip())
        if directive:
            quoted = True
            shown.append(f"> **{directive[1]}**\n>")
        elif quoted and re.fullmatch(r":{3,}", line.strip()):
            quoted = False
        elif quoted:
            if not line.startswith(":class:"):
                shown.append(f"> {line}".rstrip())
        elif not WAIT.fullmatch(line.strip()):
            shown.append(line)
    return "\n".join(shown).strip()


def _markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _code(text: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": text,
    }
