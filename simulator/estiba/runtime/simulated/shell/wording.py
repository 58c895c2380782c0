"""What each shell says when something is wrong. The dialects differ in every sentence.

Source: observed behaviour of bash 5.2, dash 0.5.12 and BusyBox 1.35.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..syscalls.errnos import ENOENT, ENOEXEC, ENOTDIR, strerror
from .arithmetic import ArithmeticFailure
from .dialect import Dialect
from .lexer import ShellSyntaxError
from .syntax import Parameter

if TYPE_CHECKING:
    from .shell import Shell

BASH_ARITHMETIC = {
    "division": "division by 0",
    "operand": "syntax error: operand expected",
    "syntax": "syntax error in expression",
    "base": "value too great for base",
    "colon": "`:' expected for conditional expression",
    "parenthesis": "missing `)'",
    "exponent": "exponent less than 0",
    "recursion": "expression recursion level exceeded",
}


class Wording:
    """Bash's sentences, and what all have in common."""

    bad_status = 1
    usage_status = 2
    assignment_status = 1

    def __init__(self, shell: Shell) -> None:
        self.shell = shell

    @property
    def unset_status(self) -> int:
        """The status of a script that used an unset parameter."""
        return 127 if self.shell.from_command else 1

    def prefix(self, builtin: str = "") -> str:
        """What comes before a message."""
        state = self.shell.state
        where = "" if self.shell.at_prompt else f"line {max(state.line, 1)}: "
        name = "bash" if self.shell.at_prompt else state.name
        return f"{name}: {where}{builtin + ': ' if builtin else ''}"

    def not_found(self, name: str) -> str:
        return f"{name}: command not found"

    def cannot_run(self, name: str, errno: int) -> str:
        if errno == ENOEXEC:
            return f"{name}: cannot execute binary file: Exec format error"
        return f"{name}: {strerror(errno)}"

    def is_directory(self, name: str) -> str:
        return f"{name}: Is a directory"

    def cannot_open(self, path: str, errno: int, writing: bool) -> str:
        return f"{path}: {strerror(errno)}"

    def no_clobber(self, path: str) -> str:
        return f"{path}: cannot overwrite existing file"

    def bad_fd(self, fd: str) -> str:
        return f"{fd}: Bad file descriptor"

    def ambiguous(self, text: str) -> str:
        return f"{text}: ambiguous redirect"

    def unset(self, name: str) -> str:
        return f"{name}: unbound variable"

    def null_or_unset(self, null: bool) -> str:
        return "parameter null or not set" if null else "parameter not set"

    def readonly(self, name: str) -> str:
        return f"{name}: readonly variable"

    def bad_substitution(self, part: Parameter) -> str:
        return f"${{{part.name}}}: bad substitution"

    def arithmetic(self, text: str, error: ArithmeticFailure) -> str:
        shown = text.strip()
        token = error.token or shown
        return (
            f'{shown}: {BASH_ARITHMETIC.get(error.kind, "syntax error")} (error token is "{token}")'
        )

    def bad_identifier(self, name: str) -> str:
        return f"`{name}': not a valid identifier"

    def too_many(self) -> str:
        return "too many arguments"

    def cannot_cd(self, path: str, errno: int) -> str:
        return f"{path}: {strerror(errno)}"

    def bad_number(self, text: str) -> str:
        return f"{text}: numeric argument required"

    def integer_expected(self, text: str) -> str:
        return f"{text}: integer expression expected"

    def cannot_source(self, path: str, errno: int) -> str:
        return f"{path}: {strerror(errno)}"

    def type_not_found(self, name: str) -> tuple[str, int]:
        return f"{name}: not found", 1

    def syntax(self, error: ShellSyntaxError, line_text: str, where: str) -> list[str]:
        """The lines, complete, for a text that cannot be parsed; `where` is `-c` or empty."""
        prefix = self._syntax_prefix(error.line, where)
        if error.message.startswith("matching"):
            return [f"{prefix}unexpected EOF while looking for {error.message}"]
        if error.message:
            return [f"{prefix}`{error.token}': not a valid identifier"]
        if not error.token:
            return [f"{prefix}syntax error: unexpected end of file"]
        lines = [f"{prefix}syntax error near unexpected token `{error.token}'"]
        if not self.shell.at_prompt:
            lines.append(f"{prefix}`{line_text}'")
        return lines

    def _syntax_prefix(self, line: int, where: str) -> str:
        if self.shell.at_prompt:
            return "bash: "
        middle = f"{where}: " if where else ""
        return f"{self.shell.state.name}: {middle}line {line}: "


