"""The flags of `docker` itself: which engine, which configuration, how much to say."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING

from ..http import Transport
from .command import Command, Flag
from .errors import CommandFailed
from .files import shown
from .flags import Options

if TYPE_CHECKING:
    from .session import Session

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


def apply_globals(
    session: Session, options: Options | None, connect: Callable[[str], Transport] | None
) -> None:
    """Set the session's engine and configuration. Raises: CommandFailed."""
    environment = session.environment
    folder = environment.get("DOCKER_CONFIG") or posixpath.join(session.home, ".docker")
    session.endpoint = environment.get("DOCKER_HOST") or DEFAULT_HOST
    session.config_folder = folder
    context = environment.get("DOCKER_CONTEXT", "")
    if options is None and not context:
        return
    if options is not None:
        session.config_folder = options["config"] or folder
        session.debug = options["debug"]
        if options["log-level"] not in LOG_LEVELS:
            raise CommandFailed(f"Unable to parse logging level: {options['log-level']}")
        _check_host(options)
    context = options["context"] or context if options is not None else context
    if options is not None and options["host"]:
        session.endpoint = parse_host(options["host"][0])
        _connect(session, connect)
    elif context and context != "default":
        session.context = context
        session.endpoint = _context_host(session, context)
        _connect(session, connect)
    if options is not None and (options["tls"] or options["tlsverify"]):
        _check_certificates(session, options)


def _connect(session: Session, connect: Callable[[str], Transport] | None) -> None:
    if connect is None:
        raise CommandFailed(f"cannot reach {session.endpoint} from here")
    session.transport = session.client.transport = connect(session.endpoint)


def _check_host(options: Options) -> None:
    if len(options["host"]) > 1:
        raise CommandFailed(f"{UNRESOLVED}Specify only one -H")
    if options["host"] and options["context"]:
        raise CommandFailed("conflicting options: cannot specify both --host and --context")


def parse_host(text: str) -> str:
    """The address in full. Raises: CommandFailed."""
    text = text.strip()
    scheme, mark, rest = text.partition("://")
    if not mark:
        scheme, rest = "tcp", text
    if not text:
        return DEFAULT_HOST
    if scheme == "unix":
        return f"unix://{rest or DEFAULT_HOST.removeprefix('unix://')}"
    if scheme in ("ssh", "fd", "npipe", "http", "https"):
        return text
    if scheme != "tcp":
        raise CommandFailed(f"{UNRESOLVED}invalid bind address format: {text}")
    address, slash, path = rest.partition("/")
    host, colon, port = address.rpartition(":") if address[-1:] != "]" else (address, "", "")
    if not colon:
        host, port = host or address if address[-1:] == "]" else port, ""
    if port and not port.isdigit():
        from ..spec.gotext import quote  # noqa: PLC0415

        url = quote(f"tcp://{rest}")
        raise CommandFailed(f'{UNRESOLVED}parse {url}: invalid port ":{port}" after host')
    return f"tcp://{host or 'localhost'}:{port or 2375}{slash}{path}"


def context_folder(name: str) -> str:
    """Contexts are kept by the hash of their name."""
    return sha256(name.encode()).hexdigest()


def _context_host(session: Session, name: str) -> str:
    import json  # noqa: PLC0415

    path = f"{session.config_folder}/contexts/meta/{context_folder(name)}/meta.json"
    try:
        meta = json.loads(session.files.read(path))
        return str(meta["Endpoints"]["docker"]["Host"])
    except OSError as error:
        where = shown("open", path, error)
        raise CommandFailed(f'{UNRESOLVED}context "{name}": context not found: {where}') from None
    except (ValueError, KeyError, TypeError):
        raise CommandFailed(f'context "{name}" is damaged: {path}') from None


def _check_certificates(session: Session, options: Options) -> None:
    for name, file in (("tlscacert", "ca.pem"), ("tlscert", "cert.pem"), ("tlskey", "key.pem")):
        path = options[name] or posixpath.join(session.config_folder, file)
        try:
            session.files.stat(path)
        except OSError as error:
            raise CommandFailed(UNRESOLVED + shown("open", path, error)) from None
