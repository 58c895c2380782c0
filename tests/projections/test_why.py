"""Sizes and identifiers unfolded, over an engine that really did something."""

import shlex
import tomllib
from pathlib import Path

import pytest

import estiba.projections
from estiba.app import House, simulated
from estiba.cli.console import MemoryConsole
from estiba.projections import Ledger, why


@pytest.fixture(scope="module")
def house() -> House:
    made = simulated(seed="why")
    for line in (
        "pull -q ubuntu",
        "run --name c1 ubuntu sh -c 'echo 12345 > /a; ln /a /b; ln -s /a /c; mkdir /d'",
        "run --name c2 ubuntu sh -c 'echo x >> /etc/passwd; echo y > /gone; rm /gone; mv /etc/passwd /p'",
        "run --name c3 ubuntu true",
        "run --name c4 ubuntu sh -c 'mkdir /d; echo abc > /d/f; mv /d /e; : > /e/f; echo 12 > /e/f'",
    ):
        assert made.docker(shlex.split(line), MemoryConsole()) == 0
    return made


def size_of(house: House, name: str) -> int:
    console = MemoryConsole()
    house.docker(["inspect", "-s", "-f", "{{.SizeRw}}", name], console)
    return int(console.out)


@pytest.mark.parametrize("name", ["c1", "c2", "c3", "c4"])
def test_the_parts_add_up_to_what_the_engine_says(house: House, name: str) -> None:
    (derivation,) = why(Ledger(house.recorder.since(0)), name)
    parts = [part.facts["size"] for part in derivation.parts if part.key == "file"]
    assert sum(int(str(part)) for part in parts) == size_of(house, name)


def test_a_size_names_its_files(house: House) -> None:
    text = house.why("8B", "en")
    assert text.splitlines()[0].startswith("8 bytes = 6 + 2: what container c1 (")
    assert "   6 bytes  /a" in text
    assert "   0 bytes  /b (another name of a file counted already)" in text


def test_a_virtual_size_is_image_and_writable_layer(house: House) -> None:
    assert "72901288 bytes = 72901280 of image ubuntu + 8 written by container c1." in house.why(
        "8B (virtual 72.9MB)", "en"
    )


def test_an_image_is_found_by_its_name(house: House) -> None:
    told = house.why("docker.io/library/ubuntu", "en")
    assert told.startswith("72901280 bytes = ")
    assert house.why("ubuntu:18.04", "en").startswith("Nothing that has happened")


def test_an_image_size_is_the_sum_of_its_layers(house: House) -> None:
    text = house.why("72.9MB", "es")
    assert "72901280 bytes = 72900462 + 811 + 7: los ficheros de las capas" in text
    assert "Los ficheros son un sustituto" in text


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        ("f63181f19b2f", "the SHA-256 of the configuration of the real image ubuntu:latest"),
        ("0770b7f116f8", "a chain ID, the SHA-256 of “sha256:476e93"),
        ("sha256:9f32931c9d28", "at the base layer it equals the diff ID"),
        ("dbf2c0f42a39", "a diff ID, the SHA-256 of the uncompressed tar of a layer of 811 bytes"),
        ("83ee3a23efb7", "the digest of the compressed layer"),
        ("what?", "Nothing that has happened so far was shown as “what?”."),
        ("", "Nothing that has happened so far was shown as “”."),
    ],
)
def test_an_identifier_is_told_for_what_it_is(house: House, shown: str, told: str) -> None:
    assert told in house.why(shown, "en")


def test_what_is_removed_is_not_explained_any_more() -> None:
    made = simulated(seed="why")
    for line in ("pull -q ubuntu", "run --name gone ubuntu sh -c 'echo 123456 > /a'", "rm gone"):
        made.docker(shlex.split(line), MemoryConsole())
    assert why(Ledger(made.recorder.since(0)), "gone") == ()


def test_both_languages_have_the_same_texts() -> None:
    room = Path(estiba.projections.__file__).parent
    es, en = (tomllib.loads((room / f"why.{name}.toml").read_text()) for name in ("es", "en"))
    assert set(es) == set(en)
