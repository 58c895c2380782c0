"""What clients send as JSON: the form of each body. Source: Docker Engine API 1.41; the names of types
are those in the daemon's messages."""

from __future__ import annotations

from .shapes import FLAG, NUMBER, TEXT, ListOf, MapOf, Number, Shape, Struct, Text, Words

TEXTS, WORDS = ListOf(TEXT), Words()
MAPPING = MapOf(TEXT)
INT = Number("int")
DURATION = Number("time.Duration")
UINT16, UINT64 = Number("uint16", 16, signed=False), Number("uint64", signed=False)
EMPTY = Struct("struct {}", {})

EXEC = Struct(
    "types.ExecConfig",
    {
        **dict.fromkeys(("User", "WorkingDir", "DetachKeys"), TEXT),
        **dict.fromkeys(("AttachStdin", "AttachStdout", "AttachStderr"), FLAG),
        **dict.fromkeys(("Tty", "Privileged", "Detach"), FLAG),
        **dict.fromkeys(("Env", "Cmd"), TEXTS),
    },
)
EXEC_START = Struct("types.ExecStartCheck", {"Detach": FLAG, "Tty": FLAG})
AUTH = Struct(
    "types.AuthConfig",
    dict.fromkeys(
        "username password auth email serveraddress identitytoken registrytoken".split(), TEXT
    ),
)
VOLUME = Struct(
    "volume.VolumeCreateBody",
    {"Name": TEXT, "Driver": TEXT, "DriverOpts": MAPPING, "Labels": MAPPING},
)

ADDRESS = Struct(
    "network.IPAMConfig",
    {
        **dict.fromkeys(("Subnet", "IPRange", "Gateway"), TEXT),
        "AuxiliaryAddresses": MAPPING,
    },
)
IPAM = Struct("network.IPAM", {"Driver": TEXT, "Options": MAPPING, "Config": ListOf(ADDRESS)})
NETWORK = Struct(
    "types.NetworkCreateRequest",
    {
        **dict.fromkeys(("Name", "Driver", "Scope"), TEXT),
        **dict.fromkeys(("CheckDuplicate", "EnableIPv6", "Internal", "Attachable"), FLAG),
        **dict.fromkeys(("Ingress", "ConfigOnly"), FLAG),
        "IPAM": IPAM,
        "ConfigFrom": Struct("network.ConfigReference", {"Network": TEXT}),
        **dict.fromkeys(("Options", "Labels"), MAPPING),
    },
)
ENDPOINT = Struct(
    "network.EndpointSettings",
    {
        "IPAMConfig": Struct(
            "network.EndpointIPAMConfig",
            {"IPv4Address": TEXT, "IPv6Address": TEXT, "LinkLocalIPs": TEXTS},
        ),
        **dict.fromkeys(("Links", "Aliases"), TEXTS),
        **dict.fromkeys(("NetworkID", "EndpointID", "Gateway", "IPAddress", "MacAddress"), TEXT),
        **dict.fromkeys(("IPv6Gateway", "GlobalIPv6Address"), TEXT),
        **dict.fromkeys(("IPPrefixLen", "GlobalIPv6PrefixLen"), INT),
        "DriverOpts": MAPPING,
    },
)
CONNECT = Struct("types.NetworkConnect", {"Container": TEXT, "EndpointConfig": ENDPOINT})
DISCONNECT = Struct("types.NetworkDisconnect", {"Container": TEXT, "Force": FLAG})

POLICY = Struct("container.RestartPolicy", {"Name": TEXT, "MaximumRetryCount": INT})
WEIGHT = Struct("blkiodev.WeightDevice", {"Path": TEXT, "Weight": UINT16})
THROTTLE = Struct("blkiodev.ThrottleDevice", {"Path": TEXT, "Rate": UINT64})
ULIMITS = ListOf(
    Struct("units.Ulimit", {"Name": TEXT, "Hard": NUMBER, "Soft": NUMBER}), pointer=True
)
RESOURCES: dict[str, Shape] = {
    **dict.fromkeys(("CpuShares", "Memory", "NanoCpus", "CpuPeriod", "CpuQuota"), NUMBER),
    **dict.fromkeys(("CpuRealtimePeriod", "CpuRealtimeRuntime", "KernelMemory"), NUMBER),
    **dict.fromkeys(("KernelMemoryTCP", "MemoryReservation", "MemorySwap"), NUMBER),
    **dict.fromkeys(("MemorySwappiness", "PidsLimit", "CpuCount", "CpuPercent"), NUMBER),
    **dict.fromkeys(("IOMaximumIOps", "IOMaximumBandwidth"), UINT64),
    **dict.fromkeys(("CgroupParent", "CpusetCpus", "CpusetMems"), TEXT),
    "BlkioWeight": UINT16,
    "BlkioWeightDevice": ListOf(WEIGHT, pointer=True),
    **dict.fromkeys(("BlkioDeviceReadBps", "BlkioDeviceWriteBps"), ListOf(THROTTLE, pointer=True)),
    **dict.fromkeys(
        ("BlkioDeviceReadIOps", "BlkioDeviceWriteIOps"), ListOf(THROTTLE, pointer=True)
    ),
    "Devices": ListOf(
        Struct(
            "container.DeviceMapping",
            dict.fromkeys(("PathOnHost", "PathInContainer", "CgroupPermissions"), TEXT),
            zero={},
        )
    ),
    "DeviceCgroupRules": TEXTS,
    "DeviceRequests": ListOf(
        Struct(
            "container.DeviceRequest",
            {
                "Driver": TEXT,
                "Count": INT,
                "DeviceIDs": TEXTS,
                "Capabilities": ListOf(TEXTS),
                "Options": MAPPING,
            },
            zero={},
        )
    ),
    "OomKillDisable": FLAG,
    "Ulimits": ULIMITS,
}
UPDATE = Struct("container.UpdateConfig", {**RESOURCES, "RestartPolicy": POLICY})

