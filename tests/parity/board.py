"""`make parity`: replay the recordings of a real Docker, write docs/parity.md and the baseline.

    board.py [--jobs N] [AREA or SCENARIO ...]

With areas or scenarios only those are replayed, what differs is shown, and nothing is written.
Without the recordings (see `oracle`) nothing happens, and it says so.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

from baseline import BASELINE, write
from oracle import ROOT, find_oracle
from report import REASONS, UNEXPLAINED, page, read_reasons, reason_of
from runs import replay_all

PAGE = ROOT / "docs" / "parity.md"
SHOWN = 70


def tell(result: dict[str, Any]) -> None:
    same = sum(step["identical"] for step in result["steps"])
    text = result.get("skipped") or f"{same} of {len(result['steps'])}, {result.get('seconds')} s"
    trouble = "".join(f"\n    {one}" for one in result.get("trouble", ()))
    print(f"{result['scenario']}: {text}{trouble}", file=sys.stderr, flush=True)


def show(step: dict[str, Any]) -> None:
    """Where a step begins to differ."""
    print(f"{step['scenario']}#{step['n']}  {step['what'][:200]}  {step.get('failed', '')}")
    for field, wanted in step.get("recorded", {}).items():
        found = step["replayed"].get(field)
        if wanted != found:
            one, other = json.dumps(wanted), json.dumps(found)
            place = next(
                (i for i, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), 0
            )
            start = max(0, place - SHOWN)
            print(f"  - {field}: {one[start : place + 2 * SHOWN]}")
            print(f"  + {field}: {other[start : place + 2 * SHOWN]}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("only", nargs="*")
    asked = parser.parse_args()
    folder = find_oracle()
    if folder is None:
        print("SKIPPED: no recordings here; ESTIBA_ORACLE names their folder")
        return 0
    started = time.monotonic()
    results = replay_all(folder, asked.only or None, asked.jobs, tell)
    steps = [step for result in results for step in result["steps"]]
    reasons = read_reasons(REASONS.read_text(encoding="utf-8"))
    if asked.only:
        for step in steps:
            if not step["identical"] and reason_of(step, reasons) == UNEXPLAINED:
                show(step)
    else:
        PAGE.write_text(page(results, reasons), encoding="utf-8")
        same = {r["scenario"]: [s["n"] for s in r["steps"] if s["identical"]] for r in results}
        BASELINE.write_text(write(same), encoding="utf-8")
    count = sum(step["identical"] for step in steps)
    print(f"{count} of {len(steps)} identical, in {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
