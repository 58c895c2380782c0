"""Replays scenarios in two processes or as many as asked, and gathers their verdicts."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from oracle import load_replay, options

WORKER = Path(__file__).with_name("worker.py")
Told = Callable[[dict[str, Any]], None]


def replay_all(
    folder: Path, only: list[str] | None = None, jobs: int = 2, tell: Told = lambda result: None
) -> list[dict[str, Any]]:
    """Results by scenario, as `replay.score` gives them. `tell` hears of each as it comes."""
    replay = load_replay(folder)
    asked = options(folder, only)
    names: queue.SimpleQueue[str] = queue.SimpleQueue()
    for name in replay.chosen(asked):
        names.put(name)
    prefix = replay.isolation(asked)
    results: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="parity-") as place:
        settings = {
            "options": vars(asked),
            "images": replay.unpack_images(asked, place),
            "private": bool(prefix),
        }
        path = Path(place) / "settings.json"
        path.write_text(json.dumps(settings))
        command = [*prefix, sys.executable, str(WORKER), str(folder), str(path), place]

        def serve() -> None:
            worker = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            assert worker.stdin and worker.stdout
            while (name := _next(names)) is not None:
                worker.stdin.write(name + "\n")
                worker.stdin.flush()
                worker.stdout.readline()
                results[name] = replay.outcome(name, f"{place}/{name}.json", asked)
                tell(results[name])
            worker.stdin.close()
            worker.wait()
            worker.stdout.close()

        count = jobs if prefix else 1  # published ports must not meet
        threads = [threading.Thread(target=serve) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return [results[name] for name in sorted(results)]


def _next(names: queue.SimpleQueue[str]) -> str | None:
    try:
        return names.get_nowait()
    except queue.Empty:
        return None
