"""Archives in the OCI image layout."""

import gzip
import io
import json
import tarfile
from typing import Any

import pytest

from estiba.app import House, simulated
from estiba.cli.console import MemoryConsole
from estiba.spec import Digest, MediaType


def tar(files: dict[str, bytes]) -> bytes:
    result = io.BytesIO()
    with tarfile.open(fileobj=result, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return result.getvalue()


class Layout:
    """A layout with one image, for as many platforms as asked."""

    def __init__(self, name: str = "", platforms: tuple[str, ...] = ("amd64",)) -> None:
        self.blobs: dict[str, bytes] = {}
        self.configs: dict[str, Digest] = {}
        entries = [self._image(one) for one in platforms]
        if len(entries) > 1:
            index = json.dumps({"schemaVersion": 2, "manifests": entries}).encode()
            entries = [self._add(index, MediaType.OCI_INDEX)]
        annotations = {"org.opencontainers.image.ref.name": name} if name else {}
        self.index = {"schemaVersion": 2, "manifests": [{**entries[0], "annotations": annotations}]}

    def _add(self, data: bytes, media_type: str) -> dict[str, Any]:
        digest = Digest.of(data)
        self.blobs[f"blobs/sha256/{digest.encoded}"] = data
        return {"mediaType": media_type, "digest": str(digest), "size": len(data)}

    def _image(self, architecture: str) -> dict[str, Any]:
        layer = tar({"a": architecture.encode()})
        rootfs = {"type": "layers", "diff_ids": [str(Digest.of(layer))]}
        config = {"architecture": architecture, "os": "linux", "rootfs": rootfs}
        described = self._add(json.dumps(config).encode(), MediaType.OCI_CONFIG)
        self.configs[architecture] = Digest.parse(described["digest"])
        layers = [self._add(gzip.compress(layer, mtime=0), MediaType.OCI_LAYER)]
        manifest = {"schemaVersion": 2, "config": described, "layers": layers}
        entry = self._add(json.dumps(manifest).encode(), MediaType.OCI_MANIFEST)
        return {**entry, "platform": {"architecture": architecture, "os": "linux"}}

    def archive(self) -> bytes:
        mark = {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}'}
        return tar({**mark, "index.json": json.dumps(self.index).encode(), **self.blobs})


@pytest.fixture
def house() -> House:
    return simulated(seed=1)


def load(house: House, archive: bytes) -> tuple[int, str, str]:
    console = MemoryConsole(archive)
    code = house.docker(["load"], console)
    return code, bytes(console.out).decode(), bytes(console.err).decode()


def test_an_image_keeps_its_id_and_the_name_it_is_annotated_with(house: House) -> None:
    layout = Layout("mine:2")
    assert load(house, layout.archive()) == (0, "Loaded image: mine:2\n", "")
    assert house.engine.images.get("mine:2").id == layout.configs["amd64"]


def test_a_bare_tag_names_nothing(house: House) -> None:
    layout = Layout("latest")
    told = f"Loaded image ID: {layout.configs['amd64']}\n"
    assert load(house, layout.archive()) == (0, told, "")


def test_of_an_index_the_image_for_this_platform_is_taken(house: House) -> None:
    layout = Layout("m:1", ("arm64", "amd64"))
    assert load(house, layout.archive())[0] == 0
    assert house.engine.images.get("m:1").id == layout.configs["amd64"]


@pytest.mark.parametrize("damaged", ["manifest", "config", "layer", "platform", "missing"])
def test_a_damaged_layout_changes_nothing(house: House, damaged: str) -> None:
    layout = Layout("m:1", ("arm64", "arm64") if damaged == "platform" else ("amd64",))
    place = {"layer": 0, "config": 1, "manifest": 2}.get(damaged)
    kinds = {b"\x1f\x8b": 0, b'{"ar': 1, b'{"sc': 2}
    for path, data in list(layout.blobs.items()):
        kind = next(number for start, number in kinds.items() if data.startswith(start))
        if kind == place:
            layout.blobs[path] = data[:-1] + b" " if kind else gzip.compress(tar({"b": b""}))
        if damaged == "missing" and kind == 1:
            del layout.blobs[path]
    code, out, err = load(house, layout.archive())
    assert (code, out) == (1, "") and err.count("\n") <= 2 and err.strip()
    assert len(list(house.engine.stores.images)) == 0
