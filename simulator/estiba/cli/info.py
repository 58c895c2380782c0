"""`docker info`."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Any

from ..errors import Unavailable
from ..spec.units import bytes_size
from .auth import HUB
from .errors import CommandFailed
from .flags import Options
from .model import Shaped
from .session import CLIENT_VERSION, Session
from .template import Struct, TemplateError, Typed, compiled
from .version import Record, client_record

Lines = Iterator[str]


class Info(Struct):
    """Server and client in one, as templates see them."""

    __slots__ = ("_client", "_server")
    go_type = "system.dockerInfo"

    def __init__(self, server: Any, client: Record) -> None:
        self._server = Shaped("system.Info", server or {})
        self._client = client

    def member(self, name: str) -> Any:
        if name == "ClientInfo":
            return self._client
        if name in ("ServerErrors", "ClientErrors"):
            return []
        return self._server.member(name)

    def plain(self) -> Any:
        return {**self._server.plain(), "ClientInfo": self._client.plain()}

    def text(self, top: bool, verb: str) -> str:
        return f"{{{self._server.text(False, verb)} {self._client.text(False, verb)}}}"


def info(session: Session, options: Options) -> int:
    form = options["format"]
    if form:
        return _formatted(session, form)
    problem = ""
    server: Any = None
    try:
        server = session.client.get("/info")
    except Unavailable as error:
        problem = str(error)
    except CommandFailed as error:
        problem = f"ERROR: {error.message}\nerrors pretty printing info"
    lines = ["Client:", f" Version:    {CLIENT_VERSION}", f" Context:    {session.context}"]
    if session.old:
        del lines[1]
    lines += [f" Debug Mode: {_go(session.debug)}", "", "Server:"]
    if server is not None:
        lines += [*_server(session, server), ""]
    session.line("\n".join(lines))
    for warning in (server or {}).get("Warnings") or ():
        session.error(warning)
    if problem:
        raise CommandFailed(problem)
    return 0


def _formatted(session: Session, form: str) -> int:
    try:
        template = compiled("{{json .}}" if form == "json" else form)
    except TemplateError as error:
        raise CommandFailed(f"template parsing error: {error}", 64) from None
    client = client_record(session, negotiated=False)
    nothing = Typed("[]string", None)
    known = {**client.values, "APIVersion": None}
    client.values = {"Debug": session.debug, **known, "Plugins": [], "Warnings": nothing}
    client.go_type = "*system.clientInfo"
    server = session.client.get("/info")
    try:
        session.line(template.render(Info(server, client)))
    except TemplateError as error:
        session.line("")
        raise CommandFailed(str(error)) from None
    return 0


def _go(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _server(session: Session, info: Any) -> Lines:
    yield f" Containers: {info.get('Containers', 0)}"
    for state in ("Running", "Paused", "Stopped"):
        yield f"  {state}: {info.get(f'Containers{state}', 0)}"
    yield f" Images: {info.get('Images', 0)}"
    yield from _filled(info, ("Server Version", "ServerVersion"), ("Storage Driver", "Driver"))
    for name, value in info.get("DriverStatus") or ():
        yield f"  {name}: {value}"
    yield from _filled(
        info,
        ("Logging Driver", "LoggingDriver"),
        ("Cgroup Driver", "CgroupDriver"),
        ("Cgroup Version", "CgroupVersion"),
    )
    yield from _plugins(info.get("Plugins") or {})
    yield f" Swarm: {(info.get('Swarm') or {}).get('LocalNodeState', '')}"
    if info.get("Runtimes"):
        yield f" Runtimes: {' '.join(info['Runtimes'])}"
        yield f" Default Runtime: {info.get('DefaultRuntime', '')}"
    if info.get("OSType") == "linux":
        yield from _linux(info)
    yield from _filled(
        info,
        ("Kernel Version", "KernelVersion"),
        ("Operating System", "OperatingSystem"),
        ("OSType", "OSType"),
        ("Architecture", "Architecture"),
    )
    yield f" CPUs: {info.get('NCPU', 0)}"
    yield f" Total Memory: {bytes_size(info.get('MemTotal', 0))}"
    yield from _filled(info, ("Name", "Name"), ("ID", "ID"))
    yield f" Docker Root Dir: {info.get('DockerRootDir', '')}"
    yield from _tail(session, info)


def _filled(info: Any, *rows: tuple[str, str]) -> Lines:
    for label, key in rows:
        if info.get(key):
            yield f" {label}: {info[key]}"


def _plugins(plugins: Any) -> Lines:
    yield " Plugins:"
    for kind in ("Volume", "Network", "Authorization", "Log"):
        names = plugins.get(kind) or []
        if names or kind != "Authorization":
            yield f"  {kind}: {' '.join(names)}"


def _linux(info: Any) -> Lines:
    yield f" Init Binary: {info.get('InitBinary', '')}"
    for label, key in (
        ("containerd", "ContainerdCommit"),
        ("runc", "RuncCommit"),
        ("init", "InitCommit"),
    ):
        yield f" {label} version: {(info.get(key) or {}).get('ID', '')}"
    if info.get("SecurityOptions"):
        yield " Security Options:"
        for option in info["SecurityOptions"]:
            pairs = dict(pair.partition("=")[::2] for pair in option.split(","))
            yield f"  {pairs.get('name', option)}"
            if "profile" in pairs:
                yield f"   Profile: {pairs['profile']}"


def _tail(session: Session, info: Any) -> Lines:
    yield f" Debug Mode: {_go(info.get('Debug', False))}"
    if info.get("Debug") or session.debug:
        rows = (
            ("File Descriptors", "NFd"),
            ("Goroutines", "NGoroutines"),
            ("System Time", "SystemTime"),
            ("EventsListeners", "NEventsListener"),
        )
        for label, key in rows:
            yield f"  {label}: {info.get(key, 0)}"
    yield from _filled(
        info, ("HTTP Proxy", "HttpProxy"), ("HTTPS Proxy", "HttpsProxy"), ("No Proxy", "NoProxy")
    )
    if user := session.config.credentials(HUB).get("username"):
        yield f" Username: {user}"
    if session.old:
        yield f" Registry: {info.get('IndexServerAddress', '')}"
    if info.get("Labels") or session.old:
        yield " Labels:"
        yield from (f"  {label}" for label in info.get("Labels") or ())
    yield f" Experimental: {_go(info.get('ExperimentalBuild', False))}"
    yield from _registries(info.get("RegistryConfig") or {})
    yield f" Live Restore Enabled: {_go(info.get('LiveRestoreEnabled', False))}"
    yield from _filled(info, ("Product License", "ProductLicense"))
    if info.get("DefaultAddressPools"):
        yield " Default Address Pools:"
        for pool in info["DefaultAddressPools"]:
            yield f"   Base: {pool['Base']}, Size: {pool['Size']}"


def _registries(config: Any) -> Lines:
    indexes, ranges = config.get("IndexConfigs") or {}, config.get("InsecureRegistryCIDRs") or []
    if indexes or ranges:
        yield " Insecure Registries:"
        yield from (f"  {index['Name']}" for index in indexes.values() if not index.get("Secure"))
        for text in ranges:
            if re.fullmatch(r"[0-9a-fA-F.:]+/[0-9]+", text):
                yield f"  {ipaddress.ip_network(text, strict=False)}"
    if config.get("Mirrors"):
        yield " Registry Mirrors:"
        yield from (f"  {mirror}" for mirror in config["Mirrors"])
