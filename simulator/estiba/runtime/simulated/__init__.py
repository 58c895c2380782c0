"""The simulated runtime: a small kernel whose processes are generators of system calls.

A program yields the values of `syscalls`; `process` resumes it, the handlers in `calls` carry each
one out, `kernel` keeps processes, signals and ends. Around them: `terminal`, `devices`, `procfs`,
`sockets`, `mounts`, `identity`, `capabilities`. `program` says how programs are written and found,
`programs/` holds them, `shell/` is bash, dash and ash. Entry point: `runtime.SimulatedRuntime`.
"""
