"""A simulated computer of one's own: a shell, files, and a `docker` that reaches an engine.

What people type at a terminal, pipes, variables and `$(docker ps -q)` included, is run here line by
line; lessons, exercises and notebooks stand on it. Entry points: `Workstation`, `Step`, `LimitExceeded`.
"""

from .machine import HOME, LimitExceeded, Step, Workstation

__all__ = ["HOME", "LimitExceeded", "Step", "Workstation"]
