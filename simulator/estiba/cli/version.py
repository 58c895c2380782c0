"""`docker version`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ..errors import EstibaError, Unavailable
from ..spec.gotime import parse_time
from .client import API_VERSION
from .errors import CommandFailed
from .flags import Options
from .model import shape
from .session import CLIENT_VERSION, Session
from .table import align
from .template import MISSING, Struct, TemplateError, compiled
from .template.values import plain, show

COMMIT = "e6534b4"
BUILT = "Fri May 30 12:07:14 2025"
GO = "go1.24.3"
OLD_CLIENT = (
    "Client:",
    " Version:\t20.10.24+dfsg1",
    " API version:\t1.41",
    " Go version:\tgo1.19.8",
    " Git commit:\t297e128",
    " Built:\tThu May  7 21:09:36 2026",
    " OS/Arch:\tlinux/amd64",
    " Context:\tdefault",
    " Experimental:\ttrue",
)
IN_JSON = {"APIVersion": "ApiVersion"}


def short_version(session: Session) -> str:
    if session.old:
        return "Docker version 20.10.24+dfsg1, build 297e128"
    return f"Docker version {CLIENT_VERSION}, build {COMMIT}"


class Record(Struct):
    """A value with members of our own making; those that are None are left out of JSON."""

    __slots__ = ("go_type", "values")

    def __init__(self, go_type: str, values: dict[str, Any]) -> None:
        self.go_type = go_type
        self.values = values

    def member(self, name: str) -> Any:
        return self.values[name]

    def plain(self) -> Any:
        return {
            IN_JSON.get(name, name): plain(value)
            for name, value in self.values.items()
            if value is not None and value is not MISSING
        }

    def text(self, top: bool, verb: str) -> str:
        return (
            "{"
            + " ".join(show(value, top=False, verb=verb) for value in self.values.values())
            + "}"
        )


def client_record(session: Session, *, negotiated: bool = True) -> Record:
    version = session.client.version if negotiated and session.client.version else API_VERSION
    values: dict[str, Any] = {
        "Platform": None,
        "Version": CLIENT_VERSION,
        "APIVersion": version,
        "DefaultAPIVersion": API_VERSION,
        "GitCommit": COMMIT,
        "GoVersion": GO,
        "Os": "linux",
        "Arch": "amd64",
        "BuildTime": BUILT,
        "Context": session.context,
    }
    return Record("system.clientVersion", values)


def ansi_date(text: str) -> str:
    """`Thu May  7 21:09:36 2026`."""
    try:
        moment = datetime.fromtimestamp(parse_time(text) // 1_000_000_000, UTC)
    except (EstibaError, ValueError, OverflowError):
        return text
    return f"{moment:%a %b} {moment.day:2d} {moment:%H:%M:%S %Y}"


def version(session: Session, options: Options) -> int:
    form = options["format"]
    template = None
    if form:
        try:
            template = compiled("{{json .}}" if form == "json" else form, "version")
        except TemplateError as error:
            raise CommandFailed(f"template parsing error: {error}", 64) from None
    problem = ""
    server: Any = None
    try:
        server = session.client.get("/version")
        _complete(server)
    except (CommandFailed, Unavailable) as error:
        problem = str(error)
    if template is None:
        session.write(_pretty(session, server))
    else:
        info = {"Client": client_record(session), "Server": shape("*types.Version", server)}
        try:
            session.line(template.render(Record("system.versionInfo", info)))
        except TemplateError as error:
            session.line(error.so_far)
            problem = problem or str(error)
    if problem:
        raise CommandFailed(problem)
    return 0


def _complete(server: Any) -> None:
    """Old engines say nothing of components."""
    components = server.setdefault("Components", None) or []
    server["Components"] = components
    for component in components:
        if component["Name"] == "Engine" and "BuildTime" in (component.get("Details") or {}):
            component["Details"]["BuildTime"] = ansi_date(component["Details"]["BuildTime"])
    if not any(component["Name"] == "Engine" for component in components):
        names = ("ApiVersion", "MinAPIVersion", "GitCommit", "GoVersion", "Os", "Arch")
        details = {name: server.get(name, "") for name in names}
        details["BuildTime"] = ansi_date(server.get("BuildTime", ""))
        details["Experimental"] = str(bool(server.get("Experimental"))).lower()
        components.append({"Name": "Engine", "Version": server["Version"], "Details": details})


def _pretty(session: Session, server: Any) -> str:
    lines = list(OLD_CLIENT) if session.old else _client_lines(session)
    if server is not None:
        name = (server.get("Platform") or {}).get("Name")
        lines += ["", f"Server: {name}" if name else "Server:"]
        for component in server["Components"]:
            lines += _component(component)
    return align("\n".join([*lines, ""]), least=20, padding=1)


def _client_lines(session: Session) -> list[str]:
    client = client_record(session).values
    api = client["APIVersion"]
    downgraded = f" (downgraded from {API_VERSION})" if api != API_VERSION else ""
    return [
        "Client:",
        f" Version:\t{CLIENT_VERSION}",
        f" API version:\t{api}{downgraded}",
        f" Go version:\t{GO}",
        f" Git commit:\t{COMMIT}",
        f" Built:\t{BUILT}",
        " OS/Arch:\tlinux/amd64",
        f" Context:\t{client['Context']}",
    ]


def _component(component: Any) -> list[str]:
    details = component.get("Details") or {}
    lines = [f" {component['Name']}:", f"  Version:\t{component['Version']}"]
    if component["Name"] != "Engine":
        return lines + [f"  {key}:\t{details[key]}" for key in sorted(details)]
    minimum = details.get("MinAPIVersion", "")
    return [
        *lines,
        f"  API version:\t{details.get('ApiVersion', '')} (minimum version {minimum})",
        f"  Go version:\t{details.get('GoVersion', '')}",
        f"  Git commit:\t{details.get('GitCommit', '')}",
        f"  Built:\t{details.get('BuildTime', '')}",
        f"  OS/Arch:\t{details.get('Os', '')}/{details.get('Arch', '')}",
        f"  Experimental:\t{details.get('Experimental', '')}",
    ]
