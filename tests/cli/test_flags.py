"""How words become flags and arguments."""

from typing import Any

import pytest

from estiba.cli.command import Command, Flag
from estiba.cli.errors import InvalidFlag
from estiba.cli.flags import parse

COMMAND = Command(
    "x",
    "",
    "",
    (0, None),
    "",
    (
        Flag("all", "a", "bool", ""),
        Flag("rm", "", "bool", "", default="true"),
        Flag("last", "n", "int", "", default="-1"),
        Flag("name", "", "string", ""),
        Flag("env", "e", "list:env", ""),
        Flag("opt", "o", "map", ""),
        Flag("filter", "f", "filter", ""),
        Flag("alias", "", "strings", ""),
        Flag("memory", "m", "bytes", ""),
        Flag("cpus", "", "cpus", ""),
        Flag("every", "", "duration", ""),
    ),
)
STRICT = Command("y", "", "", (0, None), "", COMMAND.flags, interspersed=False)


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        ([], "all", False),
        ([], "rm", True),
        ([], "last", -1),
        (["-a"], "all", True),
        (["--all=false"], "all", False),
        (["-a=T"], "all", True),
        (["-an5"], "last", 5),
        (["-n", "-1"], "last", -1),
        (["-n=0x10"], "last", 16),
        (["--last", "1_000"], "last", 1000),
        (["--name", "--all"], "name", "--all"),
        (["--name="], "name", ""),
        (["-e", "A=1", "--env=B"], "env", ["A=1", "B"]),
        (["-o", "a=1", "-ob=2=3"], "opt", {"a": "1", "b": "2=3"}),
        (["-f", " Label = a=b "], "filter", [("label", "a=b")]),
        (["--alias", 'a,"b,c"', "--alias=d"], "alias", ["a", "b,c", "d"]),
        (["-m", "1.5g"], "memory", 1610612736),
        (["--cpus", ".5"], "cpus", 500_000_000),
        (["--every", "1m30s"], "every", 90_000_000_000),
    ],
)
def test_a_flag_has_its_value(words: list[str], name: str, value: Any) -> None:
    assert parse(COMMAND, words)[name] == value


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        (["a", "-a", "b"], ["a", "b"]),
        (["a", "--", "-a"], ["a", "-a"]),
        (["-"], ["-"]),
        (["", "-a"], [""]),
    ],
)
def test_arguments_may_stand_between_flags(words: list[str], arguments: list[str]) -> None:
    assert parse(COMMAND, words).arguments == arguments


def test_a_strict_command_takes_everything_after_its_first_argument() -> None:
    options = parse(STRICT, ["-a", "sh", "-c", "x", "--", "y"])
    assert options.arguments == ["sh", "-c", "x", "--", "y"]
    assert options["all"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--nope"], "unknown flag: --nope"),
        (["-az"], "unknown shorthand flag: 'z' in -z"),
        (["-ñ"], "unknown shorthand flag: 'Ã' in -ñ"),
        (["---x"], "bad flag syntax: ---x"),
        (["-n"], "flag needs an argument: 'n' in -n"),
        (["--name"], "flag needs an argument: --name"),
        (["-a="], "unknown shorthand flag: '=' in -="),
        (
            ["-n", "08"],
            'invalid argument "08" for "-n, --last" flag: strconv.ParseInt: parsing "08": invalid syntax',
        ),
        (
            ["--alias", 'a"b'],
            'invalid argument "a\\"b" for "--alias" flag: '
            'parse error on line 1, column 2: bare " in non-quoted-field',
        ),
        (
            ["--cpus", "1/0"],
            'invalid argument "1/0" for "--cpus" flag: failed to parse 1/0 as a rational number',
        ),
    ],
)
def test_a_bad_flag_is_refused_in_pflags_words(words: list[str], message: str) -> None:
    with pytest.raises(InvalidFlag) as caught:
        parse(COMMAND, words)
    assert caught.value.message == message


def test_defaults_are_not_shared_between_runs() -> None:
    parse(COMMAND, ["-e", "A=1"])
    assert parse(COMMAND, [])["env"] == []
