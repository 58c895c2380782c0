"""Other people's clients: fetched from their package index when a test asks, kept in `.cache/sdk/`.

Nothing of theirs is committed. Versions are exact. Where an index is out of reach, `OutOfReach` is raised and
the test skips; anything else that goes wrong is a failure.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "sdk"
INDEX = "https://pypi.org/simple"
PATIENCE_S = 170
UNREACHED = re.compile(
    r"ConnectionError|NewConnectionError|Name or service not known|timed out|ENOTFOUND|ECONNREFUSED"
    r"|EAI_AGAIN|ETIMEDOUT|Temporary failure|Network is unreachable|ProxyError",
)


class OutOfReach(Exception):
    """The index does not answer, or a tool to ask it with is missing."""


def python(name: str, requirements: Sequence[str]) -> Path:
    """The interpreter of a virtual environment with exactly these distributions."""
    home = _home(name, requirements)
    interpreter = home / "bin" / "python"
    if not (home / "complete").exists():
        shutil.rmtree(home, ignore_errors=True)
        _run([sys.executable, "-m", "venv", "--without-pip", str(home)])
        pip = [sys.executable, "-m", "pip", "--python", str(interpreter), "install", "--quiet"]
        _run([*pip, "--no-deps", "--prefer-binary", "--retries", "1", *requirements])
        (home / "complete").touch()
    return interpreter


def node_modules(name: str, packages: Sequence[str]) -> Path:
    """A directory whose `node_modules` holds these packages."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise OutOfReach("node or npm is not on this machine")
    home = _home(name, packages)
    if not (home / "complete").exists():
        shutil.rmtree(home, ignore_errors=True)
        npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
        _run([*npm, "--fetch-retries", "1", "--prefix", str(home), *packages])
        (home / "complete").touch()
    return home


def sdist(name: str, version: str, sha256: str) -> Path:
    """The unpacked source distribution, checked against its digest."""
    home = CACHE / f"{name}-{version}"
    if not home.exists():
        archive = _download(f"{name}-{version}.tar.gz", name)
        if hashlib.sha256(archive.read_bytes()).hexdigest() != sha256:
            raise AssertionError(f"{archive} is not the one that was pinned")
        with tarfile.open(archive) as tar:
            tar.extractall(CACHE, filter="data")
    return home


def _download(file: str, name: str) -> Path:
    index = os.environ.get("PIP_INDEX_URL", INDEX).rstrip("/") + f"/{name}/"
    CACHE.mkdir(parents=True, exist_ok=True)
    try:
        with urllib.request.urlopen(index, timeout=PATIENCE_S) as answer:
            page = answer.read().decode()
        link = re.search(rf'href="([^"#]*{re.escape(file)})[#"]', page)
        if link is None:
            raise AssertionError(f"{index} does not list {file}")
        target = CACHE / file
        url = urllib.parse.urljoin(index, link.group(1))
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
            target.write_bytes(answer.read())
    except OSError as error:
        raise OutOfReach(f"{index}: {error}") from None
    return target


def _home(name: str, wanted: Sequence[str]) -> Path:
    mark = hashlib.sha256("\n".join((sys.version, *wanted)).encode()).hexdigest()[:12]
    return CACHE / f"{name}-{mark}"


def _run(command: Sequence[str]) -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=PATIENCE_S
        )
    except subprocess.TimeoutExpired:
        raise OutOfReach(f"{command[0]} got no answer in {PATIENCE_S} s") from None
    told = done.stdout + done.stderr
    if done.returncode and UNREACHED.search(told):
        raise OutOfReach(told.strip().splitlines()[-1])
    assert done.returncode == 0, told
