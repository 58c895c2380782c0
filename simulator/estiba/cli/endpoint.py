"""Which engine a command is for, when flags, a context or TLS say more than DOCKER_HOST alone."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ..http.certificates import Certificates
from .errors import CommandFailed
from .files import exists, shown
from .flags import Options

if TYPE_CHECKING:
    from .session import Session

UNIX = "unix://"
DEFAULT_HOST = "unix:///var/run/docker.sock"
UNRESOLVED = "Failed to initialize: unable to resolve docker endpoint: "
NO_TLS = "Failed to initialize: failed to retrieve context tls info: "
FILES = (("tlscacert", "ca.pem"), ("tlscert", "cert.pem"), ("tlskey", "key.pem"))


class Endpoint(NamedTuple):
    """An engine's address in full, and the certificates it wants."""

    host: str
    certificates: Certificates | None = None


def resolve(session: Session, options: Options | None, context: str) -> Endpoint:
    """The engine of a command; `context` is empty unless one other than the default is asked for.

    Raises: CommandFailed.
    """
    if context:
        return _context_endpoint(session, context)
    flags: Mapping[str, Any] = options or {}
    given = flags["host"][0] if flags.get("host") else session.environment.get("DOCKER_HOST", "")
    host = parse_host(given)
    certificates = _certificates(session, options)
    return Endpoint(host, None if host.startswith(UNIX) else certificates)


def parse_host(text: str) -> str:
    """The address in full. Raises: CommandFailed."""
    text = text.strip()
    scheme, mark, rest = text.partition("://")
    if not mark:
        scheme, rest = "tcp", text
    if not text:
        return DEFAULT_HOST
    if scheme == "unix":
        return f"unix://{rest or DEFAULT_HOST.removeprefix(UNIX)}"
    if scheme in ("http", "https"):
        return text
    if scheme in ("ssh", "fd", "npipe"):
        raise CommandFailed(f"{UNRESOLVED}{scheme}:// is not part of this simulator")
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


def _certificates(session: Session, options: Options | None) -> Certificates | None:
    """What the flags, or DOCKER_TLS_VERIFY and DOCKER_TLS, say of TLS; None without it.

    The authority's file has to exist; the two others only where a flag names them.
    """
    environment = session.environment
    flags: Mapping[str, Any] = options or {}
    named = options.given if options is not None else set()
    verify = bool(environment.get("DOCKER_TLS_VERIFY"))
    if "tlsverify" in named:
        verify = flags["tlsverify"]
    elif not (flags.get("tls") or verify or environment.get("DOCKER_TLS")):
        return None
    folder = environment.get("DOCKER_CERT_PATH") or session.config_folder
    paths = []
    for name, file in FILES:
        path = flags[name] if name in named else posixpath.join(folder, file)
        if (file == "ca.pem" or name in named) and not _readable(session, path):
            path = ""
        paths.append(path if exists(session.files, path) else "")
    return Certificates(paths[0], paths[1], paths[2], verify)


def _readable(session: Session, path: str) -> bool:
    """Raises: CommandFailed when there is no such file."""
    if not path:
        return False
    try:
        session.files.read(path)
    except OSError as error:
        raise CommandFailed(UNRESOLVED + shown("open", path, error)) from None
    return True


def context_folder(name: str) -> str:
    """Contexts are kept by the hash of their name."""
    from hashlib import sha256  # noqa: PLC0415

    return sha256(name.encode()).hexdigest()


def _context_endpoint(session: Session, name: str) -> Endpoint:
    """The engine of a stored context, with the certificates stored beside it."""
    folder = f"{session.config_folder}/contexts"
    path = f"{folder}/meta/{context_folder(name)}/meta.json"
    try:
        stored = json.loads(session.files.read(path))["Endpoints"]["docker"]
        host, skip = str(stored["Host"]), bool(stored.get("SkipTLSVerify"))
    except OSError as error:
        where = shown("open", path, error)
        raise CommandFailed(f'{UNRESOLVED}context "{name}": context not found: {where}') from None
    except (ValueError, KeyError, TypeError):
        raise CommandFailed(f'context "{name}" is damaged: {path}') from None
    kept = [f"{folder}/tls/{context_folder(name)}/docker/{file}" for _, file in FILES]
    found = [path if exists(session.files, path) else "" for path in kept]
    wanted = any(found) or skip
    return Endpoint(host, Certificates(found[0], found[1], found[2], not skip) if wanted else None)
