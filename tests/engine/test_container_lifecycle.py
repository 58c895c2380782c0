"""The life of containers, over the API of an engine with a small runtime."""

import pytest
from container_house import House

from estiba.engine.states import TRANSITIONS, IllegalTransition, State, after, status_text

S = 1_000_000_000


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (["start"], State.RUNNING),
        (["start", "pause", "unpause"], State.RUNNING),
        (["start", "exit", "start"], State.RUNNING),
        (["start", "wait to restart", "start"], State.RUNNING),
        (["start", "wait to restart", "exit"], State.EXITED),
        (["remove"], State.REMOVING),
    ],
)
def test_a_container_follows_the_table(path: list[str], expected: State) -> None:
    state = State.CREATED
    for action in path:
        state = after(state, action)
    assert state is expected


def test_what_has_no_row_is_refused() -> None:
    with pytest.raises(IllegalTransition, match="cannot pause while created"):
        after(State.CREATED, "pause")


def test_every_state_but_the_first_can_be_reached() -> None:
    assert {to for _, to in TRANSITIONS.items()} | {State.CREATED} == set(State)


@pytest.mark.parametrize(
    ("state", "age_s", "code", "health", "text"),
    [
        (State.CREATED, 0, 0, "", "Created"),
        (State.RUNNING, 3, 0, "", "Up 3 seconds"),
        (State.RUNNING, 0.5, 0, "starting", "Up Less than a second (health: starting)"),
        (State.RUNNING, 90, 0, "unhealthy", "Up About a minute (unhealthy)"),
        (State.PAUSED, 7200, 0, "healthy", "Up 2 hours (Paused)"),
        (State.EXITED, 3, 137, "", "Exited (137) 3 seconds ago"),
        (State.RESTARTING, 2, 1, "", "Restarting (1) 2 seconds ago"),
        (State.REMOVING, 2, 1, "", "Removal In Progress"),
        (State.DEAD, 2, 1, "", "Dead"),
    ],
)
def test_the_status_column(state: State, age_s: float, code: int, health: str, text: str) -> None:
    assert status_text(state, round(age_s * S), code, health) == text


def test_a_run_tells_its_story_in_dockers_order() -> None:
    house = House()
    house.wait(house.run("true"))
    assert house.story() == [
        "container.created",
        "network.connected",
        "container.started",
        "container.died",
        "network.disconnected",
    ]


def test_the_exit_code_is_kept_and_the_address_given_back() -> None:
    house = House()
    first = house.run("sh", "-c", "exit 7")
    assert house.wait(first) == 7
    assert house.inspect(first)["NetworkSettings"]["IPAddress"] == ""
    assert house.inspect(house.run("sleep", "9"))["NetworkSettings"]["IPAddress"] == "172.17.0.2"


def test_starting_what_runs_and_stopping_what_does_not_changes_nothing() -> None:
    house = House()
    container = house.create("sleep", "9")
    assert house.ask("POST", f"/containers/{container}/stop").status == 304
    assert house.ask("POST", f"/containers/{container}/start").status == 204
    assert house.ask("POST", f"/containers/{container}/start").status == 304


def test_stop_sends_the_signal_waits_and_kills() -> None:
    house = House()
    container = house.run("sleep", "1000")
    begun = house.clock.now_ns()
    assert house.ask("POST", f"/containers/{container}/stop?t=3").status == 204
    assert 3 * S <= house.clock.now_ns() - begun < 4 * S
    assert house.container(container).exit_code == 137
    signals = [getattr(record.event, "signal", None) for record in house.records]
    assert [number for number in signals if number] == [15, 9]


def test_stop_uses_the_images_signal_and_a_program_that_obeys_ends_by_itself() -> None:
    house = House()
    container = house.run(Image="httpd:2.4")
    begun = house.clock.now_ns()
    house.ask("POST", f"/containers/{container}/stop")
    assert house.container(container).exit_code == 5
    assert house.clock.now_ns() - begun < S
    assert house.logs(container).endswith(b"got 28\n")


