"""`docker history`."""

from __future__ import annotations

from typing import Any, ClassVar

from ..spec.units import human_size
from .ages import EPOCH_2000_S, ago, rfc3339
from .flags import Options
from .formatter import Column, Row, render
from .images import short_id
from .session import Session
from .table import ellipsis

TABLE = "table {{.ID}}\t{{.CreatedSince}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}"


class HistoryRow(Row):
    """One step of an image's making."""

    __slots__ = ("human", "item", "now_s", "truncated")
    go_type = "*image.historyContext"

    def __init__(self, item: Any, human: bool, truncated: bool, now_s: float) -> None:
        self.item = item
        self.human = human
        self.truncated = truncated
        self.now_s = now_s

    def since(self) -> str:
        created = self.item["Created"]
        if not self.human:
            return rfc3339(created)
        return "N/A" if created <= EPOCH_2000_S else ago(self.now_s, created)

    def created_by(self) -> str:
        text = self.item["CreatedBy"].replace("\t", " ")
        return ellipsis(text, 45) if self.truncated else str(text)

    columns: ClassVar[dict[str, Column]] = {
        "ID": lambda r: short_id(r.item["Id"]) if r.truncated else r.item["Id"],
        "CreatedAt": lambda r: rfc3339(r.item["Created"]),
        "CreatedSince": since,
        "CreatedBy": created_by,
        "Size": lambda r: human_size(r.item["Size"], 3) if r.human else str(r.item["Size"]),
        "Comment": lambda r: r.item["Comment"],
    }
    headers: ClassVar[dict[str, str]] = {
        "ID": "IMAGE",
        "CreatedSince": "CREATED",
        "CreatedAt": "CREATED AT",
        "CreatedBy": "CREATED BY",
        "Size": "SIZE",
        "Comment": "COMMENT",
    }


def history(session: Session, options: Options) -> None:
    items = session.client.get(f"/images/{options.arguments[0]}/history")
    human = options["human"]
    form = options["format"] or "table"
    if form == "table":
        form = "{{.ID}}" if options["quiet"] else TABLE
        if not human and not options["quiet"]:
            form = TABLE.replace("CreatedSince", "CreatedAt")
    now_s = session.now_s()
    rows = (HistoryRow(item, human, not options["no-trunc"], now_s) for item in items or ())
    session.write(render(form, rows, HistoryRow.headers))
