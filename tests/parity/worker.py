"""Runs the scenarios whose names come line by line, each in a process forked for it.

    worker.py ORACLE SETTINGS FOLDER

Leaves `FOLDER/NAME.json` and says the name when it is there.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from oracle import load_replay
from place import place_class


def run(replay: Any, name: str, options: argparse.Namespace, images: dict[str, str]) -> Any:
    """Replay one scenario and score it; the form of `replay.replay`."""
    recording, source = replay.load_recording(name, options)
    scenario = replay.yaml.safe_load(source)
    started = time.monotonic()
    place = place_class(replay)(options, images)
    place.scenario = name
    try:
        place.fresh(scenario)
        steps = replay.Replay(place, scenario).run()
    except replay.Skip as error:
        count = sum(step["kind"] in replay.COUNTED for step in recording["steps"])
        area = recording["area"]
        return {
            "scenario": name,
            "area": area,
            "skipped": str(error),
            "steps": [],
            "left_out": count,
        }
    finally:
        os.chdir("/")
        place.close()
    result = replay.score(recording, source, steps, place.trouble)
    return {**result, "seconds": round(time.monotonic() - started, 1)}


LIMIT_S = 240  # of processor time: machines are shared


def forked(replay: Any, name: str, settings: dict[str, Any], out: Path) -> None:
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT_S, LIMIT_S))
    signal.alarm(5 * LIMIT_S)  # a scenario that hangs ends without a result
    code = 1
    try:
        options = argparse.Namespace(**settings["options"])
        result = run(replay, name, options, settings["images"])
        out.write_text(json.dumps(result))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    folder, settings, out = sys.argv[1:]
    replay = load_replay(Path(folder))
    given = json.loads(Path(settings).read_text())
    if given["private"]:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=False)
    for line in sys.stdin:
        name = line.strip()
        forked(replay, name, given, Path(out) / f"{name}.json")
        print(name, flush=True)


if __name__ == "__main__":
    main()
