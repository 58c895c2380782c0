"""`estiba …`: picks what to run. Each part is imported only when it is asked for."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NoReturn

from .errors import EstibaError

if TYPE_CHECKING:
    from .http import Transport

USAGE = """\
Usage:  estiba COMMAND

  docker …                   a docker command, against your own daemon (or DOCKER_HOST)
  shell [--lang es|en]       a prompt with an engine of its own: docker commands and `why`
  demo [--lang es|en]        the course document, command by command
  view stack|sharing|names|cow|life|pull|mounts …
                             pictures: in the terminal, or --svg, --png, --html FILE
  exercise list|show|start|check|submit|test
  lesson test [--update]     for authors: replay the transcripts of lessons
  trace docker …             a docker command, and what happened inside, line by line
  image from-host NAME...    an image of this machine's own programs: bash coreutils, busybox
  daemon start|stop|status|run|logs
  env [--shell NAME]         shell words that lead the real docker to it: eval $(estiba env)
  install-alias              the name docker for `estiba docker`, where it is free
  fsck [--repair]            check all that the daemon keeps on the disk
  gc                         remove files there that nothing uses
  backup FILE, restore FILE  all of it as one archive, and back
  reset [--force]            remove all of it
  version

With --host linux before COMMAND, and where it makes sense after it, containers are real ones: namespaces
and overlayfs of this machine's kernel, which takes root, in a daemon of their own. The words --host simulated
say what is usual.
"""


def docker(arguments: Sequence[str]) -> int:
    """Speak to DOCKER_HOST or a context's engine, else to our own daemon, started if need be."""
    gc.set_threshold(100_000)  # most commands end before there is anything worth collecting
    from .cli.process import run_process  # noqa: PLC0415

    environment = dict(os.environ)
    if (
        environment.get("DOCKER_HOST")
        or (environment.get("DOCKER_CONTEXT") or "default") != "default"
    ):
        return run_process(arguments, environment)
    from .daemon.places import Places  # noqa: PLC0415

    given = dict(environment)

    def wake() -> None:
        from .daemon.process import start  # noqa: PLC0415

        start(given)

    places = Places.of(environment)
    for name in ("DOCKER_TLS", "DOCKER_TLS_VERIFY", "ESTIBA_HOST"):
        environment.pop(name, None)
    environment |= {"DOCKER_HOST": places.docker_host, "ESTIBA_HOME": places.home}
    return run_process(arguments, environment, wake)


def daemon(arguments: Sequence[str]) -> int:
    from .daemon.command import run  # noqa: PLC0415

    return run(arguments, os.environ)


def trace(arguments: Sequence[str]) -> int:
    from .tracing import run  # noqa: PLC0415

    return run(arguments, os.environ)


def image(arguments: Sequence[str]) -> int:
    from .from_host.command import run  # noqa: PLC0415

    return run(arguments, docker)


def env(arguments: Sequence[str]) -> int:
    from .daemon.env import run  # noqa: PLC0415

    return run(arguments, os.environ)


def install_alias(arguments: Sequence[str]) -> int:
    from .daemon.alias import run  # noqa: PLC0415

    return run(arguments, os.environ)


def upkeep(name: str) -> Callable[[Sequence[str]], int]:
    """One of the commands that look after what the daemon keeps."""

    def command(arguments: Sequence[str]) -> int:
        from .upkeep.command import run  # noqa: PLC0415

        return run(name, arguments, os.environ)

    return command


def demo(arguments: Sequence[str]) -> int:
    from .demo.command import run, run_on_kernel  # noqa: PLC0415

    play = run_on_kernel if os.environ.get("ESTIBA_HOST") == "linux" else run
    return play(_language(arguments))


def shell(arguments: Sequence[str]) -> int:
    from .shell.command import run  # noqa: PLC0415

    return run(_language(arguments))


def exercise(arguments: Sequence[str]) -> int:
    from .grading.command import run  # noqa: PLC0415

    return run(arguments, os.environ, _language(()))


def lesson(arguments: Sequence[str]) -> int:
    from .lessons.command import run  # noqa: PLC0415

    return run(arguments)


