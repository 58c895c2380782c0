"""The table of commands: what there is, by what names, and in which module its rows are.

Rows are loaded when a command of their group is first asked for.
"""

from __future__ import annotations

from importlib import import_module

from ..command import Command, Group

MANIFEST = """The **docker manifest** command has subcommands for managing image manifests and
manifest lists. A manifest list allows you to use one name to refer to the same image
built for multiple architectures.

To see help for a subcommand, use:

    docker manifest CMD --help

For full details on using docker manifest lists, see the registry v2 specification."""

GROUPS = {
    group.name: group
    for group in (
        Group("builder", "Manage builds", "builder"),
        Group("checkpoint", "Manage checkpoints", "other"),
        Group("container", "Manage containers", "container"),
        Group("context", "Manage contexts", "context"),
        Group("image", "Manage images", "image"),
        Group(
            "manifest",
            MANIFEST,
            "manifest",
            usage="COMMAND",
            short="Manage Docker image manifests and manifest lists",
        ),
        Group("network", "Manage networks", "network"),
        Group("plugin", "Manage plugins", "other"),
        Group("system", "Manage Docker", "system"),
        Group("trust", "Manage trust on Docker images", "other", groups=("key", "signer")),
        Group("trust key", "Manage keys for signing Docker images", "other"),
        Group("trust signer", "Manage entities who can sign Docker images", "other"),
        Group("volume", "Manage volumes", "volume", usage="COMMAND"),
        Group("config", "Manage Swarm configs", "other", swarm=True),
        Group("node", "Manage Swarm nodes", "other", swarm=True),
        Group("secret", "Manage Swarm secrets", "other", swarm=True),
        Group("service", "Manage Swarm services", "other", swarm=True),
        Group("stack", "Manage Swarm stacks", "other", usage="[OPTIONS]", swarm=True),
        Group("swarm", "Manage Swarm", "other", swarm=True),
    )
}

COMMON = "run exec ps build pull push images login logout search version info".split()

TOP = {
    **dict.fromkeys(
        "attach commit cp create diff exec export kill logs pause port ps remove rename restart rm run "
        "start stats stop top unpause update wait".split(),
        "container",
    ),
    **dict.fromkeys("build history images import load pull push rmi save tag".split(), "image"),
    **dict.fromkeys("login logout search".split(), "registry"),
    **dict.fromkeys("events info inspect version".split(), "system"),
}

_loaded: dict[str, dict[str, Command]] = {}


def rows(module: str) -> dict[str, Command]:
    """A module's commands by path: "container ls", its aliases too, and "ps" for the one at the top."""
    found = _loaded.get(module)
    if found is None:
        found = _loaded[module] = {}
        for command in import_module(f".{module}", __package__).COMMANDS:
            group = command.path.rpartition(" ")[0]
            found[command.path] = command
            found.update({f"{group} {alias}": command for alias in command.aliases})
            found.update({name: command for name in (command.top, *command.top_aliases) if name})
    return found


def find(path: str) -> Command | None:
    """The command that is called so, if any."""
    first, space, _ = path.partition(" ")
    if not space:
        module = TOP.get(first)
        return rows(module).get(first) if module else None
    if path == "builder build":
        return rows("image")["image build"]
    group = GROUPS.get(path.rpartition(" ")[0])
    return rows(group.module).get(path) if group else None


def commands_of(name: str) -> list[Command]:
    """The commands that the help of a group lists."""
    if name == "":
        top = {word: command for word in TOP if (command := find(word)) and command.top == word}
        return [top[word] for word in sorted(top)]
    found = {
        c.path: c for c in rows(GROUPS[name].module).values() if c.path.rpartition(" ")[0] == name
    }
    if name == "builder" and (build := find("image build")):
        found["builder build"] = build
    return [found[path] for path in sorted(found)]
