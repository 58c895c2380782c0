"""Where a daemon listens besides its Unix socket: TCP ports, closed to all but those who prove who they are.

Whoever reaches the API can read and write this user's files through bind mounts. So a port wants certificates of its
clients (`--tlsverify`), or, asked for by name, is open to the programs of this machine alone.
"""

from __future__ import annotations

import argparse
import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from ..http.admission import Admission, is_loopback
from .errors import BadOptions, UnsafeAddress

if TYPE_CHECKING:
    import ssl

PORT, TLS_PORT = 2375, 2376
WILDCARDS = ("", "0.0.0.0", "::")


class Port(NamedTuple):
    """One TCP address."""

    name: str
    number: int

    def __str__(self) -> str:
        name = f"[{self.name}]" if ":" in self.name else self.name
        return f"tcp://{name}:{self.number}"


class Options(NamedTuple):
    """What `estiba daemon start` and `run` are told."""

    ports: tuple[Port, ...] = ()
    verify: bool = False
    authority: str = ""
    certificate: str = ""
    key: str = ""

    def admission(self, port: Port) -> Admission:
        """The names a client may use for that port; any, with a certificate, where it is open to other machines."""
        return Admission(frozenset()) if port.name in WILDCARDS else Admission.of(port.name)

    def tls(self) -> ssl.SSLContext | None:
        """Raises: UnsafeAddress for files that cannot be used."""
        if not self.verify or not self.ports:
            return None
        import ssl  # noqa: PLC0415

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.verify_mode = ssl.CERT_REQUIRED
        try:
            context.load_cert_chain(self.certificate, self.key)
            context.load_verify_locations(self.authority)
        except OSError as error:
            raise UnsafeAddress(
                f"the certificates cannot be used ({self.authority}, {self.certificate}, "
                f"{self.key}): {error.strerror or error}"
            ) from None
        return context


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadOptions(message)


def parse_options(words: Sequence[str]) -> Options:
    """Raises: BadOptions, UnsafeAddress."""
    parser = _Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("-H", "--host", action="append", default=[])
    for name in ("--tlsverify", "--insecure-loopback"):
        parser.add_argument(name, action="store_true")
    for name in ("--tlscacert", "--tlscert", "--tlskey"):
        parser.add_argument(name, default="")
    given = parser.parse_args(list(words))
    ports = tuple(parse_port(text, TLS_PORT if given.tlsverify else PORT) for text in given.host)
    files = (given.tlscacert, given.tlscert, given.tlskey)
    if given.tlsverify and not all(files):
        raise BadOptions("--tlsverify needs --tlscacert, --tlscert and --tlskey")
    if not given.tlsverify:
        _check_open(ports, given.insecure_loopback)
    return Options(ports, given.tlsverify, *files)


def _check_open(ports: Sequence[Port], insecure: bool) -> None:
    for port in ports:
        if not insecure:
            raise UnsafeAddress(
                f"{port} without TLS would let every program and user of this machine in: "
                "give --tlsverify with certificates, or --insecure-loopback"
            )
        if not is_loopback(port.name):
            raise UnsafeAddress(f"{port} is no loopback address: it needs --tlsverify")


def parse_port(text: str, default: int) -> Port:
    """Read `tcp://name:port`. Raises: BadOptions."""
    scheme, _, rest = text.partition("://")
    name, colon, digits = rest.rpartition(":") if rest[-1:] != "]" else (rest, "", "")
    if scheme != "tcp" or not rest or "/" in rest:
        raise BadOptions(f"{text} is no address: tcp://127.0.0.1:{TLS_PORT} is one")
    if not colon:
        name, digits = rest, str(default)
    if not digits.isdigit() or not 0 <= int(digits) < 65536:
        raise BadOptions(f"{text} has no valid port")
    return Port(name.strip("[]").lower(), int(digits))


def listen(port: Port) -> socket.socket:
    """A listening socket. Raises: UnsafeAddress when the address cannot be had."""
    family = socket.AF_INET6 if ":" in port.name else socket.AF_INET
    try:
        return socket.create_server((port.name, port.number), family=family, backlog=128)
    except OSError as error:
        raise UnsafeAddress(f"cannot listen on {port}: {error.strerror or error}") from None
