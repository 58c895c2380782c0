"""bash's declare, typeset and local."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...streams import print_out
from ...syscalls import Body
from ..quoting import double_quoted, quote_if_needed
from ..state import Variable
from ..word_parts import is_name
from .registry import BASH, builtin
from .variables import bad_name

if TYPE_CHECKING:
    from ..shell import Shell

FLAGS = {"x": "exported", "r": "readonly", "i": "integer"}


@builtin("local", dialects=(BASH,))
def local(shell: Shell, args: list[str]) -> Body[int]:
    if not shell.state.scopes:
        yield from shell.complain("can only be used in a function", "local")
        return 1
    return (yield from _declare(shell, "local", args, local_scope=True))


@builtin("declare", "typeset", dialects=(BASH,))
def declare(shell: Shell, args: list[str]) -> Body[int]:
    is_local = bool(shell.state.scopes) and not any(
        arg.startswith("-") and "g" in arg for arg in args if arg.startswith("-")
    )
    return (yield from _declare(shell, "declare", args, local_scope=is_local))


def _declare(shell: Shell, name: str, args: list[str], *, local_scope: bool) -> Body[int]:
    arrays = shell.pending_arrays
    on: set[str] = set()
    off: set[str] = set()
    place = 1
    while args and args[0][:1] in ("-", "+") and len(args[0]) > 1:
        option, args = args[0], args[1:]
        place += 1
        if option == "--":
            break
        (on if option[0] == "-" else off).update(option[1:])
    if "f" in on or "F" in on:
        return (yield from _functions(shell, args, "F" in on))
    if "p" in on or not args:
        return (yield from _print(shell, name, args, on))
    status = 0
    for number, text in enumerate(args, place):
        status |= yield from _one(shell, name, text, on, off, local_scope)
        if number in arrays:
            yield from shell.evaluator.assign(arrays[number])
    return status


def _one(
    shell: Shell, name: str, text: str, on: set[str], off: set[str], local_scope: bool
) -> Body[int]:
    variable, equals, value = text.partition("=")
    append = variable.endswith("+") and bool(equals)
    variable = variable.removesuffix("+") if append else variable
    if not is_name(variable):
        return (yield from bad_name(shell, name, text))
    old = shell.state.get(variable) or ""
    if local_scope:
        shell.state.make_local(variable)
    if "i" in on and equals:
        value = str(shell.expander.arithmetic(value))
    if "A" in on:
        shell.state.shopt.add("assoc:" + variable)
        shell.state.variables.setdefault(variable, Variable({}))
    elif "a" in on:
        shell.state.variables.setdefault(variable, Variable({}))
    case = "u" if "u" in on else "l" if "l" in on else ""
    if case:
        shell.state.mark(variable, case=case)
    if equals:
        shell.assign(variable, old + value if append else value)
    for letter, flag in FLAGS.items():
        if letter in on:
            shell.state.mark(variable, **{flag: True})
        elif letter in off:
            shell.state.mark(variable, **{flag: False})
    return 0


def _functions(shell: Shell, names: list[str], only_names: bool) -> Body[int]:
    status = 0
    for name in names or sorted(shell.state.functions):
        if name not in shell.state.functions:
            status = 1
        elif names and only_names:
            yield from print_out(f"{name}\n")
        else:
            yield from print_out(f"declare -f {name}\n")
    return status


def _print(shell: Shell, name: str, names: list[str], on: set[str]) -> Body[int]:
    status = 0
    variables = shell.state.variables
    for variable in names or sorted(variables):
        record = variables.get(variable)
        if record is None:
            yield from shell.complain(f"{variable}: not found", name)
            status = 1
        elif not names and "p" not in on and not on:
            yield from print_out(f"{variable}={quote_if_needed(record.text)}\n")
        elif names or _wanted(record, on):
            yield from print_out(_shown(shell, variable, record))
    return status


def _wanted(record: Variable, on: set[str]) -> bool:
    letters = on & set(FLAGS)
    return all(getattr(record, FLAGS[letter]) for letter in letters)


def _shown(shell: Shell, name: str, record: Variable) -> str:
    letters = "A" if "assoc:" + name in shell.state.shopt else ""
    if not isinstance(record.value, str) and not letters:
        letters = "a"
    letters += "i" * record.integer + "r" * record.readonly + "x" * record.exported
    head = f"declare -{letters or '-'} {name}"
    if isinstance(record.value, str):
        return f"{head}={double_quoted(record.value)}\n"
    inner = [f"[{key}]={double_quoted(value)}" for key, value in record.value.items()]
    gap = " " if letters.startswith("A") and inner else ""
    return f"{head}=({' '.join(inner)}{gap})\n"
