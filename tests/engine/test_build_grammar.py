"""Dockerfiles: lines, words, variables, instructions."""

import pytest

from estiba.engine.builder.expansion import BadWord, expand, expand_words
from estiba.engine.builder.ignore import ignored, read_patterns
from estiba.engine.builder.instructions import DockerfileError, plan
from estiba.engine.builder.lines import BadDockerfile, parse
from estiba.errors import InvalidInput
from estiba.spec.gotext import quote


def words(text: str) -> list[tuple[str, ...]]:
    return [(one.name, *one.words) for one in parse(text).statements]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\n# no\n\nRUN b  c # yes\n", [("from", "a"), ("run", "b  c # yes")]),
        ("from a\nrun b \\\n  c\n", [("from", "a"), ("run", "b   c")]),
        ("RUN a \\\n# between\n\n b\n", [("run", "a  b")]),
        ("RUN a\\\\\nCMD b", [("run", "a\\\\"), ("cmd", "b")]),
        ("# escape=`\nRUN a `\n b\\\n", [("run", "a  b\\")]),
        ("# comment\n# escape=`\nRUN a \\\n b\n", [("run", "a  b")]),
        ('CMD ["a", "b c"]', [("cmd", "a", "b c")]),
        ("CMD ['a']", [("cmd", "['a']")]),
        ("COPY a b c", [("copy", "a", "b", "c")]),
        ('COPY ["a b", "c"]', [("copy", "a b", "c")]),
        ("ENV A old style", [("env", "A", "old style")]),
        ('ENV A=1 B="2 3" C=4\\ 5', [("env", "A", "1", "B", '"2 3"', "C", "4\\ 5")]),
        ("HEALTHCHECK --interval=5s CMD true x", [("healthcheck", "CMD", "true x")]),
        ("\ufeffFROM a\r\n", [("from", "a")]),
        ("ONBUILD RUN a b", [("onbuild", "RUN a b")]),
    ],
)
def test_statements(text: str, expected: list[tuple[str, ...]]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# only\n", "file with no instructions"),
        ("ENV A\n", "ENV must have two arguments"),
        ("LABEL a\n", "LABEL must have two arguments"),
        ("ENV A=1 B", 'Syntax error - can\'t find = in "B". Must be of the form: name=value'),
        ("# escape=x\nFROM a", "invalid escape token 'x' does not match ` or \\"),
        ("# escape=`\n# escape=`\nFROM a", "only one escape parser directive can be used"),
        (
            "CMD [1]",
            "when using JSON array syntax, arrays must be comprised of strings only",
        ),
    ],
)
def test_what_cannot_be_read(text: str, message: str) -> None:
    with pytest.raises(BadDockerfile) as caught:
        parse(text)
    assert str(caught.value) == message


def test_an_empty_continuation_line_is_warned_of() -> None:
    warnings = parse("RUN a \\\n\n b\n").warnings
    assert warnings == [
        "[WARNING]: Empty continuation line found in:\n    RUN a  b",
        "[WARNING]: Empty continuation lines will become errors in a future release.",
    ]


VARIABLES = {"A": "1", "E": "", "S": "x y"}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("$A", "1"),
        ("${A}2", "12"),
        ("$AB", ""),
        ("${N:-def}", "def"),
        ("${E:-def}", "def"),
        ("${A:+si}", "si"),
        ("${N:+si}", ""),
        ("${N:-$A}", "1"),
        ("\\$A", "$A"),
        ("'$A'", "$A"),
        ('"$A \\" \\x"', '1 " \\x'),
        ("a$", "a$"),
        ("$1x", "x"),
    ],
)
def test_expansion(word: str, expected: str) -> None:
    assert expand(word, VARIABLES) == expected


def test_only_values_split_into_words() -> None:
    assert expand_words('$S "$S"', VARIABLES) == ["x", "y", "x y"]


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("${A", "missing ':' in substitution"),
        ("${A:-b", "syntax error: missing '}'"),
        ("${", "syntax error: missing '}'"),
        ("${}", "syntax error: bad substitution"),
        ("${A:=b}", "unsupported modifier (=) in substitution"),
        ("${A-b}", "missing ':' in substitution"),
        ("'a", "unexpected end of statement while looking for matching single-quote"),
        ('"a', "unexpected end of statement while looking for matching double-quote"),
        ("${N:?no}", "N: no"),
        ("${N:?}", "N: is not allowed to be unset"),
    ],
)
def test_bad_expansion(word: str, message: str) -> None:
    with pytest.raises(BadWord) as caught:
        expand(word, VARIABLES)
    assert str(caught.value) == f"failed to process {quote(word)}: {message}"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("NOPE x", "unknown instruction: NOPE"),
        (
            "COPY a",
            "COPY requires at least two arguments, but only one was provided. "
            "Destination could not be determined",
        ),
        ("WORKDIR", "WORKDIR requires exactly one argument"),
        ("FROM", "FROM requires either one or three arguments"),
        (
            "FROM a AS 1a",
            'invalid name for build stage: "1a", name can\'t start with a number '
            "or contain symbols",
        ),
        ("ENV", "ENV requires at least one argument"),
        ("ONBUILD ONBUILD RUN a", "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed"),
        ("ONBUILD FROM a", "FROM isn't allowed as an ONBUILD trigger"),
        ("COPY --nope=1 a b", "Unknown flag: nope"),
        ("SHELL sh", "SHELL requires the arguments to be in JSON form"),
        ("HEALTHCHECK", "HEALTHCHECK requires at least one argument"),
        ("HEALTHCHECK NONE x", "HEALTHCHECK NONE takes no arguments"),
        ("HEALTHCHECK NOPE", 'Unknown type "NOPE" in HEALTHCHECK (try CMD)'),
        ("HEALTHCHECK CMD", "Missing command after HEALTHCHECK CMD"),
        ("HEALTHCHECK --retries=0 CMD a", "--retries must be at least 1 (not 0)"),
        ("HEALTHCHECK --interval=x CMD a", 'time: invalid duration "x"'),
        ("ARG", "ARG requires at least one argument"),
    ],
)
def test_bad_instructions_name_their_line(line: str, message: str) -> None:
    with pytest.raises(DockerfileError) as caught:
        plan(parse(f"FROM a\n{line}\n").statements)
    assert str(caught.value) == f"dockerfile parse error line 2: {message}"


def test_nothing_but_arg_stands_before_from() -> None:
    with pytest.raises(InvalidInput, match="no build stage in current context"):
        plan(parse("RUN true\n").statements)
    made = plan(parse("ARG A=1\nFROM $A AS One\nRUN a\nFROM One\n").statements)
    assert [(stage.base, stage.name, len(stage.steps)) for stage in made.stages] == [
        ("$A", "one", 1),
        ("One", "", 0),
    ]
    with pytest.raises(InvalidInput, match="failed to reach build target 0 in Dockerfile"):
        made.up_to("0")
    assert len(made.up_to("ONE").stages) == 1


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("x.log", True),
        ("bueno.log", False),
        ("secreto", True),
        ("secreto/clave", True),
        ("dir/a.tmp", True),
        ("dir/b", False),
        ("deep/er/c.bak", True),
        ("otro", False),
    ],
)
def test_dockerignore(path: str, expected: bool) -> None:
    patterns = read_patterns("*.log\n# no\nsecreto\n!bueno.log\n/dir/*.tmp\n**/*.bak\n")
    assert ignored(path, patterns) is expected
