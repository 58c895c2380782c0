"""`run`, `create`, `exec`, `attach`: what is asked, in which order, and how it ends."""

import json
from typing import Any

import pytest
from scripted_engine import ScriptedConnection, ScriptedEngine, docker

from estiba.cli.console import MemoryConsole
from estiba.cli.detach_keys import Detector, parse_keys
from estiba.cli.memory_files import MemoryFiles
from estiba.cli.streams import Frames

ID = "a" * 64
OUT, ERR = b"\x01\0\0\0\0\0\0\x03hi\n", b"\x02\0\0\0\0\0\0\x04ay!\n"


def engine(
    connection: ScriptedConnection | None = None, *, code: int = 0, **more: Any
) -> ScriptedEngine:
    return ScriptedEngine(
        {
            **more,
            "POST /containers/create.*": (201, {"Id": ID, "Warnings": []}),
            f"POST /containers/{ID}/attach.*": connection or ScriptedConnection(OUT + ERR),
            f"POST /containers/{ID}/wait.*": {"Error": None, "StatusCode": code},
            f"POST /containers/{ID}/start": (204, b""),
            ".*(resize|kill).*": (200, b""),
        }
    )


def body(asked: ScriptedEngine) -> Any:
    return json.loads(asked.asked[0].body)  # type: ignore[arg-type]


def test_run_attaches_then_waits_then_starts() -> None:
    asked = engine(code=3)
    outcome = docker("run", "--rm", "busybox", "sh", "-c", "exit 3", engine=asked)
    assert asked.log == [
        "POST /containers/create",
        f"POST /containers/{ID}/attach?stderr=1&stdout=1&stream=1",
        f"POST /containers/{ID}/wait?condition=removed",
        f"POST /containers/{ID}/start",
    ]
    assert (outcome.out, outcome.err, outcome.code) == ("hi\n", "ay!\n", 3)


def test_detached_prints_the_id_only() -> None:
    asked = engine()
    outcome = docker("run", "-d", "--name", "x", "busybox", engine=asked)
    assert (outcome.out, asked.log) == (
        f"{ID}\n",
        ["POST /containers/create?name=x", f"POST /containers/{ID}/start"],
    )


def test_input_goes_in_and_its_end_too() -> None:
    connection = ScriptedConnection(b"")
    docker(
        "run", "-i", "busybox", "cat", engine=engine(connection), console=MemoryConsole(b"hola\n")
    )
    assert not connection.sent or connection.sent == b"hola\n"
    connection = ScriptedConnection(b"")
    docker("run", "busybox", engine=engine(connection))
    assert connection.write_closed


def test_the_body_says_what_the_flags_said() -> None:
    asked = engine()
    words = "-d -e A=1 -l k=v -w /tmp -u 1000 -p 8080:80 --restart on-failure:2 -v vol1:/data -v /tmp:/host:ro"
    more = "--memory 64m --cpus 0.5 -h host1 --add-host x:1.2.3.4 --entrypoint sleep busybox 300"
    docker("run", *words.split(), *more.split(), "x", engine=asked)
    sent = body(asked)
    host = sent.pop("HostConfig")
    assert {
        k: sent[k] for k in ("Hostname", "User", "Env", "Cmd", "Entrypoint", "ExposedPorts")
    } == {
        "Hostname": "host1",
        "User": "1000",
        "Env": ["A=1"],
        "Cmd": ["300", "x"],
        "Entrypoint": ["sleep"],
        "ExposedPorts": {"80/tcp": {}},
    }
    assert host["Binds"] == ["vol1:/data", "/tmp:/host:ro"]
    assert host["PortBindings"] == {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}
    assert host["RestartPolicy"] == {"Name": "on-failure", "MaximumRetryCount": 2}
    assert (host["Memory"], host["NanoCpus"], host["ExtraHosts"]) == (
        67108864,
        500000000,
        ["x:1.2.3.4"],
    )


def test_files_of_variables_come_first_and_empty_names_from_outside() -> None:
    asked = engine()
    files = MemoryFiles({"/env": b"# no\n A=1 \nHOME\nNONE\n"}, cwd="/")
    docker(
        "run", "-d", "--env-file", "/env", "-e", "B", "-e", "HOME", "x:1", engine=asked, files=files
    )
    assert body(asked)["Env"] == ["A=1 ", "HOME=/home/lab", "B", "HOME=/home/lab"]


def test_a_relative_bind_becomes_absolute() -> None:
    asked = engine()
    docker("run", "-d", "-v", "./x:/x", "-v", "/anon", "busybox", engine=asked)
    assert body(asked)["HostConfig"]["Binds"] == ["/home/lab/work/x:/x"]
    assert body(asked)["Volumes"] == {"/anon": {}}


