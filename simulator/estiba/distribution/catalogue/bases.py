"""Which distribution and release a base layer is."""

from __future__ import annotations

Base = tuple[str, str]

RELEASES: dict[str, dict[str, Base]] = {
    "debian": {
        "8": ("debian", "jessie"),
        "9": ("debian", "stretch"),
        "latest": ("debian", "stretch"),
        "jessie": ("debian", "jessie"),
        "stretch": ("debian", "stretch"),
        "buster": ("debian", "buster"),
        "bullseye": ("debian", "bullseye"),
        "sid": ("debian", "sid"),
    },
    "ubuntu": {
        "14.04": ("ubuntu", "trusty"),
        "16.04": ("ubuntu", "xenial"),
        "17.10": ("ubuntu", "artful"),
        "18.04": ("ubuntu", "bionic"),
        "20.04": ("ubuntu", "focal"),
        "focal": ("ubuntu", "focal"),
        "22.04": ("ubuntu", "jammy"),
        "24.04": ("ubuntu", "noble"),
    },
    "alpine": {
        "3.4": ("alpine", "3.4"),
        "3.5": ("alpine", "3.5"),
        "3.6": ("alpine", "3.6"),
        "3.7": ("alpine", "3.7"),
        "edge": ("alpine", "edge"),
        "3.13": ("alpine", "3.13"),
        "3": ("alpine", "3.13"),
    },
    "busybox": {"": ("busybox", "busybox")},
    "centos": {
        "6": ("redhat", "centos-6"),
        "7": ("redhat", "centos-7"),
    },
    "fedora": {
        "26": ("redhat", "fedora-26"),
        "27": ("redhat", "fedora-27"),
        "37": ("redhat", "fedora-37"),
    },
    "almalinux": {"9": ("redhat", "alma-9")},
    "rockylinux": {"9": ("redhat", "rocky-9")},
    "amazonlinux": {"": ("redhat", "amazon-1")},
    "oraclelinux": {"": ("redhat", "oracle-7")},
    "opensuse": {"": ("redhat", "opensuse-42")},
}

# Base layers that no base image of the catalogue has: by digest, with the reason.
ORPHANS: dict[str, Base] = {
    "bb79b6b2107f": ("debian", "buster"),  # httpd, October 2020
    "85b1f47fba49": ("debian", "jessie"),  # mongo-express, on node:8 of November 2017
    "6f28985ad184": ("debian", "buster"),  # python:3-slim, March 2021
    "a8797cd0c76e": ("debian", "sid"),  # tomcat:9, January 2018
    "da7391352a9b": ("ubuntu", "focal"),  # mariadb, November 2020
    "cfc728c1c558": ("alpine", "3.6"),  # jenkins, November 2017
    "2c57acc5afca": ("redhat", "oracle-8"),  # mysql, January 2023
    "9532dfcb62dd": ("debian", "bookworm"),  # josedom24/servidorweb, January 2024
}

MERGED = {"bookworm", "focal", "jammy", "noble", "oracle-8"}


def release_of(repository: str, tags: list[str]) -> Base | None:
    """The release of a base image, by its tags; the longest match wins."""
    known = RELEASES.get(repository)
    if known is None:
        return None
    found = [
        key for key in known for tag in tags if tag == key or tag.startswith((f"{key}-", f"{key}."))
    ]
    if found:
        return known[max(found, key=len)]
    return known.get("")
