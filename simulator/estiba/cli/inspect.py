"""`docker inspect` and its kin."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..spec.gotext import quote
from .errors import CommandFailed, EngineError
from .flags import Options
from .jsontext import compact, indent
from .model import shape
from .places import place
from .session import Session
from .template import JsonNumber, TemplateError, compiled

if TYPE_CHECKING:
    from .template.template import Template

TYPES = "config container image network node plugin secret service task volume".split()
SWARM = ("service", "task", "node")
SHAPES = {
    "container": "container.InspectResponse",
    "image": "image.InspectResponse",
    "network": "network.Inspect",
    "volume": "volume.Volume",
}
ENDINGS = {"container": "/json", "plugin": "/json"}
ORDER = "container image network volume service task node plugin secret config".split()
Find = Callable[[str], tuple[str, bytes]]


def show_objects(session: Session, names: list[str], form: str, find: Find) -> int:
    """Find each object, then show all that were found. Raises: CommandFailed."""
    template = _template(form)
    problems: list[str] = []
    raws: list[str] = []
    out = ""
    for name in names:
        try:
            kind, raw = find(name)
            if raw[:1] == b"[" and kind in SHAPES:
                raise CommandFailed(
                    f"json: cannot unmarshal array into Go value of type {SHAPES[kind]}"
                )
            if template is None:
                raws.append(raw.decode("utf-8", "replace"))
            else:
                out += _rendered(template, kind, raw) + "\n"
        except TemplateError as error:
            problems.append(f"template parsing error: {error}")
        except CommandFailed as failure:
            problems.append(failure.message)
    if template is None:
        text = f"[{','.join(raw.strip() for raw in raws)}]"
        out = (compact(text) if form == "json" else indent(text)) + "\n"
    session.write(out or "\n")
    if problems:
        raise CommandFailed("\n".join(problems))
    return 0


def _template(form: str) -> Template | None:
    if form in ("", "json"):
        return None
    try:
        return compiled(form)
    except TemplateError as error:
        raise CommandFailed(f"template parsing error: {error}", 64) from None


def _rendered(template: Template, kind: str, raw: bytes) -> str:
    """First over the known types; if that fails, over the bare JSON."""
    if kind in SHAPES:
        try:
            return template.render(shape(SHAPES[kind], json.loads(raw)))
        except TemplateError:
            pass
    bare = json.loads(raw, parse_int=JsonNumber, parse_float=JsonNumber)
    return template.render(bare, strict=True)


def _fetch(session: Session, kind: str, name: str, size: bool = False) -> tuple[str, bytes]:
    query = {"size": "1"} if size and kind == "container" else None
    if kind != "image":
        path = place(kind, name, ENDINGS.get(kind, ""))
    elif name:
        path = f"/images/{name}/json"
    else:
        raise EngineError(404, "Error: No such image: ")
    return kind, session.client.bytes("GET", path, query)


def inspect(session: Session, options: Options) -> int:
    kind = options["type"]
    listed = '", "'.join(TYPES)
    if "type" in options.given and not kind:
        raise CommandFailed(f'type is empty: must be one of "{listed}"')
    if kind and kind not in TYPES:
        raise CommandFailed(f'unknown type: {quote(kind)}: must be one of "{listed}"')
    size = options["size"]

    def find(name: str) -> tuple[str, bytes]:
        found = _fetch(session, kind, name, size) if kind else _search(session, name, size)
        if size and found[0] != "container":
            session.error(f"WARNING: --size ignored for {found[0]}")
        return found

    return show_objects(session, options.arguments, options["format"], find)


def _search(session: Session, name: str, size: bool) -> tuple[str, bytes]:
    manager: bool | None = None
    for kind in ORDER:
        if kind in SWARM:
            if manager is None:
                manager = bool(session.client.get("/info").get("Swarm", {}).get("ControlAvailable"))
            if not manager:
                continue
        try:
            return _fetch(session, kind, name, size)
        except EngineError as error:
            text = error.message
            if error.status != 404 and not any(
                skipped in text for skipped in ("not supported", "invalid reference format")
            ):
                raise
            if kind == "plugin":
                break
    raise CommandFailed(f"Error: No such object: {name}")


def inspect_container(session: Session, options: Options) -> int:
    size = options["size"]
    return show_objects(
        session,
        options.arguments,
        options["format"],
        lambda name: _fetch(session, "container", name, size),
    )


def inspect_image(session: Session, options: Options) -> int:
    return show_objects(
        session, options.arguments, options["format"], lambda name: _fetch(session, "image", name)
    )


def inspect_volume(session: Session, options: Options) -> int:
    return show_objects(
        session, options.arguments, options["format"], lambda name: _fetch(session, "volume", name)
    )


def inspect_network(session: Session, options: Options) -> int:
    verbose = {"verbose": "true"} if options["verbose"] else None

    def find(name: str) -> tuple[str, bytes]:
        return "network", session.client.bytes("GET", place("network", name), verbose)

    return show_objects(session, options.arguments, options["format"], find)
