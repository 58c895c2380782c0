"""The real `docker` and ours, each with an engine grown from the same seed, must say the same bytes.

Identifiers are numbered as they appear and times left out. Without the real client of that version
on PATH nothing can be compared, and the run says so.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paired_clients import VERSION, PairedClients, real_docker_is_here

pytestmark = pytest.mark.skipif(
    not real_docker_is_here(), reason=f"NOT COMPARED: no docker {VERSION} on PATH"
)

MADE = """\
pull -q busybox
tag busybox busybox:1
run -d --name web -p 8080:80 -v datos:/data --label x=y busybox sleep 100000
run --name done busybox sh -c "echo hola; echo mal >&2; exit 3"
create --name nuevo busybox
volume create v1 --label k=v
network create red
"""
LOOKED_AT = """\
images -a --digests
images --format "table {{.ID}}\t{{.Size}}" busybox
image ls -f nope=1
ps -as --no-trunc
ps -a --format json
ps -aq -f status=nope
port web
logs -t done
inspect web done datos red nada
inspect -s -f "{{.SizeRw}} {{json .Mounts}}" web
history --no-trunc busybox
system df -v
volume ls --format "{{.Name}} {{.Label \\"k\\"}}"
network inspect red
version
info -f "{{.Name}} {{.Driver}} {{json .Plugins}}"
image web -a
image web --help
top web -o pid,comm
diff done
update --kernel-memory 1m web
search --limit 2 busybox
context ls
context create a
run --nope busybox
run --rm --memory 1m busybox true
run --rm --mount type=nope busybox true
exec web sh -c "exit 4"
cp web:/etc/passwd -
cp nada:/x .
rm web
rename done web
commit -c "NOPE x" done
save nada
network rm nada
volume rm datos
stop nada
inspect /web
container inspect ""
kill " "
"""
WORDS = st.sampled_from(
    "web done nuevo busybox busybox:latest busybox:1 datos red nada / '' -a -q -f --format "
    "--no-trunc -s -l -n 1 status=exited name=we label=x --filter --tail 0 -t json table "
    "{{.Name}} {{.ID}} {{json .}} {{.Nope}} {{range .Mounts}}{{.Name}}{{end}} {{len .Name}} "
    "{{upper .Name}} {{if .ID}}x{{else}}y{{end}} {{ --help -- -x --size".split()
)
ASKING = st.sampled_from(
    "images|image ls|image inspect|history|ps|container ls|inspect|container inspect|port|diff|"
    "logs|top|volume ls|volume inspect|network ls|network inspect|system df|version|info|search|"
    "context ls|image|volume|nosuch|container nosuch".split("|")
)


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PairedClients]:
    made = PairedClients(tmp_path_factory.mktemp("p"))
    for line in MADE.splitlines():
        theirs, ours = made.both(*shlex.split(line))
        assert theirs == ours, line
    yield made
    made.close()
    assert not made.troubles


@pytest.mark.parametrize("line", LOOKED_AT.splitlines())
def test_both_clients_say_the_same(clients: PairedClients, line: str) -> None:
    theirs, ours = clients.both(*shlex.split(line))
    assert ours == theirs


@settings(max_examples=150, deadline=None, derandomize=True)
@given(ASKING, st.lists(WORDS, max_size=4))
def test_whatever_is_asked_is_answered_alike(
    clients: PairedClients, command: str, words: list[str]
) -> None:
    if command in ("info", "images", "image ls") and not words:
        return  # runtimes and repositories come in Go's random order
    theirs, ours = clients.both(*command.split(), *words)
    assert ours == theirs


def test_two_clients_that_differ_would_be_seen(tmp_path: Path) -> None:
    pair = PairedClients(tmp_path / "q")
    pair.real("volume", "create", "solo")
    theirs, ours = pair.both("volume", "ls", "-q")
    pair.close()
    assert theirs != ours
