"""Tables: columns, widths, quirks of `images`, `ps`, `history`."""

from typing import Any

import pytest
from scripted_engine import ScriptedEngine, docker

from estiba.cli.ports import displayable
from estiba.cli.table import align, ellipsis

DAY = 86400
NOW = 1_700_000_000


def image(*tags: str, digests: tuple[str, ...] = (), age: int = DAY, size: int = 72_900_000) -> Any:
    return {
        "Id": "sha256:" + "ab12" * 16,
        "RepoTags": list(tags) or ["<none>:<none>"],
        "RepoDigests": list(digests) or (["<none>@<none>"] if not tags else None),
        "Created": NOW - age,
        "Size": size,
        "SharedSize": -1,
        "Containers": -1,
    }


def images(*words: str, some: list[Any]) -> str:
    return docker("images", *words, engine=ScriptedEngine({"GET /images/json.*": some})).out


def test_images_are_listed_name_by_name() -> None:
    assert images(some=[image("ubuntu:latest", "mi/copia:1"), image()]) == (
        "REPOSITORY   TAG       IMAGE ID       CREATED        SIZE\n"
        "ubuntu       latest    ab12ab12ab12   24 hours ago   72.9MB\n"
        "mi/copia     1         ab12ab12ab12   24 hours ago   72.9MB\n"
        "<none>       <none>    ab12ab12ab12   24 hours ago   72.9MB\n"
    )


def test_an_empty_list_still_has_its_heads() -> None:
    assert images(some=[]) == "REPOSITORY   TAG       IMAGE ID   CREATED   SIZE\n"


def test_a_table_of_ones_own_gets_a_digest_column_with_digests() -> None:
    digest = "sha256:" + "0" * 64
    shown = images(
        "--digests",
        "--format",
        "table {{.Repository}}",
        some=[image("a:1", digests=(f"a@{digest}",))],
    )
    assert shown == f"REPOSITORY   DIGEST\na            {digest}\n"


def test_quiet_is_forgotten_when_there_is_a_format() -> None:
    assert images("-q", "--format", "{{.Repository}}", some=[image("a:1")]) == "a\n"


def test_json_escapes_what_html_would_mind() -> None:
    assert '"Repository":"\\u003cnone\\u003e"' in images("--format", "json", some=[image()])


def test_a_bad_field_is_named_with_its_type() -> None:
    engine = ScriptedEngine({"GET /images/json": [image("a:1")]})
    outcome = docker("images", "--format", "{{.Nope}}", engine=engine)
    assert outcome.err == (
        'template parsing error: template: :1:2: executing "" at <.Nope>: '
        "can't evaluate field Nope in type *formatter.imageContext\n"
    )


CONTAINER = {
    "Id": "c0ffee" * 10 + "abcd",
    "Names": ["/web"],
    "Image": "httpd:2.4",
    "ImageID": "sha256:" + "1" * 64,
    "Command": 'sh -c "trap x; sleep 1000"',
    "Created": NOW - 90,
    "Ports": [
        {"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
        {"IP": "::", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
    ],
    "Labels": {"b": "2", "a": "1"},
    "State": "running",
    "Status": "Up About a minute",
    "NetworkSettings": {"Networks": {"bridge": {}}},
    "Mounts": [{"Name": "datos", "Driver": "local"}],
}


def test_ps_cuts_the_command_first_and_quotes_it_after() -> None:
    shown = docker("ps", engine=ScriptedEngine({"GET /containers/json": [CONTAINER]})).out
    row = shown.split("\n")[1]
    assert '"sh -c \\"trap x; slee…"' in row
    assert "0.0.0.0:8080->80/tcp, [::]:8080->80/tcp" in row
    assert row.startswith("c0ffeec0ffee   httpd:2.4") and row.endswith("web")


def test_ps_asks_for_sizes_only_when_a_format_shows_them() -> None:
    engine = ScriptedEngine({"GET /containers/json.*": []})
    docker("ps", "--format", "{{.Size}}", engine=engine)
    docker("ps", "--format", "{{.Names}}", engine=engine)
    assert engine.log == ["GET /containers/json?size=1", "GET /containers/json"]


def test_labels_come_sorted_and_one_by_one() -> None:
    engine = ScriptedEngine({"GET /containers/json": [CONTAINER]})
    shown = docker("ps", "--format", '{{.Labels}} {{.Label "b"}} {{.LocalVolumes}}', engine=engine)
    assert shown.out == "a=1,b=2 2 1\n"


def test_a_history_of_1970_has_no_age() -> None:
    item = {"Id": "<missing>", "Created": 0, "CreatedBy": "x\ty", "Size": 0, "Comment": ""}
    engine = ScriptedEngine({"GET /images/a/history": [item]})
    assert docker("history", "a", engine=engine).out.split("\n")[1].split() == [
        "<missing>",
        "N/A",
        "x",
        "y",
        "0B",
    ]


@pytest.mark.parametrize(
    ("ports", "shown"),
    [
        ([("", 80, 0, "tcp")], "80/tcp"),
        (
            [("", 7000, 0, "tcp"), ("", 7001, 0, "tcp"), ("", 7003, 0, "tcp")],
            "7000-7001/tcp, 7003/tcp",
        ),
        ([("0.0.0.0", 80, 8080, "tcp"), ("", 53, 0, "udp")], "53/udp, 0.0.0.0:8080->80/tcp"),
        ([("::", 9000, 9000, "tcp"), ("::", 9001, 9001, "tcp")], "[::]:9000-9001->9000-9001/tcp"),
    ],
)
def test_ports_are_joined_where_they_follow_each_other(
    ports: list[tuple[str, int, int, str]], shown: str
) -> None:
    names = ("IP", "PrivatePort", "PublicPort", "Type")
    assert displayable([dict(zip(names, port, strict=True)) for port in ports]) == shown


@pytest.mark.parametrize(
    ("text", "cells", "cut"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("日本語", 5, "日本…"),
        ("日本語", 6, "日本語"),
        ("ñandú", 4, "ñan…"),
    ],
)
def test_text_is_cut_by_cells(text: str, cells: int, cut: str) -> None:
    assert ellipsis(text, cells) == cut


def test_columns_of_uneven_lines_end_where_their_block_ends() -> None:
    assert align("a\tb\tc\nlong-long-name\tb\nalone\nx\ty\n") == (
        "a                b         c\nlong-long-name   b\nalone\nx         y\n"
    )
