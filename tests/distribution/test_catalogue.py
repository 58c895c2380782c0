"""Building the catalogue from recorded facts."""

import json
from pathlib import Path
from typing import Any

import pytest

from estiba.distribution import EmbeddedHub
from estiba.distribution.catalogue.building import build
from estiba.distribution.catalogue.sizes import Sizes, from_text
from estiba.distribution.catalogue.source import dockerfile_form, stored_form
from estiba.spec import ImageConfig, normalize


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("RUN apt-get update", "/bin/sh -c apt-get update"),
        ("ADD file:2a90 in / ", "/bin/sh -c #(nop) ADD file:2a90 in / "),
        ("COPY file:c432 in /usr/ ", "/bin/sh -c #(nop) COPY file:c432 in /usr/ "),
        ('CMD ["bash"]', '/bin/sh -c #(nop)  CMD ["bash"]'),
        ("ENV A=b", "/bin/sh -c #(nop)  ENV A=b"),
        ("/bin/sh -c #(nop)  CMD", "/bin/sh -c #(nop)  CMD"),
    ],
)
def test_an_instruction_is_stored_as_the_builder_of_the_time_did(written: str, stored: str) -> None:
    assert stored_form({"created_by": written}) == stored


def test_build_arguments_stand_before_the_shell() -> None:
    entry = {"created_by": "RUN make", "args": "A=1 B=2"}
    assert stored_form(entry) == "|2 A=1 B=2 /bin/sh -c make"


def test_a_stored_instruction_is_read_back() -> None:
    assert dockerfile_form("/bin/sh -c #(nop) ADD file:1 in / ") == "ADD file:1 in /"
    assert dockerfile_form("/bin/sh -c make all") == "RUN make all"


@pytest.mark.parametrize(
    ("text", "size"), [("72.9MB", 72_900_000), ("1.85 Kb", 1_850), ("1.64 Gb", 1_640_000_000)]
)
def test_a_printed_size_is_read(text: str, size: int) -> None:
    assert from_text(text) == size


def test_unknown_layers_share_what_is_left_of_a_total() -> None:
    sizes = Sizes()
    sizes.record("a", 700)
    layers = [
        {"digest": "a", "size": 300},
        {"digest": "b", "size": 10},
        {"digest": "c", "size": 20},
    ]
    assert sizes.settle_total(layers, 1000)
    assert sizes.known == {"a": 700, "b": 100, "c": 200}


def test_no_layer_gets_less_than_its_texts_need() -> None:
    sizes = Sizes()
    sizes.least = {"b": 50}
    assert sizes.settle_total([{"digest": "b", "size": 10}, {"digest": "c", "size": 20}], 350)
    assert sizes.known == {"b": 150, "c": 200}


def test_a_layer_of_which_nothing_is_known_unpacks_in_the_usual_proportion() -> None:
    sizes = Sizes()
    sizes.settle_rest([{"digest": "a", "size": 100}], None)
    assert (sizes.known["a"], sizes.how["a"]) == (250, "2.500 times its compressed size")


INDEX = "sha256:" + "4" * 64
LAYER = {
    "digest": "sha256:" + "3" * 64,
    "size": 2529,
    "diff_id": None,
    "uncompressed_size": None,
}


def source(directory: Path) -> Path:
    """The smallest catalogue: one repository, one image, one layer."""
    image: dict[str, Any] = {
        "platform": "linux/amd64", "os": "linux", "architecture": "amd64", "variant": None,
        "manifest_digest": "sha256:" + "2" * 64, "manifest_verified": False, "config_size": 9,
        "created": "2020-01-01T00:00:00Z", "docker_version": None, "config": {"Cmd": ["/hello"]},
        "history": None, "history_basis": None, "virtual_size": None, "virtual_size_text": "13.3kB",
        "recorded": "2020", "source": {"repository": "some/where", "path": "a.md"},
        "layers": [LAYER],
    }  # fmt: skip
    key = "sha256:" + "1" * 64
    document = {
        "repository": "tiny", "official": True, "untagged": [], "images": {key: image},
        "tags": {"latest": {"index_digest": INDEX, "platforms": {"linux/amd64": key}}},
    }  # fmt: skip
    (directory / "tiny.json").write_text(json.dumps(document))
    row = {"name": "tiny", "description": "Small", "stars": None, "official": True}
    (directory / "_search.json").write_text(json.dumps({"rows": [row]}))
    return directory


def test_a_catalogue_is_built_and_pulled_from(tmp_path: Path) -> None:
    target = tmp_path / "built.zip"
    assert build(source(tmp_path), target).startswith("1 images, 1 layers")
    hub = EmbeddedHub(catalogue=str(target))
    image = hub.resolve(normalize("tiny:latest"))
    layer = image.layers[0].unpack()
    assert (layer.size, layer.diff_id == layer.archive.digest) == (13_300, True)
    assert layer.tree.get("hello") is not None
    config = ImageConfig.from_json(image.config)
    assert config.history[0].created_by == "/bin/sh -c #(nop) COPY file:0 in / "
    assert [row.name for row in hub.search("small")] == ["tiny"]


def test_the_same_facts_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "one.zip", tmp_path / "other.zip"
    build(source(tmp_path), one)
    build(source(tmp_path), other)
    assert one.read_bytes() == other.read_bytes()
