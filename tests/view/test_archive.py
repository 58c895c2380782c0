"""Archives of docker save: ours, in the old and the new form, and those that are none."""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Callable

import pytest

from estiba.app import House
from estiba.errors import EstibaError
from estiba.http import Request, read_all
from estiba.projections.scenes import stack_scene
from estiba.view.archive import NotSaved, read_saved
from estiba.view.engine import EngineFacts


def tar(files: dict[str, bytes], links: dict[str, str] | None = None) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for name, target in (links or {}).items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            archive.addfile(info)
    return made.getvalue()


def hexdigest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


LOWER = tar({"etc/a": b"aaa", "etc/b": b"bb"})
UPPER = tar({"etc/.wh.a": b"", "etc/b": b"bbbb"})


def config(*layers: bytes) -> bytes:
    steps = [{"created_by": f"RUN {at}"} for at in range(len(layers))]
    value = {
        "architecture": "amd64",
        "os": "linux",
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hexdigest(one)}" for one in layers]},
        "history": [*steps, {"created_by": "CMD x", "empty_layer": True}],
    }
    return json.dumps(value).encode()


def manifest(name: str, *paths: str) -> bytes:
    return json.dumps([{"Config": name, "RepoTags": ["two:1"], "Layers": list(paths)}]).encode()


def old_form() -> bytes:
    files = {"1/layer.tar": LOWER, "2/layer.tar": UPPER, "2/json": b"{}", "2/VERSION": b"1.0"}
    files["c.json"] = config(LOWER, UPPER)
    files["manifest.json"] = manifest("c.json", "1/layer.tar", "2/layer.tar")
    return tar(files)


def new_form() -> bytes:
    """An OCI layout: blobs by digest, layers compressed, the manifest last."""
    settings = config(LOWER, UPPER)
    blobs = {hexdigest(one): one for one in (gzip.compress(LOWER), UPPER, settings)}
    files = {f"blobs/sha256/{digest}": data for digest, data in blobs.items()}
    files["oci-layout"] = b'{"imageLayoutVersion": "1.0.0"}'
    low, up, own = (f"blobs/sha256/{digest}" for digest in blobs)
    files["manifest.json"] = manifest(own, low, up)
    return tar(files)


def with_link() -> bytes:
    """Layers that several images share are links in archives of Docker 20.10."""
    files = {"1/layer.tar": LOWER, "3/layer.tar": UPPER, "c.json": config(LOWER, UPPER)}
    files["manifest.json"] = manifest("c.json", "1/layer.tar", "2/layer.tar")
    return tar(files, {"2/layer.tar": "../3/layer.tar"})


@pytest.mark.parametrize("make", [old_form, new_form, with_link])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("piece", [7, 1 << 20])
def test_every_form_tells_the_same(
    make: Callable[[], bytes], pack: Callable[[bytes], bytes], piece: int
) -> None:
    data = pack(make())
    chunks = (data[at : at + piece] for at in range(0, len(data), piece))
    (image,) = read_saved(chunks).images
    assert image.names == ("two:1",) and image.metadata == ("CMD x",)
    lower, upper = stack_scene(image).layers
    assert (lower.size, upper.size) == (5, 4)
    assert (lower.command, upper.command) == ("RUN 0", "RUN 1")
    assert lower.adds is not None and lower.adds.paths == ("/etc/a", "/etc/b")
    assert upper.hides is not None and upper.hides.paths == ("/etc/a",)
    assert upper.repeats is not None and upper.repeats.paths == ("/etc/b",)


def test_an_archive_of_our_engine_has_the_recorded_identity(house: House) -> None:
    answer = house.transport.send(Request("GET", "/v1.41/images/ubuntu/get"))
    (image,) = read_saved([read_all(house.transport, answer.body)]).images
    known = EngineFacts(house.transport).image("ubuntu")
    assert image.stand_in and image.image_id == known.image_id
    assert [(one.chain_id, one.size, one.created_by) for one in image.layers] == [
        (one.chain_id, one.size, one.created_by) for one in known.layers
    ]


def test_an_empty_layer_is_a_layer() -> None:
    empty = bytes(1024)
    files = {"1/layer.tar": empty, "c.json": config(empty)}
    files["manifest.json"] = manifest("c.json", "1/layer.tar")
    (image,) = read_saved([tar(files)]).images
    assert image.layers[0].files == () and image.size == 0


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty file"),
        (b"root:x:0:0", "."),
        (tar({"etc/passwd": b"x"}), "manifest.json is missing"),
        (tar({"manifest.json": b"[{"}), "manifest.json cannot be read"),
        (tar({"manifest.json": b'{"a": 1}'}), "manifest.json cannot be read"),
        (tar({"manifest.json": manifest("c.json", "1/layer.tar")}), "c.json is missing"),
        (
            tar({"manifest.json": manifest("c.json", "1.tar"), "c.json": config(LOWER)}),
            "the layer",
        ),
        (
            tar({"manifest.json": manifest("c", "1"), "c": config(UPPER), "1": LOWER}),
            "are not those",
        ),
        (old_form()[:3000], "."),
        (gzip.compress(old_form())[:200], "."),
    ],
    ids=range(10),
)
def test_what_is_no_such_archive_is_refused_in_a_sentence(data: bytes, told: str) -> None:
    with pytest.raises(EstibaError, match=told):
        read_saved([data])


def test_a_loop_of_links_ends() -> None:
    files = {"manifest.json": manifest("c", "a"), "c": config(LOWER)}
    with pytest.raises(NotSaved):
        read_saved([tar(files, {"a": "b", "b": "a"})])
