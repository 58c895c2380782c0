"""Networks, ports, volumes and events."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from container_house import House

from estiba.network import MemoryPublisher


def network_of(house: House, name: str, network: str = "bridge") -> Any:
    return house.inspect(name)["NetworkSettings"]["Networks"][network]


def test_bridge_host_and_none_are_there() -> None:
    found = House().ask("GET", "/networks").json
    assert {(n["Name"], n["Driver"]) for n in found} == {
        ("bridge", "bridge"),
        ("host", "host"),
        ("none", "null"),
    }


def test_containers_get_addresses_in_turn() -> None:
    house = House()
    for name in ("uno", "dos"):
        house.run("sleep", "1000", name=name)
    endpoint = network_of(house, "dos")
    assert (endpoint["IPAddress"], endpoint["MacAddress"], endpoint["Gateway"]) == (
        "172.17.0.3",
        "02:42:ac:11:00:03",
        "172.17.0.1",
    )
    members = house.ask("GET", "/networks/bridge").json["Containers"]
    assert sorted(m["Name"] for m in members.values()) == ["dos", "uno"]


def test_a_made_network_has_its_own_subnet_and_short_ids_as_aliases() -> None:
    house = House()
    answer = house.ask("POST", "/networks/create", {"Name": "red"})
    assert (answer.status, answer.json["Warning"]) == (201, "")
    container = house.run(
        "sleep",
        "1000",
        name="uno",
        HostConfig={"NetworkMode": "red"},
        NetworkingConfig={"EndpointsConfig": {"red": {"Aliases": ["al"]}}},
    )
    endpoint = network_of(house, "uno", "red")
    assert endpoint["IPAddress"] == "172.18.0.2"
    assert endpoint["Aliases"] == ["al", container[:12]]
    assert house.inspect("uno")["NetworkSettings"]["IPAddress"] == ""
    config = house.ask("GET", "/networks/red").json["IPAM"]["Config"]
    assert config == [{"Subnet": "172.18.0.0/16", "Gateway": "172.18.0.1"}]
    files = {b.target: b.source for b in house.runtime.specs[container].binds}
    assert files["/etc/resolv.conf"] == b"nameserver 127.0.0.11\noptions ndots:0\n"


def test_an_address_can_be_chosen_on_a_configured_subnet() -> None:
    house = House()
    ipam = {"Config": [{"Subnet": "10.99.0.0/24"}]}
    house.ask("POST", "/networks/create", {"Name": "red", "IPAM": ipam})
    house.run(
        "sleep",
        "1000",
        name="uno",
        HostConfig={"NetworkMode": "red"},
        NetworkingConfig={
            "EndpointsConfig": {"red": {"IPAMConfig": {"IPv4Address": "10.99.0.77"}}}
        },
    )
    assert network_of(house, "uno", "red")["IPAddress"] == "10.99.0.77"
    assert house.ask("GET", "/networks/red").json["IPAM"]["Config"] == ipam["Config"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("GET", "/networks/nope", None, 404, "network nope not found"),
        (
            "DELETE",
            "/networks/none",
            None,
            403,
            "none is a pre-defined network and cannot be removed",
        ),
        (
            "POST",
            "/networks/create",
            {"Name": "none"},
            403,
            "operation is not permitted on predefined none network ",
        ),
        (
            "POST",
            "/networks/create",
            {"Name": "red", "CheckDuplicate": True},
            409,
            "network with name red already exists",
        ),
        (
            "POST",
            "/networks/create",
            {"Name": "otra", "IPAM": {"Config": [{"Subnet": "172.17.5.0/24"}]}},
            403,
            "Pool overlaps with other one on this address space",
        ),
        (
            "POST",
            "/networks/create",
            {"Name": "otra", "Driver": "nosuch"},
            404,
            'plugin "nosuch" not found',
        ),
        (
            "POST",
            "/networks/red/disconnect",
            {"Container": "uno"},
            500,
            "container {id} is not connected to the network red",
        ),
        (
            "POST",
            "/networks/bridge/connect",
            {"Container": "uno"},
            403,
            "endpoint with name uno already exists in network bridge",
        ),
    ],
)
def test_what_networks_refuse(method: str, path: str, body: Any, status: int, message: str) -> None:
    house = House()
    house.ask("POST", "/networks/create", {"Name": "red"})
    container = house.create(name="uno")
    answer = house.ask(method, path, body)
    assert (answer.status, answer.message) == (status, message.format(id=container))


def test_a_running_container_can_be_connected_and_disconnected() -> None:
    house = House()
    network = house.ask("POST", "/networks/create", {"Name": "red"}).json["Id"]
    house.run("sleep", "1000", name="uno")
    body = {"Container": "uno", "EndpointConfig": {"Aliases": ["al"]}}
    assert house.ask("POST", "/networks/red/connect", body).status == 200
    assert network_of(house, "uno", "red")["IPAddress"] == "172.18.0.2"
    assert house.ask("DELETE", "/networks/red").message == (
        f"error while removing network: network red id {network} has active endpoints"
    )
    assert house.ask("POST", "/networks/red/disconnect", {"Container": "uno"}).status == 200
    assert house.ask("DELETE", "/networks/red").status == 204


@pytest.mark.parametrize(
    ("mode", "status", "message"),
    [
        ("nosuch", 404, "network nosuch not found"),
        ("container:nosuch", 404, "No such container: nosuch"),
        (
            "container:parado",
            409,
            "cannot join network of a non running container: {id}",
        ),
    ],
)
def test_networks_that_cannot_be_joined(mode: str, status: int, message: str) -> None:
    house = House()
    other = house.create(name="parado")
    container = house.create("true", HostConfig={"NetworkMode": mode})
    answer = house.ask("POST", f"/containers/{container}/start")
    assert (answer.status, answer.message) == (status, message.format(id=other))


def test_a_shared_network_shares_the_files_too() -> None:
    house = House()
    house.run("sleep", "1000", name="uno", Hostname="maquina")
    other = house.run("sleep", "1000", HostConfig={"NetworkMode": "container:uno"})
    files = {b.target: b.source for b in house.runtime.specs[other].binds}
    assert files["/etc/hostname"] == b"maquina\n"
    assert house.inspect(other)["NetworkSettings"]["Networks"] == {}


def test_without_a_network_there_is_no_address() -> None:
    house = House()
    house.run("sleep", "1000", name="uno", HostConfig={"NetworkMode": "none"})
    endpoint = network_of(house, "uno", "none")
    assert (endpoint["IPAddress"], endpoint["EndpointID"] != "") == ("", True)


def test_links_put_the_other_container_into_hosts() -> None:
    house = House()
    house.run("sleep", "1000", name="db", Hostname="maquina")
    container = house.run("sleep", "1000", name="app", HostConfig={"Links": ["db:base"]})
    files = {b.target: b.source for b in house.runtime.specs[container].binds}
    assert b"172.17.0.2\tbase maquina db\n" in files["/etc/hosts"]
    assert house.inspect("app")["HostConfig"]["Links"] == ["/db:/app/base"]
    assert house.inspect("app/base")["Name"] == "/db"


def test_links_tell_ports_name_and_environment_in_variables() -> None:
    house = House()
    ports: dict[str, dict[str, str]] = {f"{n}/tcp": {} for n in (80, 5000, 5001, 5002, 5003)}
    house.run(
        "sleep", "9", name="db", Env=["FOO=1", "PATH=/bin"], ExposedPorts={**ports, "53/udp": {}}
    )
    container = house.run("sleep", "9", name="web", HostConfig={"Links": ["db:my-db"]}, Env=["A=b"])
    variables = house.runtime.specs[container].process.env
    assert [v for v in variables if v.startswith("MY_DB_PORT=")] == [
        "MY_DB_PORT=udp://172.17.0.2:53"
    ]
    row = [v.partition("=")[2] for v in variables if v.startswith("MY_DB_PORT_5000_TCP")]
    assert row == [
        "tcp://172.17.0.2:5000", "172.17.0.2", "tcp", "5000", "tcp://172.17.0.2:5003", "5003",
        "tcp://172.17.0.2:5000", "5000",
    ]  # fmt: skip
    assert variables[-3:] == ("MY_DB_NAME=/web/my-db", "MY_DB_ENV_FOO=1", "A=b")
    assert "MY_DB_PORT_80_TCP_START" not in " ".join(variables)


def test_a_link_on_a_made_network_is_a_name_there_and_nothing_else() -> None:
    house = House()
    house.ask("POST", "/networks/create", {"Name": "red"})
    made = {"HostConfig": {"NetworkMode": "red", "Links": ["db:base"]}}
    house.run("sleep", "9", name="db", HostConfig={"NetworkMode": "red"})
    endpoint = {"EndpointsConfig": {"red": {"Links": ["db:base"]}}}
    container = house.run("sleep", "9", name="app", **made, NetworkingConfig=endpoint)
    assert house.engine.endpoints.resolve(container, "base") == "172.18.0.2"
    assert house.engine.endpoints.resolve(container, "other") is None
    files = {b.target: b.source for b in house.runtime.specs[container].binds}
    assert b"base" not in files["/etc/hosts"]


def test_a_hardware_address_asked_for_shows_before_the_container_runs() -> None:
    house = House()
    house.ask("POST", "/networks/create", {"Name": "red"})
    house.create(name="uno")
    asked = {"Container": "uno", "EndpointConfig": {"MacAddress": "02:42:ac:11:00:99"}}
    assert house.ask("POST", "/networks/red/connect", asked).status == 200
    assert network_of(house, "uno", "red")["MacAddress"] == "02:42:ac:11:00:99"


def test_more_groups_reach_the_first_process_and_added_ones() -> None:
    house = House()
    container = house.run("sleep", "9", HostConfig={"GroupAdd": ["1000", "www-data"]})
    assert house.runtime.specs[container].process.groups == ("1000", "www-data")
    made = house.ask("POST", f"/containers/{container}/exec", {"Cmd": ["echo"]}).json["Id"]
    assert house.engine.execs.get(made).spec.groups == ("1000", "www-data")


# -- ports -----------------------------------------------------------------------------------------


def published(port: str) -> dict[str, Any]:
    return {"PortBindings": {"80/tcp": [{"HostPort": port}]}}


def test_a_port_is_taken_once_and_the_second_stays_created() -> None:
    house = House()
    house.run("sleep", "1000", HostConfig=published("8080"))
    container = house.create("sleep", "1000", name="w2", HostConfig=published("8080"))
    answer = house.ask("POST", "/containers/w2/start")
    assert answer.status == 500
    assert answer.message.startswith(
        "driver failed programming external connectivity on endpoint w2 ("
    )
    assert answer.message.endswith("): Bind for 0.0.0.0:8080 failed: port is already allocated")
    assert house.container(container).state.value == "created"


def test_a_stopped_container_gives_its_port_back() -> None:
    house = House()
    house.run("sleep", "1000", name="w1", HostConfig=published("8080"))
    house.ask("POST", "/containers/w1/kill")
    house.run("sleep", "1000", name="w2", HostConfig=published("8080"))
    assert house.inspect("w2")["State"]["Running"]


def test_all_exposed_ports_can_be_published() -> None:
    house = House()
    house.run(name="web", Image="httpd:2.4", HostConfig={"PublishAllPorts": True})
    assert house.inspect("web")["NetworkSettings"]["Ports"] == {
        "80/tcp": [
            {"HostIp": "0.0.0.0", "HostPort": "32768"},
            {"HostIp": "::", "HostPort": "32768"},
        ]
    }


def test_ports_that_are_only_exposed_lead_nowhere() -> None:
    house = House()
    house.run(
        name="web",
        Image="httpd:2.4",
        ExposedPorts={"7000/tcp": {}, "53/udp": {}},
        HostConfig={"PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8080"}]}},
    )
    assert house.inspect("web")["NetworkSettings"]["Ports"] == {
        "53/udp": None,
        "7000/tcp": None,
        "80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8080"}],
    }


def test_a_client_of_the_published_port_reaches_the_container() -> None:
    house = House()
    container = house.run(Image="httpd:2.4", HostConfig=published("8080"))
    publisher = house.engine.ports.publisher
    assert isinstance(publisher, MemoryPublisher)
    publisher.connect(8080)
    assert house.runtime.connections == [(container, 80)]


def test_a_port_nobody_named_moves_on_when_the_host_has_it() -> None:
    house = House()
    house.engine.ports.publisher.listen("tcp", "0.0.0.0", 32768, lambda: None)
    house.run(name="web", Image="httpd:2.4", HostConfig={"PublishAllPorts": True})
    ports = house.inspect("web")["NetworkSettings"]["Ports"]["80/tcp"]
    assert [entry["HostPort"] for entry in ports] == ["32769", "32769"]


# -- volumes ---------------------------------------------------------------------------------------


def test_a_volume_is_made_shown_and_removed() -> None:
    house = House()
    answer = house.ask("POST", "/volumes/create", {"Name": "v1", "Labels": {"a": "b"}})
    assert answer.status == 201
    assert list(answer.json.items())[1:] == [
        ("Driver", "local"),
        ("Labels", {"a": "b"}),
        ("Mountpoint", "/var/lib/docker/volumes/v1/_data"),
        ("Name", "v1"),
        ("Options", None),
        ("Scope", "local"),
    ]
    assert house.ask("GET", "/volumes/v1").json == answer.json
    assert house.ask("DELETE", "/volumes/v1").status == 204
    answer = house.ask("DELETE", "/volumes/v1")
    assert (answer.status, answer.message) == (404, "get v1: no such volume")
    assert house.ask("DELETE", "/volumes/v1?force=1").status == 204


def test_unused_volumes_are_pruned() -> None:
    house = House()
    house.create(HostConfig={"Binds": ["usado:/x"]})
    house.ask("POST", "/volumes/create", {"Name": "v1"})
    answer = house.ask("POST", "/volumes/prune")
    assert answer.json == {"VolumesDeleted": ["v1"], "SpaceReclaimed": 100}


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"dangling": ["true"]}, ["v1"]),
        ({"dangling": ["0"]}, ["usado"]),
        ({"name": ["^v"]}, ["v1"]),
        ({"label": ["a"]}, ["v1"]),
        ({"driver": ["local"]}, ["usado", "v1"]),
        ({"driver": ["other"]}, []),
    ],
)
def test_volume_filters(filters: Any, names: list[str]) -> None:
    house = House()
    house.create(HostConfig={"Binds": ["usado:/x"]})
    house.ask("POST", "/volumes/create", {"Name": "v1", "Labels": {"a": "b"}})
    found = house.ask("GET", f"/volumes?filters={quote(json.dumps(filters))}").json["Volumes"]
    assert [volume["Name"] for volume in found] == names


# -- events ----------------------------------------------------------------------------------------


def events(house: House, **filters: list[str]) -> list[Any]:
    until = house.clock.now_ns() / 1e9
    text = f"/events?since=0&until={until:.9f}&filters={quote(json.dumps(filters))}"
    return [json.loads(line) for line in house.ask("GET", text).body.splitlines()]


def test_events_are_told_as_docker_tells_them() -> None:
    house = House()
    container = house.run("sh", "-c", "exit 3", name="e1", Labels={"z": "1"})
    house.wait(container)
    create, connect, start, die, disconnect = events(house)
    assert die == {
        "status": "die",
        "id": container,
        "from": "busybox",
        "Type": "container",
        "Action": "die",
        "Actor": {
            "ID": container,
            "Attributes": {"exitCode": "3", "image": "busybox", "name": "e1", "z": "1"},
        },
        "scope": "local",
        "time": die["timeNano"] // 10**9,
        "timeNano": die["timeNano"],
    }
    assert connect["Actor"]["Attributes"] == {
        "container": container,
        "name": "bridge",
        "type": "bridge",
    }
    assert [e["Action"] for e in (create, start, disconnect)] == ["create", "start", "disconnect"]
    assert "status" not in connect


@pytest.mark.parametrize(
    ("filters", "actions"),
    [
        ({"container": ["e1"]}, ["create", "start", "die"]),
        ({"type": ["network"]}, ["connect", "disconnect"]),
        ({"event": ["die", "create"]}, ["create", "die"]),
        ({"image": ["busybox"]}, ["create", "start", "die"]),
        ({"image": ["alpine"]}, []),
        ({"label": ["z=1"]}, ["create", "start", "die"]),
        ({"label": ["z=2"]}, []),
        ({"nope": ["1"]}, ["create", "connect", "start", "die", "disconnect"]),
    ],
)
def test_event_filters(filters: dict[str, list[str]], actions: list[str]) -> None:
    house = House()
    house.wait(house.run("true", name="e1", Labels={"z": "1"}))
    assert [event["Action"] for event in events(house, **filters)] == actions


def test_an_exec_is_filtered_by_the_beginning_of_its_action() -> None:
    house = House()
    house.run("sleep", "1000", name="e1")
    exec_id = house.ask("POST", "/containers/e1/exec", {"Cmd": ["echo", "a b"]}).json["Id"]
    house.ask("POST", f"/exec/{exec_id}/start", {"Detach": True})
    house.settle()
    (created,) = events(house, event=["exec_create"])
    assert created["Action"] == "exec_create: echo a b"
    assert created["Actor"]["Attributes"]["execID"] == exec_id
    assert [e["Action"] for e in events(house, event=["exec_die"])] == ["exec_die"]


def test_the_present_comes_as_it_happens() -> None:
    house = House()
    answer = house.send("GET", "/events?filters=" + quote('{"type":["container"]}'))
    assert answer.status == 200
    house.wait(house.run("true"))
    lines = []
    while chunk := answer.body.poll():
        lines.append(json.loads(chunk)["Action"])
    assert lines == ["create", "start", "die"]


def test_times_of_events_are_checked() -> None:
    house = House()
    answer = house.ask("GET", "/events?since=x")
    assert (answer.status, answer.message) == (
        500,
        'strconv.ParseInt: parsing "x": invalid syntax',
    )
    answer = house.ask("GET", "/events?since=5&until=3")
    assert answer.message == "`since` time (5) cannot be after `until` time (3)"
    assert house.ask("GET", "/events?since=0&until=1").body == b""


def test_names_are_known_on_networks_people_made() -> None:
    house = House()
    house.ask("POST", "/networks/create", {"Name": "red"})
    on_red = {
        "HostConfig": {"NetworkMode": "red"},
        "NetworkingConfig": {"EndpointsConfig": {"red": {"Aliases": ["base"]}}},
    }
    uno = house.run("sleep", "1000", name="uno", **on_red)
    alone = house.run("sleep", "1000", name="alone")
    resolve = house.engine.endpoints.resolve
    assert {resolve(uno, name) for name in ("uno", "base", uno[:12])} == {"172.18.0.2"}
    assert resolve(uno, "alone") is None
    assert resolve(alone, "uno") is None


def test_the_subnet_of_a_removed_network_is_given_again() -> None:
    house = House()
    for name in ("una", "otra"):
        house.ask("POST", "/networks/create", {"Name": name})
        subnet = house.ask("GET", f"/networks/{name}").json["IPAM"]["Config"][0]["Subnet"]
        assert subnet == "172.18.0.0/16"
        house.ask("DELETE", f"/networks/{name}")


def test_the_network_of_the_host_has_no_sandbox_of_its_own() -> None:
    house = House()
    house.run("sleep", "1000", name="uno", HostConfig={"NetworkMode": "host"})
    settings = house.inspect("uno")["NetworkSettings"]
    assert settings["SandboxKey"] == "/var/run/docker/netns/default"


def test_a_port_that_could_not_be_opened_is_not_kept() -> None:
    house = House()
    other = house.engine.ports.publisher.listen("tcp", "::", 8080, lambda: None)
    container = house.create("sleep", "1000", HostConfig=published("8080"))
    answer = house.ask("POST", f"/containers/{container}/start")
    assert answer.message.endswith(
        "Error starting userland proxy: listen tcp6 [::]:8080: bind: address already in use"
    )
    other.close()
    assert house.ask("POST", f"/containers/{container}/start").status == 204


def test_events_end_where_they_were_asked_to() -> None:
    house = House()
    house.create(name="uno")
    until = house.clock.now_ns() / 1e9
    house.create(name="dos")
    answer = house.ask("GET", f"/events?since=0&until={until:.9f}")
    assert b'"uno"' in answer.body
    assert b'"dos"' not in answer.body


def test_connecting_what_waits_to_restart_takes_one_address() -> None:
    house = House()
    house.ask("POST", "/networks/create", {"Name": "red"})
    policy = {"RestartPolicy": {"Name": "always"}}
    house.run("sh", "-c", "sleep 1; exit 1", name="uno", HostConfig=policy)
    house.pass_time(1.05)
    assert house.inspect("uno")["State"]["Restarting"]
    house.ask("POST", "/networks/red/connect", {"Container": "uno"})
    house.pass_time(0.3)
    assert network_of(house, "uno", "red")["IPAddress"] == "172.18.0.2"
    house.ask("DELETE", "/containers/uno?force=1")
    house.run("sleep", "9", name="dos", HostConfig={"NetworkMode": "red"})
    assert network_of(house, "dos", "red")["IPAddress"] == "172.18.0.2"


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"Scope": "swarm"}, 403, "cannot create a swarm scoped network when swarm is not active"),
        ({"Ingress": True}, 403, "Ingress network can only be global scope network"),
        (
            {"IPAM": {"Config": [{"Subnet": "10.1.0.0/16", "Gateway": "bad"}]}},
            500,
            "invalid gateway address bad in Ipam configuration",
        ),
        (
            {"IPAM": {"Config": [{"Subnet": "10.1.0.0/16", "IPRange": "bad"}]}},
            500,
            'failed to parse pool request for address space "LocalDefault" pool "10.1.0.0/16"'
            ' subpool "bad": Invalid Address SubPool',
        ),
        (
            {"IPAM": {"Config": [{"Gateway": "10.3.0.1"}]}},
            500,
            "Invalid subnet  : invalid CIDR address: ",
        ),
    ],
)
def test_networks_that_cannot_be_made_take_nothing(body: Any, status: int, told: str) -> None:
    house = House()
    answer = house.ask("POST", "/networks/create", {"Name": "red", **body})
    assert (answer.status, answer.message) == (status, told)
    good = {"Name": "red", "IPAM": {"Config": [{"Subnet": "10.1.0.0/16"}]}}
    assert house.ask("POST", "/networks/create", good).status == 201


def test_what_is_no_port_counts_as_port_zero() -> None:
    house = House()
    for name, port in (("uno", "abc"), ("dos", "99999/tcp"), ("tres", "80-82/tcp")):
        house.run("sleep", "9", name=name, ExposedPorts={port: {}})
    rows = house.ask("GET", "/containers/json").json
    assert [row["Ports"] for row in rows] == [[{"PrivatePort": 0, "Type": "tcp"}]] * 3
    assert house.ask("GET", '/containers/json?filters={"expose":["80"]}').json == []
