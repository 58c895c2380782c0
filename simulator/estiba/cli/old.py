"""What client 20.10 shows differently: for recordings made with it, chosen by ESTIBA_CLIENT=20.10.24."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .command import Command

if TYPE_CHECKING:
    from .session import Session

FORMATS = {"images": "Pretty-print images using a Go template"}
FORMAT = re.compile(r"(--format string +)Format output using a custom template:\n(?: {18,}.*\n)+")


def command_help(text: str, command: Command) -> str:
    """No list of aliases, short words for `--format`, no `--tree`."""
    text = re.sub(r"\nAliases:\n.*\n\n", "\n", text)
    text = re.sub(r"\n +--tree .*\n", "\n", text)
    words = FORMATS.get(command.top, "Pretty-print using a Go template")
    return "\n" + FORMAT.sub(lambda match: f"{match[1]}{words}\n", text)


def root_help(session: Session) -> str:
    from .help import root_help as new_root_help  # noqa: PLC0415
    from .root import root_flags  # noqa: PLC0415

    return new_root_help(root_flags(session), 79)
