"""awk (mawk, gawk): reads options and records; the language is in `awk_syntax` and `awk_machine`.

Simplified: no getline, no system(), output to pipes runs the command at the end.
"""

from __future__ import annotations

import re

from ..program import Process
from ..streams import decode, encode, read_all, read_file, write_all
from ..syscalls import (
    O_APPEND,
    O_CREAT,
    O_RDONLY,
    O_TRUNC,
    O_WRONLY,
    Body,
    Close,
    Dup2,
    Fork,
    Open,
    Pipe,
    SyscallError,
)
from .awk_machine import Jump, Machine, number
from .awk_syntax import Parser
from .awk_tokens import AwkError, unescape
from .environment import run_program, wait_for
from .options import Grammar, Misuse, complain, is_busybox, tool

GRAMMAR = Grammar(
    "+F:v:f:W:", {"field-separator=": "F", "assign=": "v", "file=": "f", "version": "V"}
)
ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.S)


@tool("awk", "mawk", "gawk", "nawk", misuse=2)
def awk(process: Process, args: list[str]) -> Body[int]:
    options = GRAMMAR.parse(process, args)
    operands = options.operands
    sources = []
    for path in options.values("f"):
        try:
            sources.append(decode((yield from read_file(path))))
        except SyscallError as error:
            return (yield from _cannot_open(process, path, error))
    if not sources:
        if not operands:
            if is_busybox(process):
                raise Misuse()
            raise Misuse("Usage: mawk [Options] [Program] [file ...]", prefix=False, hint=False)
        sources.append(operands.pop(0))
    assignments = {}
    for text in options.values("v"):
        matched = ASSIGNMENT.match(text)
        if not matched:
            raise Misuse(f"improper assignment: -v {text}", hint=False)
        assignments[matched[1]] = unescape(matched[2])
    if "F" in options:
        separator = unescape(options.value("F"))
        assignments["FS"] = "\t" if separator == "t" else separator
    try:
        machine = Machine(Parser("\n".join(sources)).parse(), assignments, operands)
        machine.variables["ENVIRON"] = dict(process.environment)
        yield from _run(process, machine, operands)
    except AwkError as error:
        yield from complain(
            process, f"cmd. line:1: {error}" if is_busybox(process) else f"line 1: {error}"
        )
        return 1 if is_busybox(process) else 2
    return machine.status


def _cannot_open(process: Process, path: str, error: SyscallError) -> Body[int]:
    if is_busybox(process):
        yield from complain(process, f"{path}: {error}")
        return 1
    yield from complain(process, f"cannot open {path} ({error})")
    return 2


def _run(process: Process, machine: Machine, operands: list[str]) -> Body[None]:
    only_begin = all(p is not None and p[0] == "BEGIN" for p, _ in machine.program.rules)
    try:
        machine.rules("BEGIN")
        if not only_begin or machine.program.rules == []:
            yield from _records(process, machine, operands)
    except Jump as jump:
        yield from _exit(machine, jump)
    try:
        machine.rules("END")
    except Jump as jump:
        yield from _exit(machine, jump)
    yield from _flush(process, machine)


def _exit(machine: Machine, jump: Jump) -> Body[None]:
    if jump.kind == "exit" and jump.value is not None:
        machine.status = int(number(jump.value)) & 255
    return
    yield


def _records(process: Process, machine: Machine, operands: list[str]) -> Body[None]:
    named = [text for text in operands if not ASSIGNMENT.match(text)]
    for text in operands or ["-"]:
        matched = ASSIGNMENT.match(text)
        if matched and text != "-":
            machine.variables[matched[1]] = unescape(matched[2])
            continue
        yield from _file(process, machine, text)
    if operands and not named:
        yield from _file(process, machine, "-")


def _file(process: Process, machine: Machine, path: str) -> Body[None]:
    try:
        fd = 0 if path == "-" else (yield from Open(path, O_RDONLY))
        data = decode((yield from read_all(fd)))
    except SyscallError as error:
        machine.status = yield from _cannot_open(process, path, error)
        return
    if fd:
        yield from Close(fd)
    machine.variables["FILENAME"] = "" if path == "-" else path
    machine.variables["FNR"] = 0.0
    for record in _split_records(data, machine.string(machine.variables["RS"])):
        machine.variables["NR"] += 1
        machine.variables["FNR"] += 1
        machine.set_record(record)
        try:
            machine.rules("")
        except Jump as jump:
            if jump.kind == "nextfile":
                break
            if jump.kind != "next":
                raise


def _split_records(data: str, separator: str) -> list[str]:
    if separator == "":
        return [part.strip("\n") for part in re.split(r"\n\n+", data.strip("\n")) if part]
    parts = data.split(separator) if len(separator) == 1 else re.split(separator, data)
    if parts and parts[-1] in ("", "\n") and (parts[-1] == "" or separator != "\n"):
        last = parts.pop()
        if last == "\n" and separator != "\n":
            parts.append(last)
    return parts


def _flush(process: Process, machine: Machine) -> Body[None]:
    yield from write_all(1, encode("".join(machine.out)))
    machine.out.clear()
    for path, (append, texts) in machine.files.items():
        fd = 2
        if path != "/dev/stderr":
            fd = yield from Open(path, O_WRONLY | O_CREAT | (O_APPEND if append else O_TRUNC))
        yield from write_all(fd, encode("".join(texts)))
        if fd != 2:
            yield from Close(fd)
    for command, texts in machine.piped.items():
        yield from _pipe(process, command, "".join(texts))


def _pipe(process: Process, command: str, text: str) -> Body[None]:
    reading, writing = yield from Pipe()

    def child() -> Body[int]:
        yield from Close(writing)
        yield from Dup2(reading, 0)
        yield from Close(reading)
        yield from run_program(process.environment, ["/bin/sh", "-c", command])
        return 127

    pid = yield from Fork(child)
    yield from Close(reading)
    yield from write_all(writing, encode(text))
    yield from Close(writing)
    yield from wait_for(pid)
