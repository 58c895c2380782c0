"""`docker run`."""

from __future__ import annotations

from ..errors import Unavailable
from .container_config import Body
from .create import create_container, prepare, with_help
from .errors import CommandFailed
from .flags import Options
from .session import Session
from .streams import Detached, Talk, Waiting, attach_request, check_terminal, forward, resize

NOT_FOUND = (
    "executable file not found",
    "no such file or directory",
    "system cannot find the file specified",
)
NOT_RUNNABLE = ("permission denied", "is a directory")


def blame(message: str) -> CommandFailed:
    """The exit code tells who is to blame: 127 no such command, 126 not runnable, 125 the rest."""
    code = 125
    if any(text in message for text in NOT_FOUND):
        code = 127
    elif any(text in message for text in NOT_RUNNABLE):
        code = 126
    return with_help(message, "run", code)


def run(session: Session, options: Options) -> int:
    body = prepare(session, options, "run")
    if options["detach"]:
        if options["attach"]:
            raise CommandFailed("conflicting options: cannot specify both --attach and --detach")
        body |= dict.fromkeys(("AttachStdin", "AttachStdout", "AttachStderr", "StdinOnce"), False)
    else:
        check_terminal(session, body["AttachStdin"], body["Tty"])
    try:
        identifier = create_container(session, options, body)
    except (CommandFailed, Unavailable) as error:
        raise blame(str(error)) from None
    names = [name for name in ("Stdin", "Stdout", "Stderr") if body[f"Attach{name}"]]
    if not names:
        session.line(identifier)
        return _start(session, identifier)
    return _attached(session, options, body, identifier, [name.lower() for name in names])


def _start(session: Session, identifier: str) -> int:
    try:
        session.client.bytes("POST", f"/containers/{identifier}/start")
    except CommandFailed as error:
        raise blame(error.message) from None
    return 0


def _attached(
    session: Session, options: Options, body: Body, identifier: str, streams: list[str]
) -> int:
    keys = options["detach-keys"]
    answer = attach_request(session, identifier, streams, keys)
    tty = body["Tty"]
    talk = Talk(
        session,
        answer,
        tty=tty,
        stdin="stdin" in streams,
        stdout="stdout" in streams,
        stderr="stderr" in streams,
        detach_keys=keys,
    )
    if options["sig-proxy"]:
        talk.on_signal = forward(session, identifier)
    talk.begin()
    waiting = Waiting(session, identifier, "removed" if options["rm"] else "next-exit")
    try:
        session.client.bytes("POST", f"/containers/{identifier}/start")
    except CommandFailed as error:
        talk.close()
        if options["rm"]:
            waiting.status()
        raise blame(error.message) from None
    if tty and session.console.stdout_is_terminal:
        path = f"/containers/{identifier}"
        resize(session, path)
        talk.on_resize = lambda: resize(session, path)
    return converse(session, talk, waiting)


def converse(session: Session, talk: Talk, waiting: Waiting) -> int:
    """Talk until the end, then the exit code; 0 after detaching."""
    try:
        talk.run()
        return waiting.status(talk)
    except Detached:
        return 0
    finally:
        talk.close()
