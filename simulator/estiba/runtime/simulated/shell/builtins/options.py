"""set and shopt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...streams import print_out
from ...syscalls import Body
from ..control import ShellExit
from ..dialect import Dialect
from ..quoting import double_quoted, quote_if_needed, single_quoted
from ..state import OPTION_LETTERS
from .registry import BASH, builtin

if TYPE_CHECKING:
    from ..shell import Shell

BASH_OPTIONS = """
    allexport braceexpand emacs errexit errtrace functrace hashall histexpand history ignoreeof
    interactive-comments keyword monitor noclobber noexec noglob nolog notify nounset onecmd
    physical pipefail posix privileged verbose vi xtrace
""".split()
PLAIN_OPTIONS = """
    errexit noglob ignoreeof interactive monitor noexec stdin xtrace verbose vi emacs noclobber
    allexport notify nounset
""".split()
SHOPT = """
    autocd assoc_expand_once cdable_vars cdspell checkhash checkjobs checkwinsize cmdhist compat31
    complete_fullquote direxpand dirspell dotglob execfail expand_aliases extdebug extglob extquote
    failglob force_fignore globasciiranges globskipdots globstar gnu_errfmt histappend histreedit
    histverify hostcomplete huponexit inherit_errexit interactive_comments lastpipe lithist
    localvar_inherit localvar_unset login_shell mailwarn no_empty_cmd_completion nocaseglob
    nocasematch noexpand_translation nullglob patsub_replacement progcomp progcomp_alias promptvars
    restricted_shell shift_verbose sourcepath varredir_close xpg_echo
""".split()


def known_options(shell: Shell) -> list[str]:
    if shell.dialect is Dialect.BASH:
        return BASH_OPTIONS
    return [*PLAIN_OPTIONS, "pipefail"] if shell.dialect is Dialect.ASH else PLAIN_OPTIONS


def set_option(shell: Shell, name: str, on: bool) -> bool:
    """Change an option by its long name; False if there is none."""
    if name not in known_options(shell):
        return False
    (shell.state.options.add if on else shell.state.options.discard)(name)
    return True


@builtin("set")
def set_(shell: Shell, args: list[str]) -> Body[int]:
    if not args:
        yield from _variables(shell)
        return 0
    while args and args[0][:1] in ("-", "+") and len(args[0]) > 1:
        word, args = args[0], args[1:]
        if word == "--":
            shell.state.positional = args
            return 0
        on = word[0] == "-"
        for letter in word[1:]:
            if letter == "o":
                if not args:
                    yield from _show(shell, on)
                    return 0
                name, args = args[0], args[1:]
                if not set_option(shell, name, on):
                    return (yield from _bad(shell, name))
            elif letter in OPTION_LETTERS:
                set_name = OPTION_LETTERS[letter]
                (shell.state.options.add if on else shell.state.options.discard)(set_name)
            else:
                return (yield from _bad(shell, "", f"{word[0]}{letter}"))
    if args == ["-"]:
        shell.state.options -= {"xtrace", "verbose"}
    elif args:
        shell.state.positional = args[1:] if args[0] == "-" else args
    return 0


def _bad(shell: Shell, name: str, letter: str = "") -> Body[int]:
    if shell.dialect is Dialect.BASH:
        text = f"{letter}: invalid option" if letter else f"{name}: invalid option name"
        yield from shell.complain(text, "set")
        if letter:
            usage = "[-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]"
            yield from shell.write_error(f"set: usage: set {usage}\n")
        return 2 if letter else 1
    word = "Illegal option" if shell.dialect is Dialect.DASH else "illegal option"
    yield from shell.complain(f"{word} {letter or '-o ' + name}", "set")
    if not shell.at_prompt and shell.dialect is Dialect.DASH:
        raise ShellExit(2)
    return 2


def _variables(shell: Shell) -> Body[None]:
    for name, record in sorted(shell.state.variables.items()):
        if isinstance(record.value, str):
            quoted = quote_if_needed(record.value) if record.value else ""
            if shell.dialect is not Dialect.BASH:
                quoted = single_quoted(record.value)
            yield from print_out(f"{name}={quoted}\n")
        else:
            inner = " ".join(f"[{key}]={double_quoted(text)}" for key, text in record.value.items())
            yield from print_out(f"{name}=({inner})\n")


def _show(shell: Shell, table: bool) -> Body[None]:
    on = shell.state.options
    if table and shell.dialect is Dialect.DASH:
        yield from print_out("Current option settings\n")
    for name in known_options(shell):
        if table:
            state = "on" if name in on else "off"
            gap = f"{name:<15}\t" if shell.dialect is Dialect.BASH else f"{name:<16}"
            yield from print_out(f"{gap}{state}\n")
        else:
            yield from print_out(f"set {'-' if name in on else '+'}o {name}\n")


@builtin("shopt", dialects=(BASH,))
def shopt(shell: Shell, args: list[str]) -> Body[int]:
    options = ""
    while args and args[0].startswith("-") and len(args[0]) > 1:
        options, args = options + args[0][1:], args[1:]
    chosen = shell.state.options if "o" in options else shell.state.shopt
    known = BASH_OPTIONS if "o" in options else SHOPT
    status = 0
    for name in args or known:
        if name not in known:
            text = f"{name}: invalid shell option name"
            yield from shell.complain(text, "shopt")
            status = 1
        elif "s" in options and args:
            chosen.add(name)
        elif "u" in options and args:
            chosen.discard(name)
        else:
            status |= int(name not in chosen) if args else 0
            if "q" not in options and not _filtered(options, name in chosen):
                yield from print_out(_row(name, name in chosen, "p" in options))
    return status


def _filtered(options: str, on: bool) -> bool:
    return ("s" in options and not on) or ("u" in options and on)


def _row(name: str, on: bool, reusable: bool) -> str:
    if reusable:
        return f"shopt -{'s' if on else 'u'} {name}\n"
    return f"{name:<20}\t{'on' if on else 'off'}\n"
