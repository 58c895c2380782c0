"""The `docker` command line: a client of the Docker Engine API, over any `Transport`.

Entry points: `run_command`; what it needs of the world are `Console` and `Files` (in memory here; of a real
process in `terminal` and `disk`). Rows of the table of commands are in `commands/`, templates in `template/`.
"""
