"""Widgets without a browser: turn a knob, see what the picture says."""

import pytest

pytest.importorskip("ipywidgets")

from estiba.errors import EstibaError
from estiba.notebook.session import Session
from estiba.notebook.widgets import (
    CowStepper,
    LayerExplorer,
    NameDissector,
    SharingExplorer,
    TwoTerminals,
)

SCRIPT = """
docker pull -q ubuntu
docker run --name box ubuntu sh -c 'echo x >> /etc/passwd; rm /usr/bin/id; echo y > /new'
docker tag ubuntu other:1
docker run -dit --name term ubuntu
docker run -dit --name second ubuntu
"""


@pytest.fixture(scope="module")
def session() -> Session:
    made = Session("widgets", "en")
    assert all(step.status == 0 for step in made.run(SCRIPT))
    return made


def test_a_name_is_taken_apart_while_it_is_typed(session: Session) -> None:
    widget = NameDissector(session=session)
    before = widget.view.value
    widget.text.value = "localhost:5000/web"
    assert widget.view.value != before
    assert "localhost:5000" in widget.view.value
    widget.text.value = "Ubuntu"
    assert "lower case" in widget.view.value


def test_removing_is_only_tried(session: Session) -> None:
    widget = SharingExplorer(session=session)
    assert [value for _, value in widget.choice.options] == ["", "other:1", "ubuntu:latest"]
    before = widget.view.value
    widget.choice.value = "ubuntu:latest"
    assert widget.view.value != before
    assert "other:1" in widget.view.value
    widget.choice.value = ""
    assert widget.view.value == before


def test_the_slider_shows_one_step_more_each_time(session: Session) -> None:
    widget = CowStepper("box", session=session)
    assert widget.slider.max >= 3
    seen = []
    for step in range(widget.slider.max + 1):
        widget.slider.value = step
        seen.append(widget.view.value)
    assert len(set(seen)) == len(seen)
    assert "/etc/passwd" in seen[-1]


def test_the_stepper_of_a_container_that_is_not_there_says_so(session: Session) -> None:
    with pytest.raises(EstibaError, match="No such container: nothing"):
        CowStepper("nothing", session=session)


def test_a_file_tells_which_layer_wins(session: Session) -> None:
    widget = LayerExplorer("box", session=session)
    assert widget.layer.options[0][0] == "writable layer"
    assert [label for label, _ in widget.files.options] == [
        "C /etc",
        "C /etc/passwd",
        "A /new",
        "C /usr",
        "C /usr/bin",
        "D /usr/bin/id",
    ]
    widget.files.value = "/etc/passwd"
    assert "shows in layer ↑: writable layer" in widget.answer.value
    assert "hidden, in: 1" in widget.answer.value
    widget.files.value = "/usr/bin/id"
    assert "does not show" in widget.answer.value
    widget.layer.value = 3
    widget.files.value = "/usr/bin/env"
    assert "shows in layer 1: ADD file:" in widget.answer.value


def test_an_empty_engine_is_told_in_a_sentence() -> None:
    widget = LayerExplorer(session=Session("empty", "en"))
    assert widget.view.value.startswith("There is no image yet")


def test_two_terminals_on_one_container_show_the_same(session: Session) -> None:
    widget = TwoTerminals("term", session=session)
    widget.inputs[0].value = "echo $((40 + 2))"
    assert all("\n42\n" in terminal.text() for terminal in widget.terminals)
    assert widget.inputs[0].value == ""
    widget.inputs[1].value = "sleep 1000"
    widget.inputs[1].value = "^C"
    assert "^C" in widget.screens[0].value


def test_two_terminals_on_two_containers_do_not(session: Session) -> None:
    widget = TwoTerminals("term", "second", session=session)
    widget.inputs[1].value = "echo only-here"
    assert "only-here" in widget.terminals[1].text()
    assert "only-here" not in widget.terminals[0].text()


def test_where_no_widgets_are_the_picture_is_shown(session: Session) -> None:
    for widget in (NameDissector(session=session), CowStepper("box", session=session)):
        bundle = widget._repr_mimebundle_()
        bundle = bundle[0] if isinstance(bundle, tuple) else bundle
        assert "image/svg+xml" in bundle
        assert "application/vnd.jupyter.widget-view+json" in bundle
        assert "VBox" not in bundle["text/plain"]
