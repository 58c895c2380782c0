"""`docker manifest`: lists of images, local and in the registry."""

import json
from collections.abc import Sequence

import pytest

from estiba.app import House, simulated
from estiba.cli.console import MemoryConsole
from estiba.distribution import EmbeddedHub


def run(house: House, *words: str) -> tuple[int, str, str]:
    console = MemoryConsole()
    code = house.docker(words, console)
    return code, bytes(console.out).decode(), bytes(console.err).decode()


def told(house: House, *words: str) -> str:
    code, out, err = run(house, *words)
    assert code == 0, err
    return out


def refused(house: House, *words: str) -> str:
    code, out, err = run(house, *words)
    assert (code, out) == (1, "")
    return err.rstrip("\n")


@pytest.fixture
def house() -> House:
    house = simulated(seed=1, environment={"HOME": "/root"})
    house.engine.hub = EmbeddedHub({"ana": "secreto"})
    told(house, "pull", "-q", "busybox")
    told(house, "login", "-u", "ana", "-p", "secreto")
    told(house, "tag", "busybox", "ana/bb:amd64")
    told(house, "push", "-q", "ana/bb:amd64")
    return house


def test_an_official_image_is_a_list_of_platforms(house: House) -> None:
    found = json.loads(told(house, "manifest", "inspect", "ubuntu"))
    platforms = [one["platform"]["architecture"] for one in found["manifests"]]
    assert platforms[:2] == ["amd64", "arm64"]


def test_one_image_is_shown_as_it_lies_in_the_registry(house: House) -> None:
    out = told(house, "manifest", "inspect", "ana/bb:amd64")
    assert out.startswith('{\n\t"schemaVersion": 2,\n')
    verbose = json.loads(told(house, "manifest", "inspect", "-v", "ana/bb:amd64"))
    assert verbose["Ref"] == "docker.io/ana/bb:amd64"
    assert verbose["SchemaV2Manifest"] == json.loads(out)
    assert verbose["Descriptor"]["platform"] == {"architecture": "amd64", "os": "linux"}


def test_a_list_is_put_together_annotated_and_pushed(house: House) -> None:
    lines = told(house, "manifest", "create", "ana/bb:1", "ana/bb:amd64")
    assert lines == "Created manifest list docker.io/ana/bb:1\n"
    told(house, "manifest", "annotate", "ana/bb:1", "ana/bb:amd64", "--arch", "arm64")
    local = told(house, "manifest", "inspect", "ana/bb:1")
    digest = told(house, "manifest", "push", "--purge", "ana/bb:1").strip()
    assert refused(house, "manifest", "rm", "ana/bb:1") == "No such manifest: docker.io/ana/bb:1"
    assert told(house, "manifest", "inspect", "ana/bb:1") == local
    told(house, "rmi", "-f", "ana/bb:amd64", "busybox")
    assert digest in told(house, "pull", "--platform", "linux/arm64", "ana/bb:1")
    code, out, err = run(house, "pull", "--platform", "linux/s390x", "ana/bb:1")
    assert (code, out) == (1, "1: Pulling from ana/bb\n")
    assert err.startswith("no matching manifest for linux/s390x in the manifest list entries")


def test_an_image_of_another_repository_goes_along(house: House) -> None:
    told(house, "manifest", "create", "ana/other:1", "ana/bb:amd64")
    lines = told(house, "manifest", "push", "ana/other:1").splitlines()
    assert lines[0].startswith("Pushed ref docker.io/ana/other@sha256:") and len(lines) == 2
    name = lines[0].split()[2].removeprefix("docker.io/")
    assert "schemaVersion" in told(house, "manifest", "inspect", name)


def test_a_list_is_not_changed_by_mistake(house: House) -> None:
    create = ("manifest", "create", "ana/bb:1", "ana/bb:amd64")
    told(house, *create)
    assert refused(house, *create).startswith("refusing to amend an existing manifest list")
    told(house, "manifest", "create", "--amend", "ana/bb:1", "ana/bb:amd64")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["inspect", "ubuntu:nosuch"], "no such manifest: docker.io/library/ubuntu:nosuch"),
        (["inspect", "x", "y"], "No such manifest: docker.io/library/y:latest"),
        (["push", "x"], "No such manifest: docker.io/library/x:latest"),
        (["create", "x", "ubuntu"], "docker.io/library/ubuntu:latest is a manifest list"),
        (["create", "UP", "x"], "error parsing name for manifest list UP: invalid reference"),
        (["annotate", "x", "UP"], "annotate: error parsing name for manifest UP: invalid"),
        (["annotate", "x", "y"], "manifest for image y does not exist in x"),
        (
            ["inspect", "127.0.0.1:1/x"],
            "failed to configure transport: error pinging v2 registry: Get",
        ),
        (["inspect", "luis/secret"], "errors:\ndenied: requested access to the resource is denied"),
    ],
)
def test_what_is_not_there_is_told(house: House, words: Sequence[str], message: str) -> None:
    assert refused(house, "manifest", *words).startswith(message)


def test_a_platform_that_nobody_has_is_refused(house: House) -> None:
    told(house, "manifest", "create", "ana/bb:1", "ana/bb:amd64")
    before = told(house, "manifest", "inspect", "ana/bb:1")
    words = ("manifest", "annotate", "ana/bb:1", "ana/bb:amd64", "--arch", "pdp11")
    assert refused(house, *words).endswith("unsupported os/arch combination: /pdp11")
    assert told(house, "manifest", "inspect", "ana/bb:1") == before


def test_a_damaged_file_of_the_store_is_one_line(house: House) -> None:
    told(house, "manifest", "create", "ana/bb:1", "ana/bb:amd64")
    path = "/root/.docker/manifests/docker.io_ana_bb-1/docker.io_ana_bb-amd64"
    house.files.write(path, b"{}")
    assert refused(house, "manifest", "push", "ana/bb:1") == f"invalid manifest file {path}"
