"""Attach, exec and logs."""

import pytest
from container_house import House

from estiba.api.streams import FramedSink, frame
from estiba.engine.detach_keys import DetachWatch, InvalidDetachKeys, parse_detach_keys
from estiba.engine.logs import Log, LogQuery
from estiba.engine.streams import Streams
from estiba.http import Answer
from estiba.tasks import Channel

UPGRADE = {"upgrade": "tcp", "connection": "Upgrade"}


def attach(house: House, name: str, query: str = "stdin=1&stdout=1&stderr=1&stream=1") -> Answer:
    answer = house.send("POST", f"/containers/{name}/attach?{query}", **UPGRADE)
    assert answer.status == 101
    return answer


def received(answer: Answer) -> tuple[bytes, bool]:
    """What came, and whether the connection ended."""
    assert answer.connection is not None
    parts = []
    while chunk := answer.connection.incoming.poll():
        parts.append(chunk)
    return b"".join(parts), chunk is None


def test_attached_before_the_start_nothing_is_missed() -> None:
    house = House()
    container = house.create("sh", "-c", "echo out; echo err >&2")
    answer = attach(house, container)
    house.ask("POST", f"/containers/{container}/start")
    house.settle()
    assert received(answer) == (frame(1, b"out\n") + frame(2, b"err\n"), True)


def test_only_the_streams_asked_for_are_sent() -> None:
    house = House()
    container = house.create("sh", "-c", "echo out; echo err >&2")
    answer = attach(house, container, "stderr=1&stream=1")
    house.ask("POST", f"/containers/{container}/start")
    house.settle()
    assert received(answer) == (frame(2, b"err\n"), True)


def test_the_end_of_input_ends_a_program_that_reads_once() -> None:
    house = House()
    container = house.create("cat", OpenStdin=True, StdinOnce=True, AttachStdin=True)
    answer = attach(house, container)
    house.ask("POST", f"/containers/{container}/start")
    assert answer.connection is not None
    answer.connection.send(b"por la entrada\n")
    answer.connection.close_write()
    house.settle()
    assert received(answer) == (frame(1, b"por la entrada\n"), True)
    assert house.container(container).exit_code == 0


def test_without_stdin_once_the_end_of_input_lets_the_client_go() -> None:
    house = House()
    container = house.run("cat", OpenStdin=True)
    answer = attach(house, container)
    assert answer.connection is not None
    answer.connection.close_write()
    house.settle()
    assert received(answer) == (b"", True)
    assert house.container(container).running


def test_the_detach_keys_let_the_client_go_and_the_program_run() -> None:
    house = House()
    container = house.run("cat", OpenStdin=True, Tty=True)
    answer = attach(house, container)
    assert answer.connection is not None
    answer.connection.send(b"ls")
    house.settle()
    answer.connection.send(b"\x10\x11more")
    house.settle()
    assert received(answer) == (b"ls", True)
    assert house.container(container).running
    assert house.story("container")[-2:] == ["container.attached", "container.detached"]


def test_two_clients_get_the_same() -> None:
    house = House()
    container = house.run("sh", "-c", "sleep 1; echo fin")
    answers = [attach(house, container) for _ in range(2)]
    house.wait(container)
    assert [received(answer) for answer in answers] == [(frame(1, b"fin\n"), True)] * 2


def test_a_client_that_goes_away_does_not_disturb() -> None:
    house = House()
    container = house.run("sh", "-c", "sleep 1; echo uno; sleep 1; echo dos")
    gone, kept = attach(house, container), attach(house, container)
    assert gone.connection is not None
    gone.connection.close()
    house.wait(container)
    assert received(kept) == (frame(1, b"uno\n") + frame(1, b"dos\n"), True)


def test_a_slow_client_holds_the_process_back() -> None:
    streams = Streams(stdin=False, tty=False, log=Log(), clock_ns=lambda: 1)
    slow = Channel(capacity=10)
    streams.attach(FramedSink(slow))
    streams.listen()
    for _ in range(3):
        streams.stdio.stdout.put(b"x" * 8)
    assert slow.poll() == frame(1, b"x" * 8)
    assert slow.poll() == frame(1, b"x" * 8)
    assert slow.poll() == frame(1, b"x" * 8)
    streams.stdio.stdout.close()
    streams.stdio.stderr.close()
    assert slow.poll() is None


def test_while_a_client_is_full_the_rest_waits_in_the_process() -> None:
    streams = Streams(stdin=False, tty=False, log=None, clock_ns=lambda: 1)
    slow = Channel(capacity=1)
    streams.attach(FramedSink(slow))
    streams.listen()
    streams.stdio.stdout.put(b"1")
    streams.stdio.stdout.put(b"2")
    assert streams.stdio.stdout.poll() == b"2"


