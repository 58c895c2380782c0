"""`docker stats`.

Simplified: containers are asked in turn, once for each refresh, instead of by a stream each.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

from ..spec.units import bytes_size, human_size
from .errors import CommandFailed
from .flags import Options
from .formatter import Column, Row, render
from .places import place
from .session import Session

TABLE = (
    "table {{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t"
    "{{.PIDs}}"
)
REFRESH_S = 0.5


class StatsRow(Row):
    """What one container uses; `sample` is None as long as nothing is known."""

    __slots__ = ("name", "sample", "truncated")
    go_type = "*container.statsContext"

    def __init__(self, name: str, sample: Any, truncated: bool) -> None:
        self.name = name
        self.sample = sample
        self.truncated = truncated

    def container_name(self) -> str:
        name = (self.sample or {}).get("name", "")
        return name[1:] if len(name) > 1 else "--"

    def identifier(self) -> str:
        text = str((self.sample or {}).get("id", ""))
        return text[:12] if self.truncated else text

    def cpu(self) -> str:
        return f"{cpu_percent(self.sample):.2f}%" if self.sample else "--"

    def memory(self) -> tuple[float, float]:
        stats = (self.sample or {}).get("memory_stats", {})
        usage, details = stats.get("usage", 0), stats.get("stats") or {}
        for key in ("total_inactive_file", "inactive_file"):
            if key in details and details[key] < usage:
                usage -= details[key]
                break
        return usage, stats.get("limit", 0)

    def memory_usage(self) -> str:
        if not self.sample:
            return "-- / --"
        used, limit = self.memory()
        return f"{bytes_size(used)} / {bytes_size(limit)}"

    def memory_percent(self) -> str:
        if not self.sample:
            return "--"
        used, limit = self.memory()
        return f"{used / limit * 100 if limit else 0:.2f}%"

    def network(self) -> str:
        if not self.sample:
            return "--"
        cards = (self.sample.get("networks") or {}).values()
        sums = (sum(card[key] for card in cards) for key in ("rx_bytes", "tx_bytes"))
        return " / ".join(human_size(size, 3) for size in sums)

    def blocks(self) -> str:
        if not self.sample:
            return "--"
        rows = (self.sample.get("blkio_stats") or {}).get("io_service_bytes_recursive") or ()
        sums = (sum(row["value"] for row in rows if row["op"][:1].lower() == op) for op in "rw")
        return " / ".join(human_size(size, 3) for size in sums)

    def processes(self) -> str:
        return str((self.sample.get("pids_stats") or {}).get("current", 0)) if self.sample else "--"

    columns: ClassVar[dict[str, Column]] = {
        "Container": lambda r: r.name,
        "Name": container_name,
        "ID": identifier,
        "CPUPerc": cpu,
        "MemUsage": memory_usage,
        "MemPerc": memory_percent,
        "NetIO": network,
        "BlockIO": blocks,
        "PIDs": processes,
    }
    headers: ClassVar[dict[str, str]] = {
        "Container": "CONTAINER",
        "Name": "NAME",
        "ID": "CONTAINER ID",
        "CPUPerc": "CPU %",
        "MemUsage": "MEM USAGE / LIMIT",
        "MemPerc": "MEM %",
        "NetIO": "NET I/O",
        "BlockIO": "BLOCK I/O",
        "PIDs": "PIDS",
    }


def cpu_percent(sample: Any) -> float:
    now, before = sample.get("cpu_stats") or {}, sample.get("precpu_stats") or {}
    usage = now.get("cpu_usage") or {}
    used = usage.get("total_usage", 0) - (before.get("cpu_usage") or {}).get("total_usage", 0)
    whole = now.get("system_cpu_usage", 0) - before.get("system_cpu_usage", 0)
    count = now.get("online_cpus") or len(usage.get("percpu_usage") or ())
    return used / whole * count * 100 if used > 0 and whole > 0 else 0.0


def stats(session: Session, options: Options) -> int:
    form = options["format"] or session.config.text("statsFormat") or "table"
    form = TABLE if form == "table" else form
    while True:
        names = options.arguments or _all(session, options["all"])
        rows = _samples(session, names, bool(options.arguments), not options["no-trunc"])
        text = render(form, rows, StatsRow.headers)
        if options["no-stream"]:
            session.write(text)
            return 0
        lines = text.split("\n")
        session.write("\x1b[H" + text + "".join(f"{line} \x1b[K\n" for line in lines) + "\x1b[J")
        if not rows and options.arguments:
            return 0
        session.wait(timeout_s=REFRESH_S)


def _all(session: Session, everything: bool) -> list[str]:
    query = {"all": "1"} if everything else {}
    return [container["Id"][:12] for container in session.client.get("/containers/json", query)]


def _samples(session: Session, names: list[str], strict: bool, truncated: bool) -> list[Row]:
    rows: list[Row] = []
    problems = []
    for name in names:
        try:
            data = session.client.bytes("GET", place("container", name, "/stats"), {"stream": "0"})
        except CommandFailed as error:
            problems.append(error.message)
            continue
        rows.append(StatsRow(name, json.loads(data) if data.strip() else None, truncated))
    if problems and strict:
        raise CommandFailed("\n".join(problems))
    return rows
