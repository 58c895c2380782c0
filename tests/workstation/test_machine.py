"""Lines typed at a simulated computer: bash, docker and the terminal between them."""

from collections.abc import Iterable

import pytest

from estiba.workstation import Step, Workstation


def type_in(lines: Iterable[str], **files: bytes) -> list[Step]:
    return list(Workstation(seed="typed", files=files).run(lines))


def last(lines: Iterable[str], **files: bytes) -> Step:
    return type_in(lines, **files)[-1]


def test_the_course_documents_container_grows_from_0_to_52_bytes() -> None:
    steps = type_in(
        [
            "docker run -it --name contenedor1 ubuntu /bin/bash",
            "^D",
            "docker ps -a -s --format '{{.Size}}'",
            "docker start contenedor1",
            "docker attach contenedor1",
            'echo "00000000000000000">file.txt',
            "^D",
            "docker ps -a -s --format '{{.Size}}'",
        ]
    )
    assert [step.output for step in steps if "docker ps" in step.command] == [
        "0B (virtual 72.9MB)\n",
        "52B (virtual 72.9MB)\n",
    ]
    assert steps[3].typed == ('echo "00000000000000000">file.txt', "^D")


def test_the_shell_keeps_variables_and_substitutes_what_docker_prints() -> None:
    step = last(["N=$(docker pull -q ubuntu)", "echo got $N"])
    assert (step.output, step.status) == ("got docker.io/library/ubuntu:latest\n", 0)


def test_pipes_lead_both_ways() -> None:
    assert last(["docker pull -q ubuntu >/dev/null", "docker images -q | wc -l"]).output == "1\n"
    lines = ["docker pull -q ubuntu >/dev/null", "seq 5000 | docker run -i ubuntu tail -n 1"]
    assert last(lines).output == "5000\n"


def test_a_loop_is_one_command() -> None:
    steps = type_in(["for n in aa bb", "do docker volume create $n", "done", "docker volume ls -q"])
    assert [step.command.count("\n") for step in steps] == [2, 0]
    assert steps[-1].output == "aa\nbb\n"


def test_what_was_printed_keeps_its_order() -> None:
    step = last(["echo one; docker rmi nothing; echo two >&2; docker volume create data"])
    missing = "Error response from daemon: No such image: nothing:latest\n"
    assert step.output == f"one\n{missing}two\ndata\n"


@pytest.mark.parametrize(
    ("line", "status"),
    [("true", 0), ("false", 1), ("docker nothing", 1), ("docker run ubuntu sh -c 'exit 7'", 7)],
)
def test_the_status_is_the_commands(line: str, status: int) -> None:
    assert last([line]).status == status


def test_questions_are_answered_from_the_next_line() -> None:
    steps = type_in(
        ["docker volume create data", "docker volume prune", "y", "docker volume ls -q"]
    )
    assert steps[1].typed == ("y",)
    assert "[y/N] y\nDeleted Volumes:\ndata\n" in steps[1].output
    assert steps[2].output == ""


def test_input_without_a_terminal_ends_with_control_d() -> None:
    step = last(["docker run -i ubuntu cat", "uno", "^D"])
    assert step.output.endswith("\nuno\nuno\n")  # what was typed, and what cat said
    assert step.status == 0


def test_a_password_does_not_show() -> None:
    step = last(["docker login -u ana", "secreto"])
    assert step.typed == ("secreto",)
    assert "secreto" not in step.output


def test_an_open_quote_has_no_status() -> None:
    assert last(['echo "open']).status is None


def test_after_exit_nothing_is_run() -> None:
    assert [step.command for step in type_in(["exit 3", "echo no"])] == ["exit 3"]


def test_a_command_nobody_types_into_any_more_says_so() -> None:
    step = last(["docker run -it ubuntu bash", "echo x"])
    assert step.status == 1
    assert step.output.endswith("waits for something that cannot come any more\n")


def test_files_are_shared_with_the_docker_client() -> None:
    steps = type_in(
        [
            "docker build -q -t mine .",
            "docker run mine cat /f",
            "docker cp $(docker ps -lq):/f g",
            "cat g",
        ],
        Dockerfile=b"FROM ubuntu\nCOPY f /f\n",
        f=b"hello\n",
    )
    assert steps[1].output == "hello\n"
    assert steps[-1].output == "hello\n"


def test_a_bind_mount_is_the_same_directory_on_both_sides() -> None:
    machine = Workstation(seed=1, files={"web/index.html": b"one\n"})
    steps = list(
        machine.run(
            [
                "docker run -d --name cc -v $PWD/web:/w ubuntu sleep 1000",
                "echo two > web/index.html",
                "docker exec cc cat /w/index.html",
                "docker exec cc sh -c 'echo three > /w/new'",
                "cat web/new",
            ]
        )
    )
    assert [steps[2].output, steps[4].output] == ["two\n", "three\n"]


def test_a_published_port_answers_on_the_workstation_until_the_container_stops() -> None:
    steps = type_in(
        [
            "docker run -d --name web -p 8080:80 httpd:2.4",
            "curl -s localhost:8080",
            "docker stop web",
            "curl -s localhost:8080",
        ]
    )
    assert steps[1].output == "<html><body><h1>It works!</h1></body></html>\n"
    assert steps[3].status == 7


def test_the_clock_passes_while_one_types_and_sleeps() -> None:
    machine = Workstation(seed=1, pace_s=2)
    steps = list(machine.run(["date +%T", "sleep 60", "date +%T"]))
    assert [steps[0].output, steps[2].output] == ["11:20:02\n", "11:21:06\n"]


def test_one_seed_gives_one_session() -> None:
    lines = ["docker run -d ubuntu sleep 1", "docker ps -a --no-trunc"]
    assert type_in(lines) == type_in(lines)
