"""`--format` of commands that list things: `table …`, `json`, or a template carried out once for each row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from .errors import CommandFailed
from .table import align
from .template import MISSING, Method, Struct, TemplateError, compiled, to_json
from .template.values import plain

Column = Callable[[Any], Any]


class Row(Struct):
    """One line of a list. `columns` says what each name of a template stands for, `headers` what stands
    above it in a table.
    """

    __slots__ = ()
    by_methods: ClassVar[bool] = True
    columns: ClassVar[dict[str, Column]] = {}
    headers: ClassVar[dict[str, str]] = {}

    def member(self, name: str) -> Any:
        return self.columns[name](self)

    def plain(self) -> Any:
        values = {name: self.columns[name](self) for name in sorted(self.columns)}
        return {name: plain(v) for name, v in values.items() if not isinstance(v, Method)}

    def json(self) -> str:
        return to_json(self, html=True)

    def text(self, top: bool, verb: str) -> str:
        return "&{}" if top else "0xc000000000"


class Headers(Struct):
    """What a table's template sees for its first line."""

    __slots__ = ("_names",)
    go_type = "formatter.SubHeaderContext"

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def member(self, name: str) -> Any:
        if name == "Label":
            return Method(
                lambda label: label.rsplit(".", 1)[-1].replace("-", " ").replace("_", " "), 1
            )
        return self._names.get(name, MISSING)

    def text(self, top: bool, verb: str) -> str:
        inner = " ".join(f"{key}:{self._names[key]}" for key in sorted(self._names))
        return f"map[{inner}]"

    def plain(self) -> Any:
        return dict(self._names)


def is_table(form: str) -> bool:
    return form.startswith("table")


def template_text(form: str) -> str:
    """The template inside a format."""
    if is_table(form):
        form = form[5:]
    elif form == "json":
        return "{{json .}}"
    return form.strip(" ").replace("\\t", "\t").replace("\\n", "\n")


def _simple_table(text: str, rows: Iterable[Row], headers: dict[str, str]) -> str:
    """A table of names and tabs alone, as most are, without loading templates; else nothing."""
    names = [cell[3:-2] for cell in text.split("\t")]
    if text != "\t".join(f"{{{{.{name}}}}}" for name in names) or not headers.keys() >= set(names):
        return ""
    lines = [[headers[name] for name in names]]
    lines += [[row.member(name) for name in names] for row in rows]
    if not all(isinstance(cell, str) for line in lines for cell in line):
        return ""
    return align("\n".join(["\t".join(line) for line in lines] + [""]))


def render(form: str, rows: Iterable[Row], headers: dict[str, str]) -> str:
    """The whole output. Raises: CommandFailed."""
    text = template_text(form)
    rows = list(rows)
    if is_table(form) and (table := _simple_table(text, rows, headers)):
        return table
    try:
        template = compiled(text)
        lines = (
            [row.json() for row in rows]
            if text == "{{json .}}"
            else [template.render(row) for row in rows]
        )
    except TemplateError as error:
        raise CommandFailed(f"template parsing error: {error}") from None
    if not is_table(form):
        return "".join(f"{line}\n" for line in lines)
    return align("\n".join([template.render_header(Headers(headers)), *lines, ""]))
