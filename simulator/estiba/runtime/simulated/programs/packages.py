"""apt-get, apt, apk, yum, dnf, dpkg, pip: package managers without a network.

The simulator has no internet, so updates fail as they do on a machine whose names do not resolve,
with the managers' own words and statuses.
"""

from __future__ import annotations

import re

from ..program import Process
from ..streams import print_err, print_out
from ..syscalls import Body
from .accounts import lines_of
from .options import basename, tool

DEFAULT_SOURCES = {
    "ubuntu": ("http://archive.ubuntu.com/ubuntu", "http://security.ubuntu.com/ubuntu"),
    "debian": ("http://deb.debian.org/debian", "http://security.debian.org/debian-security"),
}


def _release() -> Body[dict[str, str]]:
    found = {}
    for line in (yield from lines_of("/etc/os-release")):
        name, equals, value = line.partition("=")
        if equals:
            found[name] = value.strip('"')
    return found


def _sources() -> Body[list[tuple[str, str]]]:
    """Pairs of address and suite."""
    found = []
    for line in (yield from lines_of("/etc/apt/sources.list")):
        matched = re.match(r"deb\s+(?:\[[^]]*\]\s*)?(http\S+?)/?\s+(\S+)", line)
        if matched and (matched[1], matched[2]) not in found:
            found.append((matched[1], matched[2]))
    if found:
        return found
    release = yield from _release()
    system = release.get("ID", "debian")
    suite = release.get("VERSION_CODENAME") or ("focal" if system == "ubuntu" else "bookworm")
    main, security = DEFAULT_SOURCES.get(system, DEFAULT_SOURCES["debian"])
    if system == "ubuntu":
        return [
            (main, suite),
            (main, f"{suite}-updates"),
            (main, f"{suite}-backports"),
            (security, f"{suite}-security"),
        ]
    return [(main, suite), (main, f"{suite}-updates"), (security, f"{suite}-security")]


@tool("apt-get", "apt", "aptitude", misuse=100)
def apt(process: Process, args: list[str]) -> Body[int]:
    words = [arg for arg in args if not arg.startswith("-")]
    command, names = (words[0], words[1:]) if words else ("", [])
    friendly = basename(process) == "apt"
    if friendly:
        yield from print_err(
            "\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n"
        )
    if command == "update":
        return (yield from _apt_update(friendly))
    if command in ("install", "reinstall") and names and (yield from _nothing_known()):
        yield from _reading()
        yield from print_err("".join(f"E: Unable to locate package {name}\n" for name in names))
        return 100
    if command in ("remove", "purge") and names:
        yield from _reading()
        yield from print_err("".join(f"E: Unable to locate package {name}\n" for name in names))
        return 100
    if command in ("upgrade", "dist-upgrade", "full-upgrade", "autoremove", "install", "check"):
        yield from _reading()
        if command in ("upgrade", "dist-upgrade", "full-upgrade"):
            yield from print_out("Calculating upgrade... Done\n")
        yield from print_out("0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n")
        return 0
    if command in ("clean", "autoclean", "list", "search"):
        if command in ("list", "search"):
            yield from print_out(
                "Listing... Done\n"
                if command == "list"
                else "Sorting... Done\nFull Text Search... Done\n"
            )
        return 0
    if "--version" in args or "-v" in args or not command:
        yield from print_out("apt 2.6.1 (amd64)\n")
        return 0
    yield from print_err(f"E: Invalid operation {command}\n")
    return 100


def _nothing_known() -> Body[bool]:
    return True
    yield


def _reading() -> Body[None]:
    yield from print_out(
        "Reading package lists... Done\nBuilding dependency "
        "tree... Done\nReading state information... Done\n"
    )


def _apt_update(friendly: bool) -> Body[int]:
    """Apt warns and ends well: old lists still serve."""
    sources = yield from _sources()
    for number, (address, suite) in enumerate(sources, 1):
        host = address.partition("//")[2].partition("/")[0]
        yield from print_out(
            f"Err:{number} {address} {suite} InRelease\n  Temporary failure resolving '{host}'\n"
        )
    yield from print_out("Reading package lists... Done\n")
    if friendly:
        yield from print_out(
            "Building dependency tree... Done\nReading state "
            "information... Done\nAll packages are up to date.\n"
        )
    for address, suite in sources:
        host = address.partition("//")[2].partition("/")[0]
        place = f"{address}/dists/{suite}/InRelease"
        yield from print_err(f"W: Failed to fetch {place}  Temporary failure resolving '{host}'\n")
    yield from print_err(
        "W: Some index files failed to download. They "
        "have been ignored, or old ones used instead.\n"
    )
    return 0


