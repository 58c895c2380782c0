import tomllib
from pathlib import Path

import pytest

import estiba.shell
from estiba.app import simulated
from estiba.cli.console import MemoryConsole
from estiba.shell import Session


class Prompt:
    """A session with what it printed."""

    def __init__(self, language: str = "en") -> None:
        self.shown: list[str] = []
        self.consoles: list[MemoryConsole] = []
        self.session = Session(simulated(seed=1), language, self._console, self.shown.append)

    def _console(self) -> MemoryConsole:
        self.consoles.append(MemoryConsole())
        return self.consoles[-1]

    def run(self, line: str) -> int:
        return self.session.run(line)


def test_docker_commands_share_one_engine() -> None:
    prompt = Prompt()
    assert prompt.run("docker pull -q ubuntu") == 0
    assert prompt.run("docker images -q") == 0
    assert prompt.consoles[1].out == b"f63181f19b2f\n"


def test_quotes_are_those_of_a_shell() -> None:
    prompt = Prompt()
    prompt.run("docker pull -q ubuntu")
    prompt.run("docker run ubuntu /bin/echo 'Hello  world' # a comment")
    assert prompt.consoles[1].out == b"Hello  world\n"


def test_why_explains_in_the_sessions_language() -> None:
    prompt = Prompt("es")
    prompt.run("docker pull -q ubuntu")
    assert prompt.run("why 811B") == 0
    assert prompt.shown[-1].startswith("811 bytes: los ficheros de la capa dbf2c0f42a39")


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("", 0, ""),
        ("   # nothing", 0, ""),
        ("foo", 127, "foo: not known here"),
        ("docker 'open", 2, "a quote is not closed"),
        ("why", 2, "Add the size"),
        ("help", 0, "docker …"),
    ],
)
def test_other_lines_get_one_clear_answer(line: str, code: int, told: str) -> None:
    prompt = Prompt()
    assert prompt.run(line) == code
    assert told in "".join(prompt.shown)


def test_exit_ends_the_session() -> None:
    prompt = Prompt()
    assert prompt.run("exit") == 0
    assert prompt.session.ended


def test_completion_offers_commands_and_names() -> None:
    prompt = Prompt()
    prompt.run("docker pull -q ubuntu")
    prompt.run("docker create --name contenedor1 ubuntu")
    complete = prompt.session.complete
    assert complete("", "do") == ["docker"]
    assert "images" in complete("docker ", "im")
    assert complete("docker rm ", "con") == ["contenedor1"]
    assert complete("docker run ", "ub") == ["ubuntu:latest"]


def test_both_languages_have_the_same_texts() -> None:
    room = Path(estiba.shell.__file__).parent
    es, en = (tomllib.loads((room / f"texts.{name}.toml").read_text()) for name in ("es", "en"))
    assert set(es) == set(en)
