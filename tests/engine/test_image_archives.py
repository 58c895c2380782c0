"""Save, load and import."""

import io
import json
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from image_house import ImageHouse, config_of, hub_image, layer_of

from estiba.distribution import Fact, Provenance
from estiba.engine.legacy_ids import legacy_layers
from estiba.http import Request, read_all
from estiba.spec import Digest, ImageConfig

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "legacy_ids.json").read_text())


@pytest.fixture
def house() -> ImageHouse:
    house = ImageHouse()
    house.pull("busybox:latest", "httpd:2.4")
    return house


def archive(house: ImageHouse, query: str) -> tarfile.TarFile:
    result = house.ask("GET", f"/images/get?{query}")
    assert result.status == 200, result.body
    return tarfile.open(fileobj=io.BytesIO(result.body))


def member(tar: tarfile.TarFile, name: str) -> bytes:
    file = tar.extractfile(name)
    assert file is not None
    return file.read()


def send(house: ImageHouse, path: str, data: bytes) -> tuple[int, list[Any]]:
    answer = house.loopback.send(Request("POST", path, {}, data))
    body = read_all(house.loopback, answer.body)
    return answer.status, [json.loads(line) for line in body.split(b"\r\n") if line.strip()]


@pytest.mark.parametrize("name", VECTORS["images"])
def test_old_layer_ids_are_those_docker_gives(name: str) -> None:
    image = VECTORS["images"][name]
    config = ImageConfig.from_json(image["config"].encode())
    assert [layer.id for layer in legacy_layers(config)] == image["layers"]


def test_an_archive_holds_what_dockers_does(house: ImageHouse) -> None:
    tar = archive(house, "names=httpd:2.4")
    hexes = [layer.id for layer in legacy_layers(house.httpd)]
    manifest = json.loads(member(tar, "manifest.json"))
    assert manifest == [
        {
            "Config": f"{house.httpd.id.encoded}.json",
            "RepoTags": ["httpd:2.4"],
            "Layers": [f"{one}/layer.tar" for one in hexes],
        }
    ]
    assert json.loads(member(tar, "repositories")) == {"httpd": {"2.4": hexes[-1]}}
    parts = ("", "/VERSION", "/json", "/layer.tar")
    files = [f"{one}{part}" for one in hexes for part in parts]
    names = [*files, f"{house.httpd.id.encoded}.json", "manifest.json", "repositories"]
    assert tar.getnames() == sorted(names)
    assert Digest.of(member(tar, f"{hexes[1]}/layer.tar")) == house.httpd.diff_ids[1]
    assert Digest.of(member(tar, f"{house.httpd.id.encoded}.json")) == house.httpd.id


def test_a_name_without_a_tag_saves_all_tags_and_an_id_none(house: ImageHouse) -> None:
    house.ask("POST", "/images/busybox/tag?repo=busybox&tag=1")
    manifest = json.loads(member(archive(house, "names=busybox"), "manifest.json"))
    assert manifest[0]["RepoTags"] == ["busybox:1", "busybox:latest"]
    tar = archive(house, f"names={house.busybox.id.short}")
    assert json.loads(member(tar, "manifest.json"))[0]["RepoTags"] is None
    assert "repositories" not in tar.getnames()


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ("names=nosuch", "No such image: nosuch"),
        ("names=busybox&names=busybox:nosuch", "reference does not exist"),
        ("names=Bad", "invalid reference format: repository name must be lowercase"),
    ],
)
def test_what_is_not_here_cannot_be_saved(house: ImageHouse, names: str, message: str) -> None:
    answer = house.ask("GET", f"/images/get?{names}")
    assert answer.status >= 400
    assert answer.message == message


