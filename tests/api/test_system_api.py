"""The door itself: versions in the path, unknown paths, ping, version, info."""

import pytest
from image_house import ImageHouse

from estiba.api.call import parse_filters
from estiba.errors import Failure


@pytest.fixture
def house() -> ImageHouse:
    return ImageHouse()


@pytest.mark.parametrize("prefix", ["", "/v1.24", "/v1.41", "/v1.47"])
def test_a_version_in_the_path_is_optional(house: ImageHouse, prefix: str) -> None:
    assert house.ask("GET", f"{prefix}/images/json").json == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (
            "/v1.99/version",
            b'{"message":"client version 1.99 is too new. '
            b'Maximum supported API version is 1.41"}\n',
        ),
        (
            "/v1.1/version",
            b"client version 1.1 is too old. Minimum supported API version is 1.12, "
            b"please upgrade your client to a newer version\n",
        ),
    ],
)
def test_other_versions_are_refused(house: ImageHouse, path: str, body: bytes) -> None:
    answer = house.ask("GET", path)
    assert (answer.status, answer.body) == (400, body)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nosuch"),
        ("GET", "/v1.41/nosuch"),
        ("POST", "/v1.41/images/json"),
        ("PUT", "/info"),
    ],
)
def test_an_unknown_path_is_not_found(house: ImageHouse, method: str, path: str) -> None:
    answer = house.ask(method, path)
    assert (answer.status, answer.message) == (404, "page not found")
    assert "api-version" not in answer.headers


def test_no_path_holds_a_line_break(house: ImageHouse) -> None:
    for method, path in (("GET", "/images/a%0A/json"), ("DELETE", "/images/a%0A")):
        assert house.ask(method, path).message == "page not found"
    answer = house.ask("DELETE", "/images/%20")
    assert (answer.status, answer.message) == (500, "image name cannot be blank")


def test_ping_introduces_the_engine(house: ImageHouse) -> None:
    answer = house.ask("HEAD", "/_ping")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["api-version"] == "1.41"
    assert answer.headers["builder-version"] == "1"
    assert answer.headers["ostype"] == "linux"
    assert house.ask("GET", "/_ping").body == b"OK"


def test_version_and_info_have_dockers_fields(house: ImageHouse) -> None:
    version = house.ask("GET", "/version").json
    assert (
        list(version)
        == (
            "Platform Components Version ApiVersion MinAPIVersion GitCommit GoVersion Os Arch "
            "KernelVersion BuildTime"
        ).split()
    )
    house.pull("busybox:latest")
    house.create("true")
    info = house.ask("GET", "/info").json
    assert (info["Images"], info["Containers"], info["ContainersStopped"]) == (1, 1, 1)
    assert len(info["ID"]) == 59
    assert list(info)[-4:] == ["RuncCommit", "InitCommit", "SecurityOptions", "Warnings"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ('{"label":{"a=b":true}}', {"label": ["a=b"]}),
        ('{"label":["a=b"]}', {"label": ["a=b"]}),
    ],
)
def test_filters_come_in_two_forms(text: str, expected: dict[str, list[str]]) -> None:
    assert parse_filters(text) == expected


def test_filters_that_are_no_json_are_refused() -> None:
    with pytest.raises(Failure):
        parse_filters("{")


def test_a_list_is_kept_until_something_changes(house: ImageHouse) -> None:
    house.pull("busybox:latest")
    first = house.ask("GET", "/images/json").body
    assert house.ask("GET", "/images/json").body == first
    house.ask("POST", "/images/busybox/tag?repo=uno")
    assert len(house.ask("GET", "/images/json").json[0]["RepoTags"]) == 2
