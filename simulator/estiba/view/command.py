"""`estiba view …`: pictures of an engine, an archive or a name, in the terminal or as files."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NoReturn

from ..errors import EstibaError, InvalidInput, NotFound
from ..http import Transport
from ..projections.scenes import (
    ImageFacts,
    Inventory,
    Scene,
    cow_scene,
    mounts_scene,
    name_scene,
    sharing_scene,
    stack_scene,
    with_removal,
)
from ..projections.scenes.removal import Obstacle
from ..spec import InvalidReference, normalize
from ..trace.clock import SystemClock
from ..trace.recorder import Record
from .engine import EngineFacts, docker_files

PIECE = 1 << 20
LOOKED_INTO_MAX = 200_000_000
WIDTH = 100
EPILOG = """\
without a file the picture is told in the terminal; --svg, --png and --html write files, "-" is standard
output. The engine is that of `estiba docker`, or the one DOCKER_HOST names. `pull` really pulls.
"""


class WrongUse(InvalidInput):
    """The words after `estiba view` make no sense; exit code 2."""


class CannotWrite(EstibaError):
    """A file that cannot be written."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise WrongUse(f"{message}; see estiba view --help")


def run(
    arguments: Sequence[str],
    connect: Callable[[], Transport],
    language: str,
) -> int:
    """Make one picture; the exit code. `connect` reaches the engine, if it is needed.

    Raises: EstibaError for whatever goes wrong; WrongUse where the words make no sense.
    """
    asked = parser(language).parse_args(list(arguments))
    scene = _Asked(asked, connect).scene()
    _paint(scene, asked)
    return 0


def scene_of(
    arguments: Sequence[str],
    connect: Callable[[], Transport],
    language: str = "es",
    records: Iterable[Record] = (),
) -> Scene:
    """The scene of a picture asked for in the words of `estiba view`.

    `records` are those of the engine's trace, where it is at hand. Raises: as `run`.
    """
    return _Asked(parser(language).parse_args(list(arguments)), connect, records).scene()


def parser(language: str) -> argparse.ArgumentParser:
    """What can be asked for."""
    shared = _Parser(add_help=False)
    shared.add_argument("--lang", choices=("es", "en"), default=language)
    shared.add_argument("--svg", metavar="FILE", help="write an SVG picture")
    shared.add_argument("--png", metavar="FILE", help="write a PNG picture (extra 'notebook')")
    shared.add_argument("--html", metavar="FILE", help="write a page: picture and table")
    shared.add_argument("--theme", choices=("auto", "light", "dark"), default="auto")
    stored = _Parser(add_help=False)
    stored.add_argument("--archive", metavar="FILE", help="look at an archive of docker save")
    top = _Parser(prog="estiba view", description="Pictures of what is there.", epilog=EPILOG)
    top.formatter_class = argparse.RawDescriptionHelpFormatter
    kinds = top.add_subparsers(dest="kind", required=True, metavar="KIND", parser_class=_Parser)
    one = kinds.add_parser(
        "stack", parents=[shared, stored], help="layers of an image or container"
    )
    one.add_argument("name", nargs="?", default="", help="an image or a container")
    one.add_argument(
        "--files",
        action=argparse.BooleanOptionalAction,
        help="fetch the image and look into its layers (default: up to 200MB)",
    )
    one = kinds.add_parser("sharing", parents=[shared, stored], help="who shares which layers")
    one.add_argument("--remove", metavar="IMAGE", default="", help="what would rmi free?")
    one = kinds.add_parser("names", parents=[shared], help="the parts of a name, or its flaw")
    one.add_argument("name")
    one = kinds.add_parser("cow", parents=[shared], help="copy-on-write in a container")
    one.add_argument("name", metavar="container")
    one.add_argument("path", nargs="?", default="", help="one path; default: all that changed")
    one = kinds.add_parser("life", parents=[shared], help="a container's states and steps")
    one.add_argument("name", metavar="container", nargs="?", default="")
    one = kinds.add_parser("pull", parents=[shared], help="pull an image and draw how it went")
    one.add_argument("name", metavar="image")
    one = kinds.add_parser("mounts", parents=[shared], help="namespaces and mounts of a container")
    one.add_argument("name", metavar="container")
    return top


