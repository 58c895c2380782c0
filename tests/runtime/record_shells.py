"""Record what real shells do with shell_scripts.txt, for test_shell_scripts.py.

    python tests/runtime/record_shells.py > tests/vectors/shell-scripts.json

Needs bash 5.2, dash 0.5.12 and BusyBox 1.35 (Debian 12). Each script runs three ways: as `-c`, as a file,
from standard input; BusyBox only as `-c`.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ENV = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/root", "HOSTNAME": "host", "TERM": "xterm"}
SHELLS = {"bash": ["bash"], "dash": ["dash"], "ash": ["busybox", "sh"]}


def scripts() -> list[tuple[str, str]]:
    """Pairs of which shells, and the script."""
    found: list[tuple[str, str]] = []
    for part in ("\n" + (HERE / "shell_scripts.txt").read_text()).split("\n%% ")[1:]:
        who, _, script = part.partition("\n")
        found.append((who, script.rstrip("\n") + "\n"))
    return found


def record(shell: str, script: str, way: str) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        args = {"command": ["-c", script], "file": ["s.sh"], "input": []}[way]
        if way == "file":
            (Path(folder) / "s.sh").write_text(script)
        given = script.encode() if way == "input" else b""
        done = subprocess.run(  # noqa: PLW1510 - a status is part of the record
            [*SHELLS[shell], *args],
            cwd=folder,
            env=ENV,
            input=given,
            capture_output=True,
            timeout=10,
        )
        out, err = (text.decode().replace(folder, "/work") for text in (done.stdout, done.stderr))
        code = done.returncode if done.returncode >= 0 else 128 - done.returncode
        return {"shell": shell, "way": way, "script": script, "out": out, "err": err, "code": code}


def main() -> None:
    rows = []
    for who, script in scripts():
        shells = {"all": ["bash", "dash", "ash"], "dash": ["dash", "ash"]}.get(who, [who])
        for shell in shells:
            for way in ("command",) if shell == "ash" else ("command", "file", "input"):
                rows.append(record(shell, script, way))
    json.dump(rows, sys.stdout, ensure_ascii=False, indent=0)


if __name__ == "__main__":
    main()
