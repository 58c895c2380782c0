"""export, readonly, unset, shift, local, alias, getopts, let."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...streams import print_out
from ...syscalls import Body
from ..control import Failure, ShellExit
from ..dialect import Dialect
from ..quoting import double_quoted, single_quoted
from ..state import ReadonlyError
from ..word_parts import is_name
from .registry import ASH, BASH, DASH, builtin, number

if TYPE_CHECKING:
    from ..shell import Shell


def bad_name(shell: Shell, builtin_name: str, text: str) -> Body[int]:
    """Complain about a name; dash ends a script there."""
    yield from shell.complain(shell.wording.bad_identifier(text), builtin_name)
    if shell.dialect is not Dialect.BASH and not shell.at_prompt:
        raise ShellExit(2)
    return 1


def _marking(shell: Shell, name: str, args: list[str], flag: str) -> Body[int]:
    options: set[str] = set()
    while args and args[0].startswith("-") and len(args[0]) > 1:
        option, args = args[0], args[1:]
        if option == "--":
            break
        options.update(option[1:])
    if not args or "p" in options:
        yield from _list(shell, name, flag)
        return 0
    status = 0
    for text in args:
        variable, equals, value = text.partition("=")
        append = variable.endswith("+") and bool(equals)
        variable = variable.removesuffix("+") if append else variable
        if not is_name(variable):
            status = yield from bad_name(shell, name, text)
            continue
        yield from _array(shell, variable)
        if equals:
            shell.assign(variable, (shell.state.get(variable) or "") + value if append else value)
        if variable in shell.state.variables or "n" not in options:
            shell.state.mark(variable, **{flag: "n" not in options})
    return status


def _array(shell: Shell, name: str) -> Body[None]:
    """`export a=(…)`: the array part, which the parser kept aside."""
    for assignment in list(shell.pending_arrays.values()):
        if assignment.name == name:
            yield from shell.evaluator.assign(assignment)


def _list(shell: Shell, name: str, flag: str) -> Body[None]:
    for variable, record in sorted(shell.state.variables.items()):
        if not getattr(record, flag):
            continue
        if shell.dialect is Dialect.BASH:
            letters = "x" * record.exported + "r" * record.readonly
            yield from print_out(
                f"declare -{letters[::-1]} {variable}={double_quoted(record.text)}\n"
            )
        else:
            yield from print_out(f"{name} {variable}={single_quoted(record.text)}\n")


@builtin("export")
def export(shell: Shell, args: list[str]) -> Body[int]:
    if args[:1] == ["-f"]:
        return 0
    return (yield from _marking(shell, "export", args, "exported"))


@builtin("readonly")
def readonly(shell: Shell, args: list[str]) -> Body[int]:
    return (yield from _marking(shell, "readonly", args, "readonly"))


@builtin("unset")
def unset(shell: Shell, args: list[str]) -> Body[int]:
    functions = variables = False
    while args and args[0] in ("-f", "-v", "--", "-n"):
        functions |= args[0] == "-f"
        variables |= args[0] == "-v"
        args = args[1:]
    status = 0
    for name in args:
        base, bracket, index = name.partition("[")
        if bracket and shell.dialect is Dialect.BASH:
            _unset_element(shell, base, index.rstrip("]"))
        elif functions or (not variables and base not in shell.state.variables):
            shell.state.functions.pop(name, None)
            if not functions and not is_name(name) and shell.dialect is not Dialect.BASH:
                status = yield from bad_name(shell, "unset", name)
        else:
            status |= yield from _unset(shell, name)
    return status


def _unset(shell: Shell, name: str) -> Body[int]:
    try:
        shell.state.unset(name)
    except ReadonlyError:
        text = f"{name}: cannot unset: readonly variable"
        if shell.dialect is not Dialect.BASH:
            text = shell.wording.readonly(name)
        yield from shell.complain(text, "unset")
        if shell.dialect is not Dialect.BASH and not shell.at_prompt:
            raise ShellExit(2) from None
        return 1
    return 0


def _unset_element(shell: Shell, name: str, index: str) -> None:
    elements = dict(shell.expander.elements(name))
    elements.pop(shell.expander.key_of(name, index), None)
    if name in shell.state.variables:
        old = shell.state.variables[name]
        shell.state.variables[name] = old._replace(value=elements)


@builtin("shift")
def shift(shell: Shell, args: list[str]) -> Body[int]:
    count = number(args[0]) if args else 1
    if count is None or count < 0:
        yield from shell.complain(shell.wording.bad_number(args[0]), "shift")
        return 1
    if count > len(shell.state.positional):
        if shell.dialect is Dialect.DASH:
            yield from shell.complain("can't shift that many", "shift")
            raise ShellExit(2)
        return 1
    del shell.state.positional[:count]
    return 0


@builtin("local", dialects=(DASH, ASH))
def local(shell: Shell, args: list[str]) -> Body[int]:
    if not shell.state.scopes:
        yield from shell.complain("not in a function", "local")
        raise ShellExit(2)
    for text in args:
        name, equals, value = text.partition("=")
        if not is_name(name):
            yield from bad_name(shell, "local", text)
            continue
        old = shell.state.variables.get(name)
        shell.state.make_local(name)
        if equals:
            shell.assign(name, value)
        elif old is not None and shell.dialect is Dialect.DASH:
            shell.state.variables[name] = old
    return 0


# Aliases.


@builtin("alias")
def alias(shell: Shell, args: list[str]) -> Body[int]:
    aliases, status = shell.state.aliases, 0
    head = "alias " if shell.dialect is Dialect.BASH else ""
    if args[:1] == ["-p"]:
        args = args[1:]
    if not args:
        for name in sorted(aliases):
            yield from print_out(f"{head}{name}={single_quoted(aliases[name])}\n")
    for text in args:
        name, equals, value = text.partition("=")
        if equals:
            aliases[name] = value
        elif name in aliases:
            yield from print_out(f"{head}{name}={single_quoted(aliases[name])}\n")
        else:
            if shell.dialect is Dialect.BASH:
                yield from shell.complain(f"{name}: not found", "alias")
            else:
                yield from shell.write_error(f"alias: {name} not found\n")
            status = 1
    return status


@builtin("unalias")
def unalias(shell: Shell, args: list[str]) -> Body[int]:
    if args[:1] == ["-a"]:
        shell.state.aliases.clear()
        return 0
    status = 0
    for name in args:
        if shell.state.aliases.pop(name, None) is None:
            if shell.dialect is Dialect.BASH:
                yield from shell.complain(f"{name}: not found", "unalias")
            else:
                yield from shell.write_error(f"unalias: {name} not found\n")
            status = 1
    return status


@builtin("let", dialects=(BASH, ASH))
def let(shell: Shell, args: list[str]) -> Body[int]:
    if not args:
        yield from shell.complain("expression expected", "let")
        return 1
    value = 0
    for text in args:
        try:
            value = shell.expander.arithmetic(text)
        except Failure as failure:
            yield from shell.complain(failure.message, "let")
            return 1
    return int(value == 0)


# Options of scripts.


@builtin("getopts")
def getopts(shell: Shell, args: list[str]) -> Body[int]:
    if len(args) < 2:
        yield from shell.complain("usage: getopts optstring name [arg ...]", "getopts")
        return 2
    letters, name = args[0], args[1]
    words = args[2:] or shell.state.positional
    silent = letters.startswith(":")
    index = int(shell.state.get("OPTIND") or "1")
    if index == 1 and shell.state.getopts < 1:
        shell.state.getopts = 1
    place = shell.state.getopts
    word = words[index - 1] if index <= len(words) else ""
    if not word.startswith("-") or word in ("-", "--"):
        shell.assign("OPTIND", str(index + (word == "--")))
        shell.assign(name, "?")
        shell.state.getopts = 1
        return 1
    letter = word[place]
    last = place + 1 >= len(word)
    if letter == ":" or letter not in letters:
        yield from _option_error(shell, name, letter, silent, "illegal option -- ")
    elif letters[letters.index(letter) + 1 :][:1] == ":":
        if not last:
            shell.assign("OPTARG", word[place + 1 :])
            shell.assign(name, letter)
        elif index < len(words):
            shell.assign("OPTARG", words[index])
            shell.assign(name, letter)
            index += 1
        else:
            text = "option requires an argument -- "
            yield from _option_error(shell, name, letter, silent, text, missing=True)
        last = True
    else:
        shell.assign(name, letter)
        shell.state.variables.pop("OPTARG", None)
    shell.assign("OPTIND", str(index + 1 if last else index))
    shell.state.getopts = 1 if last else place + 1
    return 0


def _option_error(
    shell: Shell, name: str, letter: str, silent: bool, text: str, *, missing: bool = False
) -> Body[None]:
    shell.assign(name, ":" if missing and silent else "?")
    if silent:
        shell.assign("OPTARG", letter)
        return
    shell.state.variables.pop("OPTARG", None)
    if shell.dialect is Dialect.DASH:
        dash = {
            "illegal option -- ": "Illegal option -",
            "option requires an argument -- ": "No arg for -",
        }
        text = dash[text]
        suffix = " option" if missing else ""
        yield from shell.write_error(f"{text}{letter}{suffix}\n")
    else:
        yield from shell.write_error(f"{shell.state.name}: {text}{letter}\n")