class DashWording(Wording):
    """dash's sentences."""

    bad_status = 2
    assignment_status = 2

    @property
    def unset_status(self) -> int:
        return 2

    def prefix(self, builtin: str = "") -> str:
        state = self.shell.state
        line = max(state.line, 1)
        return f"{state.name}: {line}: {builtin + ': ' if builtin else ''}"

    def not_found(self, name: str) -> str:
        return f"{name}: not found"

    def cannot_run(self, name: str, errno: int) -> str:
        if errno in (ENOENT, ENOTDIR):
            return f"{name}: not found"
        return f"{name}: {strerror(errno)}"

    def is_directory(self, name: str) -> str:
        return f"{name}: Permission denied"

    def cannot_open(self, path: str, errno: int, writing: bool) -> str:
        reasons = {ENOENT: "Directory nonexistent" if writing else "No such file"}
        reasons[ENOTDIR] = "Directory nonexistent" if writing else "No such file"
        verb = "create" if writing else "open"
        return f"cannot {verb} {path}: {reasons.get(errno) or strerror(errno)}"

    def no_clobber(self, path: str) -> str:
        return f"cannot create {path}: File exists"

    def ambiguous(self, text: str) -> str:
        return f"cannot create {text}: Directory nonexistent"

    def unset(self, name: str) -> str:
        return f"{name}: parameter not set"

    def null_or_unset(self, null: bool) -> str:
        return "parameter not set or null" if null else "parameter not set"

    def readonly(self, name: str) -> str:
        return f"{name}: is read only"

    def bad_substitution(self, part: Parameter) -> str:
        return "Bad substitution"

    def arithmetic(self, text: str, error: ArithmeticFailure) -> str:
        shown = text.strip()
        texts = {"division": "division by zero", "operand": "expecting primary"}
        texts |= {
            "syntax": "expecting EOF",
            "parenthesis": "expecting ')'",
            "colon": "expecting ':'",
        }
        return f'arithmetic expression: {texts.get(error.kind, "expecting EOF")}: "{shown}"'

    def bad_identifier(self, name: str) -> str:
        return f"{name}: bad variable name"

    def cannot_cd(self, path: str, errno: int) -> str:
        return f"can't cd to {path}"

    def bad_number(self, text: str) -> str:
        return f"Illegal number: {text}"

    def integer_expected(self, text: str) -> str:
        return f"Illegal number: {text}"

    def cannot_source(self, path: str, errno: int) -> str:
        return f"cannot open {path}: {'No such file' if errno == ENOENT else strerror(errno)}"

    def type_not_found(self, name: str) -> tuple[str, int]:
        return f"{name}: not found", 127

    def syntax(self, error: ShellSyntaxError, line_text: str, where: str) -> list[str]:
        prefix = f"{self.shell.state.name}: {error.line}: Syntax error: "
        if error.message.startswith("matching") and error.expecting != ")":
            return [prefix + upper_first(_unterminated(error.message))]
        if error.message and error.expecting != ")":
            return [prefix + upper_first(error.message)]
        token = _token(error.token)
        expecting = f' (expecting "{error.expecting}")' if error.expecting else ""
        return [f"{prefix}{token} unexpected{expecting}"]


class AshWording(DashWording):
    """BusyBox ash's sentences."""

    def prefix(self, builtin: str = "") -> str:
        shell, state = self.shell, self.shell.state
        if shell.at_prompt:
            return f"{state.name}: {builtin + ': ' if builtin else ''}"
        if shell.from_file:
            middle = f"{builtin}: " if builtin else ""
            return f"{state.name}: {middle}line {max(state.line, 1)}: "
        return (
            f"{state.name}: {builtin}: line {max(state.line - 1, 0)}: "
            if builtin
            else f"{state.name}: "
        )

    def cannot_open(self, path: str, errno: int, writing: bool) -> str:
        verb = "create" if writing else "open"
        missing = "nonexistent directory" if writing else "no such file"
        reason = missing if errno in (ENOENT, ENOTDIR) else strerror(errno)
        return f"can't {verb} {path}: {reason}"

    def no_clobber(self, path: str) -> str:
        return f"can't create {path}: File exists"

    def bad_substitution(self, part: Parameter) -> str:
        return "syntax error: bad substitution"

    def arithmetic(self, text: str, error: ArithmeticFailure) -> str:
        return "divide by zero" if error.kind == "division" else "arithmetic syntax error"

    def cannot_cd(self, path: str, errno: int) -> str:
        return f"can't cd to {path}: {strerror(errno)}"

    def integer_expected(self, text: str) -> str:
        return f"{text}: bad number"

    def cannot_source(self, path: str, errno: int) -> str:
        return f"can't open '{path}': {strerror(errno)}"

    def syntax(self, error: ShellSyntaxError, line_text: str, where: str) -> list[str]:
        shell = self.shell
        line = f"line {error.line}: " if shell.from_file and not shell.at_prompt else ""
        prefix = f"{shell.state.name}: {line}syntax error: "
        if error.message.startswith("matching") and error.expecting != ")":
            return [prefix + _unterminated(error.message)]
        if error.message and error.expecting != ")":
            return [prefix + error.message]
        token = _token(error.token)
        expecting = f' (expecting "{error.expecting}")' if error.expecting else ""
        return [f"{prefix}unexpected {token}{expecting}"]


def _unterminated(message: str) -> str:
    if "}" in message:
        return "missing '}'"
    return "EOF in backquote substitution" if "``" in message else "unterminated quoted string"


def _token(text: str) -> str:
    if text[:1] in ("<", ">"):
        return "redirection"
    return {"": "end of file", "newline": "newline"}.get(text) or f'"{text}"'


def upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def wording_for(shell: Shell) -> Wording:
    kinds = {Dialect.BASH: Wording, Dialect.DASH: DashWording, Dialect.ASH: AshWording}
    return kinds[shell.dialect](shell)
