import pytest

from estiba.tasks import Channel, Disconnected, Scheduler, Signal, Stalled, Wait, Work
from estiba.trace import VirtualClock


def scheduler() -> Scheduler:
    return Scheduler(VirtualClock(0, tick_ns=0))


def test_a_work_returns_its_answer() -> None:
    def work() -> Work[int]:
        yield Wait()
        return 7

    assert scheduler().complete(work()) == 7


def test_what_a_work_raises_reaches_whoever_completes_it() -> None:
    def work() -> Work[int]:
        yield Wait()
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        scheduler().complete(work())


def test_a_deadline_moves_a_virtual_clock_and_costs_nothing() -> None:
    loop = scheduler()

    def sleeper() -> Work[int]:
        yield Wait(deadline_ns=3600 * 10**9)
        return loop.clock.now_ns()

    assert loop.complete(sleeper()) == 3600 * 10**9


def test_sleepers_wake_in_the_order_of_their_deadlines() -> None:
    loop = scheduler()
    woken: list[int] = []

    def sleeper(at: int) -> Work[None]:
        yield Wait(deadline_ns=at)
        woken.append(at)

    tasks = [loop.spawn(sleeper(at)) for at in (30, 10, 20)]
    for task in tasks:
        loop.run_until(task)
    assert woken == [10, 20, 30]


def test_a_signal_wakes_every_waiter_once() -> None:
    loop, signal, woken = scheduler(), Signal(), []

    def waiter(name: str) -> Work[None]:
        yield Wait((signal,))
        woken.append(name)

    for name in "ab":
        loop.spawn(waiter(name))
    loop.run_idle()
    assert woken == []
    signal.fire()
    signal.fire()
    loop.run_idle()
    assert woken == ["a", "b"]


def test_a_wait_that_a_signal_ended_leaves_no_deadline_behind() -> None:
    loop, signal = scheduler(), Signal()

    def waiter() -> Work[None]:
        yield Wait((signal,), deadline_ns=50)

    task = loop.spawn(waiter())
    loop.run_idle()
    signal.fire()
    loop.run_idle()
    assert task.done
    assert loop.next_deadline_ns() is None


def test_waiting_for_what_cannot_come_is_stalled() -> None:
    def waiter() -> Work[None]:
        yield Wait((Signal(),))

    with pytest.raises(Stalled):
        scheduler().complete(waiter())


def test_cancel_runs_the_finally_blocks() -> None:
    loop, closed = scheduler(), []

    def work() -> Work[None]:
        try:
            yield Wait((Signal(),))
        finally:
            closed.append(True)

    task = loop.spawn(work())
    loop.run_idle()
    task.cancel()
    assert closed == [True]
    assert task.done


def test_join_waits_for_another_task() -> None:
    loop = scheduler()

    def slow() -> Work[str]:
        yield Wait(deadline_ns=5)
        return "done"

    task = loop.spawn(slow())
    assert loop.complete(task.join()) == "done"


def test_a_writer_waits_while_the_channel_is_full() -> None:
    loop, channel = scheduler(), Channel(capacity=4)

    def writer() -> Work[None]:
        yield from channel.write(b"12345")
        yield from channel.write(b"6")
        channel.close()

    task = loop.spawn(writer())
    loop.run_idle()
    assert not task.done
    assert channel.poll() == b"12345"
    loop.run_idle()
    assert task.done
    assert channel.poll() == b"6"
    assert channel.poll() is None


def test_a_cancelled_channel_tells_the_writer() -> None:
    loop, channel = scheduler(), Channel(capacity=1)

    def writer() -> Work[None]:
        while True:
            yield from channel.write(b"more")

    task = loop.spawn(writer())
    loop.run_idle()
    channel.cancel()
    loop.run_idle()
    with pytest.raises(Disconnected):
        _ = task.result