def view(arguments: Sequence[str]) -> int:
    from .view.command import WrongUse, run  # noqa: PLC0415

    try:
        return run(arguments, _engine, _language(()))
    except WrongUse as error:
        raise UsageError(str(error)) from None


def _engine() -> Transport:
    """Reach the engine that `docker` would speak to: our own daemon if nothing else is asked for."""
    from .cli.console import MemoryConsole  # noqa: PLC0415
    from .cli.disk import DiskFiles  # noqa: PLC0415
    from .cli.root import DEFAULT_HOST, apply_globals  # noqa: PLC0415
    from .cli.session import Session  # noqa: PLC0415
    from .daemon.process import start  # noqa: PLC0415
    from .http.client import SocketTransport  # noqa: PLC0415
    from .trace.clock import SystemClock  # noqa: PLC0415

    environment = dict(os.environ)
    if not environment.get("DOCKER_HOST") and not environment.get("DOCKER_CONTEXT"):
        return SocketTransport(start(environment).docker_host)
    transport = SocketTransport(environment.get("DOCKER_HOST") or DEFAULT_HOST)
    session = Session(transport, MemoryConsole(), DiskFiles(), environment, SystemClock())
    apply_globals(session, None, SocketTransport)
    return session.transport


def version(arguments: Sequence[str]) -> int:
    from . import __version__  # noqa: PLC0415

    print(f"estiba {__version__}")
    return 0


class UsageError(EstibaError):
    """The words after `estiba` make no sense."""


def _choose_host(words: list[str]) -> list[str]:
    """The words without `--host NAME`, which later parts read as ESTIBA_HOST. Raises: UsageError."""
    rest = list(words)
    for place, word in enumerate(rest):
        name, equals, value = word.partition("=")
        if name != "--host" or (place and rest[0] not in ("daemon", "demo")):
            continue
        value = value if equals else "".join(rest[place + 1 : place + 2])
        if place and value not in HOSTS:
            continue  # an address the daemon shall listen on
        if value not in HOSTS:
            raise UsageError(f"unknown host {value!r}: it is one of {', '.join(HOSTS)}")
        os.environ["ESTIBA_HOST"] = value if value != HOSTS[0] else ""
        return rest[:place] + rest[place + (1 if equals else 2) :]
    return rest


def _language(arguments: Sequence[str]) -> str:
    """`--lang es`, `--lang=en`, or what the locale says; Spanish unless it is English."""
    words = [part for word in arguments for part in word.split("=", 1)]
    if not words:
        return "en" if os.environ.get("LANG", "").startswith("en") else "es"
    if len(words) == 2 and words[0] == "--lang" and words[1] in ("es", "en"):
        return words[1]
    raise UsageError(f"unknown arguments: {' '.join(arguments)} (only --lang es or --lang en)")


HOSTS = ("simulated", "linux")
COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "docker": docker,
    "shell": shell,
    "demo": demo,
    "exercise": exercise,
    "lesson": lesson,
    "view": view,
    "image": image,
    "trace": trace,
    "daemon": daemon,
    "env": env,
    "install-alias": install_alias,
    **{name: upkeep(name) for name in ("fsck", "gc", "backup", "restore", "reset")},
    "version": version,
    "--version": version,
}


def main() -> int:
    try:
        words = _choose_host(sys.argv[1:])
    except UsageError as error:
        print(f"estiba: {error}", file=sys.stderr)
        return 2
    if not words or words[0] in ("-h", "--help", "help"):
        print(USAGE, end="")
        return 0
    command = COMMANDS.get(words[0])
    if command is None:
        print(f"estiba: unknown command {words[0]!r}; see estiba --help", file=sys.stderr)
        return 2
    try:
        return command(words[1:])
    except EstibaError as error:
        print(f"estiba: {error}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    except ImportError as error:
        if error.name not in ("h11", "platformdirs"):
            raise
        print(
            f"estiba: this needs the extra 'server': pip install 'estiba[server]' ({error})",
            file=sys.stderr,
        )
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 141
    except KeyboardInterrupt:
        return 130


def run() -> NoReturn:
    """The whole process. At its end nothing is left to do that the system does not do faster."""
    code = main()
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
