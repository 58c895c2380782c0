"""`docker stop`, `restart`, `kill`, `pause`, `unpause`, `wait`, `rm` and `rename`."""

from __future__ import annotations

import json
from collections.abc import Callable

from .errors import CommandFailed, EngineError
from .flags import Options
from .places import place
from .session import Session


def each(session: Session, names: list[str], act: Callable[[str], str | None]) -> int:
    """Do something to each; print its name, or what was returned; report all problems at the end."""
    problems = []
    for name in names:
        try:
            shown = act(name)
        except CommandFailed as error:
            problems.append(error.message)
        else:
            session.line(name if shown is None else shown)
    if problems:
        raise CommandFailed("\n".join(problems))
    return 0


def _post(session: Session, action: str, query: dict[str, str]) -> Callable[[str], None]:
    def act(name: str) -> None:
        session.client.bytes("POST", place("container", name, f"/{action}"), query)

    return act


def _stop_query(session: Session, options: Options) -> dict[str, str]:
    if "time" in options.given and "timeout" in options.given:
        raise CommandFailed("conflicting options: cannot specify both --timeout and --time")
    query = {}
    for flag in ("timeout", "time"):
        if flag in options.given:
            query["t"] = str(options[flag])
    if options["signal"] and session.client.at_least("1.42"):
        query["signal"] = options["signal"]
    return query


def stop(session: Session, options: Options) -> int:
    return each(session, options.arguments, _post(session, "stop", _stop_query(session, options)))


def restart(session: Session, options: Options) -> int:
    query = _stop_query(session, options)
    return each(session, options.arguments, _post(session, "restart", query))


def kill(session: Session, options: Options) -> int:
    query = {"signal": options["signal"]} if options["signal"] else {}
    return each(session, options.arguments, _post(session, "kill", query))


def pause(session: Session, options: Options) -> int:
    return each(session, options.arguments, _post(session, "pause", {}))


def unpause(session: Session, options: Options) -> int:
    return each(session, options.arguments, _post(session, "unpause", {}))


def wait(session: Session, options: Options) -> int:
    def act(name: str) -> str:
        answer = session.client.ask("POST", place("container", name, "/wait"))
        data = b""
        while (chunk := answer.body.poll()) is not None:
            data += chunk
            if not chunk:
                session.wait(answer.body)
        return str(json.loads(data)["StatusCode"])

    return each(session, options.arguments, act)


def remove(session: Session, options: Options) -> int:
    flags = (("force", "force"), ("volumes", "v"), ("link", "link"))
    query = {name: "1" for flag, name in flags if options[flag]}
    problems = []
    for given in options.arguments:
        name = given.strip("/")
        if not name:
            problems.append("container name cannot be empty")
            continue
        try:
            session.client.bytes("DELETE", place("container", name), query)
        except EngineError as error:
            if options["force"] and error.status == 404:
                session.error(error.message)
            else:
                problems.append(error.message)
        else:
            session.line(given)
    if problems:
        raise CommandFailed("\n".join(problems))
    return 0


def rename(session: Session, options: Options) -> None:
    old, new = (name.strip() for name in options.arguments)
    if not old or not new:
        raise CommandFailed("Error: Neither old nor new names may be empty")
    try:
        session.client.bytes("POST", f"/containers/{old}/rename", {"name": new})
    except EngineError as error:
        session.error(error.message)
        raise CommandFailed(f"Error: failed to rename container named {old}") from None
