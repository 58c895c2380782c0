"""`docker logs`, `top`, `port` and `diff`: looking at one container."""

from __future__ import annotations

import re
from typing import Any

from ..errors import EstibaError
from ..spec.gotime import parse_duration, parse_time
from .errors import CommandFailed
from .flags import Options
from .places import one_container, place
from .ports import join_host_port
from .session import Session
from .streams import Frames
from .table import align, natural
from .values import decimal

CHANGES = ("C", "A", "D")


def timestamp(session: Session, text: str) -> str:
    """A moment for the engine: Unix seconds; a duration counts back from now. Raises: ValueError."""
    try:
        ns = session.clock.now_ns() - parse_duration(text)
        return f"{ns // 1_000_000_000}.{ns % 1_000_000_000:09d}"
    except EstibaError:
        pass
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        return text
    return _moment(text)


def _moment(text: str) -> str:
    whole = text
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        whole = f"{text}T00:00:00Z"
    elif "T" in text and not re.search(r"(Z|[+-][0-9]{2}:[0-9]{2})\Z", text):
        clock = text.partition("T")[2]
        whole = text + ":00" * (2 - clock.count(":")) + "Z"
    elif re.fullmatch(r"[0-9-]+(Z|[+-][0-9]{2}:[0-9]{2})", text):
        whole = re.sub(r"(Z|[+-][0-9]{2}:[0-9]{2})\Z", r"T00:00:00\1", text)
    try:
        ns = parse_time(whole)
    except EstibaError:
        raise ValueError(f'failed to parse value as time or duration: "{text}"') from None
    return f"{ns // 1_000_000_000}.{ns % 1_000_000_000:09d}"


def logs(session: Session, options: Options) -> None:
    container = one_container(session.client, options.arguments[0])
    query = {"stdout": "1", "stderr": "1", "tail": options["tail"]}
    for flag in ("since", "until"):
        if options[flag]:
            try:
                query[flag] = timestamp(session, options[flag])
            except ValueError as error:
                raise CommandFailed(f'invalid value for "{flag}": {error}') from None
    for flag in ("timestamps", "details", "follow"):
        if options[flag]:
            query[flag] = "1"
    answer = session.client.ask("GET", f"/containers/{container['Id']}/logs", query)
    console = session.console
    frames = Frames(console.write, console.write_error)
    feed = console.write if container["Config"]["Tty"] else frames.feed
    while (chunk := answer.body.poll()) is not None:
        if chunk:
            feed(chunk)
        else:
            session.wait(answer.body)


def top(session: Session, options: Options) -> None:
    name, *words = options.arguments
    query = {"ps_args": " ".join(words)} if words else None
    processes = session.client.get(place("container", name, "/top"), query)
    lines = ["\t".join(processes["Titles"])]
    lines += ["\t".join(row) for row in processes["Processes"] or ()]
    session.write(align("\n".join([*lines, ""]), least=20))


def port(session: Session, options: Options) -> None:
    name = options.arguments[0]
    container = one_container(session.client, name)
    ports = container["NetworkSettings"]["Ports"] or {}
    if len(options.arguments) == 1 or not options.arguments[1]:
        lines = [f"{inner} -> {_address(b)}" for inner, some in ports.items() for b in some or ()]
        _print_sorted(session, lines)
        return
    wanted = options.arguments[1]
    inner, _, protocol = wanted.partition("/")
    try:
        decimal(inner, "ParseUint", 65535)
    except ValueError as error:
        raise CommandFailed(f"Error: invalid port ({inner}): {error}") from None
    bindings = ports.get(f"{inner}/{protocol or 'tcp'}")
    if not bindings:
        raise CommandFailed(f"Error: No public port '{wanted}' published for {name}")
    _print_sorted(session, [_address(binding) for binding in bindings])


def _address(binding: Any) -> str:
    return join_host_port(binding["HostIp"], binding["HostPort"])


def _print_sorted(session: Session, lines: list[str]) -> None:
    if lines:
        session.line("\n".join(sorted(lines, key=natural)))


def diff(session: Session, options: Options) -> None:
    name = options.arguments[0]
    if not name:
        raise CommandFailed("Container name cannot be empty")
    changes = session.client.get(place("container", name, "/changes")) or []
    session.write("".join(f"{CHANGES[change['Kind']]} {change['Path']}\n" for change in changes))
