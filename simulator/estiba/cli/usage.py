"""`docker system df`."""

from __future__ import annotations

from typing import Any, ClassVar

from ..errors import EstibaError
from ..spec.gotime import parse_time
from ..spec.reference import normalize
from ..spec.units import human_size
from .ages import ago
from .containers import ContainerRow
from .errors import CommandFailed
from .flags import Options
from .formatter import Column, Row, render, template_text
from .images import NONE, ImageRow
from .session import Session
from .template import TemplateError, Typed, compiled, to_json
from .version import Record
from .volumes import VolumeRow

TABLE = "table {{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}"
RAW = (
    "type: {{.Type}}\ntotal: {{.TotalCount}}\nactive: {{.Active}}\nsize: {{.Size}}\n"
    "reclaimable: {{.Reclaimable}}\n"
)
SECTIONS = (
    (
        "Images space usage:\n\n",
        "table {{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t{{.SharedSize}}\t"
        "{{.UniqueSize}}\t{{.Containers}}",
    ),
    (
        "\nContainers space usage:\n\n",
        "table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t"
        "{{.Status}}\t{{.Names}}",
    ),
    ("\nLocal Volumes space usage:\n\n", "table {{.Name}}\t{{.Links}}\t{{.Size}}"),
    (
        "\nBuild cache usage: {}\n\n",
        "table {{.ID}}\t{{.CacheType}}\t{{.Size}}\t{{.CreatedSince}}\t{{.LastUsedSince}}\t"
        "{{.UsageCount}}\t{{.Shared}}",
    ),
)
ACTIVE = ("running", "paused", "restarting")


class UsageRow(Row):
    """One kind of thing that takes space. `reclaimable` is in bytes."""

    __slots__ = ("active", "count", "go_type", "kind", "percent", "reclaimable", "total")

    def __init__(
        self, go_type: str, kind: str, count: int, active: int, total: int, reclaimable: int
    ) -> None:
        self.go_type = f"*formatter.diskUsage{go_type}Context"
        self.kind = kind
        self.count = count
        self.active = active
        self.total = total
        self.reclaimable = reclaimable

    def free(self) -> str:
        text = human_size(self.reclaimable)
        if self.total <= 0 or self.kind == "Build Cache":
            return text
        part = abs(self.reclaimable) * 100 // self.total
        return f"{text} ({-part if self.reclaimable < 0 else part}%)"

    columns: ClassVar[dict[str, Column]] = {
        "Type": lambda r: r.kind,
        "TotalCount": lambda r: str(r.count),
        "Active": lambda r: str(r.active),
        "Size": lambda r: human_size(r.total),
        "Reclaimable": free,
    }
    headers: ClassVar[dict[str, str]] = {
        "Type": "TYPE",
        "TotalCount": "TOTAL",
        "Active": "ACTIVE",
        "Size": "SIZE",
        "Reclaimable": "RECLAIMABLE",
    }


class CacheRow(Row):
    """One record of the build cache."""

    __slots__ = ("now_s", "record", "truncated")
    go_type = "*formatter.buildCacheContext"

    def __init__(self, record: Any, truncated: bool, now_s: float) -> None:
        self.record = record
        self.truncated = truncated
        self.now_s = now_s

    def identifier(self) -> str:
        text = self.record["ID"]
        text = text[:12] if self.truncated else text
        return f"{text}*" if self.record.get("InUse") else str(text)

    def since(self, key: str) -> str:
        text = self.record.get(key)
        return ago(self.now_s, parse_time(text) / 1e9) if text else ""

    columns: ClassVar[dict[str, Column]] = {
        "ID": identifier,
        "Parent": lambda r: r.record.get("Parent", ""),
        "CacheType": lambda r: r.record["Type"],
        "Description": lambda r: r.record.get("Description", ""),
        "Size": lambda r: human_size(r.record["Size"], 3),
        "CreatedAt": lambda r: r.record.get("CreatedAt", ""),
        "CreatedSince": lambda r: r.since("CreatedAt"),
        "LastUsedAt": lambda r: r.record.get("LastUsedAt") or "",
        "LastUsedSince": lambda r: r.since("LastUsedAt"),
        "UsageCount": lambda r: str(r.record.get("UsageCount", 0)),
        "InUse": lambda r: str(bool(r.record.get("InUse"))).lower(),
        "Shared": lambda r: str(bool(r.record.get("Shared"))).lower(),
    }
    headers: ClassVar[dict[str, str]] = {
        "ID": "CACHE ID",
        "Parent": "PARENT",
        "CacheType": "CACHE TYPE",
        "Size": "SIZE",
        "CreatedSince": "CREATED",
        "LastUsedSince": "LAST USED",
        "UsageCount": "USAGE",
        "InUse": "IN USE",
        "Shared": "SHARED",
    }


