"""`docker start`."""

from __future__ import annotations

from .errors import CommandFailed
from .flags import Options
from .places import one_container, place
from .run import converse
from .session import Session
from .streams import Talk, Waiting, attach_request, forward, resize


def start(session: Session, options: Options) -> int:
    names = options.arguments
    if options["attach"] or options["interactive"]:
        if len(names) > 1:
            raise CommandFailed("you cannot start and attach multiple containers at once")
        return _attached(session, options, names[0])
    if options["checkpoint"]:
        if len(names) > 1:
            raise CommandFailed("you cannot restore multiple containers at once")
        query = {"checkpoint": options["checkpoint"]}
        session.client.bytes("POST", place("container", names[0], "/start"), query)
        return 0
    failed = []
    for name in names:
        try:
            session.client.bytes("POST", place("container", name, "/start"))
        except CommandFailed as error:
            session.error(error.message)
            failed.append(name)
        else:
            session.line(name)
    if failed:
        raise CommandFailed(f"Error: failed to start containers: {', '.join(failed)}")
    return 0


def _attached(session: Session, options: Options, name: str) -> int:
    container = one_container(session.client, name)
    identifier, config = container["Id"], container["Config"]
    stdin = options["interactive"] and config["OpenStdin"]
    keys = options["detach-keys"]
    streams = [*(["stdin"] if stdin else []), "stdout", "stderr"]
    answer = attach_request(session, identifier, streams, keys)
    talk = Talk(session, answer, tty=config["Tty"], stdin=stdin, detach_keys=keys)
    if not config["Tty"]:
        talk.on_signal = forward(session, identifier)
    talk.begin()
    removed = container["HostConfig"]["AutoRemove"]
    waiting = Waiting(session, identifier, "removed" if removed else "next-exit")
    try:
        session.client.bytes("POST", f"/containers/{identifier}/start")
    except CommandFailed:
        talk.close()
        if removed:
            waiting.status()
        raise
    if config["Tty"] and session.console.stdout_is_terminal:
        path = f"/containers/{identifier}"
        resize(session, path)
        talk.on_resize = lambda: resize(session, path)
    return converse(session, talk, waiting)
