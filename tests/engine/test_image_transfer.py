"""Pull, push, search, login: the progress streams and the errors."""

from typing import Any

import pytest
from image_house import ImageHouse, auth, config_of, layer_of

from estiba.distribution import Credentials, SearchRow
from estiba.spec import Platform


@pytest.fixture
def house() -> ImageHouse:
    return ImageHouse()


def statuses(lines: list[Any]) -> list[str]:
    """Lines as the client shows them, without the moving ones."""
    return [
        ": ".join(filter(None, (line.get("id"), line["status"])))
        for line in lines
        if "status" in line and not line.get("progress")
    ]


def test_a_first_pull_tells_every_step(house: ImageHouse) -> None:
    image = house.hub.repositories["library/busybox"]["latest"]
    short = image.layers[0].descriptor.digest.short
    lines = house.lines("POST", "/images/create?fromImage=busybox&tag=latest")
    assert statuses(lines) == [
        "latest: Pulling from library/busybox",
        f"{short}: Pulling fs layer",
        f"{short}: Verifying Checksum",
        f"{short}: Download complete",
        f"{short}: Pull complete",
        f"Digest: {image.digest}",
        "Status: Downloaded newer image for busybox:latest",
    ]
    assert lines[1] == {"status": "Pulling fs layer", "progressDetail": {}, "id": short}
    moving = [line for line in lines if line.get("progress")]
    assert [line["status"] for line in moving] == ["Downloading", "Extracting", "Extracting"]
    assert moving[-1]["progress"].endswith("=>]    100kB/100kB")


def test_the_same_pull_again_is_up_to_date(house: ImageHouse) -> None:
    house.pull("busybox:latest")
    digest = house.hub.repositories["library/busybox"]["latest"].digest
    assert statuses(house.lines("POST", "/images/create?fromImage=busybox&tag=latest")) == [
        "latest: Pulling from library/busybox",
        f"Digest: {digest}",
        "Status: Image is up to date for busybox:latest",
    ]


def test_layers_that_are_here_are_not_fetched_again(house: ImageHouse) -> None:
    house.pull("busybox:latest")
    lines = statuses(house.lines("POST", "/images/create?fromImage=httpd&tag=2.4"))
    base, top = (
        one.descriptor.digest.short for one in house.hub.repositories["library/httpd"]["2.4"].layers
    )
    assert lines[1:3] == [f"{base}: Already exists", f"{top}: Pulling fs layer"]
    assert "layer.already-exists" in house.story("layer")


def test_the_fourth_layer_waits(house: ImageHouse) -> None:
    layers = [layer_of({f"f{number}": str(number)}) for number in range(5)]
    house.add("cinco:1", config_of(layers), layers)
    lines = statuses(house.lines("POST", "/images/create?fromImage=cinco&tag=1"))
    assert [line.partition(": ")[2] for line in lines].count("Waiting") == 2
    complete = [line.partition(": ")[0] for line in lines if line.endswith("Pull complete")]
    offered = house.hub.repositories["library/cinco"]["1"].layers
    assert complete == [one.descriptor.digest.short for one in offered]


def test_by_digest_there_is_no_tag(house: ImageHouse) -> None:
    digest = house.hub.repositories["library/busybox"]["latest"].digest
    lines = statuses(house.lines("POST", f"/images/create?fromImage=busybox&tag={digest}"))
    assert lines[0] == f"{digest}: Pulling from library/busybox"
    assert lines[-1] == f"Status: Downloaded newer image for busybox@{digest}"
    assert house.names() == [f"busybox@{digest}"]


