"""The table of commands: `docker manifest`.

Usage texts are Docker's own words, shown by `--help`.
"""

from __future__ import annotations

from ..command import Command, Flag

INSECURE = Flag("insecure", "", "bool", "Allow communication with an insecure registry")

COMMANDS = (
    Command(
        "manifest annotate",
        "[OPTIONS] MANIFEST_LIST MANIFEST",
        "Add additional information to a local image manifest",
        (2, 2),
        "manifests:annotate",
        (
            Flag("os", "", "string", "Set operating system"),
            Flag("arch", "", "string", "Set architecture"),
            Flag("os-version", "", "string", "Set operating system version"),
            Flag("os-features", "", "strings", "Set operating system feature"),
            Flag("variant", "", "string", "Set architecture variant"),
        ),
    ),
    Command(
        "manifest create",
        "MANIFEST_LIST MANIFEST [MANIFEST...]",
        "Create a local manifest list for annotating and pushing to a registry",
        (2, None),
        "manifests:create",
        (INSECURE, Flag("amend", "a", "bool", "Amend an existing manifest list")),
    ),
    Command(
        "manifest inspect",
        "[OPTIONS] [MANIFEST_LIST] MANIFEST",
        "Display an image manifest, or manifest list",
        (1, 2),
        "manifests:inspect",
        (
            INSECURE,
            Flag("verbose", "v", "bool", "Output additional info including layers and platform"),
        ),
    ),
    Command(
        "manifest push",
        "[OPTIONS] MANIFEST_LIST",
        "Push a manifest list to a repository",
        (1, 1),
        "manifests:push",
        (
            Flag("purge", "p", "bool", "Remove the local manifest list after push"),
            Flag("insecure", "", "bool", "Allow push to an insecure registry"),
        ),
    ),
    Command(
        "manifest rm",
        "MANIFEST_LIST [MANIFEST_LIST...]",
        "Delete one or more manifest lists from local storage",
        (1, None),
        "manifests:remove",
    ),
)
