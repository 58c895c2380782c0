"""The table of commands: `docker context`.

Usage texts are Docker's own words, shown by `--help`.
"""

from __future__ import annotations

from ..command import FORMAT_HELP, INSPECT_FORMAT_HELP, Command, Flag

COMMANDS = (
    Command(
        "context create",
        "[OPTIONS] CONTEXT",
        "Create a context\n\n"
        "Docker endpoint config:\n\n"
        "NAME                DESCRIPTION\n"
        "from                Copy named context's Docker endpoint configuration\n"
        "host                Docker endpoint on which to connect\n"
        "ca                  Trust certs signed only by this CA\n"
        "cert                Path to TLS certificate file\n"
        "key                 Path to TLS key file\n"
        "skip-tls-verify     Skip TLS certificate validation\n\n"
        "Example:\n\n"
        '$ docker context create my-context --description "some description" '
        "--docker "
        '"host=tcp://myserver:2376,ca=~/ca-file,cert=~/cert-file,key=~/key-file"',
        (1, 1),
        "context_changes:create",
        (
            Flag("description", "", "string", "Description of the context"),
            Flag("docker", "", "stringToString", "set the docker endpoint"),
            Flag("from", "", "string", "create context from a named context"),
        ),
    ),
    Command(
        "context export",
        "[OPTIONS] CONTEXT [FILE|-]",
        "Export a context to a tar archive FILE or a tar stream on STDOUT.",
        (1, 2),
        "context_changes:export",
        (),
    ),
    Command(
        "context import",
        "CONTEXT FILE|-",
        "Import a context from a tar or zip file",
        (2, 2),
        "context_changes:import_context",
        (),
    ),
    Command(
        "context inspect",
        "[OPTIONS] [CONTEXT] [CONTEXT...]",
        "Display detailed information on one or more contexts",
        (0, None),
        "contexts:inspect_context",
        (Flag("format", "f", "string", INSPECT_FORMAT_HELP),),
    ),
    Command(
        "context ls",
        "[OPTIONS]",
        "List contexts",
        (0, 0),
        "contexts:list_contexts",
        (
            Flag("format", "", "string", FORMAT_HELP),
            Flag("quiet", "q", "bool", "Only show context names"),
        ),
        aliases=("list",),
    ),
    Command(
        "context rm",
        "CONTEXT [CONTEXT...]",
        "Remove one or more contexts",
        (1, None),
        "context_changes:remove",
        (Flag("force", "f", "bool", "Force the removal of a context in use"),),
        aliases=("remove",),
    ),
    Command(
        "context show",
        "",
        "Print the name of the current context",
        (0, 0),
        "contexts:show",
        (),
    ),
    Command(
        "context update",
        "[OPTIONS] CONTEXT",
        "Update a context\n\n"
        "Docker endpoint config:\n\n"
        "NAME                DESCRIPTION\n"
        "from                Copy named context's Docker endpoint configuration\n"
        "host                Docker endpoint on which to connect\n"
        "ca                  Trust certs signed only by this CA\n"
        "cert                Path to TLS certificate file\n"
        "key                 Path to TLS key file\n"
        "skip-tls-verify     Skip TLS certificate validation\n\n"
        "Example:\n\n"
        '$ docker context update my-context --description "some description" '
        "--docker "
        '"host=tcp://myserver:2376,ca=~/ca-file,cert=~/cert-file,key=~/key-file"',
        (1, 1),
        "context_changes:update",
        (
            Flag("description", "", "string", "Description of the context"),
            Flag("docker", "", "stringToString", "set the docker endpoint"),
        ),
    ),
    Command(
        "context use",
        "CONTEXT",
        "Set the current docker context",
        (0, None),
        "contexts:use",
        (),
    ),
)
