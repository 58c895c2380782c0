"""Platforms: operating system, architecture and variant.

Names come in many spellings (`x86_64`, `aarch64`, `armhf`); they are compared in one normal form,
where the usual variant (v8 of arm64, v7 of arm) may be left unsaid.

Source: containerd, platforms; OCI image-spec, image-index.md, "platform".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from estiba.errors import InvalidInput
from estiba.spec.gofields import Fields
from estiba.spec.gotext import quote
from estiba.spec.rule import Rule

_ENGINE_COMPONENT = "^[A-Za-z0-9_-]+$"
_COMPONENT = "^[A-Za-z0-9_.-]+$"
_SYSTEM = r"^([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.-]*)\))?$"
_SYSTEMS = frozenset(
    "aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9"
    " solaris windows zos".split()
)
_ARCHITECTURES = frozenset(
    "386 amd64 amd64p32 arm armbe arm64 arm64be ppc64 ppc64le loong64 mips mipsle mips64 mips64le"
    " mips64p32 mips64p32le ppc riscv riscv64 s390 s390x sparc sparc64 wasm".split()
)


class InvalidPlatform(InvalidInput):
    hint = "A platform looks like linux/amd64 or linux/arm/v7."

    def __init__(self, text: str, problem: str) -> None:
        super().__init__(f"{problem}: invalid argument")
        self.text = text


@dataclass(frozen=True, slots=True)
class Platform:
    """What a program was built for.

    >>> str(Platform.parse("linux/arm/7"))
    'linux/arm/v7'
    >>> Platform.parse("linux/aarch64").matches(Platform("linux", "arm64", "v8"))
    True
    """

    os: str = "linux"
    architecture: str = "amd64"
    variant: str = ""
    os_version: str = ""
    os_features: tuple[str, ...] = ()

    @classmethod
    def parse(
        cls, text: str, host: "Platform | None" = None, rule: Rule = Rule.CLIENT
    ) -> "Platform":
        """Read `os`, `arch`, `os/arch` or `os/arch/variant`; the host fills in what is not said.

        Newer programs also read an OS version: `windows(10.0.17763)/amd64`.

        Raises: InvalidPlatform.
        """
        if "*" in text:
            raise InvalidPlatform(text, f"{quote(text)}: wildcards not yet supported")
        parts, version = _parts(text, rule)
        if len(parts) > 3:
            raise InvalidPlatform(text, f"{quote(text)}: cannot parse platform specifier")
        if len(parts) == 1:
            return _from_one_word(text, parts[0], version, host or cls())
        parsed = cls(parts[0], parts[1], "".join(parts[2:]), version).normalized()
        if len(parts) == 2 and (parsed.architecture, parsed.variant) == ("arm", "v7"):
            return replace(parsed, variant="")
        if len(parts) == 3 and (parsed.architecture, parsed.variant) == ("arm64", ""):
            return replace(parsed, variant="v8")
        return parsed

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Platform":
        """Read the object in an index, or those keys of an image configuration.

        Raises: InvalidConfig.
        """
        fields = Fields(value, "Platform")
        return cls(
            fields.text("os"),
            fields.text("architecture"),
            fields.text("variant"),
            fields.text("os.version"),
            fields.words("os.features") or (),
        )

    def to_json(self) -> dict[str, Any]:
        """The object in an index, in Docker's order."""
        value: dict[str, Any] = {"architecture": self.architecture, "os": self.os}
        if self.os_version:
            value["os.version"] = self.os_version
        if self.os_features:
            value["os.features"] = list(self.os_features)
        if self.variant:
            value["variant"] = self.variant
        return value

    def normalized(self) -> "Platform":
        """The one spelling by which platforms are compared."""
        system = self.os.lower() or "linux"
        architecture, variant = _normal_architecture(
            self.architecture.lower(), self.variant.lower()
        )
        return replace(
            self,
            os="darwin" if system == "macos" else system,
            architecture=architecture,
            variant=variant,
        )

    def matches(self, other: "Platform") -> bool:
        """Whether both mean the same, however they are spelled."""
        return _key(self) == _key(other)

    def runs(self) -> "tuple[Platform, ...]":
        """The platforms whose programs this one can run, best first."""
        own = self.normalized()
        match own.architecture:
            case "amd64":
                return (own, replace(own, architecture="386"))
            case "arm":
                return (own, *_older_arms(own))
            case "arm64":
                arm = replace(own, architecture="arm", variant=own.variant or "v8")
                return (own, arm, *_older_arms(arm))
        return (own,)

    def __str__(self) -> str:
        if not self.os:
            return "unknown"
        return "/".join(part for part in (self.os, self.architecture, self.variant) if part)


def _parts(text: str, rule: Rule) -> tuple[list[str], str]:
    """The components, each checked, and the OS version."""
    if rule is Rule.ENGINE:
        parts = text.split("/")
        for part in parts:
            _check_component(part, text, _ENGINE_COMPONENT)
        return parts, ""
    first, *rest = text.split("/", 3)
    system = re.fullmatch(_SYSTEM, first)
    if system is None:
        raise InvalidPlatform(
            text,
            f"{quote(first)} is an invalid OS component of {quote(text)}: OSAndVersion specifier"
            f" component must match {quote(_SYSTEM)}",
        )
    for part in rest:
        _check_component(part, text, _COMPONENT)
    return [system[1], *rest], system[2] or ""


def _check_component(part: str, text: str, form: str) -> None:
    if not re.fullmatch(form, part):
        raise InvalidPlatform(
            text,
            f"{quote(part)} is an invalid component of {quote(text)}: platform specifier"
            f" component must match {quote(form)}",
        )


def _from_one_word(text: str, word: str, version: str, host: Platform) -> Platform:
    system = Platform(word).normalized().os
    if system in _SYSTEMS:
        return replace(host, os=system, os_version=version, os_features=())
    named = Platform(host.os, word).normalized()
    if named.architecture not in _ARCHITECTURES:
        raise InvalidPlatform(text, f"{quote(text)}: unknown operating system or architecture")
    if (named.architecture, named.variant) == ("arm", "v7"):
        return replace(named, variant="")
    return named


def _normal_architecture(name: str, variant: str) -> tuple[str, str]:
    match name:
        case "i386":
            return "386", ""
        case "x86_64" | "x86-64" | "amd64":
            return "amd64", "" if variant == "v1" else variant
        case "aarch64" | "arm64":
            return "arm64", "" if variant in {"8", "v8"} else variant
        case "armhf":
            return "arm", "v7"
        case "armel":
            return "arm", "v6"
        case "arm":
            if variant in {"", "7"}:
                return "arm", "v7"
            return "arm", f"v{variant}" if variant in {"5", "6", "8"} else variant
    return name, variant


def _key(platform: Platform) -> tuple[str, str, str]:
    own = platform.normalized()
    return own.os, own.architecture, own.variant


def _older_arms(platform: Platform) -> tuple[Platform, ...]:
    version = platform.variant.removeprefix("v")
    newest = int(version) if version.isdecimal() else 0
    return tuple(replace(platform, variant=f"v{n}") for n in range(newest - 1, 4, -1))
