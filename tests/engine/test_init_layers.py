"""The layer between an image and its containers, over real trees."""

from typing import Any, cast

from container_house import House

from estiba.engine.memory_trees import MemoryTrees
from estiba.filesystem import MountNamespace, TreeBuilder, UnionMount
from estiba.snapshot.union import UnionSnapshotter


def house_with_files() -> House:
    """A house whose image has /etc (0700, owner 5), /dev and a /etc/hosts of its own."""
    house = House()
    snapshotter = UnionSnapshotter()
    builder = TreeBuilder()
    builder.directory("/etc", 0o700, uid=5)
    builder.directory("/dev")
    builder.file("/etc/hosts", b"the image's\n")
    chain = house.images.by_name["busybox:latest"].chain_id
    assert chain is not None
    snapshotter.add_layer(chain, None, builder.build())
    host = house.engine.host
    object.__setattr__(host, "snapshotter", cast(Any, snapshotter))
    object.__setattr__(host, "trees", MemoryTrees())
    return house


def tree_of(house: House, container: str) -> MountNamespace:
    mount: UnionMount = house.engine.host.snapshotter.mount(container)
    return MountNamespace(mount)


def test_places_to_mount_on_are_there_and_do_not_show() -> None:
    house = house_with_files()
    container = house.create()
    tree = tree_of(house, container)
    names = [entry.name for entry in tree.readdir("/")]
    assert names == [".dockerenv", "dev", "etc", "proc", "sys"]
    assert tree.readlink("/etc/mtab") == "/proc/mounts"
    assert tree.stat("/etc/hosts").size == 0
    assert (tree.stat("/etc").mode & 0o777, tree.stat("/etc").uid) == (0o700, 5)
    assert house.ask("GET", f"/containers/{container}/changes").json is None


def test_containers_of_an_image_share_it_and_it_goes_with_the_image() -> None:
    house = house_with_files()
    snapshotter = cast(UnionSnapshotter, house.engine.host.snapshotter)
    before = set(snapshotter._trees)
    first, second = house.create(), house.create()
    assert len(set(snapshotter._trees) - before) == 1
    house.ask("DELETE", f"/containers/{first}")
    house.engine.layers.release(house.images.by_name["busybox:latest"].chain_id)
    assert set(snapshotter._trees) > before
    house.ask("DELETE", f"/containers/{second}")
    assert not snapshotter._trees


def test_a_directory_to_mount_on_is_made_at_the_start_and_shows() -> None:
    house = house_with_files()
    container = house.run("sleep", "9", HostConfig={"Binds": ["datos:/a/b"], "Tmpfs": {"/t": ""}})
    shown = house.ask("GET", f"/containers/{container}/changes").json
    assert {row["Path"] for row in shown} == {"/a", "/a/b", "/t"}


def test_a_missing_working_directory_is_made() -> None:
    house = house_with_files()
    container = house.create(WorkingDir="/srv/app")
    assert tree_of(house, container).stat("/srv/app").mode & 0o777 == 0o755
    answer = house.ask(
        "POST", "/containers/create", {"Image": "busybox", "WorkingDir": "/etc/hosts"}
    )
    assert (answer.status, answer.message) == (500, "Cannot mkdir: /etc/hosts is not a directory")


def test_a_volume_gets_what_the_image_has_there() -> None:
    house = house_with_files()
    house.create(HostConfig={"Binds": ["copia:/etc"]})
    volume = MountNamespace(house.engine.volumes.get("copia").mount)
    assert [entry.name for entry in volume.readdir("/")] == [
        "hostname",
        "hosts",
        "mtab",
        "resolv.conf",
    ]
    assert (volume.stat("/").mode & 0o777, volume.stat("/").uid) == (0o700, 5)
