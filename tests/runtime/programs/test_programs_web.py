"""Web servers and clients, over a network of one."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest
from program_network import fetch, serve

from estiba.runtime.simulated.program import Flavour

PAGE = b"<html><body><h1>It works!</h1></body></html>\n"


def get(path: str, *, method: str = "GET", version: str = "HTTP/1.1", extra: str = "") -> bytes:
    return f"{method} {path} {version}\r\nHost: x\r\n{extra}\r\n".encode()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_bytes(PAGE)
    (tmp_path / "a.txt").write_text("x\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.txt").write_text("y\n")
    return tmp_path


def apache(site: Path, *clients: bytes, stop: int = 15) -> tuple[str, str, int, list[bytes]]:
    conf = site / "httpd.conf"
    conf.write_text(f'Listen 80\nDocumentRoot "{site}"\nServerName casa\n')
    result, answers = serve(
        ["httpd", "-f", str(conf), "-D", "FOREGROUND"], str(site), list(clients), stop=stop
    )
    return result.stdout.decode(), result.stderr.decode(), result.status, answers


def test_apache_answers_a_page_with_its_headers(site: Path) -> None:
    _, _, _, (answer,) = apache(site, get("/"))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert body == PAGE
    names = [line.partition(b":")[0].decode() for line in head.split(b"\r\n")]
    assert names == [
        "HTTP/1.1 200 OK", "Date", "Server", "Last-Modified", "ETag", "Accept-Ranges",
        "Content-Length", "Content-Type",
    ]  # fmt: skip


def test_apache_says_what_it_starts_and_ends_with_status_zero(site: Path) -> None:
    _, notes, status, _ = apache(site, stop=28)
    codes = re.findall(r"AH\d+", notes)
    assert (status, codes) == (0, ["AH00489", "AH00094", "AH00492"])


def test_apache_without_a_name_warns_twice(tmp_path: Path) -> None:
    conf = tmp_path / "c"
    conf.write_text("Listen 80\n")
    result, _ = serve(["httpd", "-f", str(conf)], str(tmp_path), [])
    assert result.stderr.count(b"AH00558: httpd: Could not reliably determine") == 2


def test_apache_logs_each_request(site: Path) -> None:
    log, _, _, _ = apache(site, get("/nada"), get("/a.txt", method="HEAD"))
    first, second = log.splitlines()
    assert re.fullmatch(r'172\.17\.0\.1 - - \[.*\] "GET /nada HTTP/1\.1" 404 196', first)
    assert second.endswith('"HEAD /a.txt HTTP/1.1" 200 -')


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (get("/"), 200),
        (get("/nada"), 404),
        (get("/sub"), 301),
        (get("/sub/"), 200),
        (get("/../etc/passwd"), 400),
        (get("/a%2etxt"), 200),
        (get("/", method="BREW"), 405),
        (b"hola\r\n\r\n", 400),
    ],
)
def test_apache_has_a_status_for_every_request(
    site: Path, request_bytes: bytes, status: int
) -> None:
    _, _, _, (answer,) = apache(site, request_bytes)
    assert int(answer.split()[1]) == status


def test_apache_answers_not_modified_to_who_knows_the_tag(site: Path) -> None:
    _, _, _, (first,) = apache(site, get("/a.txt"))
    tag = re.search(rb'ETag: ("[^"]*")', first)
    assert tag
    _, _, _, (second,) = apache(site, get("/a.txt", extra=f"If-None-Match: {tag[1].decode()}\r\n"))
    assert second.startswith(b"HTTP/1.1 304 Not Modified\r\n")


def test_one_connection_carries_many_requests(site: Path) -> None:
    _, _, _, (answer,) = apache(site, get("/a.txt") + get("/a.txt"))
    assert answer.count(b"HTTP/1.1 200 OK") == 2


def test_an_old_client_gets_its_connection_closed(site: Path) -> None:
    _, _, _, (answer,) = apache(site, get("/a.txt", version="HTTP/1.0") * 2)
    assert answer.count(b"HTTP/1.1 200 OK") == 1
    assert b"\r\nConnection: close\r\n" in answer


def test_nginx_says_its_version_in_page_and_log(tmp_path: Path) -> None:
    result, (answer,) = serve(
        ["nginx", "-g", "daemon off;"],
        str(tmp_path),
        [get("/no-such-page")],
        environment={"NGINX_VERSION": "1.25.3"},
        stop=3,
    )
    assert answer.startswith(b"HTTP/1.1 404 Not Found\r\nServer: nginx/1.25.3\r\n")
    assert answer.endswith(b"<hr><center>nginx/1.25.3</center>\r\n</body>\r\n</html>\r\n")
    assert b'"GET /no-such-page HTTP/1.1" 404 153 "-" "-" "-"' in result.stdout
    assert b"start worker processes" in result.stderr
    assert result.status == 0


def _ask(port: int, request: bytes) -> bytes:
    for _ in range(50):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2) as wire:
                wire.sendall(request)
                out = b""
                while chunk := wire.recv(65536):
                    out += chunk
                return out
        except ConnectionRefusedError:
            time.sleep(0.02)
    raise AssertionError("the real server never listened")


REQUESTS = [
    get("/"),
    get("/", version="HTTP/1.0"),
    get("/a.txt"),
    get("/nada"),
    get("/sub"),
    get("/sub/"),
    get("/", method="POST"),
    b"FOO\r\n\r\n",
]


@pytest.mark.skipif(shutil.which("busybox") is None, reason="no real busybox on this machine")
@pytest.mark.parametrize("request_bytes", REQUESTS)
def test_busybox_httpd_answers_as_the_real_one(site: Path, request_bytes: bytes) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["busybox", "httpd", "-f", "-p", f"127.0.0.1:{port}", "-h", str(site)]
    with subprocess.Popen(command) as real:
        try:
            expected = _ask(port, request_bytes)
        finally:
            real.terminate()
    # The stand-in has no handler of its own: a signal kills it, so the kernel supplies one.
    _, (answer,) = _serve_busybox(site, request_bytes)
    assert _undated(answer) == _undated(expected)


def _serve_busybox(site: Path, request_bytes: bytes) -> tuple[object, list[bytes]]:
    from program_host import HostProcess  # noqa: PLC0415 - only here
    from program_network import NetworkKernel  # noqa: PLC0415 - only here

    class Killed(Exception):
        pass

    def kill(number: int) -> None:
        raise Killed

    kernel = NetworkKernel(str(site), [request_bytes])
    kernel.handlers[15] = kill
    process = HostProcess("httpd", Flavour.BUSYBOX)
    with pytest.raises(Killed):
        kernel.run(process, ["-f", "-p", "80", "-h", str(site)])
    return None, [connection.received for connection in kernel.served]


def _undated(answer: bytes) -> bytes:
    return re.sub(rb"Date: [^\r]*", b"Date: X", answer)


def _page(request: bytes) -> bytes:
    if b" /otra " in request:
        return b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"
    if b" / " in request:
        return b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhola\n"
    return b"HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno\n"


@pytest.mark.parametrize(
    ("argv", "out", "status"),
    [
        (["curl", "-s", "http://otro/"], "hola\n", 0),
        (["curl", "-s", "otro"], "hola\n", 0),
        (["curl", "-s", "http://otro/nada"], "no\n", 0),
        (["curl", "-sf", "http://otro/nada"], "", 22),
        (["curl", "-sL", "http://otro/otra"], "hola\n", 0),
        (["curl", "-so", "/dev/null", "-w", "%{http_code}", "http://otro/nada"], "404", 0),
        (["curl", "-s", "http://otro:81/"], "", 7),
        (["curl", "-s", "http://nadie/"], "", 6),
        (["wget", "-qO-", "http://otro/"], "hola\n", 0),
        (["wget", "-qO-", "http://nadie/"], "", 4),
        (["wget", "-qO-", "http://otro/nada"], "", 8),
    ],
)
def test_clients_print_the_body_and_tell_failures_by_status(
    tmp_path: Path, argv: list[str], out: str, status: int
) -> None:
    result = fetch(argv, str(tmp_path), _page)
    assert (result.stdout.decode(), result.status) == (out, status)


def test_busybox_wget_words_its_failures_its_own_way(tmp_path: Path) -> None:
    result = fetch(["wget", "-qO-", "http://nadie/"], str(tmp_path), _page, flavour=Flavour.BUSYBOX)
    assert (result.stderr, result.status) == (b"wget: bad address 'nadie'\n", 1)


def test_curl_shows_an_error_only_if_it_may(tmp_path: Path) -> None:
    loud = fetch(["curl", "http://nadie/"], str(tmp_path), _page)
    assert loud.stderr == b"curl: (6) Could not resolve host: nadie\n"
    assert fetch(["curl", "-s", "http://nadie/"], str(tmp_path), _page).stderr == b""
