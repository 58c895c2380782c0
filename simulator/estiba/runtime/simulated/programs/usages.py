"""What --help and --version print, and BusyBox's usage: synopses, not manuals.

`usages.json` holds the synopsis of each BusyBox applet (its interface).
Simplified: the description of the single options is left out.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

BUSYBOX_BANNER = "BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.\n"
NO_USAGE = frozenset(
    ("[", "[[", "echo", "egrep", "fgrep", "dnsdomainname", "test", "true", "false")
)

FILES = "[OPTION]... [FILE]..."
SYNOPSES = {
    "basename": "NAME [SUFFIX]",
    "chgrp": "[OPTION]... GROUP FILE...",
    "chmod": "[OPTION]... MODE[,MODE]... FILE...",
    "chown": "[OPTION]... [OWNER][:[GROUP]] FILE...",
    "cp": "[OPTION]... SOURCE... DEST",
    "date": "[OPTION]... [+FORMAT]",
    "dd": "[OPERAND]...",
    "dirname": "[OPTION] NAME...",
    "env": "[OPTION]... [-] [NAME=VALUE]... [COMMAND [ARG]...]",
    "expr": "EXPRESSION",
    "grep": "[OPTION]... PATTERNS [FILE]...",
    "id": "[OPTION]... [USER]...",
    "ln": "[OPTION]... TARGET LINK_NAME",
    "mkdir": "[OPTION]... DIRECTORY...",
    "mv": "[OPTION]... SOURCE... DEST",
    "printf": "FORMAT [ARGUMENT]...",
    "rmdir": "[OPTION]... DIRECTORY...",
    "sed": "[OPTION]... {script-only-if-no-other-script} [input-file]...",
    "seq": "[OPTION]... LAST",
    "sleep": "NUMBER[SUFFIX]...",
    "tr": "[OPTION]... STRING1 [STRING2]",
    "true": "[ignored command line arguments]",
    "false": "[ignored command line arguments]",
    "uname": "[OPTION]...",
    "whoami": "[OPTION]...",
}
PACKAGES = {
    "grep": "GNU grep) 3.8",
    "egrep": "GNU grep) 3.8",
    "fgrep": "GNU grep) 3.8",
    "sed": "GNU sed) 4.9",
    "tar": "GNU tar) 1.34",
    "find": "GNU findutils) 4.9.0",
    "xargs": "GNU findutils) 4.9.0",
    "gzip": "gzip) 1.12",
    "diff": "GNU diffutils) 3.8",
    "cmp": "GNU diffutils) 3.8",
}


@cache
def _applets() -> dict[str, str]:
    text = files(__package__).joinpath("usages.json").read_text("utf-8")
    found: dict[str, str] = json.loads(text)
    return found


def applets() -> tuple[str, ...]:
    """The applets whose usage is known, in order."""
    return tuple(sorted({*_applets(), *NO_USAGE}))


def busybox_usage(name: str) -> str:
    if name in NO_USAGE:
        return f"{BUSYBOX_BANNER}\nNo help available\n\n"
    synopsis = _applets().get(name, "[OPTIONS]")
    return f"{BUSYBOX_BANNER}\nUsage: {name} {synopsis}".rstrip() + "\n"


def gnu_help(called: str, name: str) -> str:
    return f"Usage: {called} {SYNOPSES.get(name, FILES)}\n"


def gnu_version(name: str) -> str:
    package = PACKAGES.get(name, "GNU coreutils) 9.1")
    return f"{name} ({package}\n"