def test_kill_waits_for_the_end_only_with_sigkill() -> None:
    house = House()
    container = house.run("sleep", "1000", "trap")
    assert house.ask("POST", f"/containers/{container}/kill?signal=USR1").status == 204
    assert house.wait(container) == 5
    other = house.run("sleep", "1000")
    house.ask("POST", f"/containers/{other}/kill")
    assert house.inspect(other)["State"]["Status"] == "exited"


def test_pause_stops_nothing_and_a_kill_ends_it() -> None:
    house = House()
    container = house.run("sleep", "1000")
    assert house.ask("POST", f"/containers/{container}/pause").status == 204
    assert house.runtime.paused == {container}
    state = house.inspect(container)["State"]
    assert (state["Status"], state["Running"], state["Paused"]) == ("paused", True, True)
    house.ask("POST", f"/containers/{container}/kill")
    assert house.inspect(container)["State"]["ExitCode"] == 137


def test_restart_stops_starts_and_says_so() -> None:
    house = House()
    container = house.run("sleep", "1000", HostConfig={"AutoRemove": True})
    assert house.ask("POST", f"/containers/{container}/restart?t=0").status == 204
    assert house.inspect(container)["State"]["Running"]
    assert house.story("container")[-3:] == [
        "container.stopped",
        "container.started",
        "container.restarted",
    ]


def test_auto_remove_takes_the_anonymous_volumes_along() -> None:
    house = House()
    container = house.run(
        "true", Volumes={"/anon": {}}, HostConfig={"AutoRemove": True, "Binds": ["named:/data"]}
    )
    assert house.wait(container) == 0
    house.settle()
    assert house.ask("GET", f"/containers/{container}/json").status == 404
    assert [v["Name"] for v in house.ask("GET", "/volumes").json["Volumes"]] == ["named"]
    assert house.story()[-3:] == [
        "volume.unmounted",
        "volume.destroyed",
        "container.destroyed",
    ]


def test_always_starts_again_after_a_growing_delay() -> None:
    house = House()
    policy = {"Name": "always"}
    container = house.run("false", HostConfig={"RestartPolicy": policy})
    house.settle()
    state = house.inspect(container)["State"]
    assert (state["Status"], state["Running"], state["Restarting"]) == ("restarting", True, True)
    house.pass_time(2)
    assert house.inspect(container)["RestartCount"] == 4  # after 0.1 + 0.2 + 0.4 + 0.8 seconds


def test_on_failure_gives_up_after_the_count() -> None:
    house = House()
    policy = {"Name": "on-failure", "MaximumRetryCount": 2}
    container = house.run("false", HostConfig={"RestartPolicy": policy})
    house.pass_time(60)
    value = house.inspect(container)
    assert (value["RestartCount"], value["State"]["Status"]) == (2, "exited")


@pytest.mark.parametrize("action", ["stop", "kill"])
def test_what_was_stopped_by_hand_stays_stopped(action: str) -> None:
    house = House()
    container = house.run("sleep", "1000", HostConfig={"RestartPolicy": {"Name": "always"}})
    house.ask("POST", f"/containers/{container}/{action}")
    house.pass_time(60)
    assert house.inspect(container)["State"]["Status"] == "exited"


def test_stopping_while_it_waits_to_restart_ends_the_waiting() -> None:
    house = House()
    container = house.run("false", HostConfig={"RestartPolicy": {"Name": "always"}})
    house.settle()
    assert house.ask("POST", f"/containers/{container}/stop").status == 204
    house.pass_time(60)
    assert house.inspect(container)["State"]["Status"] == "exited"


