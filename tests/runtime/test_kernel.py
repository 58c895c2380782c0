"""Processes, signals, pipes and time in the simulated kernel, seen from shells and from the runtime port."""

from __future__ import annotations

import tracemalloc

import pytest
from machine_house import ENV, ID, Machine, drain

from estiba.runtime import ContainerSpec, ProcessSpec, Stdio
from estiba.runtime.simulated.runtime import ContainerNotRunning
from estiba.runtime.simulated.syscalls.signals import SIGCONT, SIGKILL, SIGSTOP, SIGTERM
from estiba.tasks import Channel


def names(machine: Machine) -> list[str]:
    return [event.name for event in machine.events]


def test_sleeping_costs_no_time_of_ours() -> None:
    machine = Machine()
    before = machine.scheduler.clock.now_ns()
    assert machine.sh("sleep 3600; echo late") == ("late\n", "", 0)
    assert machine.scheduler.clock.now_ns() - before >= 3600 * 10**9


def test_the_first_process_ignores_a_signal_it_does_not_catch() -> None:
    machine = Machine()
    process = machine.start("sleep", "100")
    machine.scheduler.run_idle()
    machine.runtime.kill(ID, SIGTERM)
    machine.scheduler.run_idle()
    assert process.exit_code is None
    machine.runtime.kill(ID, SIGKILL)
    assert process.exit_code == 137


def test_the_first_process_outlives_its_own_sigkill() -> None:
    assert Machine().sh("kill -9 $$; echo alive") == ("alive\n", "", 0)


def test_a_caught_signal_ends_a_loop_of_sleeps() -> None:
    machine = Machine(busybox=True)
    script = 'trap "echo int; exit 4" INT; while true; do sleep 0.1; done'
    process = machine.start("sh", "-c", script)
    machine.scheduler.run_idle()
    machine.runtime.kill(ID, 2)
    assert machine.finish(process) == 4
    assert drain(machine.out) == "int\n"


def test_init_passes_signals_on_and_ends_as_its_child() -> None:
    machine = Machine()
    process = machine.start("sleep", "100", init=True)
    machine.scheduler.run_idle()
    machine.runtime.kill(ID, SIGTERM)
    machine.scheduler.run_idle()
    assert process.exit_code == 143


def test_the_end_of_the_first_process_takes_the_others_with_it() -> None:
    machine = Machine()
    assert machine.run("bash", "-c", "sleep 1000 & sleep 1000 & exit 3")[2] == 3
    exited = [event for event in machine.events if event.name == "process.exited"]
    assert len(exited) == 3
    with pytest.raises(ContainerNotRunning):
        machine.runtime.processes(ID)


def test_orphans_go_to_the_first_process() -> None:
    machine = Machine()
    process = machine.start("bash", "-c", "(sleep 50 &); sleep 100; :")
    machine.scheduler.run_idle()
    parents = {row.command: row.parent for row in machine.runtime.processes(ID)}
    assert parents["sleep 50"] == process.pid


def test_writing_to_a_pipe_nobody_reads_kills_quietly() -> None:
    out, err, _ = Machine().sh("yes | head -1; echo ${PIPESTATUS[0]}")
    assert (out, err) == ("y\n141\n", "")


def test_stopped_processes_do_nothing_until_continued() -> None:
    machine = Machine()
    process = machine.start("bash", "-c", "sleep 1; echo done")
    machine.scheduler.run_idle()
    machine.runtime.kill(ID, SIGSTOP)
    machine.scheduler.pass_time()
    machine.scheduler.run_idle()
    assert process.exit_code is None
    machine.runtime.kill(ID, SIGCONT)
    assert machine.finish(process) == 0


def test_a_paused_container_stands_still_and_goes_on_afterwards() -> None:
    machine = Machine()
    process = machine.start("bash", "-c", "echo before; sleep 1; echo after")
    machine.scheduler.run_idle()
    machine.runtime.pause(ID)
    machine.scheduler.run_idle()
    assert (drain(machine.out), process.exit_code) == ("before\n", None)
    machine.runtime.unpause(ID)
    assert machine.finish(process) == 0
    assert drain(machine.out) == "after\n"


def test_a_signal_to_a_paused_container_waits() -> None:
    machine = Machine()
    process = machine.start("sleep", "100")
    machine.scheduler.run_idle()
    machine.runtime.pause(ID)
    machine.runtime.kill(ID, SIGKILL)
    machine.scheduler.run_idle()
    assert process.exit_code is None
    machine.runtime.unpause(ID)
    machine.scheduler.run_idle()
    assert process.exit_code == 137


def test_standard_output_closes_when_the_last_holder_is_gone() -> None:
    machine = Machine()
    process = machine.start("bash", "-c", "echo x")
    machine.finish(process)
    assert machine.out.poll() == b"x\n"
    assert machine.out.poll() is None


def test_named_pipes_wait_for_the_other_side() -> None:
    assert Machine().sh("mkfifo f; (sleep 1; echo hi > f) & cat f")[0] == "hi\n"


def test_the_story_of_a_pipeline_is_told() -> None:
    machine = Machine()
    machine.sh("true | cat")
    assert names(machine).count("process.forked") == 2
    assert names(machine)[0] == "process.started"
    assert names(machine)[-1] == "process.exited"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("cat /proc/1/comm", "cat\n"),
        ("cat /proc/self/comm; :", "cat\n"),
        ("readlink /proc/self/exe; :", "/bin/readlink\n"),
        ("ls /proc/self/fd; :", "0\n1\n2\n"),
        ("tr '\\0' ' ' < /proc/1/cmdline; :", "bash -c tr '\\0' ' ' < /proc/1/cmdline; : "),
        ("grep -c . /proc/meminfo; :", "8\n"),
        ("echo x > /dev/null; echo $?", "0\n"),
        ("head -c 4 /dev/zero | wc -c", "4\n"),
        ("echo x > /dev/full; echo $?", "1\n"),
        ("echo pipe | cat /dev/stdin", "pipe\n"),
        ("ln -s /proc/1/comm c; cat c; :", "bash\n"),
        ("cd /proc/1; pwd; cat comm; :", "/proc/1\nbash\n"),
    ],
)
def test_special_files_answer(script: str, expected: str) -> None:
    assert Machine().sh(script)[0] == expected


def test_two_processes_talk_through_a_port() -> None:
    script = "(echo hello | nc -l -p 8000) & sleep 1; nc 127.0.0.1 8000 < /dev/null"
    assert Machine(busybox=True).run("sh", "-c", script)[0] == "hello\n"


def test_idle_containers_stay_small() -> None:
    machine = Machine()
    machine.start("sleep", "1000")
    machine.scheduler.run_idle()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(100):
        process = ProcessSpec(("sleep", "1000"), ENV)
        spec = ContainerSpec(f"{number:064d}", machine.root, process, "host")
        machine.runtime.start(spec, Stdio(None, Channel(), Channel()))
    machine.scheduler.run_idle()
    each = (tracemalloc.get_traced_memory()[0] - before) / 100
    tracemalloc.stop()
    assert each < 16_000
