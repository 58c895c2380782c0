"""`docker create`, and the making of a container that `run` begins with."""

from __future__ import annotations

from typing import Any

from ..errors import EstibaError
from ..spec.platform import Platform
from ..spec.reference import Reference, parse_any
from .container_config import Body, container_body
from .errors import CommandFailed, EngineError
from .files import exists, shown
from .flags import Options
from .pull import platform_of, pull_for_create
from .session import Session

PULLS = ("always", "missing", "never", "")


def with_help(message: str, command: str, code: int = 125) -> CommandFailed:
    """An error of `run` or `create` as users see it."""
    return CommandFailed(
        f"docker: {message}\n\nRun 'docker {command} --help' for more information", code
    )


def prepare(session: Session, options: Options, command: str) -> Body:
    """The body of the request. Raises: CommandFailed."""
    if options["pull"] not in PULLS:
        raise with_help(
            f"invalid pull option: '{options['pull']}': must be one of "
            '"always", "missing" or "never"',
            command,
        )
    image, *words = options.arguments
    try:
        return container_body(session, options, image, words)
    except CommandFailed as failure:
        raise with_help(failure.message, command) from None


def create(session: Session, options: Options) -> None:
    body = prepare(session, options, "create")
    session.line(create_container(session, options, body))


def create_container(session: Session, options: Options, body: Body) -> str:
    """Make the container, pulling its image if need be; its ID. Raises: CommandFailed."""
    cid = options["cidfile"]
    if cid:
        _start_file(session, cid)
    try:
        identifier = _create(session, options, body)
    except BaseException:
        if cid:
            session.files.remove(cid)
        raise
    if cid:
        session.files.write(cid, identifier.encode())
    return identifier


def _start_file(session: Session, path: str) -> None:
    if exists(session.files, path):
        raise CommandFailed(
            "container ID file found, make sure the other container isn't running or delete " + path
        )
    try:
        session.files.write(path, b"")
    except OSError as error:
        where = shown("open", path, error)
        raise CommandFailed(f"failed to create the container ID file: {where}") from None


def _create(session: Session, options: Options, body: Body) -> str:
    image = body["Image"]
    try:
        reference = parse_any(image)
    except EstibaError as error:
        raise CommandFailed(str(error)) from None
    named = reference.with_default_tag() if isinstance(reference, Reference) else None
    query = {"name": options["name"]} if options["name"] else {}
    platform = platform_of(session, options)
    if platform:
        query["platform"] = _platform(platform)
    if options["pull"] == "always" and named is not None:
        pull_for_create(session, image, platform, quiet=options["quiet"])
    _check_version(session, body)
    try:
        made = session.client.json("POST", "/containers/create", query, body)
    except EngineError as error:
        if error.status != 404 or named is None or options["pull"] not in ("missing", ""):
            raise
        if not options["quiet"]:
            session.error(f"Unable to find image '{named.familiar}' locally")
        pull_for_create(session, image, platform, quiet=options["quiet"])
        made = session.client.json("POST", "/containers/create", query, body)
    _warn(session, made, body)
    return str(made["Id"])


def _check_version(session: Session, body: Body) -> None:
    """What the engine's API is too old for. Raises: CommandFailed."""
    networks = body["NetworkingConfig"]["EndpointsConfig"].values()
    needed = {
        "specify health-check start interval": (body.get("Healthcheck") or {}).get("StartInterval"),
        "specify mac-address per network": any(network.get("MacAddress") for network in networks),
    }
    for feature, asked in needed.items():
        if asked and not session.client.at_least("1.44"):
            raise CommandFailed(
                f'"{feature}" requires API version 1.44, '
                f"but the Docker daemon API version is {session.client.version}"
            )


def _platform(text: str) -> str:
    try:
        return str(Platform.parse(text))
    except EstibaError as error:
        raise CommandFailed(f"error parsing specified platform: {error}") from None


def _warn(session: Session, made: dict[str, Any], body: Body) -> None:
    warnings = list(made.get("Warnings") or ())
    for address in body["HostConfig"]["Dns"]:
        if address.startswith("127.") or address == "::1":
            warnings.append(f"Localhost DNS ({address}) may fail in containers.")
            break
    for warning in warnings:
        session.error(f"WARNING: {warning}")
