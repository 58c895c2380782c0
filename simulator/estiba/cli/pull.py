"""`docker pull` and `push`."""

from __future__ import annotations

from ..errors import EstibaError
from ..spec.platform import Platform
from ..spec.reference import Reference, normalize
from .auth import registry_auth
from .errors import CommandFailed
from .flags import Options
from .progress import display
from .session import Session


def _reference(session: Session, options: Options) -> Reference:
    """The name given, with the default tag. Raises: CommandFailed."""
    try:
        reference = normalize(options.arguments[0])
    except EstibaError as error:
        raise CommandFailed(str(error)) from None
    if options["all-tags"]:
        if not reference.is_name_only:
            raise CommandFailed("tag can't be used with --all-tags/-a")
    elif reference.is_name_only:
        reference = reference.with_default_tag()
        if not options["quiet"]:
            session.line(f"Using default tag: {reference.tag}")
    return reference


def platform_of(session: Session, options: Options) -> str:
    return str(options["platform"] or session.environment.get("DOCKER_DEFAULT_PLATFORM", ""))


def pull(session: Session, options: Options) -> None:
    reference = _reference(session, options)
    query = {"fromImage": reference.name}
    if not options["all-tags"]:
        query["tag"] = str(reference.digest or reference.tag)
    if platform := platform_of(session, options):
        query["platform"] = platform.lower()
    headers = registry_auth(session, reference)
    answer = session.client.ask("POST", "/images/create", query, headers=headers)
    if options["quiet"]:
        display(session, answer.body, write=lambda _: None, terminal=False)
    else:
        display(session, answer.body)
    session.line(str(reference))


def push(session: Session, options: Options) -> None:
    if options["platform"]:
        try:
            Platform.parse(options["platform"])
        except EstibaError as error:
            session.console.write_error(f"Invalid platform {options['platform']}".encode())
            raise CommandFailed(str(error)) from None
    reference = _reference(session, options)
    query = {"tag": reference.tag} if reference.tag and not options["all-tags"] else {}
    path = f"/images/{reference.name}/push"
    if reference.digest:
        raise CommandFailed("cannot push a digest reference")
    headers = registry_auth(session, reference)
    answer = session.client.ask("POST", path, query, headers=headers)
    if options["quiet"]:
        display(session, answer.body, write=lambda _: None, terminal=False)
        session.line(str(reference))
    else:
        display(session, answer.body)


def pull_for_create(session: Session, image: str, platform: str, *, quiet: bool) -> None:
    """The pull inside `run` and `create`: progress goes to standard error."""
    reference = normalize(image)
    query = {"fromImage": reference.name}
    query["tag"] = str(reference.digest or reference.tag or "latest")
    if platform:
        query["platform"] = platform.lower()
    headers = registry_auth(session, reference)
    answer = session.client.ask("POST", "/images/create", query, headers=headers)
    console = session.console
    if quiet:
        display(session, answer.body, write=lambda _: None, terminal=False)
    else:
        display(session, answer.body, write=console.write_error)
