"""`docker login` and `logout`."""

from __future__ import annotations

from .auth import HUB
from .errors import CommandFailed, EngineError
from .files import shown
from .flags import Options
from .session import Session

NO_WEB_LOGIN = "Failed to start web-based login - falling back to command line login...\n"
INSECURE = "WARNING! Using --password via the CLI is insecure. Use --password-stdin."
SUGGEST = (
    "Log in with your Docker ID or email address to push and pull images from Docker Hub. If you don't "
    "have a Docker ID, head over to https://hub.docker.com/ to create one.\nYou can log in with your "
    "password or a Personal Access Token (PAT). Using a limited-scope PAT grants better security and is "
    "required for organizations using SSO. Learn more at https://docs.docker.com/go/access-tokens/\n"
)


def _hostname(server: str) -> str:
    """A registry's host without scheme and path."""
    for scheme in ("http://", "https://"):
        server = server.removeprefix(scheme)
    return server.partition("/")[0]


def _check(options: Options) -> None:
    given = options.given
    if "password-stdin" in given:
        if "password" in given:
            raise CommandFailed(
                "conflicting options: cannot specify both --password and --password-stdin"
            )
        if "username" not in given:
            raise CommandFailed("the --password-stdin option requires --username to be set")
    for flag in ("username", "password"):
        if flag in given and not options[flag]:
            raise CommandFailed(f"{flag} is empty")


def login(session: Session, options: Options) -> int:
    _check(options)
    name, password = options["username"], options["password"]
    if password:
        session.error(INSECURE)
    if options["password-stdin"]:
        if not name:
            raise CommandFailed("username is empty")
        text = session.read_input().decode("utf-8", "replace")
        password = text.removesuffix("\n").removesuffix("\r")
    given = options.arguments[0] if options.arguments else ""
    server = HUB if given in ("", "docker.io") else _hostname(given)
    stored = {} if name or password else session.config.credentials(server)
    status: str | None = None
    if stored.get("username") and stored.get("password"):
        status = _stored_login(session, server, stored)
    if status is None:
        status = _user_login(session, server, name, password, stored.get("username", ""))
    if status:
        session.line(status)
    return 0


def _stored_login(session: Session, server: str, stored: dict[str, str]) -> str | None:
    shown_name = f" [Username: {stored['username']}]"
    session.error(f"Authenticating with existing credentials...{shown_name}")
    session.error(
        "\ni Info → To login with a different account, run 'docker logout' followed by 'docker login'\n\n"
    )
    try:
        return _authenticate(session, server, stored["username"], stored["password"])
    except EngineError as error:
        if error.status == 401:
            session.error("Stored credentials invalid or expired")
        else:
            session.error(f"Login did not succeed, error: {error.message}")
        return None


def _user_login(session: Session, server: str, name: str, password: str, known: str) -> str:
    if (not name or not password) and not session.console.stdin_is_terminal:
        raise CommandFailed("Error: Cannot perform an interactive login from a non TTY device")
    if server == HUB and not name and not password:
        session.error(NO_WEB_LOGIN)
    name = name.strip()
    if not name:
        if server == HUB:
            session.line(SUGGEST)
        session.write(f"Username ({known}): " if known else "Username: ")
        name = session.read_line().strip() or known
        if not name:
            raise CommandFailed("Error: Non-null Username Required")
    password = password.strip()
    if not password:
        with session.console.no_echo():
            if server == HUB:
                session.error(
                    "\ni Info → A Personal Access Token (PAT) can be used instead.\n"
                    "         To create a PAT, visit https://app.docker.com/settings\n         \n         "
                )
            session.write("Password: ")
            password = session.read_line()
            session.line("")
        if not password:
            raise CommandFailed("Error: Password Required")
    return _authenticate(session, server, name, password)


def _authenticate(session: Session, server: str, name: str, password: str) -> str:
    body = {"username": name, "password": password, "serveraddress": server}
    answer = session.client.json("POST", "/auth", None, body)
    token = answer.get("IdentityToken", "")
    if session.config.remember(server, name, "" if token else password, token):
        _save(session)
        _warn(session, token)
    return str(answer.get("Status", ""))


def _warn(session: Session, token: str) -> None:
    """A password that was stored lies there for all to read."""
    if not token:
        session.error(
            f"\nWARNING! Your credentials are stored unencrypted in '{session.config.path}'.\n"
            "Configure a credential helper to remove this warning. See\n"
            "https://docs.docker.com/go/credential-store/\n"
        )


def _save(session: Session) -> None:
    try:
        session.config.save(session.files)
    except OSError as error:
        where = shown("open", session.config.path, error)
        raise CommandFailed(f"Error saving credentials: {where}") from None


def logout(session: Session, options: Options) -> None:
    given = options.arguments[0] if options.arguments else ""
    if given in ("", "docker.io", HUB):
        servers, shown_name = [HUB], HUB
    else:
        shown_name = _hostname(given)
        servers = [given, shown_name, f"http://{shown_name}", f"https://{shown_name}"]
    session.line(f"Removing login credentials for {shown_name}")
    forgotten = [session.config.forget(server) for server in servers]
    if any(forgotten):
        _save(session)