def disk_usage(session: Session, options: Options) -> None:
    usage = session.client.get("/system/df")
    form = options["format"] or "table"
    if options["verbose"]:
        session.write(_verbose(session, usage, form))
        return
    form = {"table": TABLE, "raw": RAW}.get(form, form)
    session.write(render(form, _summary(usage), UsageRow.headers))


def _summary(usage: Any) -> list[UsageRow]:
    cache = usage.get("BuildCache") or []
    own = [record for record in cache if not record.get("Shared")]
    built = UsageRow(
        "Builder",
        "Build Cache",
        len(cache),
        sum(bool(record.get("InUse")) for record in cache),
        sum(record["Size"] for record in own),
        sum(record["Size"] for record in own if not record.get("InUse")),
    )
    return [_images(usage), _containers(usage), _volumes(usage), built]


def _images(usage: Any) -> UsageRow:
    images, total = usage.get("Images") or [], usage.get("LayersSize", 0)
    used = sum(
        image["Size"] - image["SharedSize"]
        for image in images
        if image["Containers"] != 0 and image["Size"] != -1 and image["SharedSize"] != -1
    )
    active = sum(image["Containers"] > 0 for image in images)
    return UsageRow("Images", "Images", len(images), active, total, total - used)


def _containers(usage: Any) -> UsageRow:
    containers = usage.get("Containers") or []
    idle = [container for container in containers if container["State"] not in ACTIVE]
    total, free = (sum(c.get("SizeRw", 0) for c in some) for some in (containers, idle))
    active = len(containers) - len(idle)
    return UsageRow("Containers", "Containers", len(containers), active, total, free)


def _volumes(usage: Any) -> UsageRow:
    volumes = usage.get("Volumes") or []
    known = [volume["UsageData"] for volume in volumes if volume.get("UsageData")]
    sizes = [(data["Size"], data["RefCount"]) for data in known]
    return UsageRow(
        "Volumes",
        "Local Volumes",
        len(volumes),
        sum(links > 0 for _, links in sizes),
        sum(size for size, _ in sizes if size != -1),
        sum(size for size, links in sizes if links == 0 and size != -1),
    )


def _details(session: Session, usage: Any, truncated: bool) -> list[list[Row]]:
    now_s = session.now_s()
    images: list[Row] = []
    for image in usage.get("Images") or ():
        repository, tag = _first_name(image)
        images.append(ImageRow(image, repository, tag, "", truncated, now_s))
    containers: list[Row] = [
        ContainerRow({**container, "SizeRootFs": 0}, truncated, now_s)
        for container in usage.get("Containers") or ()
    ]
    volumes: list[Row] = [VolumeRow(volume) for volume in usage.get("Volumes") or ()]
    records = sorted(
        usage.get("BuildCache") or (), key=lambda r: (r.get("LastUsedAt") or "", r["ID"])
    )
    return [images, containers, volumes, [CacheRow(r, truncated, now_s) for r in records]]


def _first_name(image: Any) -> tuple[str, str]:
    tags = image.get("RepoTags") or []
    if not tags or tags == ["<none>:<none>"]:
        return NONE, NONE
    try:
        reference = normalize(tags[0])
    except EstibaError:
        return NONE, NONE
    return reference.familiar_name, reference.tag or NONE


def _verbose(session: Session, usage: Any, form: str) -> str:
    details = _details(session, usage, form.startswith("table"))
    if form == "table":
        cache = sum(c["Size"] for c in usage.get("BuildCache") or () if not c.get("Shared"))
        heads = [ImageRow.headers, ContainerRow.headers, VolumeRow.headers, CacheRow.headers]
        return "".join(
            title.format(human_size(cache)) + render(table, rows, headers)
            for (title, table), rows, headers in zip(SECTIONS, details, heads, strict=True)
        )
    names = ("Images", "Containers", "Volumes", "BuildCache")
    values = {
        name: Typed("[]*formatter.context", rows) for name, rows in zip(names, details, strict=True)
    }
    record = Record("*formatter.diskUsageContext", values)
    try:
        if template_text(form) == "{{json .}}":
            return to_json(record, html=True)
        return compiled(template_text(form)).render(record)
    except TemplateError as error:
        raise CommandFailed(
            f"template parsing error: {error}" if "executing" not in str(error) else str(error)
        ) from None
