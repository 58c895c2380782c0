"""`docker attach`."""

from __future__ import annotations

from typing import Any

from .errors import CommandFailed
from .flags import Options
from .places import one_container, place
from .session import Session
from .streams import (
    Detached,
    Talk,
    Waiting,
    attach_request,
    check_terminal,
    forward,
    resize,
)


def _running(session: Session, name: str) -> Any:
    """The container, if one can attach to it. Raises: CommandFailed."""
    container = one_container(session.client, name)
    state = container["State"]
    if not state["Running"]:
        raise CommandFailed("You cannot attach to a stopped container, start it first")
    if state["Paused"]:
        raise CommandFailed("You cannot attach to a paused container, unpause it first")
    if state["Restarting"]:
        raise CommandFailed("You cannot attach to a restarting container, wait until it is running")
    return container


def attach(session: Session, options: Options) -> int:
    name = options.arguments[0]
    container = _running(session, name)
    waiting = Waiting(session, name)
    tty = container["Config"]["Tty"]
    check_terminal(session, not options["no-stdin"], tty)
    stdin = not options["no-stdin"] and container["Config"]["OpenStdin"]
    keys = options["detach-keys"]
    streams = [*(["stdin"] if stdin else []), "stdout", "stderr"]
    answer = attach_request(session, name, streams, keys)
    _running(session, name)
    talk = Talk(session, answer, tty=tty, stdin=stdin, detach_keys=keys)
    if options["sig-proxy"] and not tty:
        talk.on_signal = forward(session, name)
    path = place("container", name)
    if tty and session.console.stdout_is_terminal:
        resize(session, path, more=1)
        resize(session, path)
        talk.on_resize = lambda: resize(session, path)
    talk.begin()
    try:
        talk.run()
        return waiting.status(talk)
    except Detached:
        raise CommandFailed("read escape sequence") from None
    finally:
        talk.close()