@tool("apk")
def apk(process: Process, args: list[str]) -> Body[int]:
    words = [arg for arg in args if not arg.startswith("-")]
    if not words:
        yield from print_out("apk-tools 2.12.10, compiled for x86_64.\n")
        return 1
    command, names = words[0], words[1:]
    repositories = [
        line for line in (yield from lines_of("/etc/apk/repositories")) if line.startswith("http")
    ]
    release = ".".join((yield from _release()).get("VERSION_ID", "3.18.0").split(".")[:2])
    base = "https://dl-cdn.alpinelinux.org/alpine"
    repositories = repositories or [f"{base}/v{release}/main", f"{base}/v{release}/community"]
    if command in ("update", "upgrade", "add") and (command != "add" or names):
        indexes = [f"{place.strip()}/x86_64/APKINDEX.tar.gz" for place in repositories]
        for index in indexes:
            yield from print_out(f"fetch {index}\n")
            yield from print_err(
                f"WARNING: Ignoring {index.removesuffix('/x86_64/APKINDEX.tar.gz')}: "
                "temporary error (try again later)\n"
            )
        if command == "update":
            yield from print_out(
                f"{len(indexes)} unavailable, 0 stale; 14 distinct packages available\n"
            )
            return len(indexes)
        if command == "add":
            yield from print_err("ERROR: unable to select packages:\n")
            for name in names:
                yield from print_err(
                    f"  {name} (no such package):\n    required by: world[{name}]\n"
                )
            return len(names)
        yield from print_out("OK: 7 MiB in 14 packages\n")
        return 0
    if command == "del":
        yield from print_out("OK: 7 MiB in 14 packages\n")
    return 0


@tool("yum", "dnf", "microdnf")
def yum(process: Process, args: list[str]) -> Body[int]:
    words = [arg for arg in args if not arg.startswith("-")]
    name = basename(process)
    if "--version" in args:
        yield from print_out("4.7.0\n")
        return 0
    if not words:
        yield from print_err(f"usage: {name} [options] COMMAND\n")
        return 1
    if words[0] == "clean":
        yield from print_out("0 files removed\n")
        return 0
    yield from print_err(
        "Error: Failed to download metadata for repo 'appstream': Cannot prepare "
        "internal mirrorlist: "
        "Curl error (6): Couldn't resolve host name for http://mirrorlist.centos.org/ "
        "[Could not resolve host: mirrorlist.centos.org]\n"
    )
    return 1


@tool("dpkg", "dpkg-query", "rpm")
def dpkg(process: Process, args: list[str]) -> Body[int]:
    name = basename(process)
    if "--version" in args:
        version = (
            "RPM version 4.14.3"
            if name == "rpm"
            else "Debian 'dpkg' package management program version 1.21.22 (amd64)."
        )
        yield from print_out(version + "\n")
    elif "--print-architecture" in args:
        yield from print_out("amd64\n")
    elif "-l" in args or "--list" in args:
        yield from print_out(
            "Desired=Unknown/Install/Remove/Purge/Hold\n"
            "| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend\n"
            "|/ Err?=(none)/Status,Err: uppercase=bad)\n"
            "||/ Name           Version      Architecture Description\n"
            "+++-==============-============-============-=================================\n"
        )
    elif args and args[-1][:1] != "-":
        yield from print_err(f"{name}: no packages found matching {args[-1]}\n")
        return 1
    return 0


@tool("pip", "pip3", "npm", "gem", "composer", "git", "go", "cargo")
def pip(process: Process, args: list[str]) -> Body[int]:
    """Tools that fetch from the internet: their version, or that the name does not resolve."""
    name = basename(process)
    if args[:1] in (["--version"], ["-V"], ["-v"], ["version"]):
        yield from print_out(f"{name} (stand-in)\n")
        return 0
    if name.startswith("pip") and args[:1] == ["install"] and args[1:]:
        package = args[-1]
        yield from print_err(
            f"ERROR: Could not find a version that satisfies the requirement {package} (from "
            "versions: none)\n"
            f"ERROR: No matching distribution found for {package}\n"
        )
        return 1
    yield from print_err(f"{name}: there is no network in the simulator\n")
    return 1
