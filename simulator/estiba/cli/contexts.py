"""`docker context ls`, `show`, `inspect` and `use`."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from .endpoint import DEFAULT_HOST, context_folder
from .errors import CommandFailed
from .flags import Options
from .formatter import Column, Row, render
from .inspect import show_objects
from .session import Session

TABLE = "table {{.Name}}{{if .Current}} *{{end}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}"
DEFAULT_DESCRIPTION = "Current DOCKER_HOST based configuration"


class ContextRow(Row):
    """One context."""

    __slots__ = ("current", "description", "endpoint", "name")
    go_type = "*formatter.clientContextContext"

    def __init__(self, name: str, description: str, endpoint: str, current: bool) -> None:
        self.name = name
        self.description = description
        self.endpoint = endpoint
        self.current = current

    columns: ClassVar[dict[str, Column]] = {
        "Current": lambda r: r.current,
        "Name": lambda r: r.name,
        "Description": lambda r: r.description,
        "DockerEndpoint": lambda r: r.endpoint,
        "Error": lambda r: "",
        "ContextType": lambda r: "moby",
    }
    headers: ClassVar[dict[str, str]] = {
        "Name": "NAME",
        "Description": "DESCRIPTION",
        "DockerEndpoint": "DOCKER ENDPOINT",
        "Error": "ERROR",
    }


def _stored(session: Session) -> list[dict[str, Any]]:
    folder = f"{session.config_folder}/contexts/meta"
    found = []
    try:
        names = session.files.listdir(folder)
    except OSError:
        return []
    for name in names:
        try:
            meta = json.loads(session.files.read(f"{folder}/{name}/meta.json"))
            meta["Endpoints"]["docker"]["Host"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        found.append(meta)
    return sorted(found, key=lambda meta: str(meta["Name"]))


def _default_host(session: Session) -> str:
    return session.environment.get("DOCKER_HOST") or DEFAULT_HOST


def list_contexts(session: Session, options: Options) -> None:
    rows = [
        ContextRow(
            "default", DEFAULT_DESCRIPTION, _default_host(session), session.context == "default"
        )
    ]
    for meta in _stored(session):
        words = (meta.get("Metadata") or {}).get("Description", "")
        host = meta["Endpoints"]["docker"]["Host"]
        rows.append(ContextRow(meta["Name"], words, host, session.context == meta["Name"]))
    form = options["format"] or "table"
    if options["quiet"]:
        session.write("".join(f"{row.name}\n" for row in rows))
        return
    session.write(render(TABLE if form == "table" else form, rows, ContextRow.headers))


def show(session: Session, options: Options) -> None:
    session.line(session.context)


def inspect_context(session: Session, options: Options) -> int:
    def find(name: str) -> tuple[str, bytes]:
        return "context", json.dumps(_describe(session, name)).encode()

    return show_objects(session, options.arguments or [session.context], options["format"], find)


def _describe(session: Session, name: str) -> dict[str, Any]:
    storage = {"MetadataPath": "<IN MEMORY>", "TLSPath": "<IN MEMORY>"}
    if name == "default":
        endpoint = {"Host": _default_host(session), "SkipTLSVerify": False}
        return {
            "Name": name,
            "Metadata": {},
            "Endpoints": {"docker": endpoint},
            "TLSMaterial": {},
            "Storage": storage,
        }
    meta = next((meta for meta in _stored(session) if meta["Name"] == name), None)
    if meta is None:
        raise CommandFailed(f'context "{name}" does not exist')
    folder = f"{session.config_folder}/contexts"
    storage = {
        "MetadataPath": f"{folder}/meta/{context_folder(name)}",
        "TLSPath": f"{folder}/tls/{context_folder(name)}",
    }
    return {**meta, "TLSMaterial": {}, "Storage": storage}


def use(session: Session, options: Options) -> None:
    if not options.arguments:
        raise CommandFailed('"docker context use" requires exactly 1 argument.')
    name = options.arguments[0]
    if name != "default":
        _describe(session, name)
    session.config.entries["currentContext"] = "" if name == "default" else name
    session.config.save(session.files)
    session.line(name)
    session.error(f'Current context is now "{name}"')
