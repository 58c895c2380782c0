"""What root may do inside a container: Docker's default capabilities, and those added and dropped.

Source: capabilities(7); Docker's reference of `docker run`, "Runtime privilege and Linux capabilities".
Simplified: only those that a call here asks for have an effect; root passes all file permissions.
"""

from __future__ import annotations

from collections.abc import Iterable

DEFAULT = frozenset(
    """CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE
    SYS_CHROOT KILL AUDIT_WRITE""".split()
)
ALL = DEFAULT | frozenset(
    """SYS_ADMIN NET_ADMIN SYS_TIME SYS_PTRACE SYS_MODULE SYS_RESOURCE SYS_NICE SYS_BOOT SYS_RAWIO
    SYSLOG IPC_LOCK IPC_OWNER LINUX_IMMUTABLE LEASE AUDIT_CONTROL AUDIT_READ DAC_READ_SEARCH
    NET_BROADCAST SYS_PACCT SYS_TTY_CONFIG WAKE_ALARM BLOCK_SUSPEND MAC_ADMIN MAC_OVERRIDE""".split()
)


def _named(names: Iterable[str]) -> frozenset[str]:
    found = frozenset(name.upper().removeprefix("CAP_") for name in names)
    return ALL if "ALL" in found else found


def effective(added: Iterable[str], dropped: Iterable[str], *, privileged: bool) -> frozenset[str]:
    """The capabilities of a container's root.

    >>> "CHOWN" in effective((), ("ALL",), privileged=False)
    False
    >>> sorted(effective(("SYS_TIME",), ("ALL",), privileged=False))
    ['SYS_TIME']
    """
    if privileged:
        return ALL
    plus, minus = tuple(added), tuple(dropped)
    if not plus and not minus:
        return DEFAULT
    everything = any(name.upper() == "ALL" for name in plus)
    start = ALL if everything else DEFAULT
    without = frozenset() if any(name.upper() == "ALL" for name in minus) else start
    return (without - _named(minus)) | (frozenset() if everything else _named(plus))
