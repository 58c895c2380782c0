"""Contexts: made, changed, used, packed and removed."""

import json

import pytest
from scripted_engine import Outcome, docker

from estiba.cli.memory_files import MemoryFiles


def context(files: MemoryFiles, *words: str, **environment: str) -> Outcome:
    return docker("context", *words, files=files, environment=environment)


def fresh(*names: str) -> MemoryFiles:
    files = MemoryFiles(cwd="/home/lab/work")
    for name in names:
        context(files, "create", name, "--docker", f"host=tcp://{name}:1")
    return files


def test_a_context_is_made_used_and_removed() -> None:
    files = fresh("uno", "dos")
    assert context(files, "use", "dos").err == 'Current context is now "dos"\n'
    assert context(files, "show").out == "dos\n"
    assert context(files, "ls", "-q").out == "default\ndos\nuno\n"
    refused = context(files, "rm", "dos", "uno", "tres")
    assert (refused.out, refused.err) == (
        "uno\n",
        'context "dos" is in use, set -f flag to force remove\ncontext "tres" does not exist\n',
    )
    assert context(files, "rm", "-f", "dos").out == "dos\n"
    assert context(files, "show").out == "default\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("create", "default"), '"default" is a reserved context name'),
        (("create", "uno"), 'context "uno" already exists'),
        (
            ("create", "x"),
            'context name "x" is invalid, names are validated against regexp '
            '"^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$"',
        ),
        (
            ("create", "ab", "--docker", "host=mal"),
            "unable to create docker endpoint config: unable to apply docker endpoint options: "
            "unable to parse docker host `mal`",
        ),
        (
            ("create", "ab", "--docker", "nope=1"),
            "unable to create docker endpoint config: unrecognized config key: nope",
        ),
        (
            ("create", "ab", "--from", "uno", "--docker", "host=tcp://x:1"),
            "cannot use --docker flag when --from is set",
        ),
        (("rm", "default"), 'context "default" cannot be removed'),
        (("export", "uno", "/home/lab/there"), "open /home/lab/there: file exists"),
        (("import", "ab", "nofile"), "open nofile: no such file or directory"),
        (("import", "ab", "/home/lab/there"), "unexpected EOF"),
    ],
)
def test_what_cannot_be_is_told_in_dockers_words(words: tuple[str, ...], message: str) -> None:
    files = fresh("uno")
    files.write("/home/lab/there", b"no archive")
    outcome = context(files, *words)
    assert (outcome.code, outcome.err) == (1, f"{message}\n")


def test_a_packed_context_comes_back_under_another_name() -> None:
    files = fresh("uno")
    files.write("/home/lab/work/ca", b"PEM")
    context(files, "update", "uno", "--docker", "host=tcp://h:2,ca=ca", "--description", "mía")
    assert context(files, "export", "uno").err == 'Written file "uno.dockercontext"\n'
    assert context(files, "import", "dos", "uno.dockercontext").out == "dos\n"
    (shown,) = json.loads(context(files, "inspect", "dos").out)
    assert shown["Metadata"] == {"Description": "mía"}
    assert shown["Endpoints"] == {"docker": {"Host": "tcp://h:2", "SkipTLSVerify": False}}
    assert files.read(f"{shown['Storage']['TLSPath']}/docker/ca.pem") == b"PEM"


def test_an_address_in_the_environment_hides_the_context_in_use() -> None:
    files = fresh("uno")
    context(files, "use", "uno")
    listed = context(files, "ls", DOCKER_HOST="tcp://other:1")
    assert "default *" in listed.out
    assert listed.err.startswith("Warning: DOCKER_HOST environment variable overrides the active")
    own = context(files, "ls", DOCKER_HOST="unix:///h/docker.sock", ESTIBA_HOME="/h")
    assert "uno *" in own.out
    assert not own.err
