"""`python -m estiba.distribution.catalogue SOURCE`: write `catalogue.zip` anew."""

from __future__ import annotations

import sys
from pathlib import Path

from .building import build


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m estiba.distribution.catalogue SOURCE\n")
        return 2
    report = build(Path(arguments[0]), Path(__file__).parent.parent / "catalogue.zip")
    sys.stdout.write(report)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
