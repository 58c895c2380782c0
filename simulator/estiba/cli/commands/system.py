"""The table of commands: `docker system`.

Usage texts are Docker's own words, shown by `--help`.
"""

from __future__ import annotations

from ..command import FORMAT_HELP, INSPECT_FORMAT_HELP, Command, Flag

COMMANDS = (
    Command(
        "system df",
        "[OPTIONS]",
        "Show docker disk usage",
        (0, 0),
        "usage:disk_usage",
        (
            Flag("verbose", "v", "bool", "Show detailed information on space usage"),
            Flag("format", "", "string", FORMAT_HELP),
        ),
    ),
    Command(
        "system events",
        "[OPTIONS]",
        "Get real time events from the server",
        (0, 0),
        "events:events",
        (
            Flag("since", "", "string", "Show all events created since timestamp"),
            Flag("until", "", "string", "Stream events until this timestamp"),
            Flag("filter", "f", "filter", "Filter output based on conditions provided"),
            Flag("format", "", "string", INSPECT_FORMAT_HELP),
        ),
        top="events",
        also="docker system events, docker events",
    ),
    Command(
        "system info",
        "[OPTIONS]",
        "Display system-wide information",
        (0, 0),
        "info:info",
        (Flag("format", "f", "string", INSPECT_FORMAT_HELP),),
        top="info",
        also="docker system info, docker info",
    ),
    Command(
        "inspect",
        "[OPTIONS] NAME|ID [NAME|ID...]",
        "Return low-level information on Docker objects",
        (1, None),
        "inspect:inspect",
        (
            Flag("format", "f", "string", INSPECT_FORMAT_HELP),
            Flag("type", "", "string", "Only inspect objects of the given type"),
            Flag("size", "s", "bool", "Display total file sizes if the type is container"),
        ),
        top="inspect",
    ),
    Command(
        "system prune",
        "[OPTIONS]",
        "Remove unused data",
        (0, 0),
        "prune:system_prune",
        (
            Flag("force", "f", "bool", "Do not prompt for confirmation"),
            Flag("all", "a", "bool", "Remove all unused images not just dangling ones"),
            Flag("volumes", "", "bool", "Prune anonymous volumes"),
            Flag("filter", "", "filter", 'Provide filter values (e.g. "label=<key>=<value>")'),
        ),
    ),
    Command(
        "version",
        "[OPTIONS]",
        "Show the Docker version information",
        (0, 0),
        "version:version",
        (Flag("format", "f", "string", INSPECT_FORMAT_HELP),),
        top="version",
    ),
)
