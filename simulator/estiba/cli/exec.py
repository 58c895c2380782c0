"""`docker exec`."""

from __future__ import annotations

from typing import Any

from .bindings import from_environment, read_pairs
from .errors import CommandFailed
from .flags import Options
from .places import one_container, place
from .session import Session
from .streams import Detached, Talk, check_terminal, resize, upgrade


def exec_in(session: Session, options: Options) -> int:
    name, *command = options.arguments
    given = from_environment(options["env"], session.environment)
    variables = read_pairs(session.files, options["env-file"], given, session.environment)
    detached = options["detach"]
    stdin = options["interactive"] and not detached
    keys = options["detach-keys"] or session.config.text("detachKeys")
    body: dict[str, Any] = {
        "User": options["user"],
        "Privileged": options["privileged"],
        "Tty": options["tty"],
        "AttachStdin": stdin,
        "AttachStderr": not detached,
        "AttachStdout": not detached,
        "Detach": detached,
        "DetachKeys": keys,
        "Env": variables or None,
        "WorkingDir": options["workdir"],
        "Cmd": command,
    }
    one_container(session.client, name)
    if not detached:
        check_terminal(session, stdin, options["tty"])
    start: dict[str, Any] = {"Detach": detached, "Tty": options["tty"]}
    if options["tty"] and session.client.at_least("1.42"):
        body["ConsoleSize"] = start["ConsoleSize"] = list(session.console.size())
    identifier = session.client.json("POST", place("container", name, "/exec"), None, body)["Id"]
    path = f"/exec/{identifier}"
    if detached:
        session.client.bytes("POST", f"{path}/start", None, start)
        return 0
    return _converse(session, path, start, stdin, keys)


def _converse(session: Session, path: str, start: dict[str, Any], stdin: bool, keys: str) -> int:
    answer = upgrade(session, f"{path}/start", None, start)
    talk = Talk(session, answer, tty=start["Tty"], stdin=stdin, detach_keys=keys)
    talk.begin()
    if start["Tty"] and session.console.stdin_is_terminal:
        resize(session, path)
        talk.on_resize = lambda: resize(session, path)
    try:
        talk.run()
    except Detached:
        raise CommandFailed("read escape sequence") from None
    finally:
        talk.close()
    return int(session.client.get(f"{path}/json")["ExitCode"] or 0)
