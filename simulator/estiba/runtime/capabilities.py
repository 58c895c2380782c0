"""What root may do inside a container: Docker's default capabilities, and those added and dropped.

Source: capabilities(7); Docker's reference of `docker run`, "Runtime privilege and Linux capabilities".
The names stand in the order of their numbers, from 0. Simplified: on the simulated host only those that a call asks
for have an effect; root passes all file permissions there.
"""

from __future__ import annotations

from collections.abc import Iterable

DEFAULT = frozenset(
    """CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE
    SYS_CHROOT KILL AUDIT_WRITE""".split()
)
NAMES = tuple(
    """CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE
    NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT
    SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE
    AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ
    PERFMON BPF CHECKPOINT_RESTORE""".split()
)
ALL = frozenset(NAMES)


def mask(names: Iterable[str]) -> int:
    """Capabilities as the kernel has them: bit n for number n.

    >>> hex(mask(DEFAULT))
    '0xa80425fb'
    """
    return sum(1 << NAMES.index(name) for name in set(names))


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
