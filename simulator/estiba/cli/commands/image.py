"""The table of commands: `docker image`.

Usage texts are Docker's own words, shown by `--help`.
"""

from __future__ import annotations

from ..command import FORMAT_HELP, INSPECT_FORMAT_HELP, Command, Flag

COMMANDS = (
    Command(
        "image build",
        "[OPTIONS] PATH | URL | -",
        "Build an image from a Dockerfile",
        (1, 1),
        "build:build",
        (
            Flag("tag", "t", "list:tag", 'Name and optionally a tag in the "name:tag" format'),
            Flag("build-arg", "", "list:env", "Set build-time variables"),
            Flag("ulimit", "", "ulimit", "Ulimit options"),
            Flag("file", "f", "string", 'Name of the Dockerfile (Default is "PATH/Dockerfile")'),
            Flag("memory", "m", "bytes", "Memory limit"),
            Flag(
                "memory-swap",
                "",
                "swap",
                "Swap limit equal to memory plus swap: -1 to enable unlimited swap",
            ),
            Flag("shm-size", "", "bytes", 'Size of "/dev/shm"'),
            Flag("cpu-shares", "c", "int64", "CPU shares (relative weight)"),
            Flag("cpu-period", "", "int64", "Limit the CPU CFS (Completely Fair Scheduler) period"),
            Flag("cpu-quota", "", "int64", "Limit the CPU CFS (Completely Fair Scheduler) quota"),
            Flag("cpuset-cpus", "", "string", "CPUs in which to allow execution (0-3, 0,1)"),
            Flag("cpuset-mems", "", "string", "MEMs in which to allow execution (0-3, 0,1)"),
            Flag(
                "cgroup-parent",
                "",
                "string",
                'Set the parent cgroup for the "RUN" instructions during build',
            ),
            Flag("isolation", "", "string", "Container isolation technology"),
            Flag("label", "", "list:label", "Set metadata for an image"),
            Flag("no-cache", "", "bool", "Do not use cache when building the image"),
            Flag(
                "rm",
                "",
                "bool",
                "Remove intermediate containers after a successful build",
                default="true",
            ),
            Flag("force-rm", "", "bool", "Always remove intermediate containers"),
            Flag("quiet", "q", "bool", "Suppress the build output and print image ID on success"),
            Flag("pull", "", "bool", "Always attempt to pull a newer version of the image"),
            Flag("cache-from", "", "strings", "Images to consider as cache sources"),
            Flag("compress", "", "bool", "Compress the build context using gzip"),
            Flag("security-opt", "", "strings", "Security options"),
            Flag(
                "network",
                "",
                "string",
                "Set the networking mode for the RUN instructions during build",
                default="default",
            ),
            Flag("add-host", "", "list:host", 'Add a custom host-to-IP mapping ("host:ip")'),
            Flag("target", "", "string", "Set the target build stage to build."),
            Flag("iidfile", "", "string", "Write the image ID to the file"),
            Flag("platform", "", "string", "Set platform if server is multi-platform capable"),
            Flag(
                "squash",
                "",
                "bool",
                "Squash newly built layers into a single new layer",
                experimental=True,
            ),
            Flag("disable-content-trust", "", "bool", "Skip image verification", default="true"),
        ),
        top="build",
        also="docker image build, docker build, docker builder build",
    ),
    Command(
        "image history",
        "[OPTIONS] IMAGE",
        "Show the history of an image",
        (1, 1),
        "history:history",
        (
            Flag(
                "human",
                "H",
                "bool",
                "Print sizes and dates in human readable format",
                default="true",
            ),
            Flag("quiet", "q", "bool", "Only show image IDs"),
            Flag("no-trunc", "", "bool", "Don't truncate output"),
            Flag("format", "", "string", FORMAT_HELP),
            Flag(
                "platform",
                "",
                "string",
                'Show history for the given platform. Formatted as "os[/arch[/variant]]" '
                '(e.g., "linux/amd64")',
                version="1.48",
            ),
        ),
        top="history",
        also="docker image history, docker history",
    ),
    Command(
        "image import",
        "[OPTIONS] file|URL|- [REPOSITORY[:TAG]]",
        "Import the contents from a tarball to create a filesystem image",
        (1, None),
        "archives:import_image",
        (
            Flag("change", "c", "list", "Apply Dockerfile instruction to the created image"),
            Flag("message", "m", "string", "Set commit message for imported image"),
            Flag("platform", "", "string", "Set platform if server is multi-platform capable"),
        ),
        top="import",
        also="docker image import, docker import",
    ),
    Command(
        "image inspect",
        "[OPTIONS] IMAGE [IMAGE...]",
        "Display detailed information on one or more images",
        (1, None),
        "inspect:inspect_image",
        (
            Flag("format", "f", "string", INSPECT_FORMAT_HELP),
            Flag(
                "platform",
                "",
                "string",
                "Inspect a specific platform of the multi-platform image.\n"
                "If the image or the server is not multi-platform capable, the command "
                "will error out if the platform does not match.\n"
                "'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)",
                version="1.49",
            ),
        ),
    ),
    Command(
        "image ls",
        "[OPTIONS] [REPOSITORY[:TAG]]",
        "List images",
        (0, 1),
        "images:list_images",
        (
            Flag("quiet", "q", "bool", "Only show image IDs"),
            Flag("all", "a", "bool", "Show all images (default hides intermediate images)"),
            Flag("no-trunc", "", "bool", "Don't truncate output"),
            Flag("digests", "", "bool", "Show digests"),
            Flag("format", "", "string", FORMAT_HELP),
            Flag("filter", "f", "filter", "Filter output based on conditions provided"),
            Flag(
                "tree",
                "",
                "bool",
                "List multi-platform images as a tree (EXPERIMENTAL)",
                version="1.47",
            ),
        ),
        top="images",
        aliases=("list",),
        also="docker image ls, docker image list, docker images",
    ),
    Command(
        "image load",
        "[OPTIONS]",
        "Load an image from a tar archive or STDIN",
        (0, 0),
        "archives:load",
        (
            Flag("input", "i", "string", "Read from tar archive file, instead of STDIN"),
            Flag("quiet", "q", "bool", "Suppress the load output"),
            Flag(
                "platform",
                "",
                "string",
                "Load only the given platform variant. Formatted as "
                '"os[/arch[/variant]]" (e.g., "linux/amd64")',
                version="1.48",
            ),
        ),
        top="load",
        also="docker image load, docker load",
    ),
    Command(
        "image prune",
        "[OPTIONS]",
        "Remove unused images",
        (0, 0),
        "prune:image_prune",
        (
            Flag("force", "f", "bool", "Do not prompt for confirmation"),
            Flag("all", "a", "bool", "Remove all unused images, not just dangling ones"),
            Flag("filter", "", "filter", 'Provide filter values (e.g. "until=<timestamp>")'),
        ),
    ),
    Command(
        "image pull",
        "[OPTIONS] NAME[:TAG|@DIGEST]",
        "Download an image from a registry",
        (1, 1),
        "pull:pull",
        (
            Flag("all-tags", "a", "bool", "Download all tagged images in the repository"),
            Flag("quiet", "q", "bool", "Suppress verbose output"),
            Flag("platform", "", "string", "Set platform if server is multi-platform capable"),
            Flag("disable-content-trust", "", "bool", "Skip image verification", default="true"),
        ),
        top="pull",
        also="docker image pull, docker pull",
    ),
    Command(
        "image push",
        "[OPTIONS] NAME[:TAG]",
        "Upload an image to a registry",
        (1, 1),
        "pull:push",
        (
            Flag("all-tags", "a", "bool", "Push all tags of an image to the repository"),
            Flag("quiet", "q", "bool", "Suppress verbose output"),
            Flag(
                "platform",
                "",
                "string",
                "Push a platform-specific manifest as a single-platform image to the "
                "registry.\n"
                "Image index won't be pushed, meaning that other manifests, including "
                "attestations won't be preserved.\n"
                "'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)",
                version="1.46",
            ),
            Flag("disable-content-trust", "", "bool", "Skip image signing", default="true"),
        ),
        top="push",
        also="docker image push, docker push",
    ),
    Command(
        "image rm",
        "[OPTIONS] IMAGE [IMAGE...]",
        "Remove one or more images",
        (1, None),
        "images:remove",
        (
            Flag("force", "f", "bool", "Force removal of the image"),
            Flag("no-prune", "", "bool", "Do not delete untagged parents"),
            Flag(
                "platform",
                "",
                "strings",
                "Remove only the given platform variant. Formatted as "
                '"os[/arch[/variant]]" (e.g., "linux/amd64")',
                version="1.50",
            ),
        ),
        top="rmi",
        aliases=("remove",),
        also="docker image rm, docker image remove, docker rmi",
    ),
    Command(
        "image save",
        "[OPTIONS] IMAGE [IMAGE...]",
        "Save one or more images to a tar archive (streamed to STDOUT by default)",
        (1, None),
        "archives:save",
        (
            Flag("output", "o", "string", "Write to a file, instead of STDOUT"),
            Flag(
                "platform",
                "",
                "string",
                "Save only the given platform variant. Formatted as "
                '"os[/arch[/variant]]" (e.g., "linux/amd64")',
                version="1.48",
            ),
        ),
        top="save",
        also="docker image save, docker save",
    ),
    Command(
        "image tag",
        "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
        "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE",
        (2, 2),
        "images:tag",
        (),
        top="tag",
        also="docker image tag, docker tag",
        interspersed=False,
    ),
)
