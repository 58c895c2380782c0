"""Whatever is typed, there is an answer and never a traceback."""

from hypothesis import given, settings
from hypothesis import strategies as st
from scripted_engine import ScriptedEngine, docker

from estiba.cli.commands import GROUPS, TOP, commands_of
from estiba.cli.template import TemplateError
from estiba.cli.template.template import Template

FLAGS = sorted(
    {
        f"--{flag.name}"
        for name in ("", "image", "container", "network")
        for c in commands_of(name)
        for flag in c.flags
    }
)
WORDS = st.one_of(
    st.sampled_from([*TOP, *GROUPS, "ls", "prune", "inspect", "create"]),
    st.sampled_from(FLAGS),
    st.sampled_from(
        ["-", "--", "a:b", "8080:80", "x=1", "/tmp:/x", "-f", "-it", "--format={{.ID}}", "."]
    ),
    st.text(max_size=12),
)
BITS = st.sampled_from(
    "{{ }} . .a $ $x := = | ( ) if else end range with define template block break nil true 1 1.5 'a' \"b\" `c` "
    "printf len index json eq %s - /* */ , : \\".split(" ")
)
ANSWERS = {
    r"GET /(images|containers)/json.*|GET /networks(\?.*)?": [],
    r"GET /volumes(\?.*)?": {"Volumes": None},
    r"POST /.*/prune.*": {"SpaceReclaimed": 0},
    r"GET /events.*": b"",
}


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=6))
def test_any_command_line_ends_with_a_code(words: list[str]) -> None:
    outcome = docker(*words, engine=ScriptedEngine(ANSWERS))
    assert 0 <= outcome.code <= 255


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(BITS, st.text(max_size=4)), max_size=14))
def test_any_template_is_carried_out_or_refused(parts: list[str]) -> None:
    try:
        Template(" ".join(parts)).render({"a": {"b": [1, "x", None]}})
    except TemplateError as error:
        assert str(error).startswith("template: :")
