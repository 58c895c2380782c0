"""Command lines: options as getopt(3) reads them, and what is said when they are wrong.

`tool` registers a program whose body may raise `Misuse`; the wording of the usage error is that of
the flavour. Options of both kinds may stand after operands, `--` ends them, long ones may be cut
short, as the GNU C library does it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import wraps

from ..program import Flavour, Process, Program, program
from ..streams import print_err, print_out
from ..syscalls import Body

NO_LONG: Mapping[str, str] = {}


class Misuse(Exception):
    """The command line is wrong. `hint` asks for the line that points to --help."""

    def __init__(
        self, text: str = "", *, status: int | None = None, hint: bool = True, prefix: bool = True
    ) -> None:
        super().__init__(text)
        self.text = text
        self.status = status
        self.hint = hint
        self.prefix = prefix


class Asked(Exception):
    """Somebody asked for --help or --version."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Options:
    """Options in the order given, by their short letter, and the operands."""

    __slots__ = ("operands", "pairs")

    def __init__(self) -> None:
        self.pairs: list[tuple[str, str]] = []
        self.operands: list[str] = []

    def __contains__(self, letter: str) -> bool:
        return any(given == letter for given, _ in self.pairs)

    def any(self, letters: str) -> bool:
        return any(given in letters for given, _ in self.pairs)

    def last(self, letters: str) -> str:
        """The last given of these letters, or ""."""
        return next((given for given, _ in reversed(self.pairs) if given in letters), "")

    def value(self, letter: str, default: str = "") -> str:
        return next((value for given, value in reversed(self.pairs) if given == letter), default)

    def values(self, letter: str) -> list[str]:
        return [value for given, value in self.pairs if given == letter]


def _letters(text: str) -> dict[str, int]:
    letters: dict[str, int] = {}
    text = text.lstrip("+")
    for index, letter in enumerate(text):
        if letter != ":":
            rest = text[index + 1 : index + 3]
            letters[letter] = 2 if rest == "::" else rest[:1] == ":"
    return letters


class Grammar:
    """The options of a program.

    `short` is getopt's string (`a`, `b:` with an argument, `c::` with an optional one; a leading
    `+` stops at the first operand). `long` maps a name to its key,
    with `=` appended to the name for
    an argument and `=?` for an optional one. Keys longer than a letter are options without one.
    `busybox` is its own string where BusyBox differs; `both` says that the long options hold for
    BusyBox too.
    """

    __slots__ = ("both", "busybox", "in_order", "long", "short")

    def __init__(
        self,
        short: str,
        long: Mapping[str, str] = NO_LONG,
        busybox: str = "",
        *,
        both: bool = False,
    ) -> None:
        self.both = both
        self.in_order = short.startswith("+")
        self.short = _letters(short)
        self.busybox = _letters(busybox) if busybox else self.short
        self.long: dict[str, tuple[str, int]] = {}
        for name, key in long.items():
            bare = name.rstrip("=?")
            self.long[bare] = (key, 2 if name.endswith("=?") else name.endswith("="))

    def parse(self, process: Process, args: list[str]) -> Options:
        """Raises: Misuse, Asked."""
        options = Options()
        rest = iter(args)
        gnu = process.flavour is Flavour.GNU
        for arg in rest:
            if arg == "--":
                options.operands.extend(rest)
            elif arg.startswith("--"):
                self._long(options, arg[2:], rest, gnu)
            elif arg.startswith("-") and len(arg) > 1:
                self._short(options, arg[1:], rest, self.short if gnu else self.busybox)
            else:
                options.operands.append(arg)
                if self.in_order:
                    options.operands.extend(rest)
        return options

    def _short(
        self, options: Options, cluster: str, rest: Iterator[str], known: Mapping[str, int]
    ) -> None:
        for index, letter in enumerate(cluster):
            wants = known.get(letter)
            if wants is None:
                raise Misuse(f"invalid option -- '{letter}'")
            after = cluster[index + 1 :]
            if not wants:
                options.pairs.append((letter, ""))
                continue
            if wants == 1 and not after:
                following = next(rest, None)
                if following is None:
                    raise Misuse(f"option requires an argument -- '{letter}'")
                after = following
            options.pairs.append((letter, after))
            return

    def _long(self, options: Options, text: str, rest: Iterator[str], gnu: bool) -> None:
        name, equals, value = text.partition("=")
        full = self._complete(name, gnu, "" if gnu else text[len(name) :])
        if full in ("help", "version") and full not in self.long:
            raise Asked(full)
        key, wants = self.long[full]
        if equals and not wants:
            raise Misuse(f"option '--{full}' doesn't allow an argument")
        if wants == 1 and not equals:
            found = next(rest, None)
            if found is None:
                raise Misuse(f"option '--{full}' requires an argument")
            value = found
        options.pairs.append((key, value))

    def _complete(self, name: str, gnu: bool, tail: str) -> str:
        if name in self.long and (gnu or self.both):
            return name
        long = list(self.long) if gnu or self.both else []
        known = [*long, "help", "version"] if gnu else long
        found = [full for full in known if full.startswith(name)]
        if not found or not name:
            raise Misuse(f"unrecognized option '--{name}{tail}'")
        meanings = {self.long.get(full, (full, 0)) for full in found}
        if len(meanings) > 1:
            listed = " ".join(f"'--{full}'" for full in found)
            raise Misuse(f"option '--{name}' is ambiguous; possibilities: {listed}")
        return found[0]


