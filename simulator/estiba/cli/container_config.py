"""From the flags of `docker run` and `create` to the body of the request.

Problems are CommandFailed in Docker's words; who calls adds `docker: ` and where to find help.
"""

from __future__ import annotations

import posixpath
import re
from typing import Any

from .bindings import from_environment, pairs, parse_device, parse_volumes, read_pairs
from .errors import CommandFailed
from .files import shown
from .flags import Options
from .network_options import endpoints
from .ports import parse_exposed, parse_published
from .session import Session

Body = dict[str, Any]
PLAIN = (
    ("Privileged", "privileged"),
    ("PublishAllPorts", "publish-all"),
    ("ReadonlyRootfs", "read-only"),
    ("VolumeDriver", "volume-driver"),
    ("IpcMode", "ipc"),
    ("OomScoreAdj", "oom-score-adj"),
    ("AutoRemove", "rm"),
    ("ContainerIDFile", "cidfile"),
    ("PidMode", "pid"),
    ("UTSMode", "uts"),
    ("UsernsMode", "userns"),
    ("CgroupnsMode", "cgroupns"),
    ("ShmSize", "shm-size"),
    ("Isolation", "isolation"),
    ("CpuShares", "cpu-shares"),
    ("Memory", "memory"),
    ("NanoCpus", "cpus"),
    ("CgroupParent", "cgroup-parent"),
    ("BlkioWeight", "blkio-weight"),
    ("BlkioWeightDevice", "blkio-weight-device"),
    ("BlkioDeviceReadBps", "device-read-bps"),
    ("BlkioDeviceWriteBps", "device-write-bps"),
    ("BlkioDeviceReadIOps", "device-read-iops"),
    ("BlkioDeviceWriteIOps", "device-write-iops"),
    ("CpuPeriod", "cpu-period"),
    ("CpuQuota", "cpu-quota"),
    ("CpuRealtimePeriod", "cpu-rt-period"),
    ("CpuRealtimeRuntime", "cpu-rt-runtime"),
    ("CpusetCpus", "cpuset-cpus"),
    ("CpusetMems", "cpuset-mems"),
    ("MemoryReservation", "memory-reservation"),
    ("MemorySwap", "memory-swap"),
    ("MemorySwappiness", "memory-swappiness"),
    ("OomKillDisable", "oom-kill-disable"),
    ("PidsLimit", "pids-limit"),
    ("CpuCount", "cpu-count"),
    ("CpuPercent", "cpu-percent"),
    ("IOMaximumIOps", "io-maxiops"),
    ("IOMaximumBandwidth", "io-maxbandwidth"),
)
LISTS = (
    ("Links", "link"),
    ("ExtraHosts", "add-host"),
    ("VolumesFrom", "volumes-from"),
    ("CapAdd", "cap-add"),
    ("CapDrop", "cap-drop"),
    ("GroupAdd", "group-add"),
    ("DeviceCgroupRules", "device-cgroup-rule"),
)
ALWAYS_LISTS = (("Dns", "dns"), ("DnsSearch", "dns-search"))
STRINGS = (
    ("Hostname", "hostname"),
    ("Domainname", "domainname"),
    ("User", "user"),
    ("WorkingDir", "workdir"),
    ("StopSignal", "stop-signal"),
    ("MacAddress", "mac-address"),
)
MAC = re.compile(r"(?:[0-9a-fA-F]{2}([:-]))(?:[0-9a-fA-F]{2}\1){4,18}[0-9a-fA-F]{2}\Z")
MODES = {
    "pid": re.compile(r"|host|container:.+"),
    "uts": re.compile(r"|host"),
    "userns": re.compile(r"|host"),
    "cgroupns": re.compile(r"|private|host"),
}
BAD_MODES = {"pid": "PID", "uts": "UTS", "userns": "USER", "cgroupns": "CGROUP"}


