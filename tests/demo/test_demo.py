"""The course document, played: every value equal, in both languages, and red when one is not."""

import re
import socket
import sys
from dataclasses import replace

import pytest

from estiba.demo import Play, load_script, load_texts
from estiba.demo.command import make_house, run


def play(language: str = "en") -> tuple[Play, list[str]]:
    shown: list[str] = []
    script = load_script()
    return Play(make_house(script), script, load_texts(language), shown.append), shown


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_value_of_the_document_comes_out_of_the_model(language: str) -> None:
    played, _ = play(language)
    assert played.run(), [finding for finding in played.findings if not finding.equal]
    assert len(played.findings) == 22


def test_the_document_is_played_the_same_twice() -> None:
    (one, first), (other, second) = play(), play()
    assert one.run() and other.run()
    assert first == second


def test_a_value_that_differs_is_shown_and_fails() -> None:
    played, shown = play()
    script = played.script
    images = script.steps[1]
    wrong = replace(images.checks[2], document="73MB")
    steps = (script.steps[0], replace(images, checks=(wrong,)))
    played.script = replace(script, steps=steps)
    assert not played.run()
    assert re.search(r"^≠ +73MB +72\.9MB", "".join(shown), re.MULTILINE)


def test_a_command_that_ends_otherwise_fails() -> None:
    played, _ = play()
    step = replace(played.script.steps[1], exit=5, checks=())
    played.script = replace(played.script, steps=(step,))
    assert not played.run()
    assert played.failures == ["docker images: exit code 0; 5 was expected"]


@pytest.mark.skipif(sys.platform == "emscripten", reason="a browser has no ports")
def test_a_taken_port_is_told_and_the_values_still_come_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    try:
        taken = socket.create_server(("", 8080))
    except OSError:  # somebody else has it: as good
        assert run("en") == 0
    else:
        with taken:
            assert run("en") == 0
    shown = capsys.readouterr().out
    assert "(port 8080 of this machine is taken" in shown
    assert "22 values, all equal." in shown


def test_both_languages_have_the_same_texts() -> None:
    es, en = load_texts("es"), load_texts("en")
    assert {section: set(texts) for section, texts in es.items()} == {
        section: set(texts) for section, texts in en.items()
    }
    steps = load_script().steps
    assert {step.id for step in steps} == set(es["step"])
    assert {check.id for step in steps for check in step.checks} == set(es["check"])
