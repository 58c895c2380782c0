"""The table of commands: `docker builder`.

Usage texts are Docker's own words, shown by `--help`.
"""

from __future__ import annotations

from ..command import Command, Flag

COMMANDS = (
    Command(
        "builder prune",
        "",
        "Remove build cache",
        (0, 0),
        "prune:builder_prune",
        (
            Flag("force", "f", "bool", "Do not prompt for confirmation"),
            Flag("all", "a", "bool", "Remove all unused build cache, not just dangling ones"),
            Flag("filter", "", "filter", 'Provide filter values (e.g. "until=24h")'),
            Flag("keep-storage", "", "bytes", "Amount of disk space to keep for cache"),
        ),
    ),
)
