"""`docker ps`."""

from __future__ import annotations

from typing import Any, ClassVar

from ..spec.gotext import quote
from ..spec.units import human_size
from .ages import ago, go_time
from .client import encode_filters
from .errors import CommandFailed
from .flags import Options
from .formatter import Column, Row, render
from .images import short_id
from .names import parts
from .ports import displayable
from .session import Session
from .table import ellipsis
from .template import Method, TemplateError, compiled

TABLE = (
    "table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}"
)
RAW = (
    "container_id: {{.ID}}\nimage: {{.Image}}\ncommand: {{.Command}}\ncreated_at: {{.CreatedAt}}\n"
    "state: {{- pad .State 1 0}}\nstatus: {{- pad .Status 1 0}}\nnames: {{.Names}}\n"
    "labels: {{- pad .Labels 1 0}}\nports: {{- pad .Ports 1 0}}\n"
)
EMPTY: dict[str, Any] = {"Id": "", "Names": [], "Image": "", "Command": "", "Created": 0}
EMPTY |= {"State": "", "Status": "", "Ports": [], "ImageID": ""}


class ContainerRow(Row):
    """One container."""

    __slots__ = ("container", "now_s", "old", "truncated", "used")
    go_type = "*formatter.ContainerContext"

    def __init__(self, container: Any, truncated: bool, now_s: float, old: bool = False) -> None:
        self.container = container
        self.truncated = truncated
        self.now_s = now_s
        self.old = old
        self.used: set[str] = set()

    def names(self) -> str:
        names = [name[1:] for name in self.container["Names"] or ()]
        if self.truncated:
            names = next(([name] for name in names if "/" not in name), names)
        return ",".join(names)

    def image(self) -> str:
        image = self.container["Image"]
        if not image:
            return "<no image>"
        if not self.truncated:
            return str(image)
        identifier = short_id(self.container["ImageID"])
        if identifier == short_id(image):
            return identifier
        name, label, _ = parts(image)
        if not name:
            return str(image)
        return f"{name}:{label}" if label else name

    def command(self) -> str:
        command = self.container["Command"]
        return quote(ellipsis(command, 20) if self.truncated else command)

    def size(self) -> str:
        self.used.add("Size")
        own = human_size(self.container.get("SizeRw", 0), 3)
        whole = self.container.get("SizeRootFs", 0)
        return f"{own} (virtual {human_size(whole, 3)})" if whole > 0 else own

    def labels(self) -> str:
        labels = self.container.get("Labels") or {}
        return ",".join(sorted(f"{key}={value}" for key, value in labels.items()))

    def mounts(self) -> str:
        names = [m.get("Name") or m.get("Source", "") for m in self.container.get("Mounts") or ()]
        return ",".join(ellipsis(name, 15) if self.truncated else name for name in names)

    def networks(self) -> str:
        return ",".join((self.container.get("NetworkSettings") or {}).get("Networks") or {})

    def plain(self) -> Any:
        values = super().plain()
        if self.old:
            del values["Platform"]
        return values

    columns: ClassVar[dict[str, Column]] = {
        "ID": lambda r: short_id(r.container["Id"]) if r.truncated else r.container["Id"],
        "Names": names,
        "Image": image,
        "Command": command,
        "CreatedAt": lambda r: go_time(r.container["Created"]),
        "RunningFor": lambda r: ago(r.now_s, r.container["Created"]),
        "Platform": lambda r: None,
        "Ports": lambda r: displayable(r.container["Ports"] or [], old=r.old),
        "State": lambda r: r.container["State"],
        "Status": lambda r: r.container["Status"],
        "Size": size,
        "Labels": labels,
        "Label": lambda r: Method(lambda n: (r.container.get("Labels") or {}).get(n, ""), 1),
        "Mounts": mounts,
        "LocalVolumes": lambda r: str(
            sum(m.get("Driver") == "local" for m in r.container.get("Mounts") or ())
        ),
        "Networks": networks,
    }
    headers: ClassVar[dict[str, str]] = {
        "ID": "CONTAINER ID",
        "Names": "NAMES",
        "Image": "IMAGE",
        "Command": "COMMAND",
        "CreatedAt": "CREATED AT",
        "RunningFor": "CREATED",
        "Ports": "PORTS",
        "State": "STATE",
        "Status": "STATUS",
        "Size": "SIZE",
        "Labels": "LABELS",
        "Mounts": "MOUNTS",
        "LocalVolumes": "LOCAL VOLUMES",
        "Networks": "NETWORKS",
        "Platform": "PLATFORM",
    }


def list_containers(session: Session, options: Options) -> None:
    form = options["format"]
    quiet = options["quiet"]
    if not form:
        form = session.config.text("psFormat")
    elif quiet:
        session.console.write_error(
            b"WARNING: Ignoring custom format, because both --format and --quiet are set.\n"
        )
    size = options["size"]
    if form and _uses_size(form) and not quiet and "size" not in options.given:
        size = True
    containers = session.client.get("/containers/json", _query(options, size))
    now_s = session.now_s()
    rows = (
        ContainerRow(container, not options["no-trunc"], now_s, session.old)
        for container in containers
    )
    session.write(render(_format(form or "table", quiet, size), rows, ContainerRow.headers))


def _query(options: Options, size: bool) -> dict[str, str]:
    query: dict[str, str] = {}
    if options["all"]:
        query["all"] = "1"
    limit = options["last"]
    if options["latest"] and limit == -1:
        limit = 1
    if limit > 0:
        query["limit"] = str(limit)
    if size:
        query["size"] = "1"
    if options["filter"]:
        query["filters"] = encode_filters(options["filter"])
    return query


def _uses_size(form: str) -> bool:
    """Is the size asked for? Looks at the whole format, the word `table` included. Raises: CommandFailed."""
    try:
        template = compiled(form)
    except TemplateError as error:
        raise CommandFailed(f"failed to parse template: {error}") from None
    row = ContainerRow(EMPTY, False, 0)
    try:
        template.render(row)
    except TemplateError as error:
        raise CommandFailed(f"failed to execute template: {error}") from None
    return "Size" in row.used


def _format(form: str, quiet: bool, size: bool) -> str:
    if form == "table":
        return "{{.ID}}" if quiet else TABLE + ("\t{{.Size}}" if size else "")
    if form == "raw":
        return "container_id: {{.ID}}" if quiet else RAW + ("size: {{.Size}}\n" if size else "")
    return "{{.ID}}" if quiet and form != "json" else form
