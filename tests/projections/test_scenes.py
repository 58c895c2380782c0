"""Scenes: what they say about layers, files, names and steps."""

from dataclasses import replace

import pytest
from scene_facts import BASE, CONTAINER, ON_TOP, TABLE, digest, image, inventory, looked_into

from estiba.projections.drawings import draw
from estiba.projections.scenes import (
    ContainerFacts,
    Inventory,
    LayerFacts,
    LayerFile,
    PullUnknown,
    cow_scene,
    life_path,
    life_scene,
    mounts_scene,
    name_scene,
    pull_scene,
    removal,
    sharing_scene,
    stack_scene,
)
from estiba.projections.scenes.facts import ImageFacts, instruction
from estiba.projections.scenes.forest import lay_out
from estiba.projections.scenes.lookup import Index
from estiba.projections.scenes.removal import Obstacle
from estiba.trace import Record
from estiba.trace.containers import ContainerCreated, ContainerDestroyed, ContainerDied
from estiba.trace.containers import ContainerStarted as Started
from estiba.trace.files import (
    DirectoryMadeOpaque,
    FileCopiedUp,
    FileCreated,
    FileLookedUp,
    FileRemoved,
    FileWhitedOut,
    FileWritten,
)
from estiba.trace.images import (
    ImagePulled,
    ImageResolved,
    LayerAlreadyExists,
    LayerApplied,
    LayerFetched,
    LayerVerified,
)


def test_a_layer_adds_repeats_and_hides() -> None:
    base, top = stack_scene(looked_into()).layers
    assert base.adds is not None and base.adds.count == 3 and base.adds.size == 5966
    assert base.adds.paths == ("/usr/lib/big", "/etc/passwd", "/etc/motd")
    assert top.adds is not None and top.adds.paths == ("/app/run",)
    assert top.repeats is not None and (top.repeats.count, top.repeats.size) == (1, 950)
    assert top.hides is not None and (top.hides.paths, top.hides.size) == (("/etc/motd",), 40)


def test_buried_are_the_bytes_that_never_show() -> None:
    assert stack_scene(looked_into()).buried == 926 + 40


def test_an_opaque_directory_hides_all_that_was_in_it_and_not_its_own_files() -> None:
    top = (LayerFile("/etc", "opaque"), LayerFile("/etc/passwd", "file", 3))
    made = ImageFacts("x", layers=(_layer("a", BASE), _layer("b", top)))
    layer = stack_scene(made).layers[1]
    assert layer.hides is not None and layer.hides.count == 2
    assert layer.adds is not None and layer.adds.paths == ("/etc/passwd",)


def test_what_nobody_looked_into_is_not_guessed() -> None:
    scene = stack_scene(image("a:1", "root"))
    assert scene.buried is None and scene.layers[0].adds is None


def test_virtual_is_image_and_writable_layer() -> None:
    scene = stack_scene(looked_into(), CONTAINER)
    assert scene.virtual == 7 + 1007 + 52


def _layer(name: str, files: tuple[LayerFile, ...]) -> LayerFacts:
    return LayerFacts(digest(name), digest(name), 1, "", files)


@pytest.mark.parametrize(
    ("created_by", "line"),
    [
        ("/bin/sh -c #(nop) ADD file:2a in / ", "ADD file:2a in /"),
        ("/bin/sh -c set -xe   && true", "RUN set -xe && true"),
        ("|1 V=2 /bin/sh -c make", "RUN make"),
        ("WORKDIR /app", "WORKDIR /app"),
        ("", ""),
    ],
)
def test_a_step_is_told_as_a_line_of_a_dockerfile(created_by: str, line: str) -> None:
    assert instruction(created_by) == line


def test_layers_are_stored_once() -> None:
    scene = sharing_scene(inventory())
    assert len(scene.layers) == 7
    assert scene.stored == 7_000_000 + 0 + 1 + 2 + 3 + 3 + 0 + 0
    assert scene.listed > scene.stored


def test_shared_and_unique_add_up_to_the_size() -> None:
    by_name = {one.title: one for one in sharing_scene(inventory()).images}
    for one in by_name.values():
        assert one.shared + one.unique == one.size
    assert by_name["web:1"].unique == 1_000_003
    assert by_name["ubuntu:20.04"].unique == 0


def test_a_container_without_its_image_is_an_orphan() -> None:
    scene = sharing_scene(inventory())
    assert [one.name for one in scene.orphans] == ["left-over"]
    assert scene.written == 1093 + 7


def test_reclaimable_is_what_no_container_keeps() -> None:
    assert sharing_scene(inventory()).reclaimable == 1_000_003 + 1_000_000 + 1_000_000


