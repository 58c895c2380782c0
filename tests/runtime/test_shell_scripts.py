"""Our shells against real ones: same output, same errors, same status, script by script."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from machine_house import Machine

VECTORS = Path(__file__).parents[1] / "vectors" / "shell-scripts.json"
ROWS: list[dict[str, Any]] = json.loads(VECTORS.read_text())
NOT_HERE = {
    "kill -9 $$\n": "the first process of a container outlives its own SIGKILL",
}


def without_pids(text: str) -> str:
    return re.sub(r" +\d+ (Killed|Segm|Term)", r" PID \1", text)


def label(row: dict[str, Any]) -> str:
    return f"{row['shell']}-{row['way']}-{row['script'][:40]!r}"


@pytest.mark.parametrize("row", ROWS, ids=label)
def test_a_script_does_what_it_does_in_the_real_shell(row: dict[str, Any]) -> None:
    script = row["script"]
    if script in NOT_HERE:
        pytest.skip(NOT_HERE[script])
    busybox = row["shell"] == "ash"
    files = {"/work/s.sh": script} if row["way"] == "file" else {}
    machine = Machine(busybox=busybox, files=files)
    args = {"command": ("-c", script), "file": ("s.sh",), "input": ()}[row["way"]]
    given = script.encode() if row["way"] == "input" else b""
    name = "sh" if busybox else row["shell"]
    out, err, code = machine.run(name, *args, stdin=given, env=("HOME=/root",))
    assert (out, without_pids(err), code) == (row["out"], without_pids(row["err"]), row["code"])
