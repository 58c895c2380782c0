"""The table of commands: `docker container`, from attach to ls."""

from __future__ import annotations

from ..command import FORMAT_HELP, INSPECT_FORMAT_HELP, Command, Flag
from .container_flags import CONTAINER_FLAGS

FIRST = (
    Command(
        "container attach",
        "[OPTIONS] CONTAINER",
        "Attach local standard input, output, and error streams to a running container",
        (1, 1),
        "attach:attach",
        (
            Flag("no-stdin", "", "bool", "Do not attach STDIN"),
            Flag(
                "sig-proxy", "", "bool", "Proxy all received signals to the process", default="true"
            ),
            Flag(
                "detach-keys", "", "string", "Override the key sequence for detaching a container"
            ),
        ),
        top="attach",
        also="docker container attach, docker attach",
    ),
    Command(
        "container commit",
        "[OPTIONS] CONTAINER [REPOSITORY[:TAG]]",
        "Create a new image from a container's changes",
        (1, 2),
        "commit:commit",
        (
            Flag("pause", "p", "bool", "Pause container during commit", default="true"),
            Flag("message", "m", "string", "Commit message"),
            Flag(
                "author",
                "a",
                "string",
                'Author (e.g., "John Hannibal Smith <hannibal@a-team.com>")',
            ),
            Flag("change", "c", "list", "Apply Dockerfile instruction to the created image"),
        ),
        top="commit",
        also="docker container commit, docker commit",
        interspersed=False,
    ),
    Command(
        "container cp",
        "[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n"
        "\tdocker cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH",
        "Copy files/folders between a container and the local filesystem\n\n"
        "Use '-' as the source to read a tar archive from stdin\n"
        "and extract it to a directory destination in a container.\n"
        "Use '-' as the destination to stream a tar archive of a\n"
        "container source to stdout.",
        (2, 2),
        "cp:copy",
        (
            Flag("follow-link", "L", "bool", "Always follow symbol link in SRC_PATH"),
            Flag("archive", "a", "bool", "Archive mode (copy all uid/gid information)"),
            Flag(
                "quiet",
                "q",
                "bool",
                "Suppress progress output during copy. Progress output is automatically suppressed if "
                "no terminal is attached",
            ),
        ),
        top="cp",
        also="docker container cp, docker cp",
    ),
    Command(
        "container create",
        "[OPTIONS] IMAGE [COMMAND] [ARG...]",
        "Create a new container",
        (1, None),
        "create:create",
        (
            Flag("help", "", "bool", "Print usage"),
            Flag("name", "", "string", "Assign a name to the container"),
            Flag(
                "pull",
                "",
                "string",
                'Pull image before creating ("always", "|missing", "never")',
                default="missing",
            ),
            Flag("quiet", "q", "bool", "Suppress the pull output"),
            Flag("use-api-socket", "", "bool", "Bind mount Docker API socket and required auth"),
            Flag("platform", "", "string", "Set platform if server is multi-platform capable"),
            Flag("disable-content-trust", "", "bool", "Skip image verification", default="true"),
            *CONTAINER_FLAGS,
        ),
        top="create",
        also="docker container create, docker create",
        interspersed=False,
    ),
    Command(
        "container diff",
        "CONTAINER",
        "Inspect changes to files or directories on a container's filesystem",
        (1, 1),
        "observe:diff",
        (),
        top="diff",
        also="docker container diff, docker diff",
    ),
    Command(
        "container exec",
        "[OPTIONS] CONTAINER COMMAND [ARG...]",
        "Execute a command in a running container",
        (2, None),
        "exec:exec_in",
        (
            Flag(
                "detach-keys", "", "string", "Override the key sequence for detaching a container"
            ),
            Flag("interactive", "i", "bool", "Keep STDIN open even if not attached"),
            Flag("tty", "t", "bool", "Allocate a pseudo-TTY"),
            Flag("detach", "d", "bool", "Detached mode: run command in the background"),
            Flag("user", "u", "string", 'Username or UID (format: "<name|uid>[:<group|gid>]")'),
            Flag("privileged", "", "bool", "Give extended privileges to the command"),
            Flag("env", "e", "list:env", "Set environment variables"),
            Flag("env-file", "", "list", "Read in a file of environment variables"),
            Flag("workdir", "w", "string", "Working directory inside the container"),
        ),
        top="exec",
        also="docker container exec, docker exec",
        interspersed=False,
    ),
    Command(
        "container export",
        "[OPTIONS] CONTAINER",
        "Export a container's filesystem as a tar archive",
        (1, 1),
        "archives:export",
        (Flag("output", "o", "string", "Write to a file, instead of STDOUT"),),
        top="export",
        also="docker container export, docker export",
    ),
    Command(
        "container inspect",
        "[OPTIONS] CONTAINER [CONTAINER...]",
        "Display detailed information on one or more containers",
        (1, None),
        "inspect:inspect_container",
        (
            Flag("format", "f", "string", INSPECT_FORMAT_HELP),
            Flag("size", "s", "bool", "Display total file sizes"),
        ),
    ),
    Command(
        "container kill",
        "[OPTIONS] CONTAINER [CONTAINER...]",
        "Kill one or more running containers",
        (1, None),
        "lifecycle:kill",
        (Flag("signal", "s", "string", "Signal to send to the container"),),
        top="kill",
        also="docker container kill, docker kill",
    ),
    Command(
        "container ls",
        "[OPTIONS]",
        "List containers",
        (0, 0),
        "containers:list_containers",
        (
            Flag("quiet", "q", "bool", "Only display container IDs"),
            Flag("size", "s", "bool", "Display total file sizes"),
            Flag("all", "a", "bool", "Show all containers (default shows just running)"),
            Flag("no-trunc", "", "bool", "Don't truncate output"),
            Flag("latest", "l", "bool", "Show the latest created container (includes all states)"),
            Flag(
                "last",
                "n",
                "int",
                "Show n last created containers (includes all states)",
                default="-1",
            ),
            Flag("format", "", "string", FORMAT_HELP),
            Flag("filter", "f", "filter", "Filter output based on conditions provided"),
        ),
        top="ps",
        aliases=("ps", "list"),
        also="docker container ls, docker container list, docker container ps, docker ps",
    ),
)
