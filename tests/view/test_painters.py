"""Terminal, matplotlib and networkx say what the scene says."""

import re

import pytest
from scene_facts import inventory, scenes

from estiba.projections.drawings import draw
from estiba.projections.drawings.marks import Text
from estiba.projections.drawings.metrics import text_width
from estiba.projections.scenes import removal, sharing_scene
from estiba.projections.tellings import tell_scene
from estiba.view.figure import paint_figure, png
from estiba.view.graph import sharing_graph, unreachable
from estiba.view.terminal import paint_plain, paint_terminal

ALL = [(name, language) for name in scenes() for language in ("es", "en")]
SQUEEZED = re.compile(r"\s+")
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def squeeze(text: str) -> str:
    return SQUEEZED.sub("", ESCAPES.sub("", text))


@pytest.mark.parametrize(("name", "language"), ALL)
@pytest.mark.parametrize("colour", [True, False], ids=["rich", "plain"])
def test_a_wide_terminal_shows_every_cell_of_the_telling(
    name: str, language: str, colour: bool
) -> None:
    if colour:
        pytest.importorskip("rich")
    telling = tell_scene(scenes()[name], language)
    shown = squeeze(paint_terminal(telling, 2000, colour=colour))
    heads = telling.columns if telling.rows else ()
    for text in (telling.title, telling.summary, *heads, *telling.notes):
        assert squeeze(text) in shown
    for row in telling.rows:
        for cell in row.cells:
            assert squeeze(cell) in shown


@pytest.mark.parametrize(("name", "language"), ALL)
@pytest.mark.parametrize("width", [80, 100])
def test_plain_text_keeps_to_its_width(name: str, language: str, width: int) -> None:
    told = paint_plain(tell_scene(scenes()[name], language), width)
    assert max(map(len, told.splitlines())) <= width


@pytest.mark.parametrize("width", [80, 100])
def test_rich_keeps_to_its_width(width: int) -> None:
    pytest.importorskip("rich")
    for scene in scenes().values():
        told = ESCAPES.sub("", paint_terminal(tell_scene(scene), width))
        assert max(len(line.rstrip()) for line in told.splitlines()) <= width


@pytest.mark.parametrize(("name", "language"), ALL)
def test_the_figure_has_every_text_of_the_drawing(name: str, language: str) -> None:
    pytest.importorskip("matplotlib")
    drawing = draw(scenes()[name], language)
    figure = paint_figure(drawing)
    assert [text.get_text() for text in figure.axes[0].texts] == list(drawing.texts())
    assert figure.get_label() == drawing.title


def test_the_figure_has_everything_where_the_drawing_has_it() -> None:
    pytest.importorskip("matplotlib")
    drawing = draw(scenes()["mounts"])
    figure = paint_figure(drawing)
    width, height = figure.get_size_inches() * figure.dpi
    assert (round(width), round(height)) == (round(drawing.width), round(drawing.height))
    marks = [mark for mark in drawing.marks() if isinstance(mark, Text)]
    for mark, text in zip(marks, figure.axes[0].texts, strict=True):
        x, y = text.get_transform().transform(text.get_position())
        assert (round(x), round(height - y)) == (round(mark.x), round(mark.y))
        assert text.get_fontsize() == pytest.approx(mark.size * 0.75)


def test_the_png_has_the_alternative_text_in_it() -> None:
    pytest.importorskip("matplotlib")
    drawing = draw(scenes()["name"], "en")
    data = png(drawing, "dark")
    assert data.startswith(b"\x89PNG") and drawing.title.encode() in data
    assert b"written" in data


def test_texts_are_not_wider_than_measured() -> None:
    """The table of widths is that of the font matplotlib brings."""
    pytest.importorskip("matplotlib")
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415
    from matplotlib.textpath import TextPath  # noqa: PLC0415

    for name in ("stack-container", "mounts", "name-invalid"):
        for text in filter(None, set(draw(scenes()[name], "es").texts())):
            for family, mono in (("DejaVu Sans", False), ("DejaVu Sans Mono", True)):
                font = FontProperties(family=family, size=100)
                width = TextPath((0, 0), text, prop=font).get_extents().x1
                assert width <= text_width(text, 100, mono=mono) * 1.01 + 2, text


def test_the_graph_leads_from_what_needs_to_what_is_needed() -> None:
    networkx = pytest.importorskip("networkx")
    scene = sharing_scene(inventory())
    graph = sharing_graph(scene)
    kinds = networkx.get_node_attributes(graph, "kind")
    for image in scene.images:
        below = set(networkx.descendants(graph, image.image_id))
        assert below == {layer.chain_id for layer in scene.chain(image.top)}
        above = set(networkx.ancestors(graph, image.image_id))
        assert {node for node in above if kinds[node] == "name"} == set(image.names)
    assert sum(kind == "container" for kind in kinds.values()) == 1


def test_what_becomes_unreachable_is_what_rmi_frees() -> None:
    pytest.importorskip("networkx")
    scene = sharing_scene(inventory())
    graph = sharing_graph(scene)
    for name in ("web:2", "alpine:3"):
        planned = removal(scene, name)
        assert planned.image is not None and planned.freed
        freed = {layer.chain_id for layer in planned.freed}
        assert unreachable(graph, [planned.image.image_id]) == freed
