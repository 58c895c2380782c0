"""Make `.venv` with the pinned development tools, on a machine that has nothing but Python 3.11 or newer.

    python3 .ci/environment.py            # create or update .venv

Standard library only. Debian ships Python without ensurepip (package python3-venv); then pip's own wheel is
fetched from the package index, checked against the digest below, and used to install itself.
"""

import hashlib
import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CONSTRAINTS = ROOT / ".ci" / "constraints.txt"
PIP_WHEEL = "pip-25.3-py3-none-any.whl"
PIP_SHA256 = "9655943313a94722b7774661c21049070f6bbb0a1516bf02f7c8d5d9201514cd"


def python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def has_pip() -> bool:
    probe = [str(python()), "-m", "pip", "--version"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def fetch_pip() -> Path:
    index = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/") + "/pip/"
    with urllib.request.urlopen(index, timeout=180) as answer:
        page = answer.read().decode()
    link = re.search(rf'href="([^"]*{re.escape(PIP_WHEEL)}[^"]*)"', page)
    if link is None:
        sys.exit(f"{index} does not list {PIP_WHEEL}")
    url = urllib.parse.urljoin(index, link.group(1).replace("&amp;", "&"))
    with urllib.request.urlopen(url, timeout=180) as answer:
        wheel = answer.read()
    if hashlib.sha256(wheel).hexdigest() != PIP_SHA256:
        sys.exit(f"{url} is not the pip we pinned")
    path = VENV / PIP_WHEEL
    path.write_bytes(wheel)
    return path


def create() -> None:
    try:
        import ensurepip  # noqa: F401, PLC0415  (is it there?)

        venv.create(VENV, with_pip=True, clear=VENV.exists())
    except ImportError:
        venv.create(VENV, with_pip=False, clear=VENV.exists())
        wheel = fetch_pip()
        pip = [str(python()), f"{wheel}/pip", "install", "--quiet", "--no-index", str(wheel)]
        subprocess.run(pip, check=True)
        wheel.unlink()


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036  (this file runs before anything is checked)
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}")
    wanted = (ROOT / "pyproject.toml").read_bytes() + CONSTRAINTS.read_bytes()
    stamp = VENV / "installed"
    mark = hashlib.sha256(wanted).hexdigest()
    if python().exists() and stamp.exists() and stamp.read_text() == mark:
        return
    if not (python().exists() and has_pip()):
        create()
    install = [str(python()), "-m", "pip", "install", "--quiet", "-c", str(CONSTRAINTS)]
    subprocess.run([*install, "-e", f"{ROOT}[server,view,notebook,dev]"], check=True)
    stamp.write_text(mark)


if __name__ == "__main__":
    main()
