"""The simulated runtime: a small kernel whose processes are generators of system calls."""
