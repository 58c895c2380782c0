"""`docker ps`, `docker inspect`, `top`, `stats`, `update` and health."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from container_house import House

from estiba.engine.container import Health
from estiba.engine.health import next_status
from estiba.engine.listing import command_shown
from estiba.spec.container_config import HealthConfig


def listed(house: House, **query: Any) -> list[str]:
    filters = query.pop("filters", None)
    if filters:
        query["filters"] = quote(json.dumps(filters))
    text = "&".join(f"{name}={value}" for name, value in query.items())
    answer = house.ask("GET", f"/containers/json?{text}")
    assert answer.status == 200, answer.body
    return [row["Names"][0][1:] for row in answer.json]


@pytest.fixture
def many() -> House:
    """The containers of the recorded scenario, oldest first."""
    house = House()
    house.create(name="creado", Labels={"a": "b", "solo": ""})
    house.wait(house.run("true", name="salido0"))
    house.wait(house.run("sh", "-c", "exit 3", name="salido3", Labels={"a": "c"}))
    house.run(
        name="vivo",
        Image="httpd:2.4",
        HostConfig={"PortBindings": {"80/tcp": [{"HostPort": "8080"}]}, "Binds": ["datos:/datos"]},
    )
    house.run("sleep", "1000", name="pausado")
    house.ask("POST", "/containers/pausado/pause")
    health = {"Test": ["CMD-SHELL", "true"], "Interval": 1_000_000_000}
    house.run("sleep", "1000", name="salud", Healthcheck=health)
    house.ask("POST", f"/containers/{house.create('nosuch', name='mal')}/start")
    house.pass_time(2)
    return house


ALL = ["mal", "salud", "pausado", "vivo", "salido3", "salido0", "creado"]


def test_newest_first_and_only_what_runs(many: House) -> None:
    assert listed(many) == ["salud", "pausado", "vivo"]
    assert listed(many, all=1) == ALL
    assert listed(many, limit=2) == ["mal", "salud"]
    assert listed(many, limit=-1) == ["salud", "pausado", "vivo"]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"status": ["created"]}, ["mal", "creado"]),
        ({"status": {"running": True}}, ["salud", "vivo"]),
        ({"status": ["exited", "paused"]}, ["pausado", "salido3", "salido0"]),
        ({"exited": ["3"]}, ["salido3"]),
        ({"name": ["^/vivo$"]}, ["vivo"]),
        ({"name": ["vivo", "creado"]}, ["vivo", "creado"]),
        ({"name": ["["]}, []),
        ({"label": ["a"]}, ["salido3", "creado"]),
        ({"label": ["a=b"]}, ["creado"]),
        ({"label": ["a", "solo"]}, ["creado"]),
        ({"ancestor": ["busybox"]}, ["mal", "salud", "pausado", "salido3", "salido0", "creado"]),
        ({"ancestor": ["nosuch"]}, []),
        ({"before": ["vivo"]}, ["salido3", "salido0", "creado"]),
        ({"since": ["vivo"]}, ["mal", "salud", "pausado"]),
        ({"before": ["creado"]}, []),
        ({"volume": ["datos"]}, ["vivo"]),
        ({"volume": ["/datos"]}, ["vivo"]),
        ({"network": ["bridge"]}, ALL),
        ({"network": ["nope"]}, []),
        ({"publish": ["8080"]}, ["vivo"]),
        ({"publish": ["80"]}, []),
        ({"publish": ["8000-9000/tcp"]}, ["vivo"]),
        ({"expose": ["80"]}, ["vivo"]),
        ({"expose": ["80/udp"]}, []),
        ({"health": ["healthy"]}, ["salud"]),
        ({"health": ["none"]}, ["mal", "pausado", "vivo", "salido3", "salido0", "creado"]),
        ({"is-task": ["true"]}, []),
        ({"isolation": ["default"]}, ALL),
        ({"id": ["zzz"]}, []),
    ],
)
def test_filters(many: House, filters: dict[str, Any], names: list[str]) -> None:
    assert listed(many, all=1, filters=filters) == names


def test_a_status_filter_looks_at_all(many: House) -> None:
    assert listed(many, filters={"status": ["exited"]}) == ["salido3", "salido0"]


@pytest.mark.parametrize(
    ("filters", "status", "message"),
    [
        ('{"nope":["x"]}', 400, "Invalid filter 'nope'"),
        ('{"status":["nope"]}', 400, "Invalid filter 'status=nope'"),
        ('{"exited":["x"]}', 500, 'strconv.Atoi: parsing "x": invalid syntax'),
        ('{"since":["nosuch"]}', 500, "no such container nosuch"),
        ('{"health":["nope"]}', 400, "Unrecognised filter value for health: nope"),
        (
            '{"publish":["x"]}',
            500,
            'error while looking up for publish x: strconv.ParseUint: parsing "x": invalid syntax',
        ),
        ("bad", 500, "invalid character 'b' looking for beginning of value"),
    ],
)
def test_filters_that_are_refused(filters: str, status: int, message: str) -> None:
    answer = House().ask("GET", f"/containers/json?filters={quote(filters)}")
    assert (answer.status, answer.message) == (status, message)


def test_a_row_has_dockers_fields_in_dockers_order(many: House) -> None:
    row = next(r for r in many.ask("GET", "/containers/json").json if r["Names"] == ["/vivo"])
    assert list(row) == [
        "Id", "Names", "Image", "ImageID", "Command", "Created", "Ports", "Labels", "State",
        "Status", "HostConfig", "NetworkSettings", "Mounts",
    ]  # fmt: skip
    assert row["Ports"] == [
        {"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
        {"IP": "::", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
    ]
    assert row["Status"] == "Up 2 seconds"


def test_sizes_are_shown_when_asked_for() -> None:
    house = House()
    container = house.create()
    (row,) = house.ask("GET", "/containers/json?all=1&size=1").json
    assert (row.get("SizeRw"), row["SizeRootFs"]) == (None, 1000)
    house.snapshots.sizes[container] = 52
    (row,) = house.ask("GET", "/containers/json?all=1&size=1").json
    assert (row["SizeRw"], row["SizeRootFs"]) == (52, 1052)
    value = house.ask("GET", f"/containers/{container}/json?size=1").json
    assert (value["SizeRw"], value["SizeRootFs"]) == (52, 1052)


def test_an_image_that_lost_its_name_is_shown_by_its_id() -> None:
    house = House()
    house.create()
    assert house.ask("GET", "/containers/json?all=1").json[0]["Image"] == "busybox"
    record = house.images.by_name.pop("busybox:latest")
    assert house.ask("GET", "/containers/json?all=1").json[0]["Image"] == str(record.id)


def test_rows_follow_what_happens() -> None:
    house = House()
    house.run("sleep", "1000", name="uno")
    assert listed(house) == ["uno"]
    house.ask("POST", "/containers/uno/rename?name=dos")
    assert listed(house) == ["dos"]
    house.ask("POST", "/containers/dos/pause")
    (row,) = house.ask("GET", "/containers/json").json
    assert (row["State"], row["Status"]) == ("paused", "Up Less than a second (Paused)")


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (("sh",), "sh"),
        (("echo", "a  b", "c"), "echo 'a  b' c"),
        (("my prog", "it's", "", "a;b"), "my prog it's  a;b"),
    ],
)
def test_the_command_column(command: tuple[str, ...], shown: str) -> None:
    assert command_shown(command) == shown


def test_a_container_is_found_by_name_id_or_prefix() -> None:
    house = House()
    ids = [house.create(name=f"c{n}") for n in range(1, 18)]
    first = ids[0]
    for name in ("c1", "/c1", first, first[:12]):
        assert house.inspect(name)["Id"] == first
    prefix = next(d for d in "0123456789abcdef" if sum(i.startswith(d) for i in ids) > 1)
    answer = house.ask("GET", f"/containers/{prefix}/json")
    assert (answer.status, answer.message) == (
        400,
        f"Multiple IDs found with provided prefix: {prefix}",
    )
    other = house.create(name=first[:12])
    assert house.inspect(first[:12])["Id"] == other


def test_inspect_has_dockers_fields_in_dockers_order() -> None:
    house = House()
    value = house.inspect(house.create())
    assert list(value) == [
        "Id", "Created", "Path", "Args", "State", "Image", "ResolvConfPath", "HostnamePath",
        "HostsPath", "LogPath", "Name", "RestartCount", "Driver", "Platform", "MountLabel",
        "ProcessLabel", "AppArmorProfile", "ExecIDs", "HostConfig", "GraphDriver", "Mounts",
        "Config", "NetworkSettings",
    ]  # fmt: skip
    assert value["State"] == {
        "Status": "created", "Running": False, "Paused": False, "Restarting": False,
        "OOMKilled": False, "Dead": False, "Pid": 0, "ExitCode": 0, "Error": "",
        "StartedAt": "0001-01-01T00:00:00Z", "FinishedAt": "0001-01-01T00:00:00Z",
    }  # fmt: skip
    assert value["HostsPath"] == ""
    assert "Runtime" not in value["HostConfig"]


def test_inspect_of_what_ran_keeps_sandbox_and_paths() -> None:
    house = House()
    container = house.run("true")
    house.wait(container)
    value = house.inspect(container)
    settings = value["NetworkSettings"]
    assert settings["SandboxKey"] == f"/var/run/docker/netns/{settings['SandboxID'][:12]}"
    assert settings["Ports"] == {}
    assert value["HostConfig"]["Runtime"] == "runc"
    assert value["LogPath"].endswith(f"{container}-json.log")


def test_memory_doubles_as_swap_and_defaults_are_filled_in() -> None:
    house = House()
    host = {"Memory": 64 << 20, "MemorySwappiness": -1, "PidsLimit": 0}
    shown = house.inspect(house.create(HostConfig=host))["HostConfig"]
    assert shown["MemorySwap"] == 128 << 20
    assert (shown["MemorySwappiness"], shown["PidsLimit"]) == (None, None)
    assert (shown["ShmSize"], shown["IpcMode"]) == (67108864, "private")


# -- the rest --------------------------------------------------------------------------------------


def test_top_shows_the_columns_asked_for() -> None:
    house = House()
    house.run("sleep", "1000", name="vivo")
    full = house.ask("GET", "/containers/vivo/top").json
    assert full["Titles"] == ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"]
    some = house.ask("GET", "/containers/vivo/top?ps_args=-o+pid,cmd").json
    assert some == {"Processes": [["101", "sleep 1000"]], "Titles": ["PID", "CMD"]}
    answer = house.ask("GET", "/containers/vivo/top?ps_args=nope")
    assert answer.message == 'ps: error: unknown user-defined format specifier "pe"'


def test_stats_compare_with_the_sample_before() -> None:
    house = House()
    house.run("sleep", "1000", name="vivo")
    value = house.ask("GET", "/containers/vivo/stats?stream=0").json
    assert value["cpu_stats"]["system_cpu_usage"] > value["precpu_stats"]["system_cpu_usage"]
    assert value["memory_stats"]["usage"] == 1 << 20
    house.ask("POST", "/containers/vivo/kill")
    assert house.ask("GET", "/containers/vivo/stats?stream=0").json["memory_stats"] == {}


def test_stats_stream_one_sample_a_second() -> None:
    house = House()
    house.run("sleep", "1000", name="vivo")
    answer = house.send("GET", "/containers/vivo/stats")
    house.pass_time(2.5)
    chunks = []
    while chunk := answer.body.poll():
        chunks.append(json.loads(chunk))
    assert len(chunks) == 3


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"Memory": 1 << 20}, "Minimum memory limit allowed is 6MB"),
        ({"RestartPolicy": {"Name": "nope"}}, "invalid restart policy 'nope'"),
        (
            {"Memory": 100 << 20},
            "Cannot update container {id}: Memory limit should be smaller than already set"
            " memoryswap limit, update the memoryswap at the same time",
        ),
    ],
)
def test_updates_that_are_refused(asked: dict[str, Any], message: str) -> None:
    house = House()
    container = house.create()
    answer = house.ask("POST", f"/containers/{container}/update", asked)
    assert answer.message == message.format(id=container)


def test_an_update_changes_what_it_names() -> None:
    house = House()
    uno, dos = house.create(), house.create()
    asked = {"NanoCpus": 1_000_000_000, "RestartPolicy": {"Name": "always"}}
    assert house.ask("POST", f"/containers/{uno}/update", asked).json == {"Warnings": None}
    shown = house.inspect(uno)["HostConfig"]
    assert (shown["NanoCpus"], shown["RestartPolicy"]["Name"]) == (1_000_000_000, "always")
    assert house.inspect(dos)["HostConfig"]["NanoCpus"] == 0


def test_a_healthy_container_says_so() -> None:
    house = House()
    health = {"Test": ["CMD", "true"], "Interval": 1_000_000_000}
    house.run("sleep", "1000", name="salud", Healthcheck=health)
    (row,) = house.ask("GET", "/containers/json").json
    assert row["Status"] == "Up Less than a second (health: starting)"
    house.pass_time(1.5)
    (row,) = house.ask("GET", "/containers/json").json
    assert row["Status"] == "Up 1 second (healthy)"
    found = house.inspect("salud")["State"]["Health"]
    assert (found["Status"], found["Log"][0]["ExitCode"]) == ("healthy", 0)


def test_three_failures_make_it_unhealthy() -> None:
    house = House()
    health = {"Test": ["CMD-SHELL", "echo mal; exit 1"], "Interval": 1_000_000_000}
    house.run("sleep", "1000", name="salud", Healthcheck=health)
    house.pass_time(2.9)
    assert house.inspect("salud")["State"]["Health"]["Status"] == "starting"
    house.pass_time(7)
    found = house.inspect("salud")["State"]["Health"]
    assert found["Status"] == "unhealthy"
    assert len(found["Log"]) == 5
    assert found["Log"][0]["Output"] == "mal\n"


def test_a_check_that_takes_too_long_fails() -> None:
    house = House()
    health = {
        "Test": ["CMD", "sleep", "60"],
        "Interval": 1_000_000_000,
        "Timeout": 2_000_000_000,
        "Retries": 1,
    }
    house.run("sleep", "1000", name="salud", Healthcheck=health)
    house.pass_time(4)
    found = house.inspect("salud")["State"]["Health"]
    assert found["Status"] == "unhealthy"
    assert found["Log"][0]["Output"] == "Health check exceeded timeout (2s)"


def test_top_in_the_style_of_bsd() -> None:
    house = House()
    house.run("sleep", "1000", name="vivo")
    shown = house.ask("GET", "/containers/vivo/top?ps_args=aux").json
    assert shown["Titles"][-3:] == ["START", "TIME", "COMMAND"]
    assert shown["Processes"][0][-2:] == ["0:00", "sleep 1000"]


def test_one_success_ends_a_streak_of_failures() -> None:
    health, check = Health(), HealthConfig(retries=3)
    codes = (1, 1, 0, 1, 1, 1)
    found = []
    for code in codes:
        health.status = next_status(health, check, code, 0)
        found.append(health.status)
    assert found == ["starting", "starting", "healthy", "healthy", "healthy", "unhealthy"]
