"""The `docker` command line from its words to its exit code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from ..errors import EstibaError
from ..http import Transport
from ..tasks import Stalled
from .arguments import check_count, unknown, with_usage
from .command import Command, Flag, Group
from .commands import GROUPS, find
from .console import Console
from .errors import CommandFailed, InvalidFlag
from .files import Files
from .flags import Options, parse
from .root import ROOT, apply_globals, root_flags
from .session import Session

if TYPE_CHECKING:
    from ..trace.clock import Clock
    from .root import Connect

Function = Callable[[Session, Options], int | None]


def run_command(
    argv: Sequence[str],
    *,
    transport: Transport,
    console: Console,
    files: Files,
    environment: Mapping[str, str],
    clock: Clock,
    connect: Connect | None = None,
) -> int:
    """Run one command, given without the word `docker`, and give its exit code.

    `transport` reaches the engine of the environment; `connect` reaches others, named by `-H`, a context
    or flags of TLS; it raises ValueError for certificates that cannot be used.
    """
    session = Session(transport, console, files, environment, clock)
    try:
        return _run(session, argv, connect)
    except CommandFailed as failure:
        if failure.message:
            session.error(failure.message)
        return failure.code
    except Stalled:
        session.error("the command waits for something that cannot come any more")
        return 1
    except EstibaError as error:
        session.error(str(error))
        return 1
    except BrokenPipeError:
        return 1
    except OSError as error:
        session.error(f"{error.filename or ''}: {error.strerror or error}".lstrip(": "))
        return 1


def _run(session: Session, argv: Sequence[str], connect: Connect | None) -> int:
    if argv and argv[0][:1] != "-":
        words = list(argv)
        apply_globals(session, None, connect)
    else:
        options = parse_root(ROOT, argv)
        for warning in options.warnings:
            session.error(warning)
        apply_globals(session, options, connect)
        words = options.arguments
        if options["version"] and not options.help:
            from .version import short_version  # noqa: PLC0415

            session.line(short_version(session))
            return 0
        if not words or options.help:
            _show_root(session, error=not options.help)
            return 0
    if not words:
        _show_root(session, error=True)
        return 0
    return _dispatch(session, words)


def _show_root(session: Session, *, error: bool) -> None:
    from .help import root_help  # noqa: PLC0415
    from .support import shows_experimental  # noqa: PLC0415

    text = root_help(root_flags(session), _width(session), shows_experimental(session))
    if session.old:
        from .old import root_help as old_root_help  # noqa: PLC0415

        text = old_root_help(session, _width(session))
    (session.console.write_error if error else session.console.write)(text.encode())


def _width(session: Session) -> int:
    return (session.console.size()[1] or 80) - 1


def _dispatch(session: Session, words: list[str]) -> int:
    word = words[0]
    if word == "help":
        return _help(session, words[1:])
    if word in ("build", "builder") or words[:2] == ["image", "build"]:
        from .builder import announce  # noqa: PLC0415

        announce(session)
    if word in GROUPS:
        return _group(session, GROUPS[word], words[1:])
    command = find(word)
    if command is None:
        return _unknown(session, words)
    return _command(session, command, command.top, words[1:])


def _unknown(session: Session, words: list[str]) -> int:
    """A word that is no command: what follows is read as flags of `docker` itself."""
    rest = Command("", ROOT.usage, "", (0, None), "", ROOT.flags)
    if parse_root(rest, words).help:
        _show_root(session, error=False)
        return 0
    raise unknown(words[0])


def parse_root(command: Command, words: Sequence[str]) -> Options:
    """Raises: CommandFailed."""
    try:
        return parse(command, words)
    except InvalidFlag as error:
        raise CommandFailed(
            f"{error.message}\n\nUsage:  docker {ROOT.usage}\n\n"
            "Run 'docker --help' for more information",
            125,
        ) from None


def _group(session: Session, group: Group, words: list[str]) -> int:
    if not words or words[0][:1] == "-":
        return _bare_group(session, group, words)
    name = f"{group.name} {words[0]}"
    if name in GROUPS:
        return _group(session, GROUPS[name], words[1:])
    command = find(name)
    if command is None:
        if _group_options(group, words).help:
            return _bare_group(session, group, words)
        _support(session, None, group, None)
        raise unknown(words[0], group)
    shown = name if command.path == "image build" else command.path
    return _command(session, command, shown, words[1:], group)


def _group_options(group: Group, words: list[str]) -> Options:
    """The flags of the group itself, of which there are none but help. Raises: CommandFailed."""
    try:
        return parse(Command(group.name, group.usage, "", (0, None), ""), words)
    except InvalidFlag as error:
        raise with_usage(error, group, group.name) from None


def _bare_group(session: Session, group: Group, words: list[str]) -> int:
    from .help import group_help  # noqa: PLC0415

    options = _group_options(group, words)
    try:
        _support(session, None, group, None)
    except CommandFailed as error:
        if not options.help:
            raise
        session.line(error.message)
        return 0
    if options.arguments and not options.help:
        raise unknown(options.arguments[0], group)
    for warning in options.warnings:
        session.line(warning)
    if group.name == "manifest" and not options.help:
        session.console.write_error(b"\n")
    text = group_help(group, _supported(session))
    (session.console.write if options.help else session.console.write_error)(text.encode())
    return 0


def _command(
    session: Session, command: Command, name: str, words: list[str], group: Group | None = None
) -> int:
    try:
        options = parse(command, words)
    except InvalidFlag as error:
        _support(session, command, group, None)
        raise with_usage(error, command, name) from None
    for warning in options.warnings:
        session.line(warning)
    if options.help:
        _show(session, command, name)
        return 0
    if group is not None or command.version:
        _support(session, command, group, None)
    check_count(command, name, len(options.arguments))
    if not command.run:
        raise CommandFailed(f"docker: 'docker {name}' is not part of this simulator")
    _support(session, command, group, options)
    module, _, function = command.run.partition(":")
    run: Function = getattr(import_module(f".{module}", __package__), function)
    return run(session, options) or 0


def _support(
    session: Session, command: Command | None, group: Group | None, options: Options | None
) -> None:
    """What needs a newer or another engine says so."""
    if group is not None and group.name == "checkpoint":
        from .support import require_experimental  # noqa: PLC0415

        require_experimental(session, command.path if command else group.name)
    if command is not None and (command.version or (options is not None and options.special)):
        from .support import require_command, require_flags  # noqa: PLC0415

        require_command(session, command)
        if options is not None:
            require_flags(session, command, options)


def _show(session: Session, command: Command, name: str) -> None:
    from .help import command_help  # noqa: PLC0415

    text = command_help(command, name, _width(session), _supported(session))
    if session.old:
        from .old import command_help as old_command_help  # noqa: PLC0415

        text = old_command_help(text, command)
    session.write(text)


def _supported(session: Session) -> Callable[[Command | Flag], bool]:
    """Lazily: the engine is only asked when a row depends on it."""

    def supported(row: Command | Flag) -> bool:
        if not (row.version or row.windows or row.experimental):
            return True
        from .support import offered  # noqa: PLC0415

        return offered(session, row)

    return supported


def _help(session: Session, words: list[str]) -> int:
    if not words:
        _show_root(session, error=False)
        return 0
    from .help import group_help  # noqa: PLC0415

    name = ""
    for position, word in enumerate(words):
        name = f"{name} {word}".lstrip()
        command = find(name)
        if command is not None:
            rest = words[position + 1 :]
            if rest:
                raise CommandFailed(f"unknown help topic: {' '.join(rest)}")
            _show(session, command, command.top if " " not in name else command.path)
            return 0
        if name not in GROUPS:
            raise CommandFailed(f"unknown help topic: {' '.join(words[position:])}")
    session.write(group_help(GROUPS[name], _supported(session)))
    return 0