@pytest.mark.parametrize(
    ("method", "state", "message"),
    [
        ("exec", "paused", "Container vivo is paused, unpause the container before exec"),
        ("exec", "exited", "Container {id} is not running"),
    ],
)
def test_states_that_forbid_it(method: str, state: str, message: str) -> None:
    house = House()
    container = house.run("sleep", "1000", name="vivo")
    house.ask("POST", f"/containers/vivo/{'pause' if state == 'paused' else 'kill'}")
    answer = house.ask("POST", f"/containers/vivo/{method}", {"Cmd": ["ls"]})
    assert (answer.status, answer.message) == (409, message.format(id=container))


@pytest.mark.parametrize(
    ("query", "status", "text"),
    [
        ("stream=1", 409, "container vivo is paused, unpause the container before attach"),
        ("detachKeys=nope-nope", 400, "Invalid detach keys (nope-nope) provided"),
    ],
)
def test_attach_tells_as_text_what_forbids_it(query: str, status: int, text: str) -> None:
    house = House()
    house.run("sleep", "1000", name="vivo")
    house.ask("POST", "/containers/vivo/pause")
    answer = house.ask("POST", f"/containers/vivo/attach?{query}")
    assert (answer.status, answer.body) == (status, f"{text}\r\n".encode())


@pytest.mark.parametrize(
    ("text", "keys"),
    [("", b"\x10\x11"), ("ctrl-x", b"\x18"), ("a,ctrl-[", b"a\x1b"), ("ctrl-@", b"\x00")],
)
def test_detach_keys_are_read(text: str, keys: bytes) -> None:
    assert parse_detach_keys(text) == keys


def test_what_are_no_detach_keys() -> None:
    with pytest.raises(InvalidDetachKeys, match=r"^Invalid detach keys \(nope-nope\) provided$"):
        parse_detach_keys("nope-nope")


def test_keys_that_only_begin_like_them_go_on() -> None:
    watch = DetachWatch(b"\x10\x11")
    assert watch.feed(b"a\x10") == (b"a", False)
    assert watch.feed(b"b\x10") == (b"\x10b", False)
    assert watch.feed(b"\x11") == (b"", True)


# -- exec ------------------------------------------------------------------------------------------


def test_exec_runs_beside_the_first_process() -> None:
    house = House()
    container = house.run("sleep", "1000")
    settings = {"Cmd": ["sh", "-c", "echo out; exit 9"], "AttachStdout": True}
    exec_id = house.ask("POST", f"/containers/{container}/exec", settings).json["Id"]
    assert house.inspect(container)["ExecIDs"] == [exec_id]
    answer = house.send("POST", f"/exec/{exec_id}/start", {"Detach": False}, **UPGRADE)
    house.settle()
    assert received(answer) == (frame(1, b"out\n"), True)
    value = house.ask("GET", f"/exec/{exec_id}/json").json
    assert (value["Running"], value["ExitCode"]) == (False, 9)
    assert value["ProcessConfig"] == {
        "tty": False,
        "entrypoint": "sh",
        "arguments": ["-c", "echo out; exit 9"],
        "privileged": False,
    }
    assert house.story("exec") == ["exec.created", "exec.started", "exec.died"]


def test_exec_reads_its_input_to_the_end() -> None:
    house = House()
    container = house.run("sleep", "1000")
    settings = {"Cmd": ["cat"], "AttachStdin": True, "AttachStdout": True}
    exec_id = house.ask("POST", f"/containers/{container}/exec", settings).json["Id"]
    answer = house.send("POST", f"/exec/{exec_id}/start", {}, **UPGRADE)
    assert answer.connection is not None
    answer.connection.send(b"entrada\n")
    answer.connection.close_write()
    house.settle()
    assert received(answer) == (frame(1, b"entrada\n"), True)


def test_a_command_that_is_not_there_is_told_on_the_stream() -> None:
    house = House()
    container = house.run("sleep", "1000")
    exec_id = house.ask("POST", f"/containers/{container}/exec", {"Cmd": ["nosuch"]}).json["Id"]
    answer = house.send("POST", f"/exec/{exec_id}/start", {}, **UPGRADE)
    text = (
        "OCI runtime exec failed: exec failed: unable to start container process: exec: "
        '"nosuch": executable file not found in $PATH: unknown\r\n'
    )
    assert received(answer) == (frame(1, text.encode()), True)
    assert house.ask("GET", f"/exec/{exec_id}/json").json["ExitCode"] == 126


