"""Pictures: every painter shows what the scene says, readably."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from scene_facts import scenes

import estiba.projections.tellings
from estiba.projections.drawings import draw
from estiba.projections.drawings.marks import Box, Drawing, Text
from estiba.projections.drawings.metrics import break_name, fit, fit_middle, text_width, wrap
from estiba.projections.drawings.palette import DARK, LIGHT, contrast
from estiba.projections.painters import paint_html, paint_page, paint_svg
from estiba.projections.scenes import Scene, name_scene
from estiba.projections.tellings import tell_scene
from estiba.projections.texts import texts

SVG = "{http://www.w3.org/2000/svg}"
ALL = [(name, language) for name in scenes() for language in ("es", "en")]
FACT = re.compile(r"\d[\d.e+]*[kMG]?B\b|\b[0-9a-f]{12}\b|/[a-z/.]+[a-z]")


@pytest.fixture(params=ALL, ids=lambda p: f"{p[0]}-{p[1]}")
def case(request: pytest.FixtureRequest) -> tuple[Scene, str, str]:
    name, language = request.param
    return scenes()[name], language, name


def svg_texts(svg: str) -> list[str]:
    return [one.text or "" for one in ET.fromstring(svg).iter(f"{SVG}text")]


def test_the_svg_has_every_text_of_the_drawing(case: tuple[Scene, str, str]) -> None:
    drawing = draw(case[0], case[1])
    assert svg_texts(paint_svg(drawing)) == list(drawing.texts())


def test_sizes_identifiers_and_paths_of_the_telling_are_in_the_picture(
    case: tuple[Scene, str, str],
) -> None:
    scene, language, _ = case
    telling = tell_scene(scene, language)
    svg = ET.fromstring(paint_svg(draw(scene, language)))
    titles = [one.text or "" for one in svg.iter(f"{SVG}title")]
    shown = " ".join([*draw(scene, language).texts(), *titles]).replace("\N{NO-BREAK SPACE}", " ")
    told = " ".join(cell for row in telling.rows for cell in row.cells)
    facts = set(FACT.findall(f"{told} {telling.summary}"))
    missing = {fact for fact in facts if fact not in shown}
    assert not missing


def test_summary_and_notes_stand_in_the_picture(case: tuple[Scene, str, str]) -> None:
    telling = tell_scene(case[0], case[1])
    shown = "".join("".join(draw(case[0], case[1]).texts()).split())
    for text in (telling.title, telling.summary, *telling.notes):
        assert "".join(text.split()) in shown


def test_the_picture_has_a_title_and_a_description(case: tuple[Scene, str, str]) -> None:
    scene, language, _ = case
    telling = tell_scene(scene, language)
    root = ET.fromstring(paint_svg(draw(scene, language)))
    assert root.get("role") == "img" and root.get("lang") == language
    ids = {one.get("id"): one.text for one in root if one.tag in (f"{SVG}title", f"{SVG}desc")}
    told = [ids[name] for name in (root.get("aria-labelledby") or "").split()]
    assert told == [telling.title, telling.alternative]


def _extent(text: Text) -> tuple[float, float]:
    width = text_width(text.text, text.size, bold=text.bold, mono=text.mono)
    left = text.x - {"start": 0, "middle": width / 2, "end": width}[text.anchor]
    return left, left + width


def test_nothing_leaves_the_picture(case: tuple[Scene, str, str]) -> None:
    drawing = draw(case[0], case[1])
    for mark in drawing.marks():
        if isinstance(mark, Text):
            left, right = _extent(mark)
            assert left >= 0 and right <= drawing.width, mark
            assert mark.size >= 11.5 and mark.y <= drawing.height, mark
        elif isinstance(mark, Box):
            assert mark.x >= 0 and mark.x + mark.width <= drawing.width, mark
            assert mark.width > 0 and mark.height > 0, mark


def test_no_text_covers_another(case: tuple[Scene, str, str]) -> None:
    found = [mark for mark in draw(case[0], case[1]).marks() if isinstance(mark, Text)]
    boxes = [(*_extent(t), t.y - 0.72 * t.size, t.y + 0.1 * t.size, t) for t in found]
    for at, (left, right, top, bottom, text) in enumerate(boxes):
        for other_left, other_right, other_top, other_bottom, other in boxes[at + 1 :]:
            apart = right <= other_left or other_right <= left
            apart = apart or bottom <= other_top or other_bottom <= top
            assert apart, (text, other)


def test_the_table_is_beside_the_picture(case: tuple[Scene, str, str]) -> None:
    scene, language, _ = case
    html = paint_html(scene, language)
    rows = tell_scene(scene, language).rows
    assert html.count("<tr>") == len(rows) + 1


def test_a_page_says_its_language_and_title_and_escapes_both() -> None:
    page = paint_page(name_scene("<b>&"), "en", "dark")
    assert page.startswith('<!doctype html><html lang="en">') and "<b>" not in page
    assert "<title>The name &lt;b&gt;&amp;</title>" in page
    assert 'content="dark"' in page and "prefers-color-scheme" not in page


def test_texts_of_others_are_escaped() -> None:
    scene = scenes()["name"]
    hostile = Drawing(10, 10, draw(scene).groups, "<script>&", "]]><b>")
    root = ET.fromstring(paint_svg(hostile))
    assert root[0].text == "<script>&" and root[1].text == "]]><b>"


def test_motion_is_only_for_those_who_want_it() -> None:
    drawing = draw(scenes()["cow-path"])
    svg = paint_svg(drawing)
    assert "prefers-reduced-motion:no-preference" in svg and 'data-step="2"' in svg
    assert "animation" not in paint_svg(drawing, animated=False)


def test_a_theme_can_be_fixed() -> None:
    drawing = draw(scenes()["life"])
    assert "prefers-color-scheme" in paint_svg(drawing)
    assert DARK["paper"] in paint_svg(drawing, "dark")
    assert LIGHT["paper"] not in paint_svg(drawing, "dark")


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    "fill", ["paper", "panel", "layer", "shared", "writable", "name", "image", "wrong"]
)
def test_ink_is_readable_on_every_fill(colours: dict[str, str], fill: str) -> None:
    for ink in ("ink", "muted"):
        assert contrast(colours[ink], colours[fill]) >= 4.5, ink
    own = f"{fill}-ink"
    if own in colours:
        assert contrast(colours[own], colours[fill]) >= 4.5


def test_both_themes_have_the_same_colours() -> None:
    assert set(LIGHT) == set(DARK)


ROOM = Path(estiba.projections.tellings.__file__).parent


@pytest.mark.parametrize("topic", sorted({path.name.split(".")[0] for path in ROOM.glob("*.toml")}))
def test_both_languages_have_the_same_texts_and_places(topic: str) -> None:
    es, en = (texts(f"tellings/{topic}", language) for language in ("es", "en"))
    assert set(es) == set(en)
    for key, text in es.items():
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", en[key])), key


@pytest.mark.parametrize("width", [40.0, 100.0, 333.0])
def test_what_is_fitted_fits(width: float) -> None:
    text = "registry.example.com:5000/team/project/image:2026.11.25 and more words"
    for cut in (fit(text, width, 13), fit_middle(text, width, 13)):
        assert text_width(cut, 13) <= width and "…" in cut
    for lines in (wrap(text, width, 13, 3), break_name(text, width, 13, 3)):
        assert len(lines) <= 3
        assert all(text_width(line, 13) <= width for line in lines)


def test_what_fits_is_left_alone() -> None:
    assert fit("ubuntu", 100, 13) == fit_middle("ubuntu", 100, 13) == "ubuntu"
    assert wrap("a b", 100, 13, 2) == break_name("a b", 100, 13, 2) == ("a b",)
    assert wrap("", 100, 13, 2) == ()
