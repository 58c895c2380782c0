"""`docker context ls`, `show`, `inspect` and `use`."""

from __future__ import annotations

from typing import Any, ClassVar

from .context_store import DEFAULT, ContextStore, check_name, to_json
from .endpoint import DEFAULT_HOST
from .errors import CommandFailed
from .flags import Options
from .formatter import Column, Row, render
from .inspect import show_objects
from .root import is_overridden
from .session import Session
from .table import natural

TABLE = "table {{.Name}}{{if .Current}} *{{end}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}"
OVERRIDDEN = (
    "Warning: DOCKER_HOST environment variable overrides the active context. To use {}, either set "
    "the global --context flag, or unset DOCKER_HOST environment variable."
)
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
    }
    headers: ClassVar[dict[str, str]] = {
        "Name": "NAME",
        "Description": "DESCRIPTION",
        "DockerEndpoint": "DOCKER ENDPOINT",
        "Error": "ERROR",
    }


def default_host(session: Session) -> str:
    return session.environment.get("DOCKER_HOST") or DEFAULT_HOST


def list_contexts(session: Session, options: Options) -> None:
    rows = [
        ContextRow(
            "default", DEFAULT_DESCRIPTION, default_host(session), session.context == "default"
        )
    ]
    for meta in ContextStore(session).all():
        words = (meta.get("Metadata") or {}).get("Description", "")
        host = meta["Endpoints"]["docker"]["Host"]
        rows.append(ContextRow(meta["Name"], words, host, session.context == meta["Name"]))
    rows.sort(key=lambda row: natural(row.name))
    form = options["format"] or "table"
    if options["quiet"]:
        session.write("".join(f"{row.name}\n" for row in rows))
        return
    session.write(render(TABLE if form == "table" else form, rows, ContextRow.headers))
    if is_overridden(session.environment):
        session.error(OVERRIDDEN.format("a context"))


def show(session: Session, options: Options) -> None:
    session.line(session.context)


def inspect_context(session: Session, options: Options) -> int:
    def find(name: str) -> tuple[str, bytes]:
        return "context", to_json(_describe(session, name)).encode()

    return show_objects(session, options.arguments or [session.context], options["format"], find)


def _describe(session: Session, name: str) -> dict[str, Any]:
    storage = {"MetadataPath": "<IN MEMORY>", "TLSPath": "<IN MEMORY>"}
    if name == "default":
        endpoint = {"Host": default_host(session), "SkipTLSVerify": False}
        return {
            "Name": name,
            "Metadata": {},
            "Endpoints": {"docker": endpoint},
            "TLSMaterial": {},
            "Storage": storage,
        }
    store = ContextStore(session)
    meta = store.get(name)
    storage = {
        "MetadataPath": store.place(name),
        "TLSPath": store.place(name, "tls"),
    }
    return {**meta, "TLSMaterial": {}, "Storage": storage}


def use(session: Session, options: Options) -> None:
    if not options.arguments:
        raise CommandFailed('"docker context use" requires exactly 1 argument.')
    name = options.arguments[0]
    if name != DEFAULT:
        check_name(name)
        ContextStore(session).get(name)
    session.config.entries["currentContext"] = "" if name == "default" else name
    session.config.save(session.files)
    session.line(name)
    session.error(f'Current context is now "{name}"')
    if is_overridden(session.environment) and name != DEFAULT:
        session.error(OVERRIDDEN.format(f'"{name}"'))