class _Asked:
    """One request: gathers the facts and makes the scene."""

    def __init__(
        self,
        asked: argparse.Namespace,
        connect: Callable[[], Transport],
        records: Iterable[Record] = (),
    ) -> None:
        self._asked = asked
        self._connect = connect
        self._records = records

    def scene(self) -> Scene:
        makers: dict[str, Callable[[], Scene]] = {
            "stack": self._stack,
            "sharing": self._sharing,
            "names": lambda: name_scene(self._asked.name),
            "cow": self._cow,
            "life": self._life,
            "pull": self._pull,
            "mounts": self._mounts,
        }
        return makers[self._asked.kind]()

    def _stack(self) -> Scene:
        name = self._asked.name
        if self._asked.archive:
            return stack_scene(_image_of(_saved(self._asked.archive), name))
        if not name:
            raise WrongUse("stack needs the name of an image or container; see estiba view --help")
        facts = self._engine()
        container = facts.container(name) if facts.has_container(name) else None
        image = facts.image(container.image_id if container else name)
        wanted = self._asked.files
        if wanted or (wanted is None and (image.size or 0) <= LOOKED_INTO_MAX):
            image = facts.look_inside(image)
        return stack_scene(image, container)

    def _sharing(self) -> Scene:
        archive = self._asked.archive
        inventory = _saved(archive) if archive else self._engine().inventory()
        scene = sharing_scene(inventory)
        if not self._asked.remove:
            return scene
        scene = with_removal(scene, self._asked.remove)
        if scene.removal is not None and scene.removal.obstacle is Obstacle.UNKNOWN:
            raise NotFound(f"No such image: {self._asked.remove}")
        return scene

    def _cow(self) -> Scene:
        facts = self._engine()
        container = facts.container(self._asked.name)
        image = facts.look_inside(facts.image(container.image_id))
        return cow_scene(image, container, self._records, self._asked.path)

    def _life(self) -> Scene:
        from .life import past_scene, table_scene  # noqa: PLC0415

        if not self._asked.name:
            return table_scene()
        facts = self._engine()
        value = facts.describe(self._asked.name)
        return past_scene(value, facts.past(value))

    def _pull(self) -> Scene:
        from .pulling import watch_pull  # noqa: PLC0415

        return watch_pull(self._engine().client, self._asked.name, SystemClock().now_ns)

    def _mounts(self) -> Scene:
        facts = self._engine()
        container = facts.container(self._asked.name)
        image = facts.image_if_here(container.image_id)
        return mounts_scene(container, image, docker_files(facts.describe(container.container_id)))

    def _engine(self) -> EngineFacts:
        return EngineFacts(self._connect())


def _saved(path: str) -> Inventory:
    """Raises: NotFound, InvalidInput."""
    from .archive import NotSaved, read_saved  # noqa: PLC0415

    try:
        with open(path, "rb") as file:
            return read_saved(iter(lambda: file.read(PIECE), b""))
    except OSError as error:
        raise NotFound(f"{path}: {error.strerror}") from None
    except NotSaved as error:
        raise InvalidInput(f"{path}: {error}") from None


def _image_of(inventory: Inventory, name: str) -> ImageFacts:
    """The image of an archive: by name, by the beginning of its ID, or the only one."""
    images = inventory.images
    if not name and len(images) == 1:
        return images[0]
    try:
        wanted = normalize(name).with_default_tag().familiar
    except InvalidReference:
        wanted = name
    digits = name.removeprefix("sha256:")
    for image in images:
        if name and (wanted in image.names or image.image_id[7:].startswith(digits)):
            return image
    known = ", ".join(image.title for image in images) or "none"
    raise NotFound(
        f"no image {name!r} in the archive; there are: {known}"
        if name
        else f"the archive holds several images, name one of: {known}"
    )


def _paint(scene: Scene, asked: argparse.Namespace) -> None:
    files = {"svg": asked.svg, "png": asked.png, "html": asked.html}
    if not any(files.values()):
        _show(scene, asked.lang)
    for kind, path in files.items():
        if path:
            _write(path, _picture(scene, kind, asked))


def _show(scene: Scene, language: str) -> None:
    from ..projections.tellings import tell_scene  # noqa: PLC0415
    from .terminal import paint_terminal  # noqa: PLC0415

    is_terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size((WIDTH, 24)).columns
    told = paint_terminal(tell_scene(scene, language), width, colour=is_terminal)
    sys.stdout.write(told)


def _picture(scene: Scene, kind: str, asked: argparse.Namespace) -> bytes:
    from ..projections.drawings import draw  # noqa: PLC0415
    from ..projections.painters import paint_page, paint_svg  # noqa: PLC0415

    if kind == "html":
        return paint_page(scene, asked.lang, asked.theme).encode()
    drawing = draw(scene, asked.lang)
    if kind == "svg":
        return (paint_svg(drawing, asked.theme) + "\n").encode()
    from .figure import png  # noqa: PLC0415

    return png(drawing, "dark" if asked.theme == "dark" else "light")


def _write(path: str, content: bytes) -> None:
    """Raises: CannotWrite."""
    if path == "-":
        sys.stdout.buffer.write(content)
        return
    try:
        Path(path).write_bytes(content)
    except OSError as error:
        raise CannotWrite(f"{path}: {error.strerror}") from None