def container_body(session: Session, options: Options, image: str, command: list[str]) -> Body:
    """Raises: CommandFailed."""
    if (mac := options["mac-address"]) and not is_mac(mac):
        raise CommandFailed(f"{mac} is not a valid mac address")
    swappiness = options["memory-swappiness"]
    if swappiness != -1 and not 0 <= swappiness <= 100:
        raise CommandFailed(f"invalid value: {swappiness}. Valid memory swappiness range is 0-100")
    binds, anonymous = parse_volumes(options["volume"], session.files)
    exposed, published = parse_published(options["publish"])
    parse_exposed(options["expose"], exposed)
    host = _host_config(session, options, binds, published)
    body = _config(session, options, image, command)
    body["Volumes"] = anonymous
    if exposed:
        body["ExposedPorts"] = exposed
    _check_modes(options)
    _logging(options, host)
    _security(session, options, host)
    if (health := _health(options)) is not None:
        body["Healthcheck"] = health
    if options["rm"] and host["RestartPolicy"]["Name"] not in ("no", ""):
        raise CommandFailed("conflicting options: cannot specify both --restart and --rm")
    body["HostConfig"] = host
    body["NetworkingConfig"] = {"EndpointsConfig": endpoints(options)}
    return body


def is_mac(text: str) -> bool:
    text = text.strip()
    dotted = re.fullmatch(r"[0-9a-fA-F]{4}(\.[0-9a-fA-F]{4}){2,9}", text)
    return bool(dotted) or (bool(MAC.match(text)) and len(text) in (17, 23, 59))


def _config(session: Session, options: Options, image: str, command: list[str]) -> Body:
    attach = options["attach"]
    stdin = options["interactive"]
    environment = from_environment(options["env"], session.environment)
    variables = read_pairs(
        session.files,
        options["env-file"],
        proxies(session, environment) + environment,
        session.environment,
    )
    labels = read_pairs(session.files, options["label-file"], options["label"], None)
    body: Body = {name: options[flag] for name, flag in STRINGS[:4]}
    body |= {
        "AttachStdin": stdin or "stdin" in attach,
        "AttachStdout": not attach or "stdout" in attach,
        "AttachStderr": not attach or "stderr" in attach,
        "Tty": options["tty"],
        "OpenStdin": stdin,
        "StdinOnce": stdin,
        "Env": variables or None,
        "Cmd": command or None,
        "Image": image,
        "Entrypoint": _entrypoint(options),
        "OnBuild": None,
        "Labels": pairs(labels),
    }
    body |= {name: options[flag] for name, flag in STRINGS[4:] if options[flag]}
    if "stop-timeout" in options.given:
        body["StopTimeout"] = options["stop-timeout"]
    return body


def proxies(session: Session, environment: list[str]) -> list[str]:
    """Proxies the user's configuration gives to every container."""
    known = session.config.entries.get("proxies")
    settings = (
        known.get(session.endpoint) or known.get("default") if isinstance(known, dict) else None
    )
    if not isinstance(settings, dict):
        return []
    names = ("httpProxy", "httpsProxy", "noProxy", "ftpProxy", "allProxy")
    given = {entry.partition("=")[0] for entry in environment}
    out = []
    for name in names:
        if value := settings.get(name):
            variable = name.replace("Proxy", "_proxy")
            out += [f"{v}={value}" for v in (variable.upper(), variable) if v not in given]
    return out


def _entrypoint(options: Options) -> list[str] | None:
    if options["entrypoint"]:
        return [options["entrypoint"]]
    return [""] if "entrypoint" in options.given else None


def _host_config(
    session: Session, options: Options, binds: list[str], published: dict[str, Any]
) -> Body:
    host: Body = {name: options[flag] for name, flag in PLAIN}
    host |= {name: options[flag] or None for name, flag in LISTS}
    host |= {name: options[flag] for name, flag in ALWAYS_LISTS}
    networks = options["network"] or options["net"]
    devices = [parse_device(spec) for spec in options["device"]]
    host |= {
        "Binds": binds or None,
        "PortBindings": published,
        "RestartPolicy": parse_restart(options["restart"]),
        "NetworkMode": networks[0]["target"] if networks else "default",
        "DnsOptions": options["dns-opt"] + options["dns-option"],
        "ConsoleSize": list(session.console.size()),
        "Cgroup": "",
        "Devices": devices,
        "DeviceRequests": options["gpus"] or None,
        "Ulimits": sorted(
            {u["Name"]: u for u in options["ulimit"]}.values(), key=lambda u: u["Name"]
        ),
    }
    _optional(session, options, host)
    return host