def test_saved_images_come_back_under_the_same_id(house: ImageHouse) -> None:
    data = house.ask("GET", "/images/get?names=httpd:2.4&names=busybox").body
    fresh = ImageHouse()
    status, lines = send(fresh, "/images/load?quiet=1", data)
    assert status == 200
    assert lines == [
        {"stream": "Loaded image: httpd:2.4\n"},
        {"stream": "Loaded image: busybox:latest\n"},
    ]
    assert fresh.names() == ["httpd:2.4", "busybox:latest"]
    for name, config in (("httpd:2.4", house.httpd), ("busybox", house.busybox)):
        value = fresh.ask("GET", f"/images/{name}/json").json
        assert value["Id"] == config.id
        assert value["RepoDigests"] == []
    assert fresh.ask("GET", "/images/get?names=httpd:2.4&names=busybox").body == data
    assert fresh.rmi("httpd:2.4")[-1] != f"Deleted: {house.base.diff_id}"


def test_the_same_layer_twice_is_saved_once(house: ImageHouse) -> None:
    twice = config_of([house.base, house.base])
    house.add("twice:1", twice, [house.base, house.base])
    house.pull("twice:1")
    data = house.ask("GET", "/images/get?names=twice:1").body
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        kinds = sorted(info.type for info in tar if info.name.endswith("layer.tar"))
    assert kinds == [tarfile.REGTYPE, tarfile.SYMTYPE]
    fresh = ImageHouse()
    send(fresh, "/images/load", data)
    assert fresh.ask("GET", "/images/twice:1/json").json["Id"] == twice.id


def test_load_tells_how_far_it_is_and_whose_tag_it_takes(house: ImageHouse) -> None:
    data = house.ask("GET", "/images/get?names=busybox").body
    fresh = ImageHouse()
    fresh.pull("httpd:2.4")
    fresh.ask("POST", "/images/httpd:2.4/tag?repo=busybox")
    fresh.engine.stores.layers.release(fresh.base.diff_id)
    _, lines = send(fresh, "/images/load?quiet=0", data)
    assert lines[-2:] == [
        {
            "stream": "The image busybox:latest already exists, renaming the old one with ID "
            f"{fresh.httpd.id} to empty string\n"
        },
        {"stream": "Loaded image: busybox:latest\n"},
    ]


def test_an_image_without_names_tells_its_id(house: ImageHouse) -> None:
    data = house.ask("GET", f"/images/get?names={house.busybox.id}").body
    _, lines = send(ImageHouse(), "/images/load", data)
    assert lines == [{"stream": f"Loaded image ID: {house.busybox.id}\n"}]


def rewritten(data: bytes, changes: dict[str, bytes]) -> bytes:
    """The archive with some files replaced."""
    result = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(data)) as old,
        tarfile.open(fileobj=result, mode="w") as new,
    ):
        for info in old:
            content = member(old, info.name) if info.isfile() else b""
            content = changes.get(info.name, content)
            info.size = len(content)
            new.addfile(info, io.BytesIO(content))
    return result.getvalue()


def test_a_changed_layer_is_found_and_nothing_is_kept(house: ImageHouse) -> None:
    data = house.ask("GET", "/images/get?names=httpd:2.4").body
    path = f"{legacy_layers(house.httpd)[1].id}/layer.tar"
    other = b"".join(layer_of({"other": "z"}).archive.chunks())
    fresh = ImageHouse()
    _, lines = send(fresh, "/images/load", rewritten(data, {path: other}))
    message = (
        f'invalid diffID for layer 1: expected "{house.httpd.diff_ids[1]}", '
        f'got "{Digest.of(other)}"'
    )
    assert lines == [{"errorDetail": {"message": message}, "error": message}]
    assert not list(fresh.engine.stores.images)
    assert not list(fresh.engine.stores.layers)
    assert not fresh.layered.layers


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "/repositories: no such file or directory"),
        (b"this is not a tar archive" * 30, "Error processing tar file(exit status 1): "),
    ],
)
def test_what_is_no_archive_of_images_is_refused_in_the_stream(data: bytes, message: str) -> None:
    status, lines = send(ImageHouse(), "/images/load", data)
    assert status == 200
    assert message in lines[0]["error"]


def test_a_cut_archive_says_unexpected_eof(house: ImageHouse) -> None:
    data = house.ask("GET", "/images/get?names=busybox").body
    _, lines = send(ImageHouse(), "/images/load", data[:700])
    assert lines[0]["error"] == "Error processing tar file(exit status 1): unexpected EOF"


