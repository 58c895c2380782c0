"""The table of commands: `docker network`.

Usage texts are Docker's own words, shown by `--help`.
"""

from __future__ import annotations

from ..command import FORMAT_HELP, INSPECT_FORMAT_HELP, Command, Flag

COMMANDS = (
    Command(
        "network connect",
        "[OPTIONS] NETWORK CONTAINER",
        "Connect a container to a network",
        (2, 2),
        "networks:connect",
        (
            Flag("ip", "", "string", 'IPv4 address (e.g., "172.30.100.104")'),
            Flag("ip6", "", "string", 'IPv6 address (e.g., "2001:db8::33")'),
            Flag("link", "", "list:link", "Add link to another container"),
            Flag("alias", "", "strings", "Add network-scoped alias for the container"),
            Flag("link-local-ip", "", "strings", "Add a link-local address for the container"),
            Flag("driver-opt", "", "strings", "driver options for the network"),
            Flag(
                "gw-priority",
                "",
                "int",
                "Highest gw-priority provides the default gateway. Accepts positive and "
                "negative values.",
            ),
        ),
    ),
    Command(
        "network create",
        "[OPTIONS] NETWORK",
        "Create a network",
        (1, 1),
        "networks:create",
        (
            Flag("driver", "d", "string", "Driver to manage the Network", default="bridge"),
            Flag("opt", "o", "map", "Set driver specific options"),
            Flag("label", "", "list:label", "Set metadata on a network"),
            Flag("internal", "", "bool", "Restrict external access to the network"),
            Flag("ipv4", "", "bool", "Enable or disable IPv4 address assignment", default="true"),
            Flag("ipv6", "", "bool", "Enable or disable IPv6 address assignment"),
            Flag("attachable", "", "bool", "Enable manual container attachment"),
            Flag("ingress", "", "bool", "Create swarm routing-mesh network"),
            Flag("scope", "", "string", "Control the network's scope"),
            Flag("config-only", "", "bool", "Create a configuration only network"),
            Flag("config-from", "", "string", "The network from which to copy the configuration"),
            Flag("ipam-driver", "", "string", "IP Address Management Driver", default="default"),
            Flag(
                "subnet", "", "strings", "Subnet in CIDR format that represents a network segment"
            ),
            Flag("ip-range", "", "strings", "Allocate container ip from a sub-range"),
            Flag("gateway", "", "strings", "IPv4 or IPv6 Gateway for the master subnet"),
            Flag(
                "aux-address", "", "map", "Auxiliary IPv4 or IPv6 addresses used by Network driver"
            ),
            Flag("ipam-opt", "", "map", "Set IPAM driver specific options"),
        ),
    ),
    Command(
        "network disconnect",
        "[OPTIONS] NETWORK CONTAINER",
        "Disconnect a container from a network",
        (2, 2),
        "networks:disconnect",
        (Flag("force", "f", "bool", "Force the container to disconnect from a network"),),
    ),
    Command(
        "network inspect",
        "[OPTIONS] NETWORK [NETWORK...]",
        "Display detailed information on one or more networks",
        (1, None),
        "inspect:inspect_network",
        (
            Flag("format", "f", "string", INSPECT_FORMAT_HELP),
            Flag("verbose", "v", "bool", "Verbose output for diagnostics"),
        ),
    ),
    Command(
        "network ls",
        "[OPTIONS]",
        "List networks",
        (0, 0),
        "networks:list_networks",
        (
            Flag("quiet", "q", "bool", "Only display network IDs"),
            Flag("no-trunc", "", "bool", "Do not truncate the output"),
            Flag("format", "", "string", FORMAT_HELP),
            Flag("filter", "f", "filter", 'Provide filter values (e.g. "driver=bridge")'),
        ),
        aliases=("list",),
    ),
    Command(
        "network prune",
        "[OPTIONS]",
        "Remove all unused networks",
        (0, 0),
        "prune:network_prune",
        (
            Flag("force", "f", "bool", "Do not prompt for confirmation"),
            Flag("filter", "", "filter", 'Provide filter values (e.g. "until=<timestamp>")'),
        ),
    ),
    Command(
        "network rm",
        "NETWORK [NETWORK...]",
        "Remove one or more networks",
        (1, None),
        "networks:remove",
        (Flag("force", "f", "bool", "Do not error if the network does not exist"),),
        aliases=("remove",),
    ),
)
