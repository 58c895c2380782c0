"""The real kernel: system calls that Python does not offer, and values for what they mount.

`calls` holds the calls, typed; `overlay` a stack of directories as one mount. Both the snapshotter and the runtime
of the Linux host stand on it. Importing works everywhere, calling only on Linux.
"""
