"""The table of commands that are known but belong to parts of Docker outside this project.

Simplified: swarm, trust and plugins have their names and usage errors only, without their flags.
"""

from __future__ import annotations

from ..command import Command

COMMANDS = (
    Command(
        "checkpoint create",
        "[OPTIONS] CONTAINER CHECKPOINT",
        "Create a checkpoint from a running container",
        (2, 2),
        "",
    ),
    Command(
        "checkpoint ls",
        "[OPTIONS] CONTAINER",
        "List checkpoints for a container",
        (1, 1),
        "",
        aliases=("list",),
    ),
    Command(
        "checkpoint rm",
        "[OPTIONS] CONTAINER CHECKPOINT",
        "Remove a checkpoint",
        (2, 2),
        "",
        aliases=("remove",),
    ),
    Command(
        "plugin create",
        "[OPTIONS] PLUGIN PLUGIN-DATA-DIR",
        "Create a plugin from a rootfs and configuration. Plugin data directory must "
        "contain config.json and rootfs directory.",
        (2, None),
        "",
    ),
    Command("plugin disable", "[OPTIONS] PLUGIN", "Disable a plugin", (1, 1), ""),
    Command("plugin enable", "[OPTIONS] PLUGIN", "Enable a plugin", (1, 1), ""),
    Command(
        "plugin inspect",
        "[OPTIONS] PLUGIN [PLUGIN...]",
        "Display detailed information on one or more plugins",
        (1, None),
        "",
    ),
    Command("plugin install", "[OPTIONS] PLUGIN [KEY=VALUE...]", "Install a plugin", (1, None), ""),
    Command(
        "plugin ls", "[OPTIONS]", "List plugins", (0, 0), "swarm:list_plugins", aliases=("list",)
    ),
    Command("plugin push", "[OPTIONS] PLUGIN[:TAG]", "Push a plugin to a registry", (1, 1), ""),
    Command(
        "plugin rm",
        "[OPTIONS] PLUGIN [PLUGIN...]",
        "Remove one or more plugins",
        (1, None),
        "",
        aliases=("remove",),
    ),
    Command(
        "plugin set",
        "PLUGIN KEY=VALUE [KEY=VALUE...]",
        "Change settings for a plugin",
        (2, None),
        "",
    ),
    Command(
        "plugin upgrade", "[OPTIONS] PLUGIN [REMOTE]", "Upgrade an existing plugin", (1, 2), ""
    ),
    Command("trust key generate", "NAME", "Generate and load a signing key-pair", (1, 1), ""),
    Command(
        "trust key load", "[OPTIONS] KEYFILE", "Load a private key file for signing", (1, 1), ""
    ),
    Command(
        "trust signer add",
        "OPTIONS NAME REPOSITORY [REPOSITORY...] ",
        "Add a signer",
        (2, None),
        "",
    ),
    Command(
        "trust signer remove",
        "[OPTIONS] NAME REPOSITORY [REPOSITORY...]",
        "Remove a signer",
        (2, None),
        "",
    ),
    Command(
        "trust inspect",
        "IMAGE[:TAG] [IMAGE[:TAG]...]",
        "Return low-level information about keys and signatures",
        (1, None),
        "",
    ),
    Command("trust revoke", "[OPTIONS] IMAGE[:TAG]", "Remove trust for an image", (1, 1), ""),
    Command("trust sign", "IMAGE:TAG", "Sign an image", (1, 1), ""),
    Command(
        "config create",
        "[OPTIONS] CONFIG file|-",
        "Create a config from a file or STDIN",
        (2, 2),
        "",
    ),
    Command(
        "config inspect",
        "[OPTIONS] CONFIG [CONFIG...]",
        "Display detailed information on one or more configs",
        (1, None),
        "",
    ),
    Command(
        "config ls", "[OPTIONS]", "List configs", (0, 0), "swarm:list_configs", aliases=("list",)
    ),
    Command(
        "config rm",
        "CONFIG [CONFIG...]",
        "Remove one or more configs",
        (1, None),
        "",
        aliases=("remove",),
    ),
    Command(
        "node demote",
        "NODE [NODE...]",
        "Demote one or more nodes from manager in the swarm",
        (1, None),
        "",
    ),
    Command(
        "node inspect",
        "[OPTIONS] self|NODE [NODE...]",
        "Display detailed information on one or more nodes",
        (1, None),
        "",
    ),
    Command(
        "node ls",
        "[OPTIONS]",
        "List nodes in the swarm",
        (0, 0),
        "swarm:list_nodes",
        aliases=("list",),
    ),
    Command(
        "node promote",
        "NODE [NODE...]",
        "Promote one or more nodes to manager in the swarm",
        (1, None),
        "",
    ),
    Command(
        "node ps",
        "[OPTIONS] [NODE...]",
        "List tasks running on one or more nodes, defaults to current node",
        (0, None),
        "",
    ),
    Command(
        "node rm",
        "[OPTIONS] NODE [NODE...]",
        "Remove one or more nodes from the swarm",
        (1, None),
        "",
        aliases=("remove",),
    ),
    Command("node update", "[OPTIONS] NODE", "Update a node", (1, 1), ""),
    Command(
        "secret create",
        "[OPTIONS] SECRET [file|-]",
        "Create a secret from a file or STDIN as content",
        (1, 2),
        "",
    ),
    Command(
        "secret inspect",
        "[OPTIONS] SECRET [SECRET...]",
        "Display detailed information on one or more secrets",
        (1, None),
        "",
    ),
    Command(
        "secret ls", "[OPTIONS]", "List secrets", (0, 0), "swarm:list_secrets", aliases=("list",)
    ),
    Command(
        "secret rm",
        "SECRET [SECRET...]",
        "Remove one or more secrets",
        (1, None),
        "",
        aliases=("remove",),
    ),
    Command(
        "service create",
        "[OPTIONS] IMAGE [COMMAND] [ARG...]",
        "Create a new service",
        (1, None),
        "",
    ),
    Command(
        "service inspect",
        "[OPTIONS] SERVICE [SERVICE...]",
        "Display detailed information on one or more services",
        (1, None),
        "",
    ),
    Command(
        "service logs",
        "[OPTIONS] SERVICE|TASK",
        "Fetch the logs of a service or task",
        (1, 1),
        "",
    ),
    Command(
        "service ls", "[OPTIONS]", "List services", (0, 0), "swarm:list_services", aliases=("list",)
    ),
    Command(
        "service ps",
        "[OPTIONS] SERVICE [SERVICE...]",
        "List the tasks of one or more services",
        (1, None),
        "",
    ),
    Command(
        "service rm",
        "SERVICE [SERVICE...]",
        "Remove one or more services",
        (1, None),
        "",
        aliases=("remove",),
    ),
    Command(
        "service rollback",
        "[OPTIONS] SERVICE",
        "Revert changes to a service's configuration",
        (1, 1),
        "",
    ),
    Command(
        "service scale",
        "SERVICE=REPLICAS [SERVICE=REPLICAS...]",
        "Scale one or multiple replicated services",
        (0, None),
        "",
    ),
    Command("service update", "[OPTIONS] SERVICE", "Update a service", (1, 1), ""),
    Command(
        "stack config",
        "[OPTIONS]",
        "Outputs the final config file, after doing merges and interpolations",
        (0, 0),
        "",
    ),
    Command(
        "stack deploy",
        "[OPTIONS] STACK",
        "Deploy a new stack or update an existing stack",
        (1, 1),
        "",
        aliases=("up",),
    ),
    Command("stack ls", "[OPTIONS]", "List stacks", (0, 0), "swarm:list_stacks", aliases=("list",)),
    Command("stack ps", "[OPTIONS] STACK", "List the tasks in the stack", (1, 1), ""),
    Command(
        "stack rm",
        "[OPTIONS] STACK [STACK...]",
        "Remove one or more stacks",
        (1, None),
        "",
        aliases=("remove", "down"),
    ),
    Command("stack services", "[OPTIONS] STACK", "List the services in the stack", (1, 1), ""),
    Command("swarm ca", "[OPTIONS]", "Display and rotate the root CA", (0, 0), ""),
    Command("swarm init", "[OPTIONS]", "Initialize a swarm", (0, 0), ""),
    Command(
        "swarm join", "[OPTIONS] HOST:PORT", "Join a swarm as a node and/or manager", (1, 1), ""
    ),
    Command("swarm join-token", "[OPTIONS] (worker|manager)", "Manage join tokens", (1, 1), ""),
    Command("swarm leave", "[OPTIONS]", "Leave the swarm", (0, 0), ""),
    Command("swarm unlock", "", "Unlock swarm", (0, 0), ""),
    Command("swarm unlock-key", "[OPTIONS]", "Manage the unlock key", (0, 0), ""),
    Command("swarm update", "[OPTIONS]", "Update the swarm", (0, 0), ""),
)
