"""`docker save`, `load`, `import` and `export`: images and file systems as tar archives."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from ..errors import EstibaError
from ..http import Stream
from ..spec.reference import normalize
from ..tasks.channel import Drawn
from .errors import CommandFailed
from .files import exists, shown
from .flags import Options
from .places import place
from .progress import display
from .session import Session


def _write_out(session: Session, body: Stream, path: str) -> None:
    """A body to standard output, or to a file that appears when it is whole."""
    if path:
        session.files.fill(path, _chunks(session, body), 0o600)
        return
    for chunk in _chunks(session, body):
        session.console.write(chunk)


def _chunks(session: Session, body: Stream) -> Iterator[bytes]:
    while (chunk := body.poll()) is not None:
        if chunk:
            yield chunk
        else:
            session.wait(body)


def _check_output(session: Session, options: Options, problem: str) -> str:
    """Where the archive goes. Raises: CommandFailed."""
    path = str(options["output"])
    if not path:
        if session.console.stdout_is_terminal:
            raise CommandFailed(
                "cowardly refusing to save to a terminal. Use the -o flag or redirect"
            )
        return path
    folder = posixpath.dirname(path) or "."
    where = ""
    if not exists(session.files, folder):
        absolute = posixpath.normpath(posixpath.join(session.files.cwd, folder))
        if folder == ".":
            absolute = folder
        where = f"invalid output path: stat {absolute}: no such file or directory"
    elif exists(session.files, path) and session.files.stat(path).is_directory:
        where = f"cannot write to a directory: {path}"
    if where:
        raise CommandFailed(f"{problem}: {where}")
    return path


def save(session: Session, options: Options) -> None:
    path = _check_output(session, options, "failed to save image")
    answer = session.client.ask("GET", "/images/get", {"names": options.arguments})
    _write_out(session, answer.body, path)


def export(session: Session, options: Options) -> None:
    path = _check_output(session, options, "failed to export container")
    name = options.arguments[0]
    answer = session.client.ask("GET", place("container", name, "/export"))
    _write_out(session, answer.body, path)


def _read_file(session: Session, path: str) -> Drawn:
    try:
        return Drawn(session.files.chunks(path))
    except IsADirectoryError as error:
        raise CommandFailed(shown("read", path, error)) from None
    except OSError as error:
        raise CommandFailed(shown("open", path, error)) from None


def load(session: Session, options: Options) -> None:
    path = options["input"]
    data: bytes | Drawn
    if path:
        data = _read_file(session, path)
    elif session.console.stdin_is_terminal:
        raise CommandFailed("requested load from stdin, but stdin is empty")
    else:
        data = session.read_input()
    quiet = options["quiet"] or not session.console.stdout_is_terminal
    answer = session.client.ask("POST", "/images/load", {"quiet": "1" if quiet else "0"}, raw=data)
    if answer.headers.get("content-type", "").startswith("application/json"):
        display(session, answer.body)
    else:
        _write_out(session, answer.body, "")


def import_image(session: Session, options: Options) -> None:
    source, *rest = options.arguments
    name = rest[0] if rest else ""
    query: dict[str, str | list[str]] = {"fromSrc": "-"}
    data: bytes | Drawn = b""
    if source.startswith(("http://", "https://")):
        query["fromSrc"] = source
    elif source == "-":
        data = session.read_input()
    else:
        data = _read_file(session, source)
    if name:
        try:
            normalize(name)
        except EstibaError as error:
            raise CommandFailed(str(error)) from None
        query["repo"] = name
    if options["message"]:
        query["message"] = options["message"]
    if options["platform"]:
        query["platform"] = options["platform"].lower()
    if options["change"]:
        query["changes"] = options["change"]
    headers = {"content-type": "text/plain"}
    answer = session.client.ask("POST", "/images/create", query, raw=data, headers=headers)
    display(session, answer.body)