def test_exec_needs_a_command_and_an_instance() -> None:
    house = House()
    house.run("sleep", "1000", name="vivo")
    answer = house.ask("POST", "/containers/vivo/exec", {})
    assert (answer.status, answer.message) == (400, "No exec command specified")
    answer = house.ask("POST", "/exec/nope/start", {})
    assert (answer.status, answer.message) == (404, "No such exec instance: nope")


def test_exec_inherits_environment_user_and_directory() -> None:
    house = House()
    container = house.run("sleep", "9", Env=["A=1"], User="daemon", WorkingDir="/srv")
    settings = {"Cmd": ["true"], "Env": ["B=2", "A=3"], "Tty": True}
    exec_id = house.ask("POST", f"/containers/{container}/exec", settings).json["Id"]
    spec = house.engine.execs.get(exec_id).spec
    assert spec.env[1:] == (f"HOSTNAME={container[:12]}", "TERM=xterm", "A=3", "B=2")
    assert (spec.user, spec.cwd) == ("daemon", "/srv")


# -- logs ------------------------------------------------------------------------------------------


def test_logs_come_back_as_they_were_written() -> None:
    house = House()
    container = house.run("sh", "-c", "echo uno; echo dos >&2; echo tres")
    house.wait(container)
    assert house.logs(container) == frame(1, b"uno\n") + frame(2, b"dos\n") + frame(1, b"tres\n")
    assert house.logs(container, "stdout=1&tail=1") == frame(1, b"tres\n")
    assert house.logs(container, "stdout=1&stderr=1&tail=x") == house.logs(container)
    assert house.logs(container, "stdout=1&tail=0") == b""
    assert house.logs(container, "stdout=1&details=1&tail=1") == frame(1, b" tres\n")


def test_timestamps_have_nine_digits() -> None:
    house = House()
    container = house.run("echo", "hi")
    house.wait(container)
    line = house.logs(container, "stdout=1&timestamps=1")[8:]
    assert line.endswith(b"Z hi\n")
    assert len(line) == len("2023-11-14T22:13:20.123456789Z hi\n")


def test_a_terminal_has_no_frames() -> None:
    house = House()
    container = house.run("echo", "hi", Tty=True)
    house.wait(container)
    assert house.logs(container) == b"hi\n"


def test_following_ends_with_the_container() -> None:
    house = House()
    container = house.run("sh", "-c", "echo uno; sleep 5; echo dos")
    house.settle()
    assert house.logs(container, "stdout=1&follow=1&tail=0") == frame(1, b"dos\n")
    assert house.logs(container, "stdout=1&follow=1") == frame(1, b"uno\n") + frame(1, b"dos\n")


def test_a_log_that_is_not_kept_cannot_be_read() -> None:
    house = House()
    container = house.run("echo", "hi", HostConfig={"LogConfig": {"Type": "none"}})
    house.wait(container)
    answer = house.ask("GET", f"/containers/{container}/logs?stdout=1")
    assert answer.message == "configured logging driver does not support reading"


def test_a_second_run_is_appended() -> None:
    house = House()
    container = house.run("echo", "hi")
    house.wait(container)
    house.ask("POST", f"/containers/{container}/start")
    house.wait(container)
    assert house.logs(container) == 2 * frame(1, b"hi\n")


def test_a_line_is_kept_when_it_is_whole() -> None:
    log = Log()
    log.write(1, b"un", 1)
    assert log.entries == []
    log.write(2, b"err\n", 2)
    log.write(1, b"o\ndos\ntr", 3)
    log.end(4)
    assert log.entries == [(2, 2, b"err\n"), (3, 1, b"uno\n"), (3, 1, b"dos\n"), (4, 1, b"tr")]


def test_a_very_long_line_is_cut_but_comes_back_whole() -> None:
    log = Log()
    log.write(1, b"x" * 40_000 + b"\n", 1)
    assert [len(data) for _, _, data in log.entries] == [16384, 16384, 7233]
    assert b"".join(data for _, _, data in log.entries) == b"x" * 40_000 + b"\n"


def test_since_and_until_bound_what_is_read() -> None:
    log = Log()
    for moment in (10, 20, 30):
        log.write(1, b"%d\n" % moment, moment)
    entries = log.read(LogQuery(since_ns=15, until_ns=25))
    assert [data for _, _, data in entries] == [b"20\n"]


def test_a_log_never_outgrows_its_limit() -> None:
    log = Log(limit=10_000)
    for number in range(1000):
        log.write(1, b"%d\n" % number, number)
    assert log.position == 1000
    assert 10 < len(log.entries) < 150
    assert log.entries[-1][2] == b"999\n"
    assert [data for _, _, data in log.since(998)] == [b"998\n", b"999\n"]
