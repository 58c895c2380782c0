"""`docker stats`: one sample of what a container uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from ..runtime import Usage
from ..spec.gotime import ZERO_TIME, format_time
from .container import Container

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

NS_PER_S = 1_000_000_000
NO_CPU: dict[str, Any] = {
    "cpu_usage": {"total_usage": 0, "usage_in_kernelmode": 0, "usage_in_usermode": 0},
    "throttling_data": {"periods": 0, "throttled_periods": 0, "throttled_time": 0},
}


def stats(
    engine: Engine[M], container: Container[M], before: dict[str, Any] | None = None
) -> dict[str, Any]:
    """A sample as the API sends it; `before` is the one from a moment ago, to compare with."""
    value: dict[str, Any] = {
        "read": ZERO_TIME,
        "preread": before["read"] if before else ZERO_TIME,
        "pids_stats": {},
        "blkio_stats": _io(None),
        "num_procs": 0,
        "storage_stats": {},
        "cpu_stats": NO_CPU,
        "precpu_stats": before["cpu_stats"] if before else NO_CPU,
        "memory_stats": {},
        "name": f"/{container.name}",
        "id": container.id,
    }
    if not container.running:
        return value
    now_ns = engine.clock.now_ns()
    usage = engine.host.runtime.usage(container.id)
    value["read"] = format_time(now_ns)
    value["pids_stats"] = {"current": usage.pids}
    value["blkio_stats"] = _io(usage)
    value["cpu_stats"] = _cpu(engine, usage, now_ns)
    value["memory_stats"] = {
        "usage": usage.memory,
        "max_usage": usage.memory,
        "stats": {"cache": 0, "rss": usage.memory, "total_inactive_file": 0, "inactive_file": 0},
        "limit": usage.memory_limit or engine.config.memory,
    }
    if any(endpoint.address for endpoint in container.endpoints.values()):
        value["networks"] = {
            f"eth{number}": dict.fromkeys(NETWORK_FIELDS, 0)
            for number, _ in enumerate(container.endpoints)
        }
    return value


NETWORK_FIELDS = (
    "rx_bytes",
    "rx_packets",
    "rx_errors",
    "rx_dropped",
    "tx_bytes",
    "tx_packets",
    "tx_errors",
    "tx_dropped",
)


def _cpu(engine: Engine[M], usage: Usage, now_ns: int) -> dict[str, Any]:
    total = round(usage.cpu_s * NS_PER_S)
    return {
        "cpu_usage": {
            "total_usage": total,
            "percpu_usage": [total] + [0] * (engine.config.cpus - 1),
            "usage_in_kernelmode": 0,
            "usage_in_usermode": total,
        },
        "system_cpu_usage": now_ns * engine.config.cpus,
        "online_cpus": engine.config.cpus,
        "throttling_data": {"periods": 0, "throttled_periods": 0, "throttled_time": 0},
    }


def _io(usage: Usage | None) -> dict[str, Any]:
    rows = None
    if usage is not None:
        rows = [
            {"major": 8, "minor": 0, "op": "Read", "value": usage.read},
            {"major": 8, "minor": 0, "op": "Write", "value": usage.written},
        ]
    empty = (
        "io_serviced_recursive",
        "io_queue_recursive",
        "io_service_time_recursive",
        "io_wait_time_recursive",
        "io_merged_recursive",
        "io_time_recursive",
        "sectors_recursive",
    )
    return {"io_service_bytes_recursive": rows, **dict.fromkeys(empty)}
