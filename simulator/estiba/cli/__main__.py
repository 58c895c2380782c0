"""`python -m estiba.cli …`: the command line alone, as a client of whatever engine DOCKER_HOST names."""

from __future__ import annotations

import os
import sys

from .process import run_process

if __name__ == "__main__":
    sys.exit(run_process(sys.argv[1:], os.environ))
