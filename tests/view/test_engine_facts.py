"""Facts through the API agree with what the engine's own commands say."""

import json

import pytest

from estiba.app import House
from estiba.cli.console import MemoryConsole
from estiba.cli.errors import EngineError
from estiba.projections.scenes import cow_scene, mounts_scene, removal, sharing_scene, stack_scene
from estiba.projections.scenes.removal import Obstacle
from estiba.spec import Digest
from estiba.view.engine import EngineFacts, docker_files
from estiba.view.inside import with_files


def ask(house: House, *words: str) -> str:
    console = MemoryConsole()
    assert house.docker(words, console) == 0
    return bytes(console.out).decode()


@pytest.fixture(scope="module")
def facts(house: House) -> EngineFacts:
    return EngineFacts(house.transport)


def test_layers_have_the_sizes_and_commands_of_docker_history(
    house: House, facts: EngineFacts
) -> None:
    image = facts.image("greeting")
    told = ask(house, "history", "--no-trunc", "-H=false", "--format", "{{json .}}", "greeting")
    steps = [json.loads(line) for line in told.splitlines()][::-1]
    sizes = {" ".join(step["CreatedBy"].split()): int(step["Size"]) for step in steps}
    assert len(image.layers) == 5
    for layer in image.layers:
        assert layer.size == sizes[" ".join(layer.created_by.split())]
    assert len(image.metadata) == len(steps) - 5
    assert image.size == sum(sizes.values())
    assert set(image.names) == {"greeting:latest", "greeting:2"}


def test_a_step_without_bytes_is_a_layer_only_if_one_is_missing(facts: EngineFacts) -> None:
    commands = [layer.created_by for layer in facts.image("ubuntu").layers]
    assert not any("CMD" in command for command in commands)


def test_sharing_agrees_with_docker_system_df(house: House, facts: EngineFacts) -> None:
    scene = sharing_scene(facts.inventory())
    usage = json.loads(ask(house, "system", "df", "-v", "--format", "{{json .}}"))
    rows = {row["ID"]: row for row in usage["Images"]}
    for image in scene.images:
        row = rows[image.image_id]
        assert row["SharedSize"] in (f"{image.shared}B", "72.9MB")
        assert row["UniqueSize"] == f"{image.unique}B" or image.unique == 0
    assert scene.stored == scene.listed - 72_901_280


def test_what_rmi_would_free_is_what_rmi_frees(facts: EngineFacts) -> None:
    scene = sharing_scene(facts.inventory())
    assert removal(scene, "greeting").obstacle is Obstacle.OTHER_NAMES
    assert removal(scene, "ubuntu").obstacle is Obstacle.CONTAINER
    by_id = removal(scene, scene.images[0].image_id)
    assert by_id.refused


def test_a_container_has_the_size_and_changes_the_engine_tells(
    house: House, facts: EngineFacts
) -> None:
    container = facts.container("c1")
    assert container.size == int(ask(house, "inspect", "-s", "-f", "{{.SizeRw}}", "c1"))
    told = {tuple(line.split(" ", 1)) for line in ask(house, "diff", "c1").splitlines()}
    assert set(container.changes or ()) == told
    assert {one.name: one.size for one in facts.containers()}["c1"] == container.size


def test_mounts_and_namespaces_are_those_asked_for(facts: EngineFacts) -> None:
    container = facts.container("c2")
    scene = mounts_scene(
        container, facts.image(container.image_id), docker_files(facts.describe("c2"))
    )
    owners = {one.kind: one.owner for one in scene.namespaces}
    assert (owners["pid"], owners["net"], owners["mnt"]) == ("host", "c1", "own")
    mounts = {one.destination: one.kind for one in scene.mounts}
    assert mounts["/data"] == "volume" and mounts["/run"] == "tmpfs" and mounts["/"] == "overlay"
    assert scene.layers == 3


def test_looking_inside_by_archive_equals_looking_into_the_engines_trees(
    house: House, facts: EngineFacts
) -> None:
    image = facts.image("greeting")
    stack = house.engine.host.snapshotter.view(Digest(image.layers[-1].chain_id)).stack
    direct = stack_scene(with_files(image, reversed(stack.trees)))
    fetched = stack_scene(facts.look_inside(image))
    for one, other in zip(direct.layers, fetched.layers, strict=True):
        assert (one.adds, one.repeats, one.hides) == (other.adds, other.repeats, other.hides)
    top = fetched.layers[-1]
    assert top.hides is not None and top.hides.paths == ("/etc/issue.net",)
    assert top.repeats is not None and top.repeats.paths == ("/greeting",)


def test_copy_on_write_from_the_trace_says_what_the_diff_says(
    house: House, facts: EngineFacts
) -> None:
    container = facts.container("c1")
    image = facts.look_inside(facts.image(container.image_id))
    observed = cow_scene(image, container, house.recorder.since(0), limit=99)
    inferred = cow_scene(image, container, limit=99)
    for scene in (observed, inferred):
        last = {step.path: step.cells[0] for step in scene.steps}
        assert last == {"/a": "shown", "/etc/passwd": "shown", "/etc/issue": "whiteout"}
    copied = {s.path: s.size for s in observed.steps if s.action == "copy-up"}
    guessed = {s.path: s.size for s in inferred.steps if s.action == "copy-up"}
    assert copied == guessed


def test_what_is_not_there_is_told_in_dockers_words(facts: EngineFacts) -> None:
    with pytest.raises(EngineError, match="No such image: nope:latest"):
        facts.image("nope")
    with pytest.raises(EngineError, match="No such container: nope"):
        facts.container("nope")
    assert not facts.has_container("nope") and facts.has_container("c1")
