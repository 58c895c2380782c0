"""`docker volume create`, `ls` and `rm`."""

from __future__ import annotations

from typing import Any, ClassVar

from ..spec.units import human_size
from .bindings import pairs
from .client import encode_filters
from .errors import CommandFailed, EngineError
from .flags import Options
from .formatter import Column, Row, render
from .places import place
from .session import Session
from .table import natural
from .template import Method

TABLE = "table {{.Driver}}\t{{.Name}}"
RAW = "name: {{.Name}}\ndriver: {{.Driver}}\n"


class VolumeRow(Row):
    """One volume."""

    __slots__ = ("volume",)
    go_type = "*formatter.volumeContext"

    def __init__(self, volume: Any) -> None:
        self.volume = volume

    def labels(self) -> str:
        labels = self.volume.get("Labels") or {}
        return ",".join(sorted(f"{key}={value}" for key, value in labels.items()))

    def usage(self, key: str) -> Any:
        return (self.volume.get("UsageData") or {}).get(key)

    def links(self) -> str:
        count = self.usage("RefCount")
        return "N/A" if count is None else str(count)

    def size(self) -> str:
        size = self.usage("Size")
        return "N/A" if size is None else human_size(size)

    columns: ClassVar[dict[str, Column]] = {
        "Name": lambda r: r.volume["Name"],
        "Driver": lambda r: r.volume["Driver"],
        "Scope": lambda r: r.volume["Scope"],
        "Mountpoint": lambda r: r.volume["Mountpoint"],
        "Labels": labels,
        "Label": lambda r: Method(lambda n: (r.volume.get("Labels") or {}).get(n, ""), 1),
        "Links": links,
        "Size": size,
        "Group": lambda r: "N/A",
        "Availability": lambda r: "N/A",
        "Status": lambda r: "N/A",
    }
    headers: ClassVar[dict[str, str]] = {
        "Name": "VOLUME NAME",
        "Driver": "DRIVER",
        "Scope": "SCOPE",
        "Availability": "AVAILABILITY",
        "Mountpoint": "MOUNTPOINT",
        "Labels": "LABELS",
        "Links": "LINKS",
        "Size": "SIZE",
        "Group": "GROUP",
        "Status": "STATUS",
    }


def list_volumes(session: Session, options: Options) -> None:
    query = {"filters": encode_filters(options["filter"])} if options["filter"] else {}
    volumes = session.client.get("/volumes", query).get("Volumes") or []
    form = options["format"]
    if not form:
        quiet = options["quiet"]
        form = "table" if quiet else session.config.text("volumesFormat") or "table"
    if form in ("table", "raw"):
        quiet = options["quiet"]
        form = (
            ("{{.Name}}" if form == "table" else "name: {{.Name}}")
            if quiet
            else {"table": TABLE, "raw": RAW}[form]
        )
    rows = [VolumeRow(volume) for volume in sorted(volumes, key=lambda v: natural(v["Name"]))]
    session.write(render(form, rows, VolumeRow.headers))


def create(session: Session, options: Options) -> None:
    name = options.arguments[0] if options.arguments else ""
    if options["name"]:
        if name:
            raise CommandFailed(
                "conflicting options: cannot specify a volume-name through both --name and as a "
                "positional arg"
            )
        name = options["name"]
    fields = {
        "Driver": options["driver"],
        "DriverOpts": options["opt"],
        "Labels": pairs(options["label"]),
        "Name": name,
    }
    body = {key: value for key, value in fields.items() if value}
    session.line(session.client.json("POST", "/volumes/create", None, body)["Name"])


def remove(session: Session, options: Options) -> int:
    query = {"force": "1"} if options["force"] else {}
    problems = []
    for name in options.arguments:
        try:
            session.client.bytes("DELETE", place("volume", name), query)
        except EngineError as error:
            if options["force"] and error.status == 404:
                session.line(name)
            else:
                problems.append(error.message)
        except CommandFailed as error:
            problems.append(error.message)
        else:
            session.line(name)
    if problems:
        raise CommandFailed("\n".join(problems))
    return 0
