"""rmi and prune: names, conflicts, and what is really freed."""

import pytest
from image_house import ImageHouse, config_of, layer_of

from estiba.store import ImageRecord


@pytest.fixture
def house() -> ImageHouse:
    house = ImageHouse()
    house.pull("busybox:latest", "httpd:2.4")
    return house


def digest_name(house: ImageHouse, name: str) -> str:
    repository, _, tag = name.partition(":")
    return f"{repository}@{house.hub.repositories[f'library/{repository}'][tag].digest}"


def test_a_shared_layer_stays_until_the_last_image_goes(house: ImageHouse) -> None:
    assert house.rmi("busybox") == [
        "Untagged: busybox:latest",
        f"Untagged: {digest_name(house, 'busybox:latest')}",
        f"Deleted: {house.busybox.id}",
    ]
    record = house.engine.images.get("httpd:2.4")
    assert house.rmi("httpd:2.4") == [
        "Untagged: httpd:2.4",
        f"Untagged: {digest_name(house, 'httpd:2.4')}",
        f"Deleted: {house.httpd.id}",
        f"Deleted: {record.chain_id}",
        f"Deleted: {house.base.diff_id}",
    ]
    assert not house.layered.layers


def test_one_tag_of_several_is_only_untagged(house: ImageHouse) -> None:
    house.ask("POST", "/images/busybox/tag?repo=uno")
    assert house.rmi("uno") == ["Untagged: uno:latest"]
    assert "busybox:latest" in house.names()


def test_an_id_of_several_names_must_be_forced(house: ImageHouse) -> None:
    house.ask("POST", "/images/busybox/tag?repo=uno")
    short = house.busybox.id.short
    assert house.rmi(short) == [
        f"409 conflict: unable to delete {short} (must be forced) - "
        "image is referenced in multiple repositories"
    ]
    assert house.rmi(short, "?force=1") == [
        "Untagged: busybox:latest",
        f"Untagged: {digest_name(house, 'busybox:latest')}",
        "Untagged: uno:latest",
        f"Deleted: {house.busybox.id}",
    ]


def test_digests_of_other_repositories_keep_an_image(house: ImageHouse) -> None:
    house.add("otra:1", house.busybox, [house.base])
    house.pull("otra:1")
    assert house.rmi("busybox") == [
        "Untagged: busybox:latest",
        f"Untagged: {digest_name(house, 'busybox:latest')}",
    ]


@pytest.mark.parametrize("force", ["", "?force=1"])
def test_an_unknown_image_is_not_found(house: ImageHouse, force: str) -> None:
    assert house.rmi("nosuch", force) == ["404 No such image: nosuch:latest"]
    assert house.rmi("busybox:nosuch", force) == ["404 No such image: busybox:nosuch"]


class TestContainers:
    """An image that containers use."""

    def test_the_last_name_must_be_forced(self, house: ImageHouse) -> None:
        container = house.create("true")
        assert house.rmi("busybox") == [
            '409 conflict: unable to remove repository reference "busybox" (must force) - container'
            f" {container[:12]} is using its referenced image {house.busybox.id.short}"
        ]
        assert house.rmi(house.busybox.id) == [
            f"409 conflict: unable to delete {house.busybox.id.short} (must be forced) - "
            f"image is being used by stopped container {container[:12]}"
        ]
        assert "busybox:latest" in house.names()

    def test_a_forced_image_goes_but_its_layers_stay_for_the_container(
        self, house: ImageHouse
    ) -> None:
        container = house.create("true")
        house.rmi("httpd:2.4")
        assert house.rmi("busybox", "?force=1")[-1] == f"Deleted: {house.busybox.id}"
        assert set(house.layered.layers) == {house.base.diff_id}
        assert house.ask("POST", f"/containers/{container}/start").status == 204
        house.wait(container)
        assert house.ask("DELETE", f"/containers/{container}").status == 204
        assert not house.layered.layers

    def test_a_running_one_lets_the_name_be_forced_and_never_the_image(
        self, house: ImageHouse
    ) -> None:
        container = house.run("sleep", "100")
        assert house.rmi("busybox", "?force=1")[0] == "Untagged: busybox:latest"
        short = house.busybox.id.short
        for query in ("", "?force=1"):
            assert house.rmi(short, query) == [
                f"409 conflict: unable to delete {short} (cannot be forced) - "
                f"image is being used by running container {container[:12]}"
            ]
        assert house.names("?all=1")[-1] == "<none>:<none>"