@pytest.mark.parametrize(
    ("asked", "obstacle", "size", "refused"),
    [
        ("web:2", Obstacle.NONE, 1_000_003, False),
        ("web:1", Obstacle.CONTAINER, 0, True),
        ("ubuntu", Obstacle.OTHER_NAMES, 0, False),
        ("docker.io/library/alpine:3", Obstacle.NONE, 1_000_000, False),
        (image("ubuntu:20.04", "root", "policy").image_id, Obstacle.SEVERAL_NAMES, 0, True),
        (image("", "lost").image_id[7:19], Obstacle.NONE, 1_000_000, False),
        ("nowhere", Obstacle.UNKNOWN, 0, True),
        ("", Obstacle.UNKNOWN, 0, True),
    ],
)
def test_what_rmi_would_free(asked: str, obstacle: Obstacle, size: int, refused: bool) -> None:
    found = removal(sharing_scene(inventory()), asked)
    assert (found.obstacle, found.size, found.refused) == (obstacle, size, refused)


def test_an_image_others_were_built_on_only_loses_its_name() -> None:
    base = image("base:1", "root")
    child = image("child:1", "root", "more", parent=base.image_id)
    found = removal(sharing_scene(Inventory((base, child))), "base:1")
    assert (found.obstacle, found.untagged, found.refused) == (Obstacle.CHILD, ("base:1",), False)


def test_nameless_parents_go_with_the_last_child() -> None:
    base = image("", "root")
    child = image("child:1", "root", "more", parent=base.image_id)
    found = removal(sharing_scene(Inventory((base, child))), "child:1")
    assert len(found.deleted) == 2 and len(found.freed) == 2


def test_rows_and_blocks_cover_each_other() -> None:
    scene = sharing_scene(inventory())
    layout = lay_out(scene)
    assert sorted(row.image_id for row in layout.rows) == sorted(i.image_id for i in scene.images)
    told = [layer.chain_id for block in layout.blocks for layer in block.layers]
    assert sorted(told) == sorted(layer.chain_id for layer in scene.layers)
    for row, one in enumerate(layout.rows):
        covering = [b for b in layout.blocks if b.first <= row < b.first + b.count]
        chain = [layer for block in covering for layer in block.layers]
        assert tuple(chain) == scene.chain(one.top)
        assert [block.column for block in covering] == list(range(len(covering)))


INDEX = Index((_layer("a", BASE), _layer("b", ON_TOP), _layer("c", ())))


@pytest.mark.parametrize(
    ("path", "found", "searched"),
    [
        ("/etc/passwd", 2, 2),
        ("/etc/motd", None, 2),
        ("/usr/lib/big", 3, 3),
        ("/nowhere", None, 3),
    ],
)
def test_the_topmost_layer_decides(path: str, found: int | None, searched: int) -> None:
    assert (INDEX.found(path), INDEX.searched(path)) == (found, searched)


def records(*events: object) -> list[Record]:
    return [Record(n, n, event) for n, event in enumerate(events)]  # type: ignore[arg-type]


def test_a_write_is_looked_up_copied_up_and_written() -> None:
    box = CONTAINER.container_id
    told = records(
        FileCopiedUp(box, "/etc", 0),
        FileCopiedUp(box, "/etc/passwd", 950),
        FileWritten(box, "/etc/passwd", 2, 952),
        FileWritten("elsewhere", "/etc/passwd", 2, 952),
    )
    scene = cow_scene(looked_into(), CONTAINER, told, "etc/passwd")
    assert [step.action for step in scene.steps] == ["lookup", "copy-up", "write"]
    look, copy, write = scene.steps
    assert look.inferred and look.source == 1 and not copy.inferred
    assert look.cells == ("", "shown", "hidden")
    assert copy.cells == write.cells == ("shown", "hidden", "hidden")
    assert (copy.size, write.size, write.total) == (950, 2, 952)


def test_all_paths_leave_out_the_directories_on_the_way() -> None:
    box = CONTAINER.container_id
    told = records(FileCopiedUp(box, "/etc", 0), FileCopiedUp(box, "/etc/passwd", 950))
    scene = cow_scene(looked_into(), CONTAINER, told)
    assert [step.path for step in scene.steps] == ["/etc/passwd"]
    assert scene.directories == 1


def test_a_whiteout_and_its_removal_are_one_step() -> None:
    box = CONTAINER.container_id
    told = records(
        FileLookedUp(box, "/etc/passwd", 1, 1),
        FileWhitedOut(box, "/etc/passwd"),
        FileRemoved(box, "/etc/passwd"),
        FileCreated(box, "/new", "file"),
        FileRemoved(box, "/new"),
        FileCreated(box, "/etc", "directory"),
        DirectoryMadeOpaque(box, "/etc"),
    )
    steps = cow_scene(looked_into(), CONTAINER, told).steps
    actions = [(step.action, step.cells[0]) for step in steps]
    assert actions == [
        ("lookup", ""),
        ("whiteout", "whiteout"),
        ("create", "shown"),
        ("remove", ""),
        ("create", "shown"),
        ("opaque", "opaque"),
    ]


