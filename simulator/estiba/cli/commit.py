"""`docker commit`."""

from __future__ import annotations

from ..errors import EstibaError
from ..spec.reference import normalize
from .errors import CommandFailed
from .flags import Options
from .session import Session


def commit(session: Session, options: Options) -> None:
    container, *rest = options.arguments
    name = rest[0] if rest else ""
    if not container.strip():
        raise CommandFailed("invalid container name or ID: value is empty")
    query: dict[str, str | list[str]] = {
        "container": container,
        "repo": "",
        "tag": "",
        "comment": options["message"],
        "author": options["author"],
    }
    if name:
        try:
            reference = normalize(name)
        except EstibaError as error:
            raise CommandFailed(str(error)) from None
        if reference.digest:
            raise CommandFailed("refusing to create a tag with a digest reference")
        query["repo"] = reference.name
        query["tag"] = reference.tag or "latest"
    if options["change"]:
        query["changes"] = options["change"]
    if not options["pause"]:
        query["pause"] = "0"
    headers = {"content-type": "application/json"}
    made = session.client.json("POST", "/commit", query, None, headers=headers)
    session.line(made["Id"])
