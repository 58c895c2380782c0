"""Images by name and ID, the list, inspect, history and tags, over the API."""

from typing import Any

import pytest
from image_house import ImageHouse, config_of


@pytest.fixture
def house() -> ImageHouse:
    house = ImageHouse()
    house.pull("busybox:latest", "httpd:2.4")
    return house


def test_the_list_has_every_field_in_dockers_order_newest_first(house: ImageHouse) -> None:
    rows = house.ask("GET", "/v1.41/images/json").json
    assert list(rows[0].items()) == [
        ("Containers", -1),
        ("Created", 1698801615),
        ("Id", house.httpd.id),
        ("Labels", {"k": "v"}),
        ("ParentId", ""),
        ("RepoDigests", [f"httpd@{house.hub.repositories['library/httpd']['2.4'].digest}"]),
        ("RepoTags", ["httpd:2.4"]),
        ("SharedSize", -1),
        ("Size", 1234),
        ("VirtualSize", 1234),
    ]
    assert [row["RepoTags"] for row in rows] == [["httpd:2.4"], ["busybox:latest"]]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ('{"reference":["busy*"]}', ["busybox:latest"]),
        ('{"reference":{"httpd:*":true}}', ["httpd:2.4"]),
        ('{"reference":["docker.io/library/busybox"]}', []),
        ('{"label":["k=v"]}', ["httpd:2.4"]),
        ('{"label":["k=w"]}', []),
        ('{"before":["httpd:2.4"]}', ["busybox:latest"]),
        ('{"since":["busybox"]}', ["httpd:2.4"]),
        ('{"dangling":["true"]}', []),
        ('{"dangling":["false"]}', ["httpd:2.4", "busybox:latest"]),
    ],
)
def test_filters_choose(house: ImageHouse, filters: str, names: list[str]) -> None:
    assert house.names(f"?filters={filters}") == names


@pytest.mark.parametrize(
    ("filters", "status", "message"),
    [
        ('{"until":["1h"]}', 400, "Invalid filter 'until'"),
        ('{"dangling":["si"]}', 400, "Invalid filter 'dangling=[si]'"),
        ('{"before":["nosuch"]}', 404, "No such image: nosuch:latest"),
    ],
)
def test_bad_filters_are_refused(
    house: ImageHouse, filters: str, status: int, message: str
) -> None:
    answer = house.ask("GET", f"/images/json?filters={filters}")
    assert (answer.status, answer.message) == (status, message)


def test_an_image_without_names_is_dangling(house: ImageHouse) -> None:
    newer = config_of([house.base], cmd=("other",))
    house.add("busybox:latest", newer, [house.base])
    house.hub.repositories["library/busybox"].pop("old", None)
    house.pull("busybox:latest")
    row = house.ask("GET", f"/images/{house.busybox.id}/json").json
    assert row["RepoTags"] == [] and len(row["RepoDigests"]) == 1
    assert house.names('?filters={"dangling":["true"]}') == row["RepoDigests"]
    house.rmi(row["RepoDigests"][0])
    assert house.ask("GET", f"/images/{house.busybox.id}/json").status == 404


@pytest.mark.parametrize(
    ("name", "status", "message"),
    [
        ("nosuch", 404, "no such image: nosuch: No such image: nosuch:latest"),
        ("nosuch:1", 404, "no such image: nosuch:1: No such image: nosuch:1"),
        (
            "Nosuch",
            400,
            "no such image: Nosuch: invalid reference format: repository name must be lowercase",
        ),
        ("0" * 64, 404, f"no such image: {'0' * 64}: No such image: sha256:{'0' * 64}"),
    ],
)
def test_inspect_names_what_is_missing(
    house: ImageHouse, name: str, status: int, message: str
) -> None:
    answer = house.ask("GET", f"/images/{name}/json")
    assert (answer.status, answer.message) == (status, message)


def test_an_image_is_found_by_any_form_of_its_id(house: ImageHouse) -> None:
    full = house.busybox.id
    for name in (full, full.encoded, full.short, f"sha256:{full.short}", full.encoded[:5]):
        assert house.ask("GET", f"/images/{name}/json").json["Id"] == full


def test_a_name_wins_over_the_beginning_of_an_id(house: ImageHouse) -> None:
    short = house.busybox.id.short
    house.ask("POST", f"/images/httpd:2.4/tag?repo={short}")
    assert house.ask("GET", f"/images/{short}/json").json["Id"] == house.httpd.id


def test_inspect_tells_where_the_layers_are(house: ImageHouse) -> None:
    value: dict[str, Any] = house.ask("GET", "/images/httpd:2.4/json").json
    fields = (
        "Id RepoTags RepoDigests Parent Comment Created Container ContainerConfig DockerVersion"
        " Author Config Architecture Os Size VirtualSize GraphDriver RootFS Metadata"
    )
    assert list(value) == fields.split()
    data = value["GraphDriver"]["Data"]
    assert list(data) == ["LowerDir", "MergedDir", "UpperDir", "WorkDir"]
    base = house.ask("GET", "/images/busybox/json").json["GraphDriver"]["Data"]
    assert data["LowerDir"] == base["UpperDir"] and "LowerDir" not in base
    assert value["Metadata"] == {"LastTagTime": "0001-01-01T00:00:00Z"}
    assert value["RootFS"]["Layers"] == list(house.httpd.diff_ids)


def test_history_gives_each_step_the_size_of_its_layer(house: ImageHouse) -> None:
    steps = house.ask("GET", "/images/httpd:2.4/history").json
    assert [(step["Id"], step["Size"], step["Tags"]) for step in steps] == [
        (house.httpd.id, 0, ["httpd:2.4"]),
        ("<missing>", 234, None),
        ("<missing>", 1000, None),
    ]
    assert list(steps[0]) == ["Comment", "Created", "CreatedBy", "Id", "Size", "Tags"]


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        (
            "busybox/tag?repo=Mia",
            500,
            "invalid reference format: repository name must be lowercase",
        ),
        ("nosuch/tag?repo=mia", 404, "No such image: nosuch:latest"),
        ("busybox/tag", 500, "invalid reference format"),
        ("busybox/tag?repo=mia&tag=a/b", 500, "invalid tag format"),
        (
            "busybox/tag?repo=sha256",
            400,
            "refusing to create an ambiguous tag using digest algorithm as name",
        ),
    ],
)
def test_a_bad_tag_is_refused_and_nothing_changes(
    house: ImageHouse, path: str, status: int, message: str
) -> None:
    before = house.names()
    answer = house.ask("POST", f"/images/{path}")
    assert (answer.status, answer.message) == (status, message)
    assert house.names() == before


def test_a_tag_moves_and_its_time_is_kept(house: ImageHouse) -> None:
    assert house.ask("POST", "/images/busybox/tag?repo=uno").status == 201
    assert house.ask("POST", "/images/httpd:2.4/tag?repo=uno").status == 201
    assert house.names() == ["httpd:2.4", "uno:latest", "busybox:latest"]
    value = house.ask("GET", "/images/uno/json").json
    assert value["Metadata"]["LastTagTime"].startswith("2023-11-14T22:13:2")
    (moved,) = [r.event for r in house.records if r.event.name == "image.tagged"][-1:]
    assert vars_of(moved)["previous"] == house.busybox.id


def vars_of(event: Any) -> dict[str, Any]:
    return {name: getattr(event, name) for name in event.__dataclass_fields__}