def test_without_a_trace_steps_follow_from_the_diff_and_say_so() -> None:
    scene = cow_scene(looked_into(), CONTAINER)
    assert {(step.action, step.path) for step in scene.steps} == {
        ("copy-up", "/etc/passwd"),
        ("create", "/file.txt"),
        ("whiteout", "/app/run"),
    }
    assert all(step.inferred for step in scene.steps)


def test_steps_beyond_the_limit_are_counted() -> None:
    scene = cow_scene(looked_into(), CONTAINER, limit=1)
    assert (len(scene.steps), scene.left_out) == (1, 2)


@pytest.mark.parametrize(
    ("text", "canonical", "flaw"),
    [
        ("ubuntu", "docker.io/library/ubuntu:latest", ""),
        ("localhost:5000/img", "localhost:5000/img:latest", ""),
        ("Ubuntu", "", "component.uppercase"),
        ("", "", "empty"),
    ],
)
def test_a_name_has_parts_or_a_flaw(text: str, canonical: str, flaw: str) -> None:
    scene = name_scene(text)
    assert (scene.canonical, scene.flaw, scene.is_valid) == (canonical, flaw, not flaw)


def test_only_a_privileged_container_may_write_to_sys() -> None:
    for privileged in (True, False):
        box = replace(CONTAINER, privileged=privileged, read_only=True)
        modes = {one.destination: one.writable for one in mounts_scene(box).mounts}
        assert modes["/sys"] is privileged
        assert not modes["/"] and not modes["/conf"] and modes["/data"]


def test_what_is_mounted_by_hand_takes_the_place_of_dockers_file() -> None:
    files = {"/conf": "/var/lib/docker/x/conf", "/etc/hosts": "/x/hosts", "/etc/hostname": ""}
    mounts = [(one.destination, one.kind) for one in mounts_scene(CONTAINER, None, files).mounts]
    assert ("/conf", "bind") in mounts and ("/conf", "file") not in mounts
    assert ("/etc/hosts", "file") in mounts and ("/etc/hostname", "file") not in mounts


def test_a_life_follows_the_table() -> None:
    box = ("box", "c1", "ubuntu")
    told = records(
        ContainerCreated(*box),
        Started(*box),
        ContainerDied(*box, exit_code=3),
        Started("other", "c2", "ubuntu"),
        ContainerDestroyed(*box),
    )
    steps = life_path(TABLE, told, "box")
    assert [step.target for step in steps] == ["running", "exited", "removing"]
    assert steps[1].exit_code == 3
    scene = life_scene(TABLE, "c1", steps)
    assert scene.current == "removing"
    assert [scene.travelled(way) for way in scene.ways] == [(1,), (2,), (), (3,)]


def test_a_named_parent_stays() -> None:
    base = image("base:1", "root")
    child = image("child:1", "root", "more", parent=base.image_id)
    found = removal(sharing_scene(Inventory((base, child))), "child:1")
    assert found.deleted == (child.image_id,) and len(found.freed) == 1


def pulled(reference: str, blob: str, *, here: bool = False) -> list[object]:
    image_id, chain = digest(reference), digest(f"chain {blob}")
    told: list[object] = [
        ImageResolved(
            reference=reference, digest=digest("m"), image_id=image_id, layers=1, stand_in=False
        )
    ]
    if here:
        told.append(LayerAlreadyExists(digest=blob, diff_id=digest("d"), chain_id=chain))
    else:
        told += [
            LayerFetched(digest=blob, size=10),
            LayerVerified(digest=blob, recorded=True),
            LayerApplied(diff_id=digest("d"), chain_id=chain, parent=None, size=30, digest=blob),
        ]
    return [*told, ImagePulled(reference=reference, repository="x", newer=not here)]


def test_a_pull_tells_what_happened_to_each_blob_and_when() -> None:
    told = records(*pulled("a:1", "sha256:b1"), *pulled("b:1", "sha256:b1", here=True))
    (blob,) = pull_scene(told, "a:1").blobs
    assert (blob.fetched_ns, blob.verified_ns, blob.applied_ns) == (1, 2, 3)
    assert (blob.size, blob.unpacked, blob.recorded, blob.existed) == (10, 30, True, False)
    last = pull_scene(told)
    assert last.reference == "b:1" and last.blobs[0].existed and not last.newer
    assert last.moments == () and last.fetched == 0


def test_a_pull_that_never_was_is_unknown() -> None:
    told = records(*pulled("a:1", "sha256:b1")[:-1])
    for reference in ("", "a:1", "B"):
        with pytest.raises(PullUnknown):
            pull_scene(told, reference)


def test_many_containers_are_counted() -> None:
    one = image("busy:1", "root")
    boxes = tuple(
        ContainerFacts(digest(f"k{n}"), f"box{n}", one.image_id, "busy:1", "exited", n)
        for n in range(9)
    )
    shown = list(draw(sharing_scene(Inventory((one,), boxes)), "en").texts())
    assert "box3" in shown and "box4" not in shown and "and 5 more" in shown
