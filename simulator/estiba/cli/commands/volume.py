"""The table of commands: `docker volume`.

Usage texts are Docker's own words, shown by `--help`.
"""

from __future__ import annotations

from ..command import FORMAT_HELP, INSPECT_FORMAT_HELP, Command, Flag

COMMANDS = (
    Command(
        "volume create",
        "[OPTIONS] [VOLUME]",
        "Create a volume",
        (0, 1),
        "volumes:create",
        (
            Flag("driver", "d", "string", "Specify volume driver name", default="local"),
            Flag("name", "", "string", "Specify volume name", hidden=True),
            Flag("opt", "o", "map", "Set driver specific options"),
            Flag("label", "", "list:label", "Set metadata for a volume"),
            Flag("group", "", "string", "Cluster Volume group (cluster volumes)", version="1.42"),
            Flag(
                "scope",
                "",
                "string",
                'Cluster Volume access scope ("single", "multi")',
                default="single",
                version="1.42",
            ),
            Flag(
                "sharing",
                "",
                "string",
                'Cluster Volume access sharing ("none", "readonly", "onewriter", "all")',
                default="none",
                version="1.42",
            ),
            Flag(
                "availability",
                "",
                "string",
                'Cluster Volume availability ("active", "pause", "drain")',
                default="active",
                version="1.42",
            ),
            Flag(
                "type",
                "",
                "string",
                'Cluster Volume access type ("mount", "block")',
                default="block",
                version="1.42",
            ),
            Flag("secret", "", "map", "Cluster Volume secrets", version="1.42"),
            Flag(
                "limit-bytes",
                "",
                "bytes",
                "Minimum size of the Cluster Volume in bytes",
                version="1.42",
            ),
            Flag(
                "required-bytes",
                "",
                "bytes",
                "Maximum size of the Cluster Volume in bytes",
                version="1.42",
            ),
            Flag(
                "topology-required",
                "",
                "list",
                "A topology that the Cluster Volume must be accessible from",
                version="1.42",
            ),
            Flag(
                "topology-preferred",
                "",
                "list",
                "A topology that the Cluster Volume would be preferred in",
                version="1.42",
            ),
        ),
    ),
    Command(
        "volume inspect",
        "[OPTIONS] VOLUME [VOLUME...]",
        "Display detailed information on one or more volumes",
        (1, None),
        "inspect:inspect_volume",
        (Flag("format", "f", "string", INSPECT_FORMAT_HELP),),
    ),
    Command(
        "volume ls",
        "[OPTIONS]",
        "List volumes",
        (0, 0),
        "volumes:list_volumes",
        (
            Flag("quiet", "q", "bool", "Only display volume names"),
            Flag("format", "", "string", FORMAT_HELP),
            Flag("filter", "f", "filter", 'Provide filter values (e.g. "dangling=true")'),
            Flag(
                "cluster",
                "",
                "bool",
                "Display only cluster volumes, and use cluster volume list formatting",
                version="1.42",
            ),
        ),
        aliases=("list",),
    ),
    Command(
        "volume prune",
        "[OPTIONS]",
        "Remove unused local volumes",
        (0, 0),
        "prune:volume_prune",
        (
            Flag(
                "all",
                "a",
                "bool",
                "Remove all unused volumes, not just anonymous ones",
                version="1.42",
            ),
            Flag("force", "f", "bool", "Do not prompt for confirmation"),
            Flag("filter", "", "filter", 'Provide filter values (e.g. "label=<label>")'),
        ),
    ),
    Command(
        "volume rm",
        "[OPTIONS] VOLUME [VOLUME...]",
        "Remove one or more volumes. You cannot remove a volume that is in use by a container.",
        (1, None),
        "volumes:remove",
        (Flag("force", "f", "bool", "Force the removal of one or more volumes"),),
        listed="Remove one or more volumes",
        aliases=("remove",),
    ),
    Command(
        "volume update",
        "[OPTIONS] [VOLUME]",
        "Update a volume (cluster volumes only)",
        (1, 1),
        "",
        (
            Flag(
                "availability",
                "",
                "string",
                'Cluster Volume availability ("active", "pause", "drain")',
                default="active",
                version="1.42",
            ),
        ),
        version="1.42",
        swarm="manager",
    ),
)
