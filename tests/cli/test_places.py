"""Where objects are asked for."""

import pytest
from scripted_engine import ScriptedEngine, docker

from estiba.cli.errors import CommandFailed
from estiba.cli.places import place


def test_a_name_is_sent_without_the_spaces_around_it() -> None:
    assert place("container", " web\t", "/json") == "/containers/web/json"


@pytest.mark.parametrize("kind", ["container", "network", "volume"])
def test_an_empty_name_is_refused_before_anybody_is_asked(kind: str) -> None:
    with pytest.raises(CommandFailed, match=f"invalid {kind} name or ID: value is empty"):
        place(kind, "  ")


def test_a_slash_in_front_of_a_name_falls_with_the_path() -> None:
    engine = ScriptedEngine({"GET /containers/web/top": {"Titles": ["PID"], "Processes": None}})
    outcome = docker("top", "/web", engine=engine)
    assert (outcome.code, engine.log) == (0, ["GET /containers/web/top"])


def test_a_path_that_leads_to_a_list_is_told_in_the_types_words() -> None:
    outcome = docker("port", "/", engine=ScriptedEngine({"GET /containers/json": []}))
    assert outcome.err == (
        "json: cannot unmarshal array into Go value of type container.InspectResponse\n"
    )