def basename(process: Process) -> str:
    return process.name.rpartition("/")[2]


def called(process: Process) -> str:
    """How the program names itself in messages: as it was called, or as an applet."""
    return process.name if process.flavour is Flavour.GNU else basename(process)


def complain(process: Process, text: str) -> Body[None]:
    """One line on standard error, after the name of the program."""
    yield from print_err(f"{called(process)}: {text}\n")


def is_busybox(process: Process) -> bool:
    return process.flavour is Flavour.BUSYBOX


Tool = Callable[[Process, list[str]], Body[int]]


def tool(*names: str, flavour: Flavour | None = None, misuse: int = 1) -> Callable[[Tool], Program]:
    """Register a program that may raise Misuse; `misuse` is its status then (1 with BusyBox)."""

    def register(body: Tool) -> Program:
        @wraps(body)
        def run(process: Process, args: list[str]) -> Body[int]:
            if is_busybox(process) and args == ["--help"]:
                yield from print_err(_busybox_usage(process))
                return 0
            try:
                return (yield from body(process, args))
            except Misuse as error:
                yield from print_err(_explain(process, error))
                if error.status is not None:
                    return error.status
                return 1 if is_busybox(process) else misuse
            except Asked as asked:
                yield from print_out(_help(process, asked.what))
                return 0

        return program(*names, flavour=flavour)(run)

    return register


def _busybox_usage(process: Process) -> str:
    from .usages import busybox_usage  # noqa: PLC0415 - rarely needed

    return busybox_usage(basename(process))


def _explain(process: Process, error: Misuse) -> str:
    if is_busybox(process):
        line = f"{called(process)}: {error.text}\n" if error.text else ""
        return line + (_busybox_usage(process) if error.hint else "")
    start = f"{process.name}: " if error.prefix else ""
    line = f"{start}{error.text}\n" if error.text else ""
    return line + (_hint(process) if error.hint else "")


def _hint(process: Process) -> str:
    """Where to read more; a few programs say it their own way."""
    name, called_as = basename(process), process.name
    if name == "tar":
        return f"Try '{called_as} --help' or '{called_as} --usage' for more information.\n"
    hint = f"Try '{called_as} --help' for more information.\n"
    return f"{called_as}: {hint}" if name in ("diff", "cmp") else hint


def _help(process: Process, what: str) -> str:
    from .usages import gnu_help, gnu_version  # noqa: PLC0415 - rarely needed

    name = basename(process)
    return gnu_help(process.name, name) if what == "help" else gnu_version(name)


def missing_operand(process: Process) -> Misuse:
    """Nothing given where something must be."""
    return Misuse() if is_busybox(process) else Misuse("missing operand")
