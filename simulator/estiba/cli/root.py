"""The flags of `docker` itself: which engine, which configuration, how much to say."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from .command import Command, Flag
from .errors import CommandFailed
from .files import exists
from .flags import Options

if TYPE_CHECKING:
    from ..http import Answer, Request, Stream, Transport
    from ..http.certificates import Certificates
    from .session import Session

    Connect = Callable[[str, Certificates | None], Transport]

DEFAULT_HOST = "unix:///var/run/docker.sock"
UNRESOLVED = "Failed to initialize: unable to resolve docker endpoint: "
LOG_LEVELS = frozenset("panic fatal error warn warning info debug trace".split())

ROOT = Command(
    "",
    "[OPTIONS] COMMAND [ARG...]",
    "A self-sufficient runtime for containers",
    (0, None),
    "",
    (
        Flag("config", "", "string", "Location of client config files"),
        Flag(
            "context",
            "c",
            "string",
            "Name of the context to use to connect to the daemon (overrides DOCKER_HOST env var and "
            'default context set with "docker context use")',
        ),
        Flag("debug", "D", "bool", "Enable debug mode"),
        Flag("host", "H", "list", "Daemon socket to connect to"),
        Flag(
            "log-level",
            "l",
            "string",
            'Set the logging level ("debug", "info", "warn", "error", "fatal")',
            default="info",
        ),
        Flag("tls", "", "bool", "Use TLS; implied by --tlsverify"),
        Flag("tlscacert", "", "string", "Trust certs signed only by this CA"),
        Flag("tlscert", "", "string", "Path to TLS certificate file"),
        Flag("tlskey", "", "string", "Path to TLS key file"),
        Flag("tlsverify", "", "bool", "Use TLS and verify the remote"),
        Flag("version", "v", "bool", "Print version information and quit"),
    ),
    interspersed=False,
)


def root_flags(session: Session) -> list[Flag]:
    """The rows with the defaults of this user, for `--help`."""
    folder = posixpath.join(session.home, ".docker")
    defaults = {
        "config": session.environment.get("DOCKER_CONFIG") or folder,
        "tlscacert": f"{folder}/ca.pem",
        "tlscert": f"{folder}/cert.pem",
        "tlskey": f"{folder}/key.pem",
    }
    return [
        Flag(f.name, f.short, f.kind, f.usage, defaults.get(f.name, f.default)) for f in ROOT.flags
    ]


class NoWay:
    """Where no sockets are, only the engine of this process can be reached."""

    def __init__(self, host: str) -> None:
        self._host = host

    def send(self, request: Request) -> Answer:
        """Raises: CommandFailed."""
        raise CommandFailed(f"cannot reach {self._host} from here")

    def wait(self, *streams: Stream, timeout_s: float | None = None) -> None:
        return


def apply_globals(session: Session, options: Options | None, connect: Connect | None) -> None:
    """Set the session's engine and configuration. Raises: CommandFailed."""
    environment = session.environment
    folder = environment.get("DOCKER_CONFIG") or posixpath.join(session.home, ".docker")
    session.endpoint = environment.get("DOCKER_HOST") or DEFAULT_HOST
    session.config_folder = folder
    if options is not None:
        session.config_folder = options["config"] or folder
        session.debug = options["debug"]
        if options["log-level"] not in LOG_LEVELS:
            raise CommandFailed(f"Unable to parse logging level: {options['log-level']}")
        _check_host(options)
    context = _context(session, options)
    if context or session.endpoint[:7] != "unix://" or _asks_more(environment, options):
        from .endpoint import NO_TLS, UNIX, resolve  # noqa: PLC0415

        found = resolve(session, options, context)
        if found.host == session.endpoint and found.host.startswith(UNIX):
            return
        session.context = context or "default"
        session.endpoint = found.host
        try:
            reached = connect(*found) if connect is not None else NoWay(session.endpoint)
            session.transport = session.client.transport = reached
        except ValueError as error:
            raise CommandFailed(f"{NO_TLS}{error}") from None


def _context(session: Session, options: Options | None) -> str:
    """The context that is asked for, empty for the default one: a flag, else DOCKER_HOST hides it."""
    environment = session.environment
    if options is not None and (options["context"] or options["host"]):
        name = options["context"]
    else:
        name = "" if is_overridden(environment) else environment.get("DOCKER_CONTEXT", "")
        name = name or ("" if is_overridden(environment) else _current(session))
    return "" if name == "default" else str(name)


def is_overridden(environment: Mapping[str, str]) -> bool:
    """Does DOCKER_HOST name another engine than our own daemon, which is the default one?"""
    host, home = environment.get("DOCKER_HOST", ""), environment.get("ESTIBA_HOME", "")
    return bool(host) and host != f"unix://{home}/docker.sock"


def _current(session: Session) -> str:
    """What `docker context use` left behind."""
    path = posixpath.join(session.config_folder, "config.json")
    return session.config.text("currentContext") if exists(session.files, path) else ""


def _asks_more(environment: Mapping[str, str], options: Options | None) -> bool:
    """Do flags or the environment say more of the engine than its address?"""
    if environment.get("DOCKER_TLS_VERIFY") or environment.get("DOCKER_TLS"):
        return True
    return options is not None and not options.given.isdisjoint(("host", "tls", "tlsverify"))


def _check_host(options: Options) -> None:
    if len(options["host"]) > 1:
        raise CommandFailed(f"{UNRESOLVED}Specify only one -H")
    if options["host"] and options["context"]:
        raise CommandFailed("conflicting options: cannot specify both --host and --context")