@pytest.mark.parametrize(
    ("command", "status", "code", "message"),
    [
        (
            "nosuch",
            400,
            127,
            "failed to create shim task: OCI runtime create failed: runc create failed: unable to"
            ' start container process: exec: "nosuch": executable file not found in $PATH: unknown',
        ),
        (
            "/etc/passwd",
            400,
            126,
            "failed to create shim task: OCI runtime create failed: runc create failed: unable to"
            ' start container process: exec: "/etc/passwd": permission denied: unknown',
        ),
    ],
)
def test_what_cannot_be_executed_leaves_a_created_container(
    command: str, status: int, code: int, message: str
) -> None:
    house = House()
    container = house.create(command)
    answer = house.ask("POST", f"/containers/{container}/start")
    assert (answer.status, answer.message) == (status, message)
    state = house.inspect(container)["State"]
    assert (state["Status"], state["ExitCode"], state["Error"]) == ("created", code, message)
    assert house.story("network") == ["network.connected", "network.disconnected"]


def test_a_start_that_fails_removes_what_was_to_be_removed() -> None:
    house = House()
    container = house.create("nosuch", HostConfig={"AutoRemove": True})
    house.ask("POST", f"/containers/{container}/start")
    assert house.ask("GET", f"/containers/{container}/json").status == 404


def test_removing_what_runs_needs_force() -> None:
    house = House()
    container = house.run("sleep", "1000", name="vivo")
    answer = house.ask("DELETE", "/containers/vivo")
    assert answer.status == 409
    assert answer.message == (
        f"You cannot remove a running container {container}. Stop the container before attempting"
        " removal or force remove"
    )
    house.ask("POST", "/containers/vivo/pause")
    assert house.ask("DELETE", "/containers/vivo").message == (
        f"You cannot remove a paused container {container}. Unpause and then stop the container"
        " before attempting removal or force remove"
    )
    assert house.ask("DELETE", "/containers/vivo?force=1").status == 204
    assert not house.snapshots.keys


def test_the_name_of_what_is_gone_is_free() -> None:
    house = House()
    house.create(name="uno")
    house.ask("DELETE", "/containers/uno")
    again = house.create(name="uno")
    assert house.inspect("uno")["Id"] == again


def test_wait_for_the_next_exit_answers_its_head_at_once() -> None:
    house = House()
    container = house.create("sh", "-c", "exit 4")
    answer = house.send("POST", f"/containers/{container}/wait?condition=next-exit")
    assert answer.status == 200
    assert answer.body.poll() == b""
    house.ask("POST", f"/containers/{container}/start")
    house.settle()
    assert answer.body.poll() == b'{"Error":null,"StatusCode":4}\n'


def test_wait_for_removal_outlives_the_container() -> None:
    house = House()
    container = house.create("sh", "-c", "exit 4", HostConfig={"AutoRemove": True})
    answer = house.send("POST", f"/containers/{container}/wait?condition=removed")
    house.ask("POST", f"/containers/{container}/start")
    house.settle()
    assert answer.body.poll() == b'{"Error":null,"StatusCode":4}\n'
    assert house.ask("GET", f"/containers/{container}/json").status == 404


