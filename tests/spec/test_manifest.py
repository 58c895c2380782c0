"""Manifests and indexes: the bytes Docker pushed, other forms, and which platform is picked."""

import json
from pathlib import Path

import pytest

from estiba.spec import (
    Descriptor,
    Digest,
    Index,
    InvalidDigest,
    InvalidManifest,
    Manifest,
    MediaType,
    Platform,
    parse_manifest,
)

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "configs.json").read_text(encoding="utf-8")
)
MANIFEST: bytes = VECTORS["manifest"].encode()
LIST: bytes = VECTORS["list"].encode()


def test_a_manifest_is_written_as_docker_pushed_it() -> None:
    manifest = Manifest.from_json(MANIFEST)
    assert Manifest.create(manifest.config, manifest.layers).raw == MANIFEST
    assert manifest.digest == manifest.descriptor.digest == Digest.of(MANIFEST)
    assert [layer.media_type for layer in manifest.layers] == [MediaType.LAYER]


def test_a_list_is_written_as_docker_pushed_it() -> None:
    index = Index.from_json(LIST)
    assert Index.create(index.manifests).raw == LIST
    assert index.manifests[0].digest == Digest.of(MANIFEST)
    assert index.manifests[0].platform == Platform("linux", "amd64", "v2")


def test_a_text_tells_whether_it_is_a_manifest_or_an_index() -> None:
    assert isinstance(parse_manifest(MANIFEST), Manifest)
    assert isinstance(parse_manifest(LIST), Index)
    assert isinstance(parse_manifest(LIST, MediaType.INDEX), Index)


def test_an_oci_manifest_may_leave_out_its_media_type() -> None:
    config = Descriptor.of(b"{}", MediaType.OCI_CONFIG)
    raw = json.dumps({"schemaVersion": 2, "config": config.to_json(), "layers": []}).encode()
    assert Manifest.from_json(raw).media_type == MediaType.OCI_MANIFEST
    assert Manifest.from_json(raw, MediaType.MANIFEST).media_type == MediaType.MANIFEST


def test_annotations_and_addresses_travel() -> None:
    layer = Descriptor(MediaType.LAYER_FOREIGN, Digest.of(b"x"), 1, ("http://h/x",), {"b": "1"})
    config = Descriptor.of(b"{}", MediaType.OCI_CONFIG)
    made = Manifest.create(config, [layer], MediaType.OCI_MANIFEST, {"z": "1", "a": "2"})
    assert Manifest.from_json(made.raw) == made
    assert list(json.loads(made.raw)["annotations"]) == ["a", "z"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{}",
        b'{"schemaVersion":1}',
        b'{"schemaVersion":2}',
        b'{"schemaVersion":2,"config":{},"layers":[]}',
        b'{"schemaVersion":2,"config":3,"layers":[]}',
        b'{"schemaVersion":2,"config":{"size":-1,"digest":""},"layers":[]}',
        b'{"schemaVersion":2,"config":{"size":true,"digest":""},"layers":[]}',
        b'{"schemaVersion":2,"manifests":{}}',
        b'{"schemaVersion":1,"manifests":[]}',
        b'{"schemaVersion":2,"manifests":[{"size":-1,"digest":"sha256:%s"}]}' % (b"0" * 64),
        b'{"schemaVersion":2,"manifests":[3]}',
        b'{"schemaVersion":2,"manifests":[{"size":1,"digest":3}]}',
        b'{"schemaVersion":2,"manifests":[{"size":1,"digest":"sha256:%s","platform":3}]}'
        % (b"0" * 64),
        b'{"schemaVersion":2,"manifests":[{"size":1,"digest":"sha256:%s","urls":[3]}]}'
        % (b"0" * 64),
        b'{"schemaVersion":2,"manifests":[{"mediaType":3,"size":1,"digest":"x"}]}',
    ],
)
def test_what_has_another_form_is_refused(raw: bytes) -> None:
    with pytest.raises((InvalidManifest, InvalidDigest)):
        parse_manifest(raw)


def offered(*names: str) -> Index:
    platforms = [Platform.parse(name) for name in names]
    return Index.create(
        [
            Descriptor(MediaType.MANIFEST, Digest.of(str(p).encode()), 1, platform=p)
            for p in platforms
        ]
    )


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        ("linux/amd64", "linux/amd64"),
        ("linux/arm64", "linux/arm64/v8"),
        ("linux/arm64/v8", "linux/arm64/v8"),
        ("linux/arm/v7", "linux/arm/v7"),
        ("linux/arm", "linux/arm/v7"),
        ("linux/arm/v6", "linux/arm/v5"),
        ("linux/386", None),
        ("windows/amd64", None),
    ],
)
def test_an_index_gives_the_best_a_platform_can_run(wanted: str, chosen: str | None) -> None:
    index = offered("linux/arm/v5", "linux/arm/v7", "linux/arm64/v8", "linux/amd64")
    found = index.select(Platform.parse(wanted))
    assert (found and found.digest) == (chosen and Digest.of(_printed(chosen)))


def _printed(name: str) -> bytes:
    return str(Platform.parse(name)).encode()


def test_amd64_runs_386_when_there_is_nothing_better() -> None:
    found = offered("linux/386").select(Platform.parse("linux/amd64"))
    assert found is not None
    assert found.platform == Platform("linux", "386")
