"""Containers on the kernel itself: namespaces, overlayfs, cgroups, capabilities, seccomp.

Three processes besides the engine's. The *launcher*, one per engine, small and without state, forks a *monitor* for
each container. The monitor makes the container's first process, holds its standard streams, adds processes that are
asked for, and keeps the exit code; it outlives the engine. The first process builds its own surroundings
(`first_process`) and becomes the program. The engine and a monitor talk over a socket (`messages`), which the engine's
poller watches. See docs/decisions/0010-linux-runtime.md.
"""
