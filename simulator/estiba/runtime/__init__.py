"""The runtime: what runs the processes of containers.

`port` says what a runtime is; `simulated/` is a small kernel in Python, `linux/` drives real namespaces.
"""

from .port import (
    Bind,
    ContainerSpec,
    ExecutableDenied,
    ExecutableNotFound,
    NoSuchDirectory,
    Process,
    ProcessRow,
    ProcessSpec,
    Runtime,
    Stdio,
    UnknownUser,
    Usage,
)

__all__ = [
    "Bind",
    "ContainerSpec",
    "ExecutableDenied",
    "ExecutableNotFound",
    "NoSuchDirectory",
    "Process",
    "ProcessRow",
    "ProcessSpec",
    "Runtime",
    "Stdio",
    "UnknownUser",
    "Usage",
]