def test_a_missing_image_is_pulled_and_told_on_standard_error() -> None:
    answers = iter(
        [(404, {"message": "No such image: x:latest"}), (201, {"Id": ID, "Warnings": None})]
    )
    asked = engine()
    send = asked.send

    def first_missing(request: Any) -> Any:
        if "/containers/create" in request.target:
            asked.asked.append(request)
            return asked._answer(next(answers))
        return send(request)

    asked.send = first_missing  # type: ignore[method-assign]
    asked.answers = {"POST /images/create.*": b'{"status":"Pulling"}\r\n', **asked.answers}
    outcome = docker("run", "-d", "x", engine=asked)
    assert outcome.err == "Unable to find image 'x:latest' locally\nPulling\n"
    assert outcome.out == f"{ID}\n"
    assert asked.log[1] == "POST /images/create?fromImage=docker.io%2Flibrary%2Fx&tag=latest"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ('exec: "x": executable file not found in $PATH: unknown', 127),
        ('exec: "/etc": permission denied: unknown', 126),
        ("driver failed", 125),
    ],
)
def test_who_is_to_blame_shows_in_the_exit_code(message: str, code: int) -> None:
    asked = engine()
    asked.answers[f"POST /containers/{ID}/start"] = (400, {"message": message})
    outcome = docker("run", "busybox", engine=asked)
    assert outcome.code == code
    assert outcome.err == (
        f"docker: Error response from daemon: {message}\n\nRun 'docker run --help' for more information\n"
    )


def test_typing_the_detach_keys_leaves_the_container_alone() -> None:
    connection = ScriptedConnection(b"")
    connection.incoming = type(connection.incoming)()  # the other side stays silent
    console = MemoryConsole(b"ls\n\x10x\x10\x11", terminal=True)
    asked = engine(connection)
    outcome = docker("run", "-it", "busybox", engine=asked, console=console)
    assert (outcome.code, bytes(connection.sent)) == (0, b"ls\n\x10x")
    assert f"POST /containers/{ID}/resize?h=24&w=80" in asked.log


def test_ctrl_c_is_sent_on_and_the_third_gives_up() -> None:
    connection = ScriptedConnection(b"")
    connection.incoming = type(connection.incoming)()
    console = MemoryConsole()
    for _ in range(3):
        console.signals.feed(b"INT")
    asked = engine(connection)
    outcome = docker("run", "busybox", engine=asked, console=console)
    assert asked.log.count(f"POST /containers/{ID}/kill?signal=INT") == 3
    assert outcome.code == 1
    assert outcome.err.endswith("got 3 SIGTERM/SIGINTs, forcefully exiting\n")


def test_a_terminal_is_needed_for_it() -> None:
    outcome = docker("run", "-it", "busybox", engine=engine())
    assert (outcome.err, outcome.code) == ("the input device is not a TTY\n", 1)


def test_the_id_file_holds_the_id_and_must_be_new() -> None:
    files = MemoryFiles(cwd="/")
    docker("run", "-d", "--cidfile", "/cid", "busybox", engine=engine(), files=files)
    assert files.read("/cid") == ID.encode()
    again = docker("run", "-d", "--cidfile", "/cid", "busybox", engine=engine(), files=files)
    assert "container ID file found" in again.err


def test_exec_ends_with_the_code_of_its_process() -> None:
    asked = ScriptedEngine(
        {
            "GET /containers/c/json": {},
            "POST /containers/c/exec": (201, {"Id": "e1"}),
            "POST /exec/e1/start": ScriptedConnection(OUT),
            "GET /exec/e1/json": {"ExitCode": 7, "Running": False},
        }
    )
    outcome = docker("exec", "-e", "A=1", "c", "sh", "-c", "exit 7", engine=asked)
    assert (outcome.out, outcome.code) == ("hi\n", 7)
    assert json.loads(asked.asked[1].body)["Cmd"] == ["sh", "-c", "exit 7"]  # type: ignore[arg-type]


def test_a_stopped_container_cannot_be_attached_to() -> None:
    state = {"Running": False, "Paused": False, "Restarting": False}
    outcome = docker("attach", "c", engine=ScriptedEngine({"GET .*": {"State": state}}))
    assert outcome.err == "You cannot attach to a stopped container, start it first\n"


def test_frames_may_come_in_any_pieces() -> None:
    out, err = bytearray(), bytearray()
    frames = Frames(out.extend, err.extend)
    for byte in OUT + ERR + OUT:
        frames.feed(bytes([byte]))
    assert (bytes(out), bytes(err)) == (b"hi\nhi\n", b"ay!\n")


def test_detach_keys_are_read() -> None:
    assert parse_keys("ctrl-p,ctrl-q") == b"\x10\x11"
    assert parse_keys("ctrl-@,x,DEL") == b"\0x\x7f"
    with pytest.raises(ValueError, match="Unknown character: 'ctrl-'"):
        parse_keys("ctrl-")


def test_what_only_began_like_the_keys_is_passed_on() -> None:
    detector = Detector(b"\x10\x11")
    assert detector.filter(b"a\x10") + detector.filter(b"b") == b"a\x10b"
    assert not detector.found
