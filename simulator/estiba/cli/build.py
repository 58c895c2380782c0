"""`docker build` with the classic builder.

Simplified: contexts from URLs and Git repositories are not offered; a context is sent whole, not streamed.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ..spec.units import human_size
from .auth import all_auths
from .bindings import from_environment, pairs
from .build_context import Context, add_dockerfile, from_directory, from_input, pack_directory
from .container_config import proxies
from .errors import CommandFailed
from .files import shown
from .flags import Options
from .progress import display
from .session import Session

NUMBERS = (
    ("memory", "memory"),
    ("memswap", "memory-swap"),
    ("shmsize", "shm-size"),
    ("cpushares", "cpu-shares"),
    ("cpuperiod", "cpu-period"),
    ("cpuquota", "cpu-quota"),
)
TEXTS = (
    ("cpusetcpus", "cpuset-cpus"),
    ("cpusetmems", "cpuset-mems"),
    ("cgroupparent", "cgroup-parent"),
    ("isolation", "isolation"),
    ("target", "target"),
)
SWITCHES = (
    ("q", "quiet"),
    ("nocache", "no-cache"),
    ("forcerm", "force-rm"),
    ("pull", "pull"),
    ("squash", "squash"),
)
REMOTE = re.compile(r"(https?|git)://|github\.com/|git@|.*\.git(#.*)?$")


def build(session: Session, options: Options) -> int:
    iid = options["iidfile"]
    if iid and _exists(session, iid):
        session.files.remove(iid)
    found = _context(session, options)
    context, shown = found.archive, found.shown
    if options["compress"]:
        import gzip  # noqa: PLC0415

        context = gzip.compress(context, mtime=0)
        shown = len(context)
    sent = f"Sending build context to Docker daemon {human_size(shown):>8}\r\r\n"
    quiet: list[bytes] = [sent.encode()]
    built: list[bytes] = []
    if not options["quiet"]:
        session.write(sent)
    identifier = ""

    def note(aux: Any) -> None:
        nonlocal identifier
        identifier = aux.get("ID") or identifier

    try:
        query = _query(session, options, found.dockerfile)
        answer = session.client.ask(
            "POST", "/build", query, raw=context, headers=all_auths(session)
        )
        if options["quiet"]:
            display(session, answer.body, write=built.append, terminal=False, aux=note)
        else:
            display(session, answer.body, aux=note)
    except CommandFailed:
        if options["quiet"]:
            session.console.write_error(b"".join(quiet + built))
        raise
    if options["quiet"]:
        session.console.write(b"".join(built))
        identifier = b"".join(built).decode()
    if iid:
        _write_id(session, iid, identifier)
    return 0


def _write_id(session: Session, path: str, identifier: str) -> None:
    if not identifier:
        raise CommandFailed(f"Server did not provide an image ID. Cannot write {path}")
    session.files.write(path, identifier.encode())


def _exists(session: Session, path: str) -> bool:
    try:
        session.files.stat(path)
    except OSError:
        return False
    return True


def _context(session: Session, options: Options) -> Context:
    """The archive to send and the name of the Dockerfile in it. Raises: CommandFailed."""
    where, dockerfile = options.arguments[0], options["file"]
    if where == "-":
        if dockerfile == "-":
            raise CommandFailed(
                "invalid argument: can't use stdin for both build context and dockerfile"
            )
        try:
            data = session.read_input()
            archive, name = from_input(data, dockerfile, session.clock.now_ns())
            return Context(archive, name, len(archive))
        except CommandFailed as error:
            raise CommandFailed(f"unable to prepare context: {error.message}") from None
    if not _exists(session, where):
        if where.startswith(("http://", "https://")) and not where.partition("#")[0].endswith(
            ".git"
        ):
            from ..spec.unreachable import no_answer  # noqa: PLC0415

            raise CommandFailed(
                "unable to prepare context: unable to download remote context "
                f"{where}: {no_answer(where)}"
            )
        if REMOTE.match(where):
            raise CommandFailed(
                f"unable to prepare context: contexts from Git are not offered: {where}"
            )
        from ..spec.gotext import quote  # noqa: PLC0415

        raise CommandFailed(f"unable to prepare context: path {quote(where)} not found")
    try:
        root, name = from_directory(session.files, where, dockerfile)
    except CommandFailed as error:
        raise CommandFailed(f"unable to prepare context: {error.message}") from None
    context = pack_directory(session.files, root, name, from_stdin=dockerfile == "-")
    if dockerfile == "-":
        return add_dockerfile(session, context, session.read_input())
    if name.startswith("../"):
        try:
            return add_dockerfile(session, context, session.files.read(dockerfile))
        except OSError as error:
            raise CommandFailed(
                f"unable to open Dockerfile: {shown('open', dockerfile, error)}"
            ) from None
    return Context(context, name, len(context))


def _query(session: Session, options: Options, dockerfile: str) -> dict[str, str | list[str]]:
    query: dict[str, str | list[str]] = {"version": "1", "dockerfile": dockerfile}
    query |= {name: str(options[flag]) for name, flag in NUMBERS if options[flag]}
    query |= {name: options[flag] for name, flag in TEXTS if options[flag]}
    query |= {name: "1" for name, flag in SWITCHES if options[flag]}
    if not dockerfile:
        del query["dockerfile"]
    if options["tag"]:
        query["t"] = options["tag"]
    if options["security-opt"]:
        query["securityopt"] = options["security-opt"]
    if options["add-host"]:
        query["extrahosts"] = options["add-host"]
    if not options["rm"]:
        query["rm"] = "0"
    if options["network"] not in ("", "default"):
        query["networkmode"] = options["network"]
    platform = options["platform"] or session.environment.get("DOCKER_DEFAULT_PLATFORM", "")
    if platform:
        query["platform"] = platform.lower()
    arguments = _arguments(session, options)
    for name, value in (
        ("buildargs", arguments),
        ("labels", pairs(options["label"])),
        ("cachefrom", options["cache-from"]),
        ("ulimits", options["ulimit"]),
    ):
        if value:
            query[name] = json.dumps(
                value, ensure_ascii=False, separators=(",", ":"), sort_keys=True
            )
    return query


def _arguments(session: Session, options: Options) -> dict[str, str | None]:
    """Build arguments; one without a value that the environment lacks stays null."""
    given = from_environment(options["build-arg"], session.environment)
    found: dict[str, str | None] = dict(pairs(proxies(session, given)))
    for entry in given:
        name, equals, value = entry.partition("=")
        found[name] = value if equals else None
    return found