def test_a_recorded_image_keeps_its_recorded_id_through_an_archive() -> None:
    house = ImageHouse()
    image = hub_image([house.base], house.busybox)
    recorded = Digest.of(b"recorded")
    facts = (Fact("image_id", "recorded", "from a transcript"),)
    offered = type(image)(
        **{
            **{name: getattr(image, name) for name in image.__dataclass_fields__},
            "image_id": recorded,
            "provenance": Provenance(stand_in=True, facts=facts),
        }
    )
    house.hub.put("library/busybox", "latest", offered)
    house.pull("busybox:latest")
    assert house.ask("GET", "/images/busybox/json").json["Id"] == recorded
    data = house.ask("GET", "/images/get?names=busybox").body
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        assert "estiba.json" in tar.getnames()
    fresh = ImageHouse()
    send(fresh, "/images/load", data)
    record = fresh.engine.images.get("busybox")
    assert (record.id, record.recorded) == (recorded, True)
    assert record.facts == (("image_id", "recorded", "from a transcript"),)


def test_an_image_on_a_recorded_layer_comes_back_too() -> None:
    house = ImageHouse()
    recorded = replace(house.base, diff_id=Digest.of(b"original"), size=5_000_000)
    config = config_of([recorded, house.top])
    house.add("mine:1", config, [recorded, house.top])
    house.pull("mine:1")
    data = house.ask("GET", "/images/get?names=mine:1").body
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        written = json.loads(member(tar, f"{config.id.encoded}.json"))
    assert written["rootfs"]["diff_ids"] == [house.base.diff_id, house.top.diff_id]
    fresh = ImageHouse()
    send(fresh, "/images/load", data)
    record = fresh.engine.images.get("mine:1")
    assert (record.id, record.recorded, record.size) == (config.id, False, 5_000_234)


def test_import_makes_an_image_of_one_layer(house: ImageHouse) -> None:
    tar = b"".join(layer_of({"a/b": "hola\n"}).archive.chunks())
    path = '/images/create?fromSrc=-&repo=imp&tag=3&message=m&changes=CMD ["/a/b"]&changes=ENV A=1'
    status, lines = send(house, path.replace(" ", "%20").replace('"', "%22"), tar)
    value = house.ask("GET", "/images/imp:3/json").json
    assert (status, lines) == (200, [{"status": value["Id"]}])
    assert value["Config"]["Cmd"] == ["/a/b"]
    assert value["Config"]["Env"] == ["A=1"]
    assert value["RootFS"]["Layers"] == [Digest.of(tar)]
    steps = house.ask("GET", "/images/imp:3/history").json
    assert [(step["CreatedBy"], step["Size"], step["Comment"]) for step in steps] == [("", 5, "m")]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("&changes=RUN%20ls", "run is not a valid change command"),
        ("&changes=NOPE", "nope is not a valid change command"),
        ("&repo=Imp", "invalid reference format: repository name must be lowercase"),
    ],
)
def test_a_bad_import_changes_nothing(house: ImageHouse, query: str, message: str) -> None:
    before = house.names("?all=1")
    answer = house.ask("POST", f"/images/create?fromSrc=-{query}")
    assert (answer.status, answer.message) == (400, message)
    assert house.names("?all=1") == before


def test_the_name_of_an_import_is_told_as_it_was_given(house: ImageHouse) -> None:
    send(house, "/images/create?fromSrc=-&repo=imp", b"")
    told = [r.event for r in house.records if r.event.name == "image.tagged"]
    assert getattr(told[-1], "reference", "") == "imp"
    assert "imp:latest" in house.names()


def test_an_empty_import_is_an_empty_layer(house: ImageHouse) -> None:
    status, lines = send(house, "/images/create?fromSrc=-&repo=imp&tag=5", b"")
    assert status == 200 and lines[0]["status"].startswith("sha256:")
    assert config_of([house.base]).id == house.busybox.id
