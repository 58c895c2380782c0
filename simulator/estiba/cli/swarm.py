"""Lists of swarm objects and plugins: asked for, so that the engine can say that it has none."""

from __future__ import annotations

from .flags import Options
from .session import Session
from .table import align


def _list(session: Session, path: str) -> None:
    session.client.get(path)


def list_nodes(session: Session, options: Options) -> None:
    _list(session, "/nodes")


def list_services(session: Session, options: Options) -> None:
    _list(session, "/services")


def list_stacks(session: Session, options: Options) -> None:
    _list(session, "/services")


def list_secrets(session: Session, options: Options) -> None:
    _list(session, "/secrets")


def list_configs(session: Session, options: Options) -> None:
    _list(session, "/configs")


def list_plugins(session: Session, options: Options) -> None:
    lines = ["ID\tNAME\tDESCRIPTION\tENABLED"]
    for plugin in session.client.get("/plugins") or ():
        words = plugin["Config"].get("Description", "").replace("\n", "")
        enabled = str(plugin["Enabled"]).lower()
        lines.append(f"{plugin['Id'][:12]}\t{plugin['Name']}\t{words}\t{enabled}")
    session.write(align("\n".join([*lines, ""])))