def test_prune_removes_what_does_not_run() -> None:
    house = House()
    kept = house.run("sleep", "1000")
    gone = [house.create(), house.create()]
    house.snapshots.sizes[gone[0]] = 52
    answer = house.ask("POST", "/containers/prune")
    assert answer.json == {"ContainersDeleted": gone[::-1], "SpaceReclaimed": 52}
    assert [c["Id"] for c in house.ask("GET", "/containers/json?all=1").json] == [kept]


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("POST", "vivo/pause", 409, "Container {id} is not running"),
        ("POST", "vivo/unpause", 500, "Container {id} is not paused"),
        ("POST", "vivo/kill", 409, "Cannot kill container: vivo: Container {id} is not running"),
        ("POST", "nosuch/kill", 404, "Cannot kill container: nosuch: No such container: nosuch"),
        ("POST", "vivo/kill?signal=NOPE", 400, "Invalid signal: NOPE"),
        ("POST", "vivo/resize?h=1&w=1", 409, "Container {id} is not running"),
        ("POST", "vivo/resize", 400, 'strconv.Atoi: parsing "": invalid syntax'),
        ("GET", "vivo/top", 409, "Container {id} is not running"),
        ("GET", "vivo/logs", 400, "Bad parameters: you must choose at least one stream"),
        ("POST", "nosuch/start", 404, "No such container: nosuch"),
        ("POST", "vivo/rename", 400, "Neither old nor new names may be empty"),
        (
            "POST",
            "vivo/rename?name=vivo",
            400,
            "Renaming a container with the same name as its current name",
        ),
        (
            "POST",
            "vivo/rename?name=mal%20nombre",
            400,
            "Error when allocating new name: Invalid container name (/mal nombre), only"
            " [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed",
        ),
    ],
)
def test_what_cannot_be_done_is_said_as_docker_says_it(
    method: str, path: str, status: int, message: str
) -> None:
    house = House()
    container = house.create(name="vivo")
    answer = house.ask(method, f"/containers/{path}")
    assert (answer.status, answer.message) == (status, message.format(id=container))


def test_a_signal_linux_does_not_have_is_refused() -> None:
    house = House()
    house.run("sleep", "1000", name="vivo")
    answer = house.ask("POST", "/containers/vivo/kill?signal=99")
    assert answer.message == (
        "Cannot kill container: vivo: The linux daemon does not support signal 99"
    )


def test_rename_is_told_and_takes_effect() -> None:
    house = House()
    container = house.create(name="uno")
    assert house.ask("POST", "/containers/uno/rename?name=dos").status == 204
    assert house.container("dos").id == container
    assert house.ask("GET", "/containers/uno/json").status == 404
    other = house.create(name="uno")
    answer = house.ask("POST", "/containers/dos/rename?name=uno")
    assert answer.status == 409
    assert answer.message == (
        'Error when allocating new name: Conflict. The container name "/uno" is already in use by'
        f' container "{other}". You have to remove (or rename) that container to be able to reuse'
        " that name."
    )


def test_layers_outlive_their_image_until_the_last_container_goes() -> None:
    house = House()
    layers = house.engine.stores.layers
    record = house.images.by_name["busybox:latest"]
    assert record.chain_id is not None
    gone, kept = house.create(), house.create()
    house.engine.layers.release(record.chain_id)  # as `rmi -f` does
    house.ask("DELETE", f"/containers/{gone}")
    assert record.chain_id in layers
    house.ask("DELETE", f"/containers/{kept}")
    assert record.chain_id not in layers


def test_a_creation_that_fails_holds_neither_name_nor_layers() -> None:
    house = House()
    body = {"Image": "busybox", "HostConfig": {"Binds": ["a:b:c:d"]}}
    assert house.ask("POST", "/containers/create?name=uno", body).status == 500
    house.ask("DELETE", f"/containers/{house.create(name='uno')}")
    record = house.images.by_name["busybox:latest"]
    assert house.engine.layers.release(record.chain_id) == (record.chain_id,)


def test_who_waits_for_an_exit_is_told_of_the_removal() -> None:
    house = House()
    container = house.create("true")
    answer = house.send("POST", f"/containers/{container}/wait?condition=next-exit")
    house.ask("DELETE", f"/containers/{container}")
    assert answer.body.poll() == b'{"Error":null,"StatusCode":0}\n'


def test_a_device_the_host_does_not_have_is_missed_at_the_start() -> None:
    house = House()
    devices = [{"PathOnHost": "/dev/nosuch", "PathInContainer": "/dev/x"}]
    container = house.create("true", HostConfig={"Devices": devices})
    answer = house.ask("POST", f"/containers/{container}/start")
    assert (answer.status, answer.message) == (
        500,
        'error gathering device information while adding custom device "/dev/nosuch": no such file'
        " or directory",
    )
    assert house.inspect(container)["State"]["ExitCode"] == 128
