"""The filter of system calls: Docker's default profile, compiled to a BPF program.

The program knows one machine's numbers. A call of another architecture (32 bits) ends the process; a number that is
newer than the profile gets ENOSYS, so that programs fall back; what is not allowed gets EPERM.
Simplified: 32-bit programs do not run under the filter, where Docker filters them too.
Source: the filter that Docker 20.10 installs, read back from a running container; seccomp(2).
"""

from __future__ import annotations

import functools
import platform
import struct
from collections.abc import Sequence

from .. import capabilities as docker_capabilities
from .seccomp_profile import ALLOWED, BY_CAPABILITY, NUMBERS, PERSONALITIES, newest

KILL, ERRNO, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
EPERM, ENOSYS = 1, 38
AUDIT_ARCHITECTURES = {"x86_64": 0xC000003E}
LOAD, JUMP_EQUAL, JUMP_ABOVE, JUMP_AT_LEAST, AND, RETURN = 0x20, 0x15, 0x25, 0x35, 0x54, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
NAMESPACES = 0x7E020000
DEFAULT = docker_capabilities.DEFAULT

Instruction = tuple[int, int, int, int]
Code = Sequence[Instruction]


def supported() -> bool:
    """Whether the profile knows this machine's numbers."""
    return platform.machine() in AUDIT_ARCHITECTURES


@functools.cache
def program(capabilities: frozenset[str]) -> bytes:
    """The filter for a container with these capabilities. Units: 8 bytes an instruction."""
    machine = platform.machine()
    code: list[Instruction] = [
        (LOAD, 0, 0, ARCHITECTURE),
        (JUMP_EQUAL, 1, 0, AUDIT_ARCHITECTURES[machine]),
        _answer(KILL),
        (LOAD, 0, 0, NUMBER),
        (JUMP_ABOVE, 0, 1, newest(machine)),
        _answer(ERRNO | ENOSYS),
        *_search(_segments(capabilities, machine)),
    ]
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in code)


def _segments(capabilities: frozenset[str], machine: str) -> list[tuple[int, Code]]:
    """Runs of numbers with the same answer: where each begins, and the code that answers."""
    answers = _answers(capabilities)
    names = {number: name for name, number in NUMBERS[machine].items()}
    denied: Code = [_answer(ERRNO | EPERM)]
    segments: list[tuple[int, Code]] = []
    for number in range(newest(machine) + 1):
        code = answers.get(names.get(number, ""), denied)
        if not segments or segments[-1][1] != code:
            segments.append((number, code))
    return segments


def _answers(capabilities: frozenset[str]) -> dict[str, Code]:
    answers: dict[str, Code] = {name: [_answer(ALLOW)] for name in ALLOWED}
    answers["personality"] = _one_of(PERSONALITIES)
    answers["clone"] = _without(NAMESPACES)
    answers["clone3"] = [_answer(ERRNO | ENOSYS)]
    for capability, names in BY_CAPABILITY.items():
        if capability in capabilities:
            answers |= {name: [_answer(ALLOW)] for name in names}
    return answers


def _answer(value: int) -> Instruction:
    return (RETURN, 0, 0, value)


def _one_of(values: Sequence[int]) -> Code:
    """Allow a first argument that is one of some values, all of 32 bits."""
    code: list[Instruction] = [
        (LOAD, 0, 0, FIRST_ARGUMENT + 4),
        (JUMP_EQUAL, 0, len(values) + 1, 0),
        (LOAD, 0, 0, FIRST_ARGUMENT),
    ]
    for place, value in enumerate(values):
        code.append((JUMP_EQUAL, len(values) - place, 0, value))
    return [*code, _answer(ERRNO | EPERM), _answer(ALLOW)]


def _without(bits: int) -> Code:
    """Allow a first argument that has none of these bits."""
    return [
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (AND, 0, 0, bits),
        (JUMP_EQUAL, 0, 1, 0),
        _answer(ALLOW),
        _answer(ERRNO | EPERM),
    ]


def _search(segments: Sequence[tuple[int, Code]]) -> list[Instruction]:
    """A binary search among segments; jumps reach 255 instructions at most."""
    if len(segments) == 1:
        return list(segments[0][1])
    middle = len(segments) // 2
    left, right = _search(segments[:middle]), _search(segments[middle:])
    if len(left) > 255:
        raise ValueError("the profile has too many segments for a jump")
    return [(JUMP_AT_LEAST, len(left), 0, segments[middle][0]), *left, *right]
