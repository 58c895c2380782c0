"""What clients of other API versions get and mean."""

from typing import Any

import pytest
from container_house import House
from image_house import ImageHouse


@pytest.fixture
def house() -> House:
    return House()


def test_images_lose_fields_in_newer_versions() -> None:
    house = ImageHouse()
    house.pull("busybox:latest")
    assert "VirtualSize" in house.ask("GET", "/v1.43/images/json").json[0]
    assert "VirtualSize" not in house.ask("GET", "/v1.44/images/json").json[0]
    assert "VirtualSize" not in house.ask("GET", "/v1.44/system/df").json["Images"][0]
    old = house.ask("GET", "/v1.44/images/busybox/json").json
    new = house.ask("GET", "/v1.45/images/busybox/json").json
    assert set(old) - set(new) == {"Container", "ContainerConfig"}


def test_a_nameless_image_has_no_names_from_1_43_on() -> None:
    house = ImageHouse()
    house.pull("busybox:latest")
    house.ask("POST", "/commit?container=" + house.create(name="c1"))
    rows = {v: house.ask("GET", f"/v{v}/images/json").json for v in ("1.42", "1.43")}
    assert [
        row["RepoTags"]
        for row in rows["1.42"]
        if not row["RepoDigests"] or "<" in row["RepoDigests"][0]
    ] == [["<none>:<none>"]]
    assert [
        (row["RepoTags"], row["RepoDigests"]) for row in rows["1.43"] if not row["RepoTags"]
    ] == [([], [])]


@pytest.mark.parametrize(
    ("version", "field", "value"),
    [
        ("1.24", "AutoRemove", False),
        ("1.25", "AutoRemove", True),
        ("1.39", "IpcMode", "shareable"),
        ("1.40", "IpcMode", "private"),
        ("1.41", "KernelMemory", 1 << 23),
        ("1.42", "KernelMemory", 0),
    ],
)
def test_host_settings_follow_the_version(
    house: House, version: str, field: str, value: Any
) -> None:
    body = {"Image": "busybox", "HostConfig": {"AutoRemove": True, "KernelMemory": 1 << 23}}
    assert house.ask("POST", f"/v{version}/containers/create?name=c1", body).status == 201
    assert house.inspect("c1")["HostConfig"][field] == value


def test_one_body_means_different_things_to_different_versions(house: House) -> None:
    body = {"Image": "busybox", "HostConfig": {}}
    for version, mode in (("1.41", "private"), ("1.39", "shareable"), ("1.41", "private")):
        made = house.ask("POST", f"/v{version}/containers/create", body).json["Id"]
        assert house.inspect(made)["HostConfig"]["IpcMode"] == mode


def test_several_networks_at_once_from_1_44_on(house: House) -> None:
    for name in ("uno", "dos"):
        house.ask("POST", "/networks/create", {"Name": name})
    networks = {"EndpointsConfig": {"dos": {}, "uno": {"Aliases": ["al"]}}}
    body = {"Image": "busybox", "HostConfig": {"NetworkMode": "uno"}, "NetworkingConfig": networks}
    assert house.ask("POST", "/v1.43/containers/create", body).status == 400
    assert house.ask("POST", "/v1.44/containers/create?name=c1", body).status == 201
    found = house.ask("GET", "/v1.44/containers/c1/json").json["NetworkSettings"]["Networks"]
    assert sorted(found) == ["dos", "uno"]
    assert found["uno"]["DNSNames"][:2] == ["c1", "al"]
    assert "DNSNames" not in house.inspect("c1")["NetworkSettings"]["Networks"]["uno"]


def test_the_default_network_has_a_name_from_1_44_on(house: House) -> None:
    house.run("sleep", "9", name="c1")
    for version, mode in (("1.43", "default"), ("1.44", "bridge")):
        row = house.ask("GET", f"/v{version}/containers/json").json[0]
        one = house.ask("GET", f"/v{version}/containers/c1/json").json
        assert row["HostConfig"]["NetworkMode"] == one["HostConfig"]["NetworkMode"] == mode


def test_only_nameless_volumes_are_pruned_from_1_42_on(house: House) -> None:
    named = house.ask("POST", "/volumes/create", {"Name": "vol1"}).json["Name"]
    nameless = house.ask("POST", "/volumes/create", {}).json["Name"]
    pruned = house.ask("POST", "/v1.42/volumes/prune").json["VolumesDeleted"]
    assert pruned == [nameless]
    pruned = house.ask("POST", '/v1.42/volumes/prune?filters={"all":["true"]}').json[
        "VolumesDeleted"
    ]
    assert pruned == [named]
    house.ask("POST", "/volumes/create", {"Name": "vol2"})
    assert house.ask("POST", "/v1.41/volumes/prune").json["VolumesDeleted"] == ["vol2"]


def test_old_clients_know_an_execution_driver(house: House) -> None:
    old, new = house.ask("GET", "/v1.24/info").json, house.ask("GET", "/v1.25/info").json
    assert (old["ExecutionDriver"], old["SecurityOptions"]) == ("<not supported>", ["seccomp"])
    assert new["SecurityOptions"] == ["name=seccomp,profile=default"]
    assert "ExecutionDriver" not in new


def test_disk_usage_of_one_kind_from_1_42_on() -> None:
    house = ImageHouse()
    house.ask("POST", "/volumes/create", {"Name": "vol1"})
    found = house.ask("GET", "/v1.42/system/df?type=volume").json
    assert [volume["Name"] for volume in found["Volumes"]] == ["vol1"]
    assert (found["Images"], found["Containers"], found["LayersSize"]) == (None, None, 0)
    assert house.ask("GET", "/v1.41/system/df?type=volume").json["Containers"] is not None


def test_duplicates_are_always_refused_from_1_44_on(house: House) -> None:
    for version, status in (("1.41", 201), ("1.43", 201), ("1.44", 409)):
        assert house.ask("POST", f"/v{version}/networks/create", {"Name": "red"}).status == status
