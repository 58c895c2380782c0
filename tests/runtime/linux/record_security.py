"""Ask a real Docker what a container may do: `python record_security.py unix:///path/docker.sock`, as root."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from python_image import VARIANTS, compared, write_image

VECTORS = Path(__file__).parents[2] / "vectors" / "security_probe.json"
ABOUT = "What probe.py answers in a container of Docker 20.10.24, runc 1.1.5, Linux 6.18, by options of docker run."


def main(address: str) -> None:
    docker = ["docker", "-H", address]
    with tempfile.TemporaryDirectory() as directory:
        archive = write_image(Path(directory))
        subprocess.run([*docker, "import", str(archive), "probe"], check=True, capture_output=True)
    facts = {}
    for name, options in VARIANTS.items():
        words = [
            *docker,
            "run",
            "--rm",
            "--network",
            "none",
            *options,
            "probe",
            "python3",
            "/probe.py",
        ]
        shown = subprocess.run(words, check=True, capture_output=True, text=True).stdout
        facts[name] = compared(json.loads(shown), name)
    subprocess.run([*docker, "rmi", "probe"], check=True, capture_output=True)
    VECTORS.write_text(
        json.dumps({"about": ABOUT, "facts": facts}, separators=(",", ":"), sort_keys=True)
    )


if __name__ == "__main__":
    main(sys.argv[1])
