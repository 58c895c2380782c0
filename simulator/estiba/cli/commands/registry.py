"""The table of commands: `docker registry`.

Usage texts are Docker's own words, shown by `--help`.
"""

from __future__ import annotations

from ..command import Command, Flag

COMMANDS = (
    Command(
        "login",
        "[OPTIONS] [SERVER]",
        "Authenticate to a registry.\nDefaults to Docker Hub if no server is specified.",
        (0, 1),
        "registry:login",
        (
            Flag("username", "u", "string", "Username"),
            Flag("password", "p", "string", "Password or Personal Access Token (PAT)"),
            Flag(
                "password-stdin",
                "",
                "bool",
                "Take the Password or Personal Access Token (PAT) from stdin",
            ),
        ),
        top="login",
    ),
    Command(
        "logout",
        "[SERVER]",
        "Log out from a registry.\n"
        "If no server is specified, the default is defined by the daemon.",
        (0, 1),
        "registry:logout",
        (),
        top="logout",
    ),
    Command(
        "search",
        "[OPTIONS] TERM",
        "Search Docker Hub for images",
        (1, 1),
        "search:search",
        (
            Flag("no-trunc", "", "bool", "Don't truncate output"),
            Flag("filter", "f", "filter", "Filter output based on conditions provided"),
            Flag("limit", "", "int", "Max number of search results"),
            Flag("format", "", "string", "Pretty-print search using a Go template"),
        ),
        top="search",
    ),
)
