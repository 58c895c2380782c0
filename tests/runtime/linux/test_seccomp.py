"""The filter of system calls answers as Docker's does, number by number."""

from __future__ import annotations

import json
import platform
import struct
from pathlib import Path

import pytest

from estiba.runtime.linux.seccomp import AUDIT_ARCHITECTURES, program
from estiba.runtime.linux.seccomp_profile import NUMBERS

FACTS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "seccomp_verdicts.json").read_text(encoding="utf-8")
)
WORDS = {0x7FFF0000: "allow", 0x50001: "EPERM", 0x50026: "ENOSYS", 0x80000000: "kill"}
X86_64 = AUDIT_ARCHITECTURES["x86_64"]
Call = tuple[int, int, int]

pytestmark = pytest.mark.skipif(
    platform.machine() != "x86_64", reason="the profile has the numbers of x86_64 only"
)


def verdict(code: bytes, number: int, first: int = 0, architecture: int = X86_64) -> str:
    """What a BPF program returns for a call."""
    data = struct.pack("<IIQ6Q", number, architecture, 0, first, 0, 0, 0, 0, 0)
    place = accumulator = 0
    while True:
        kind, yes, no, value = struct.unpack_from("<HBBI", code, place * 8)
        place += 1
        if kind == 0x20:
            [accumulator] = struct.unpack_from("<I", data, value)
        elif kind == 0x54:
            accumulator &= value
        elif kind == 0x06:
            return WORDS[value]
        else:
            met = {
                0x15: accumulator == value,
                0x25: accumulator > value,
                0x35: accumulator >= value,
            }
            place += yes if met[kind] else no


@pytest.mark.parametrize("added", FACTS["verdicts"])
def test_every_number_is_answered_as_by_docker(added: str) -> None:
    capabilities = {"SYS_CHROOT"} | ({added} if added else set())
    code = program(
        frozenset(capabilities - {"SYS_CHROOT", added} if added[:1] == "-" else capabilities)
    )
    runs: list[list[object]] = []
    for number in range(520):
        answer = verdict(code, number)
        if runs and runs[-1][2] == answer:
            runs[-1][1] = number
        else:
            runs.append([number, number, answer])
    assert runs == FACTS["verdicts"][added]


@pytest.mark.parametrize("name", ["clone", "personality"])
def test_arguments_are_looked_at_as_by_docker(name: str) -> None:
    code, number = program(frozenset({"SYS_CHROOT"})), NUMBERS["x86_64"][name]
    answers = {given: verdict(code, number, int(given, 16)) for given in FACTS[name]}
    assert answers == FACTS[name]


def test_another_architecture_ends_the_process() -> None:
    assert verdict(program(frozenset()), 0, architecture=0x40000003) == "kill"


def test_a_call_costs_few_steps() -> None:
    assert len(program(frozenset())) // 8 < 400
