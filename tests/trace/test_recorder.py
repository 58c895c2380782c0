import json
from dataclasses import dataclass
from typing import ClassVar

import pytest

from estiba.trace import Ids, Recorder, VirtualClock
from estiba.trace.recorder import to_json_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    name: ClassVar[str] = "thing.happened"
    number: int


def recorder(limit: int | None = None) -> Recorder:
    return Recorder(VirtualClock(0, tick_ns=1), limit=limit)


def test_events_keep_their_order_and_time() -> None:
    trace = recorder()
    for number in range(3):
        trace.emit(Happened(number=number))
    assert [(r.sequence, r.time_ns) for r in trace.since(0)] == [(0, 1), (1, 2), (2, 3)]


def test_since_starts_at_a_position() -> None:
    trace = recorder()
    trace.emit(Happened(number=0))
    here = trace.position
    trace.emit(Happened(number=1))
    assert [r.event for r in trace.since(here)] == [Happened(number=1)]


def test_a_limited_recorder_forgets_the_oldest_but_not_the_count() -> None:
    trace = recorder(limit=10)
    for number in range(100):
        trace.emit(Happened(number=number))
    kept = list(trace.since(0))
    assert 10 <= len(kept) <= 20
    assert kept[-1].sequence == 99


def test_a_listener_hears_until_it_stops() -> None:
    trace, heard = recorder(), []
    stop = trace.listen(lambda record: heard.append(record.sequence))
    trace.emit(Happened(number=0))
    stop()
    trace.emit(Happened(number=1))
    assert heard == [0]


def test_json_lines_name_the_event_and_its_fields() -> None:
    trace = recorder()
    trace.emit(Happened(number=7))
    line = json.loads(to_json_lines(trace.since(0)))
    assert line == {"sequence": 0, "time_ns": 1, "event": "thing.happened", "number": 7}


def test_one_seed_gives_the_same_identifiers() -> None:
    one, other = Ids("seed"), Ids("seed")
    assert [one.hex64(), one.container_name()] == [other.hex64(), other.container_name()]


@pytest.mark.parametrize("retry", [0, 1])
def test_an_invented_name_has_the_form_of_dockers(retry: int) -> None:
    name = Ids("x").container_name(retry)
    adjective, _, surname = name.partition("_")
    assert adjective.isalpha()
    assert surname.rstrip("0123456789").isalpha()
    assert surname[-1].isdigit() == bool(retry)
