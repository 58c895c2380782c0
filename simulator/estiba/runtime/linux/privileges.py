"""Giving up power: limits, the filter of system calls, the user, capabilities.

Source: capabilities(7); prctl(2); OCI runtime-spec, config.md, "Linux Process".
"""

from __future__ import annotations

import os
import resource
from collections.abc import Mapping
from typing import Any

from ...linux import calls
from ..accounts import User
from . import seccomp

LAST_CAPABILITY = "/proc/sys/kernel/cap_last_cap"


def limit(limits: Mapping[str, tuple[int, int]], oom_score: int) -> None:
    """Set resource limits by Docker's names, and how ready the kernel is to kill us."""
    for name, pair in limits.items():
        number = getattr(resource, f"RLIMIT_{name.upper()}", None)
        if number is not None:
            resource.setrlimit(number, (pair[0], pair[1]))
    if oom_score:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as stream:
            stream.write(str(oom_score))


def filter_calls(plan: Mapping[str, Any]) -> None:
    """Install the filter, if there is one, while we still may without `no_new_privs`."""
    if plan["no_new_privileges"]:
        calls.prctl(calls.PR_SET_NO_NEW_PRIVS, 1)
    if plan["seccomp"] is not None:
        calls.set_seccomp_filter(seccomp.program(frozenset(plan["seccomp"])))


def become(user: User, capabilities: int, *, no_new: bool) -> None:
    """Be the user, with these capabilities and no way to others; a user other than root has none in effect."""
    for number in range(_last() + 1):
        if not capabilities >> number & 1:
            calls.prctl(calls.PR_CAPBSET_DROP, number)
    calls.prctl(calls.PR_SET_KEEPCAPS, 1)
    calls.tell("setgroups", len(user.groups))
    calls.tell("setresgid", user.gid, user.gid, user.gid)
    calls.tell("setresuid", user.uid, user.uid, user.uid)
    os.setgroups(user.groups)
    os.setresgid(user.gid, user.gid, user.gid)
    os.setresuid(user.uid, user.uid, user.uid)
    calls.prctl(calls.PR_SET_KEEPCAPS, 0)
    held = capabilities if user.uid == 0 else 0
    calls.set_capabilities(held, held, 0)
    calls.prctl(calls.PR_CAP_AMBIENT, calls.PR_CAP_AMBIENT_CLEAR_ALL)


def _last() -> int:
    try:
        with open(LAST_CAPABILITY, encoding="ascii") as stream:
            return int(stream.read())
    except OSError:
        return 40