class TestChildren:
    """busybox, with a child, and a grandchild that has a name."""

    @pytest.fixture
    def family(self, house: ImageHouse) -> tuple[ImageRecord, ImageRecord]:
        engine = house.engine
        parent = engine.images.get("busybox")
        records = []
        for number in (1, 2):
            layer = layer_of({f"file{number}": "uno\n"})
            held = engine.layers.add(layer, parent.chain_id)
            layers = [house.base, *(layer_of({f"file{n}": "uno\n"}) for n in range(1, number + 1))]
            config = config_of(layers, created=f"2024-01-0{number}T00:00:00Z")
            parent = engine.images.add(config, held.chain_id, "build", parent=parent.id)
            engine.layers.release(held.chain_id)
            records.append(parent)
        house.ask("POST", f"/images/{parent.id}/tag?repo=nieta")
        return records[0], records[1]

    def test_parents_hide_in_the_list_and_show_with_all(
        self, house: ImageHouse, family: tuple[ImageRecord, ImageRecord]
    ) -> None:
        assert house.names() == ["nieta:latest", "httpd:2.4", "busybox:latest"]
        assert "<none>:<none>" in house.names("?all=1")

    def test_a_parent_cannot_be_forced_but_untagged(
        self, house: ImageHouse, family: tuple[ImageRecord, ImageRecord]
    ) -> None:
        short = house.busybox.id.short
        for query in ("", "?force=1"):
            assert house.rmi(short, query) == [
                f"409 conflict: unable to delete {short} (cannot be forced) - "
                "image has dependent child images"
            ]
        assert house.rmi("busybox")[0] == "Untagged: busybox:latest"
        assert house.busybox.id in house.engine.stores.images

    def test_ancestors_that_nothing_needs_go_with_the_last_child(
        self, house: ImageHouse, family: tuple[ImageRecord, ImageRecord]
    ) -> None:
        child, grandchild = family
        house.rmi("busybox")
        assert house.rmi("nieta") == [
            "Untagged: nieta:latest",
            f"Deleted: {grandchild.id}",
            f"Deleted: {grandchild.chain_id}",
            f"Deleted: {child.id}",
            f"Deleted: {child.chain_id}",
            f"Deleted: {house.busybox.id}",
        ]

    def test_without_pruning_they_stay(
        self, house: ImageHouse, family: tuple[ImageRecord, ImageRecord]
    ) -> None:
        _, grandchild = family
        assert house.rmi("nieta", "?noprune=1") == [
            "Untagged: nieta:latest",
            f"Deleted: {grandchild.id}",
            f"Deleted: {grandchild.chain_id}",
        ]

    def test_history_names_the_ancestors_that_are_here(
        self, house: ImageHouse, family: tuple[ImageRecord, ImageRecord]
    ) -> None:
        steps = house.ask("GET", "/images/nieta/history").json
        child, grandchild = family
        assert [step["Id"] for step in steps[:3]] == [grandchild.id, child.id, house.busybox.id]


class TestPrune:
    def test_dangling_ones_go_and_space_is_counted(self, house: ImageHouse) -> None:
        house.add("busybox:latest", config_of([house.base], cmd=("new",)), [house.base])
        house.pull("busybox:latest")
        old = [n for n in house.names() if n.startswith("busybox@")]
        result = house.ask("POST", "/images/prune").json
        assert result == {
            "ImagesDeleted": [
                {"Untagged": old[0]},
                {"Deleted": house.busybox.id},
            ],
            "SpaceReclaimed": 0,
        }
        again = house.ask("POST", "/images/prune").json
        assert again == {"ImagesDeleted": None, "SpaceReclaimed": 0}

    def test_all_go_that_no_container_uses(self, house: ImageHouse) -> None:
        house.create("true")
        result = house.ask("POST", '/images/prune?filters={"dangling":["false"]}').json
        assert result["SpaceReclaimed"] == 234
        assert [next(iter(item)) for item in result["ImagesDeleted"]] == [
            "Untagged",
            "Untagged",
            "Deleted",
            "Deleted",
        ]
        assert house.names() == ["busybox:latest"]

    @pytest.mark.parametrize(
        ("filters", "left"),
        [
            ('{"dangling":["false"],"label":["k=v"]}', ["busybox:latest"]),
            ('{"dangling":["false"],"label!":["k"]}', ["httpd:2.4"]),
            ('{"dangling":["false"],"until":["1684449258"]}', ["httpd:2.4"]),
        ],
    )
    def test_filters_choose(self, house: ImageHouse, filters: str, left: list[str]) -> None:
        house.ask("POST", f"/images/prune?filters={filters}")
        assert house.names() == left

    def test_an_unknown_filter_is_refused(self, house: ImageHouse) -> None:
        answer = house.ask("POST", '/images/prune?filters={"nope":["1"]}')
        assert (answer.status, answer.message) == (400, "Invalid filter 'nope'")


def test_disk_usage_shares_layers_between_images(house: ImageHouse) -> None:
    house.create("true")
    usage = house.ask("GET", "/system/df").json
    assert usage["LayersSize"] == 1234
    rows = {row["RepoTags"][0]: row for row in usage["Images"]}
    assert [
        (rows[n]["SharedSize"], rows[n]["Containers"]) for n in ("httpd:2.4", "busybox:latest")
    ] == [
        (1000, 0),
        (1000, 1),
    ]
    assert list(usage) == "LayersSize Images Containers Volumes BuildCache BuilderSize".split()
