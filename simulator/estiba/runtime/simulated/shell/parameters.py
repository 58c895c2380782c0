"""`$name` and `${name…}`: what parameters hold, and the operators on them.

Source: POSIX.1-2017, Shell Command Language, 2.6.2; bash(1), "Parameter Expansion".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..syscalls import Body, Time
from . import substitution
from .control import Failure
from .dynamic import DYNAMIC
from .escapes import dollar_quoted
from .quoting import quote_word
from .state import Elements, Variable
from .syntax import Parameter, Word

if TYPE_CHECKING:
    from .shell import Shell

TIMED = frozenset(("SECONDS", "EPOCHSECONDS"))
Found = str | list[str] | None


class Parameters:
    """Reads and writes parameters; also the variables of arithmetic."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell

    def ifs(self) -> str:
        value = self.shell.state.get("IFS")
        return " \t\n" if value is None else value

    # Plain values.

    def lookup(self, name: str) -> Found:
        """The value of a parameter by its name; a list for `@` and `*`; None if unset."""
        state = self.shell.state
        variable = state.variables.get(name)
        if variable is not None:
            return variable.text
        if name in ("@", "*"):
            return state.positional
        if name.isdigit():
            return self._positional(int(name))
        special = _SPECIAL.get(name)
        if special is not None:
            return special(self.shell)
        dynamic = DYNAMIC.get(name)
        return dynamic(self.shell) if dynamic is not None else None

    def _positional(self, number: int) -> str | None:
        state = self.shell.state
        if number == 0:
            return state.name
        return state.positional[number - 1] if number <= len(state.positional) else None

    def elements(self, name: str) -> Elements:
        """The elements of an array; a plain variable is element 0."""
        if name == "PIPESTATUS":
            return {place: str(status) for place, status in enumerate(self.shell.state.pipe_status)}
        if name == "FUNCNAME":
            if not self.shell.state.scopes:
                return {}
            main = ["main"] if self.shell.from_file and self.shell.calls else []
            return dict(enumerate([*reversed(self.shell.calls), *main]))
        if name == "BASH_SOURCE":
            return dict(enumerate(reversed(self.shell.sources)))
        variable = self.shell.state.variables.get(name)
        if variable is None:
            return {}
        return {0: variable.value} if isinstance(variable.value, str) else variable.value

    def key_of(self, name: str, index: str) -> int | str:
        """An index as the array takes it: a number, or a text if it is associative."""
        elements = self.elements(name)
        if "assoc:" + name in self.shell.state.shopt or any(isinstance(k, str) for k in elements):
            return index
        number = self.arithmetic(index)
        if number < 0 and elements:
            number += max(int(key) for key in elements) + 1
        return number

    def arithmetic(self, text: str) -> int:
        raise NotImplementedError

    # The variables of arithmetic.

    def read(self, name: str, index: str | None) -> str:
        if index is not None:
            return self.elements(name).get(self.key_of(name, index), "")
        value = self.lookup(name)
        if value is None and "nounset" in self.shell.state.options:
            raise Failure(self.shell.wording.unset(name), self.shell.wording.unset_status)
        return value if isinstance(value, str) else ""

    def write(self, name: str, index: str | None, value: str) -> None:
        if index is None:
            self.shell.assign(name, value)
        else:
            self.set_element(name, self.key_of(name, index), value)

    def set_element(self, name: str, key: int | str, value: str) -> None:
        elements: Elements = {**self.elements(name), key: value}
        old = self.shell.state.variables.get(name, Variable(""))
        self.shell.state.variables[name] = old._replace(value=elements)

    # ${…}.

    def value_of(self, part: Parameter, quoted: bool) -> Body[str | list[str] | Word]:
        """What an expansion gives; a Word is an operand to expand in its place. Raises: Failure."""
        if part.operator == "bad":
            wording = self.shell.wording
            raise Failure(wording.bad_substitution(part), wording.bad_status, fatal=False)
        if part.indirect:
            found = yield from self._indirect(part)
        else:
            found = yield from self._found(part)
        if part.length:
            return self._length(part, found)
        operator = part.operator
        if operator == "@" and found is None:
            return ""
        if operator == "":
            return self._must_be_set(part, found)
        if operator in CONDITIONS:
            return (yield from self._conditional(part, found))
        return (yield from self._transformed(part, self._must_be_set(part, found), quoted))

    def _found(self, part: Parameter) -> Body[Found]:
        if part.name in TIMED:
            self.shell.now_ns = yield from Time()
        if part.index is None:
            return self.lookup(part.name)
        elements = self.elements(part.name)
        if part.index.plain in ("@", "*"):
            return [elements[key] for key in _ordered(elements)]
        index = yield from self.shell.expander.single(part.index)
        return elements.get(self.key_of(part.name, index))

    def _indirect(self, part: Parameter) -> Body[Found]:
        if part.index is not None and part.index.plain in ("@", "*"):
            return [str(key) for key in _ordered(self.elements(part.name))]
        if part.operator in ("@",) or (part.operator == "" and part.name.endswith("*")):
            names = sorted(
                name for name in self.shell.state.variables if name.startswith(part.name)
            )
            part.operator = ""
            return names
        target = yield from self._found(part)
        if not isinstance(target, str) or not target:
            return None
        name, bracket, index = target.partition("[")
        if bracket:
            elements = self.elements(name)
            return elements.get(self.key_of(name, index.rstrip("]")))
        return self.lookup(name)

    def _length(self, part: Parameter, found: Found) -> str:
        if isinstance(found, list):
            return str(len(found))
        return str(len(self._must_be_set(part, found)))

    def _must_be_set(self, part: Parameter, found: Found) -> str | list[str]:
        if found is None:
            if "nounset" in self.shell.state.options:
                wording = self.shell.wording
                raise Failure(wording.unset(part.name), wording.unset_status)
            return ""
        return found

    def _conditional(self, part: Parameter, found: Found) -> Body[str | list[str] | Word]:
        """`:-` and its family."""
        operator = part.operator
        missing = found is None or found == []
        if operator.startswith(":"):
            missing = missing or found in ("", [""])
        word = part.word or Word([], "")
        kind = operator[-1]
        if kind == "+":
            return "" if missing else word
        if not missing:
            assert found is not None
            return found
        if kind == "-":
            return word
        text = yield from self.shell.expander.single(word)
        if kind == "=":
            self.shell.assign(part.name, text)
            return text
        default = self.shell.wording.null_or_unset(operator == ":?")
        message = f"{part.name}: {text or default}"
        raise Failure(message, self.shell.wording.unset_status)

    def _transformed(
        self, part: Parameter, value: str | list[str], quoted: bool
    ) -> Body[str | list[str]]:
        transform = yield from self._transform(part)
        if part.operator == ":" and isinstance(value, list):
            return (yield from self._slice_list(part, value))
        if isinstance(value, list):
            return [transform(one) for one in value]
        return transform(value)

    def _transform(self, part: Parameter) -> Body[Callable[[str], str]]:
        expander, operator = self.shell.expander, part.operator
        word, second = part.word or Word([], ""), part.second
        extended = "extglob" in self.shell.state.shopt
        if operator in ("#", "##", "%", "%%"):
            pattern = yield from expander.pattern(word)
            return lambda text: substitution.remove(text, operator, pattern, extended)
        if operator in ("/", "//", "/#", "/%"):
            pattern = yield from expander.pattern(word)
            with_text = (yield from expander.single(second)) if second is not None else ""
            return lambda text: substitution.replace(text, operator, pattern, with_text, extended)
        if operator in ("^", "^^", ",", ",,"):
            pattern = yield from expander.pattern(word)
            return lambda text: substitution.change_case(text, operator, pattern)
        if operator == "@":
            letter = word.text
            return lambda text: self._at_operator(part, letter, text)
        start, length = yield from self._bounds(part)
        return lambda text: substitution.substring(text, start, length)

    def _bounds(self, part: Parameter) -> Body[tuple[int, int | None]]:
        expander = self.shell.expander
        start = self.arithmetic((yield from expander.single(part.word or Word([], ""))))
        if part.second is None:
            return start, None
        return start, self.arithmetic((yield from expander.single(part.second)))

    def _slice_list(self, part: Parameter, values: list[str]) -> Body[list[str]]:
        start, length = yield from self._bounds(part)
        if part.index is None:
            values = [self.shell.state.name, *values]
            if start < 0:
                start += len(values)
        elif start < 0:
            start += len(values)
        stop = None if length is None else start + length
        return values[max(start, 0) : stop]

    @staticmethod
    def _at_operator(part: Parameter, letter: str, text: str) -> str:
        simple: dict[str, Callable[[str], str]] = {
            "Q": quote_word,
            "U": str.upper,
            "L": str.lower,
            "u": lambda word: word[:1].upper() + word[1:],
            "E": dollar_quoted,
        }
        if letter == "A":
            return f"{part.name}={quote_word(text)}"
        return simple.get(letter, str)(text)


def _ordered(elements: Elements) -> list[int | str]:
    keys = list(elements)
    return sorted(keys) if all(isinstance(key, int) for key in keys) else keys


CONDITIONS = frozenset((":-", ":=", ":?", ":+", "-", "=", "?", "+"))
_SPECIAL: dict[str, Callable[[Shell], str | None]] = {
    "#": lambda shell: str(len(shell.state.positional)),
    "?": lambda shell: str(shell.state.status),
    "$": lambda shell: str(shell.state.pid),
    "-": lambda shell: shell.state.flags(),
    "!": lambda shell: str(shell.state.background) if shell.state.background else None,
    "_": lambda shell: shell.state.last_argument,
}