def test_without_a_tag_all_are_pulled(house: ImageHouse) -> None:
    house.add("busybox:1.35", house.busybox, [house.base])
    lines = statuses(house.lines("POST", "/images/create?fromImage=busybox"))
    assert [line for line in lines if "Pulling from" in line] == [
        "1.35: Pulling from library/busybox",
        "latest: Pulling from library/busybox",
    ]
    assert lines[-1] == "Status: Downloaded newer image for busybox"
    assert house.names() == ["busybox:1.35", "busybox:latest"]


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        (
            "fromImage=nosuch&tag=1",
            404,
            "pull access denied for nosuch, repository does not exist or may require "
            "'docker login': denied: requested access to the resource is denied",
        ),
        (
            "fromImage=busybox&tag=nosuch",
            404,
            "manifest for busybox:nosuch not found: manifest unknown: manifest unknown",
        ),
        ("fromImage=Bad", 400, "invalid reference format: repository name must be lowercase"),
        ("fromImage=scratch&tag=latest", 403, "'scratch' is a reserved name"),
        (
            "fromImage=busybox&tag=latest&platform=nope",
            400,
            '"nope": unknown operating system or architecture: invalid argument',
        ),
        ("", 500, 'Get "http:": http: no Host in request URL'),
    ],
)
def test_what_cannot_be_pulled(house: ImageHouse, query: str, status: int, message: str) -> None:
    answer = house.ask("POST", f"/images/create?{query}")
    assert (answer.status, answer.message) == (status, message)
    assert not house.names("?all=1")


def test_another_platform_than_asked_for_is_told(house: ImageHouse) -> None:
    lines = house.lines("POST", "/images/create?fromImage=busybox&tag=latest&platform=linux/arm64")
    assert lines[-1]["status"] == (
        "WARNING: image with reference busybox was found but does not match the specified "
        "platform: wanted linux/arm64, actual: linux/amd64"
    )
    assert Platform() == house.engine.images.get("busybox").config.platform


def test_a_rate_lets_the_clock_pass(house: ImageHouse) -> None:
    object.__setattr__(house.engine.config, "download_rate", 50_000)
    before_ns = house.clock.now_ns()
    lines = house.lines("POST", "/images/create?fromImage=busybox&tag=latest")
    assert house.clock.now_ns() - before_ns > 2_000_000_000
    taken = [line["progressDetail"]["current"] for line in lines if line["status"] == "Downloading"]
    assert taken == sorted(taken) and len(taken) == 20


def test_a_layer_that_cannot_be_unpacked_leaves_nothing(house: ImageHouse) -> None:
    image = house.hub.repositories["library/httpd"]["2.4"]

    def broken() -> None:
        raise NotADirectoryError

    image.layers[1].unpack = broken  # type: ignore[method-assign,assignment]
    with pytest.raises(NotADirectoryError):
        raise_of(house, "/images/create?fromImage=httpd&tag=2.4")
    assert not house.layered.layers
    assert not list(house.engine.stores.images)


def raise_of(house: ImageHouse, path: str) -> None:
    """Pull straight from the engine, so that what goes wrong comes up."""
    from estiba.engine.progress import Progress  # noqa: PLC0415

    work = house.engine.pulling.pull("httpd", "2.4", Progress(lambda data: None))
    house.scheduler.complete(work)


