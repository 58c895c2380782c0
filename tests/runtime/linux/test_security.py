"""A container on the kernel may do what a container of Docker may do, and not a thing more."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from python_image import VARIANTS, compared, reason_to_skip, write_image

from estiba.app import House, linux
from estiba.cli.console import MemoryConsole
from estiba.cli.disk import DiskFiles
from estiba.linux.requirements import missing

FACTS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "security_probe.json").read_text(encoding="utf-8")
)["facts"]
LACKS = [*missing(), *filter(None, [reason_to_skip()])]
if platform.machine() != "x86_64":
    LACKS.append("the probe knows the numbers of calls on x86_64")
pytestmark = pytest.mark.skipif(bool(LACKS), reason="; ".join(LACKS))


def docker(house: House, *words: str) -> str:
    console = MemoryConsole()
    code = house.docker(words, console)
    assert code == 0, (words, console.err.decode())
    return console.out.decode()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    place = tmp_path_factory.mktemp("security")
    made = linux(place / "home", files=DiskFiles(), durable=False)
    docker(made, "import", str(write_image(place)), "probe")
    yield made
    made.close()


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_probe_answers_as_in_docker(house: House, variant: str) -> None:
    options = VARIANTS[variant]
    shown = docker(
        house, "run", "--rm", "--network", "none", *options, "probe", "python3", "/probe.py"
    )
    facts: dict[str, Any] = compared(json.loads(shown), variant)
    assert facts == FACTS[variant]


def test_the_probe_tries_what_must_be_refused() -> None:
    actions = FACTS["plain"]["actions"]
    assert len(actions) > 60
    done = sorted(name for name, outcome in actions.items() if outcome == "done")
    assert done == [
        "chroot",
        "list /proc/acpi",
        "list /sys/firmware",
        "packet socket",
        "raw socket",
        "read keys",
        "read timer_list",
        "tun node",
        "vsock socket",
        "write /dev/null",
        "zero node",
    ]