MOUNT = Struct(
    "mount.Mount",
    {
        "Type": Text("mount.Type"),
        **dict.fromkeys(("Source", "Target"), TEXT),
        "ReadOnly": FLAG,
        "Consistency": Text("mount.Consistency"),
        "BindOptions": Struct(
            "mount.BindOptions", {"Propagation": Text("mount.Propagation"), "NonRecursive": FLAG}
        ),
        "VolumeOptions": Struct(
            "mount.VolumeOptions",
            {
                "NoCopy": FLAG,
                "Labels": MAPPING,
                "DriverConfig": Struct("mount.Driver", {"Name": TEXT, "Options": MAPPING}),
            },
        ),
        "TmpfsOptions": Struct(
            "mount.TmpfsOptions",
            {"SizeBytes": NUMBER, "Mode": Number("os.FileMode", 32, signed=False)},
        ),
    },
    zero={},
)
BINDING = Struct("nat.PortBinding", {"HostIp": TEXT, "HostPort": TEXT}, zero={})
HOST_FIELDS: dict[str, Shape] = {
    **RESOURCES,
    **dict.fromkeys(("Binds", "VolumesFrom", "Dns", "DnsOptions", "DnsSearch"), TEXTS),
    **dict.fromkeys(("ExtraHosts", "GroupAdd", "Links", "SecurityOpt"), TEXTS),
    **dict.fromkeys(("MaskedPaths", "ReadonlyPaths"), TEXTS),
    **dict.fromkeys(("CapAdd", "CapDrop"), WORDS),
    **dict.fromkeys(("ContainerIDFile", "VolumeDriver", "Runtime"), TEXT),
    "NetworkMode": Text("container.NetworkMode"),
    "CgroupnsMode": Text("container.CgroupnsMode"),
    "IpcMode": Text("container.IpcMode"),
    "Cgroup": Text("container.CgroupSpec"),
    "PidMode": Text("container.PidMode"),
    "UTSMode": Text("container.UTSMode"),
    "UsernsMode": Text("container.UsernsMode"),
    "Isolation": Text("container.Isolation"),
    "LogConfig": Struct("container.LogConfig", {"Type": TEXT, "Config": MAPPING}),
    "PortBindings": MapOf(ListOf(BINDING), name="nat.PortMap"),
    "RestartPolicy": POLICY,
    **dict.fromkeys(("AutoRemove", "Privileged", "PublishAllPorts", "ReadonlyRootfs"), FLAG),
    "Init": FLAG,
    "OomScoreAdj": INT,
    "ShmSize": NUMBER,
    **dict.fromkeys(("StorageOpt", "Tmpfs", "Sysctls"), MAPPING),
    "ConsoleSize": ListOf(Number("uint", signed=False)),
    "Mounts": ListOf(MOUNT),
}
HOST = Struct("container.HostConfig", HOST_FIELDS)
CONFIG_FIELDS: dict[str, Shape] = {
    **dict.fromkeys(("Hostname", "Domainname", "User", "Image", "WorkingDir"), TEXT),
    **dict.fromkeys(("MacAddress", "StopSignal"), TEXT),
    **dict.fromkeys(("AttachStdin", "AttachStdout", "AttachStderr", "Tty"), FLAG),
    **dict.fromkeys(("OpenStdin", "StdinOnce", "ArgsEscaped", "NetworkDisabled"), FLAG),
    "ExposedPorts": MapOf(EMPTY, name="nat.PortSet"),
    **dict.fromkeys(("Env", "OnBuild"), TEXTS),
    **dict.fromkeys(("Cmd", "Entrypoint", "Shell"), WORDS),
    "Healthcheck": Struct(
        "container.HealthConfig",
        {
            "Test": TEXTS,
            **dict.fromkeys(("Interval", "Timeout", "StartPeriod"), DURATION),
            "Retries": INT,
        },
    ),
    "Volumes": MapOf(EMPTY),
    "Labels": MAPPING,
    "StopTimeout": INT,
}
CREATE = Struct(
    "runconfig.ContainerConfigWrapper",
    {
        **HOST_FIELDS,
        "Cpuset": TEXT,
        **CONFIG_FIELDS,
        "HostConfig": HOST,
        "NetworkingConfig": Struct(
            "network.NetworkingConfig", {"EndpointsConfig": MapOf(ENDPOINT, pointer=True)}
        ),
    },
)
"""Fields of HostConfig beside it are those of clients older than API 1.15; they still count."""
