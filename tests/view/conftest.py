"""An engine with two images that share layers, containers on them, and something written."""

import shlex

import pytest

from estiba.app import House, simulated
from estiba.cli.console import MemoryConsole
from estiba.cli.memory_files import MemoryFiles

DOCKERFILE = b"""FROM ubuntu
RUN echo hello > /greeting
RUN rm /etc/issue.net && echo more >> /greeting
CMD ["cat", "/greeting"]
"""
SETUP = (
    "pull -q ubuntu",
    "build -q -t greeting /work",
    "tag greeting greeting:2",
    "run --name c1 ubuntu sh -c 'echo 12345 > /a; echo x >> /etc/passwd; rm /etc/issue'",
    "create --name c2 -v data:/data --tmpfs /run --pid host --network container:c1 ubuntu",
)


def docker(house: House, line: str) -> str:
    console = MemoryConsole()
    code = house.docker(shlex.split(line), console)
    assert code == 0, bytes(console.err).decode()
    return bytes(console.out).decode()


@pytest.fixture(scope="module")
def house() -> House:
    files = MemoryFiles({"/work/Dockerfile": DOCKERFILE})
    made = simulated(seed="view", files=files)
    for line in SETUP:
        docker(made, line)
    return made
