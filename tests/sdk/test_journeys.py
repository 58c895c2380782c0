"""Journeys with other people's clients: dockerode, testcontainers, docker-compose 1.29."""

from __future__ import annotations

import shutil
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from foreign import OutOfReach, node_modules, python

JOURNEYS = Path(__file__).parent / "journeys"
TESTCONTAINERS = (
    "certifi==2026.10.19.post1 charset-normalizer==3.5.2 docker==7.2.0 idna==3.20 requests==2.34.2"
    " testcontainers==4.8.2 typing_extensions==4.16.0 urllib3==2.8.0 wrapt==2.5.2"
).split()
COMPOSE = (
    "attrs==26.1.0 certifi==2026.10.19.post1 charset-normalizer==3.5.2 distro==1.9.0 docker==5.0.3"
    " docker-compose==1.29.2 dockerpty==0.4.1 docopt==0.6.2 idna==3.20 jsonschema==3.2.0"
    " pyrsistent==0.20.0 python-dotenv==0.21.1 PyYAML==6.0.2 requests==2.31.0 setuptools==75.8.0"
    " six==1.17.0 texttable==1.7.2 urllib3==1.26.20 websocket-client==0.59.0"
).split()
pytestmark = pytest.mark.sdk
T = TypeVar("T")


def fetched(fetch: Callable[[], T]) -> T:
    try:
        return fetch()
    except OutOfReach as reason:
        pytest.skip(f"out of reach: {reason}")


def run(daemon: Any, *command: str, cwd: Path | None = None, **more: str) -> str:
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**daemon.foreign_environment, **more},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_dockerode(daemon: Any) -> None:
    home = fetched(lambda: node_modules("dockerode", ["dockerode@4.0.2"]))
    script = shutil.copy(JOURNEYS / "dockerode.js", home / "journey.js")
    assert run(daemon, "node", str(script)) == "done\n"


def test_testcontainers(daemon: Any) -> None:
    interpreter = fetched(lambda: python("testcontainers", TESTCONTAINERS))
    script = str(JOURNEYS / "with_testcontainers.py")
    told = run(daemon, str(interpreter), script, TESTCONTAINERS_RYUK_DISABLED="true")
    assert told.startswith("done\n")
    assert daemon.estiba("docker", "ps", "-aq") == ""


def test_docker_compose(daemon: Any, tmp_path: Path) -> None:
    interpreter = str(fetched(lambda: python("docker-compose", COMPOSE)))
    project = tmp_path / "proyecto"
    project.mkdir()
    shutil.copy(JOURNEYS / "compose.yaml", project / "docker-compose.yaml")
    (project / "Dockerfile").write_text("FROM httpd:2.4\nCOPY hola.txt htdocs/\n")
    (project / "hola.txt").write_text("hola\n")

    def compose(*words: str) -> str:
        return run(daemon, interpreter, "-m", "compose", *words, cwd=project)

    compose("up", "-d", "--build")
    listed = compose("ps")
    assert "proyecto_web_1" in listed
    assert "Up (healthy)" in listed
    address = compose("port", "web", "80").strip().splitlines()[-1]
    assert urllib.request.urlopen(f"http://{address}/hola.txt", timeout=10).read() == b"hola\n"
    assert "hola" in compose("logs", "--no-color", "cliente")
    assert compose("exec", "-T", "cliente", "sh", "-c", "echo $QUIEN").endswith("cliente\n")
    assert "sleep 300" in compose("top", "cliente")
    compose("up", "-d", "--scale", "cliente=2")
    assert daemon.estiba("docker", "ps", "-q").count("\n") == 3
    compose("stop", "-t", "1", "cliente")
    compose("down", "-v", "-t", "1", "--rmi", "local")
    assert daemon.estiba("docker", "ps", "-aq") == ""
    assert "proyecto" not in daemon.estiba("docker", "network", "ls") + daemon.estiba(
        "docker", "volume", "ls"
    )