def _optional(session: Session, options: Options, host: Body) -> None:
    """What is only there when it was asked for. Raises: CommandFailed."""
    for name, flag in (
        ("Runtime", "runtime"),
        ("KernelMemory", "kernel-memory"),
        ("Sysctls", "sysctl"),
        ("Annotations", "annotation"),
    ):
        if options[flag]:
            host[name] = options[flag]
    if options["tmpfs"]:
        split = (entry.partition(":") for entry in options["tmpfs"])
        host["Tmpfs"] = {path: settings for path, _, settings in split}
    if options["mount"]:
        host["Mounts"] = [_absolute(session, mount) for mount in options["mount"]]
    if options["storage-opt"]:
        if any("=" not in entry for entry in options["storage-opt"]):
            raise CommandFailed("invalid storage option")
        host["StorageOpt"] = pairs(options["storage-opt"])
    if "init" in options.given:
        host["Init"] = options["init"]


def _absolute(session: Session, mount: Body) -> Body:
    source = mount.get("Source", "")
    if source[:1] == ".":
        where = posixpath.normpath(posixpath.join(session.files.cwd, source))
        return {**mount, "Source": where}
    return mount


def parse_restart(text: str) -> Body:
    """`on-failure:3`. Raises: CommandFailed."""
    if not text:
        return {"Name": "", "MaximumRetryCount": 0}
    name, colon, count = text.partition(":")
    if colon and not name:
        raise CommandFailed("invalid restart policy format: no policy provided before colon")
    if count and not re.fullmatch(r"[+-]?[0-9]+", count):
        raise CommandFailed("invalid restart policy format: maximum retry count must be an integer")
    return {"Name": name, "MaximumRetryCount": int(count or 0)}


def _check_modes(options: Options) -> None:
    for flag, form in MODES.items():
        if not form.fullmatch(options[flag]):
            raise CommandFailed(f"--{flag}: invalid {BAD_MODES[flag]} mode")


def _logging(options: Options, host: Body) -> None:
    driver = options["log-driver"]
    if driver == "none" and options["log-opt"]:
        raise CommandFailed(f"invalid logging opts for driver {driver}")
    host["LogConfig"] = {"Type": driver, "Config": pairs(options["log-opt"])}


def _security(session: Session, options: Options, host: Body) -> None:
    kept: list[str] = []
    host["MaskedPaths"] = host["ReadonlyPaths"] = None
    for given in options["security-opt"]:
        key, mark, value = given.partition("=")
        if not mark and key != "no-new-privileges":
            key, mark, value = given.partition(":")
        if not value and key != "no-new-privileges":
            from ..spec.gotext import quote  # noqa: PLC0415

            raise CommandFailed(f"Invalid --security-opt: {quote(given)}")
        if given == "systempaths=unconfined":
            host["MaskedPaths"] = host["ReadonlyPaths"] = []
        elif key == "seccomp" and value not in ("unconfined", "builtin"):
            kept.append(f"seccomp={_profile(session, value)}")
        else:
            kept.append(given)
    host["SecurityOpt"] = kept or None


def _profile(session: Session, path: str) -> str:
    from .jsontext import compact  # noqa: PLC0415

    try:
        return compact(session.files.read(path).decode())
    except OSError as error:
        raise CommandFailed(
            f"opening seccomp profile ({path}) failed: {shown('open', path, error)}"
        ) from None
    except UnicodeDecodeError as error:
        raise CommandFailed(
            f"compacting json for seccomp profile ({path}) failed: {error}"
        ) from None


HEALTH = (
    ("Interval", "health-interval"),
    ("Timeout", "health-timeout"),
    ("StartPeriod", "health-start-period"),
    ("StartInterval", "health-start-interval"),
    ("Retries", "health-retries"),
)


def _health(options: Options) -> Body | None:
    given = bool(options["health-cmd"]) or any(options[flag] for _, flag in HEALTH)
    if options["no-healthcheck"]:
        if given:
            raise CommandFailed("--no-healthcheck conflicts with --health-* options")
        return {"Test": ["NONE"]}
    if not given:
        return None
    health: Body = {}
    if options["health-cmd"]:
        health["Test"] = ["CMD-SHELL", options["health-cmd"]]
    for flag in (
        "health-interval",
        "health-timeout",
        "health-retries",
        "health-start-period",
        "health-start-interval",
    ):
        if options[flag] < 0:
            raise CommandFailed(f"--{flag} cannot be negative")
    health.update({name: options[flag] for name, flag in HEALTH if options[flag]})
    return health