class TestPush:
    @pytest.fixture
    def house(self) -> ImageHouse:
        house = ImageHouse()
        house.pull("busybox:latest", "httpd:2.4")
        house.ask("POST", "/images/httpd:2.4/tag?repo=ana/web&tag=1")
        return house

    def push(self, house: ImageHouse, path: str, who: str | None = None) -> list[Any]:
        header = auth() if who is None else who
        return house.lines("POST", f"/images/{path}", **{"x-registry-auth": header})

    def test_layers_are_mounted_and_the_digest_told(self, house: ImageHouse) -> None:
        lines = self.push(house, "ana/web/push?tag=1")
        top, base = house.top.diff_id.short, house.base.diff_id.short
        digest = house.hub.repositories["ana/web"]["1"].digest
        size = house.hub.repositories["ana/web"]["1"].manifest.size
        assert statuses(lines) == [
            "The push refers to repository [docker.io/ana/web]",
            f"{top}: Preparing",
            f"{base}: Preparing",
            f"{top}: Mounted from library/httpd",
            f"{base}: Mounted from library/httpd",
            f"1: digest: {digest} size: {size}",
        ]
        assert lines[-1] == {"aux": {"Tag": "1", "Digest": digest, "Size": size}}
        again = statuses(self.push(house, "ana/web/push?tag=1"))
        assert again[3:5] == [f"{top}: Layer already exists", f"{base}: Layer already exists"]
        assert f"ana/web@{digest}" in house.ask("GET", "/images/httpd:2.4/json").json["RepoDigests"]

    def test_what_was_pushed_can_be_pulled(self, house: ImageHouse) -> None:
        self.push(house, "ana/web/push?tag=1")
        house.rmi("httpd:2.4")
        house.rmi("ana/web:1")
        house.pull("ana/web:1")
        assert house.ask("GET", "/images/ana/web:1/json").json["Id"] == house.httpd.id

    def test_a_new_layer_is_sent(self, house: ImageHouse) -> None:
        house.hub.blobs.clear()
        lines = statuses(self.push(house, "ana/web/push?tag=1"))
        assert lines[3:5] == [f"{one.diff_id.short}: Pushed" for one in (house.top, house.base)]

    @pytest.mark.parametrize(
        ("path", "message"),
        [
            ("ana/web/push?tag=2", "tag does not exist: ana/web:2"),
            ("nada/push?tag=1", "An image does not exist locally with the tag: nada"),
            ("luis/suya/push?tag=1", "denied: requested access to the resource is denied"),
            (
                "busybox/push?tag=latest",
                "errors:\ndenied: requested access to the resource is denied\n"
                "unauthorized: authentication required\n",
            ),
        ],
    )
    def test_refusals_come_in_the_stream(self, house: ImageHouse, path: str, message: str) -> None:
        house.ask("POST", "/images/busybox/tag?repo=luis/suya&tag=1")
        lines = self.push(house, path)
        assert lines[-1] == {"errorDetail": {"message": message}, "error": message}

    def test_the_header_is_required(self, house: ImageHouse) -> None:
        answer = house.ask("POST", "/images/busybox/push")
        message = "Bad parameters and missing X-Registry-Auth: EOF"
        assert (answer.status, answer.message) == (400, message)


def test_search_filters_and_limits(house: ImageHouse) -> None:
    house.hub.rows = (
        SearchRow("nginx", "web", 100, True),
        SearchRow("ana/nginx", "hers", 3, False),
    )
    first = house.ask("GET", "/images/search?term=nginx").json[0]
    assert list(first.items()) == [
        ("star_count", 100),
        ("is_official", True),
        ("name", "nginx"),
        ("is_automated", False),
        ("description", "web"),
    ]
    for query, names in (
        ("limit=1", ["nginx"]),
        ('filters={"is-official":["false"]}', ["ana/nginx"]),
        ('filters={"stars":["50"]}', ["nginx"]),
    ):
        rows = house.ask("GET", f"/images/search?term=nginx&{query}").json
        assert [row["name"] for row in rows] == names
    answer = house.ask("GET", "/images/search?term=x&limit=101")
    assert answer.message == "Limit 101 is outside the range of [1, 100]"


def test_login_says_who_is_refused(house: ImageHouse) -> None:
    good = house.ask("POST", "/auth", {"username": "ana", "password": "secreto"})
    assert good.json == {"IdentityToken": "", "Status": "Login Succeeded"}
    bad = house.ask("POST", "/auth", {"username": "ana", "password": "mala"})
    assert (bad.status, bad.message) == (
        401,
        'Get "https://registry-1.docker.io/v2/": unauthorized: incorrect username or password',
    )
    assert Credentials("a", "b") != Credentials("a", "c")


def test_distribution_tells_what_the_registry_has(house: ImageHouse) -> None:
    image = house.hub.repositories["library/busybox"]["latest"]
    assert house.ask("GET", "/distribution/busybox/json").json == {
        "Descriptor": {
            "mediaType": image.manifest.media_type,
            "digest": image.manifest.digest,
            "size": image.manifest.size,
        },
        "Platforms": [{"architecture": "amd64", "os": "linux"}],
    }
    answer = house.ask("GET", "/distribution/nosuch/json")
    assert (answer.status, answer.message) == (
        403,
        "errors:\ndenied: requested access to the resource is denied\n"
        "unauthorized: authentication required\n",
    )
