"""curl: fetches an address and prints what comes, silent only about what it was told to be."""

from __future__ import annotations

import re

from ..program import Process
from ..streams import decode, encode, print_err, print_out, write_all, write_file
from ..syscalls import Body, Close
from ..syscalls.errnos import ECONNREFUSED
from .options import Grammar, Options, tool
from .web_requests import (
    Answer,
    Headers,
    Unreachable,
    Url,
    connect,
    exchange,
    parse_header,
    parse_url,
)

CURL = Grammar(
    "sSo:OiIX:d:H:LfvkA:u:w:m:#",
    {
        "silent": "s", "show-error": "S", "output=": "o", "remote-name": "O", "include": "i",
        "head": "I",
        "request=": "X", "data=": "d", "header=": "H", "location": "L", "fail": "f", "verbose": "v",
        "insecure": "k", "user-agent=": "A", "user=": "u", "write-out=": "w", "max-time=": "m",
        "connect-timeout=": "m", "retry=": "retry", "unix-socket=": "unix",
    },
)  # fmt: skip
MOST_REDIRECTS = 20


class CurlError(Exception):
    """A transfer failed: `status` is curl's exit code."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


@tool("curl", misuse=2)
def curl(process: Process, args: list[str]) -> Body[int]:
    options = CURL.parse(process, args)
    if not options.operands:
        yield from print_err("curl: try 'curl --help' or 'curl --manual' for more information\n")
        return 2
    status = 0
    for text in options.operands:
        status = 0
        try:
            yield from _transfer(options, text)
        except CurlError as error:
            status = error.status
            if "s" not in options or "S" in options:
                yield from print_err(f"curl: ({status}) {error}\n")
    return status


def _transfer(options: Options, text: str) -> Body[None]:
    """Raises: CurlError."""
    url = parse_url(text)
    if url is None:
        raise CurlError(3, f"URL using bad/illegal format or missing URL: {text}")
    method = options.value("X") or (
        "HEAD" if "I" in options else "POST" if "d" in options else "GET"
    )
    answer = yield from _ask(options, url, method)
    if not answer.status:
        raise CurlError(52, "Empty reply from server")
    if "f" in options and answer.status >= 400:
        raise CurlError(22, f"The requested URL returned error: {answer.status}")
    if "v" in options:
        lines = decode(answer.head).split("\r\n")[:-1]
        yield from print_err("".join(f"< {line}\n" for line in lines))
    data = answer.head if options.any("iI") else b""
    data += b"" if method == "HEAD" else answer.body
    name = options.value("o") or (url.file_name if "O" in options else "")
    yield from write_file(name, data) if name else write_all(1, data)
    yield from print_out(_written_out(options.value("w"), answer))


def _ask(options: Options, url: Url, method: str) -> Body[Answer]:
    """The answer, after the redirects that are followed. Raises: CurlError."""
    body = encode("&".join(options.values("d")))
    headers = _headers(options, bool(body))
    for _ in range(MOST_REDIRECTS):
        fd = yield from _connected(url)
        answer = yield from exchange(fd, url, method, headers, body)
        following = answer.redirect(url)
        if following is None or "L" not in options:
            return answer
        if options.any("iI"):
            yield from write_all(1, answer.head)
        url = following
    return answer


def _connected(url: Url) -> Body[int]:
    """Raises: CurlError."""
    try:
        fd, _ = yield from connect(url.host, url.port)
    except Unreachable as no:
        if no.step == "resolve":
            raise CurlError(6, f"Could not resolve host: {url.host}") from None
        refused = no.error.errno == ECONNREFUSED
        reason = "Couldn't connect to server" if refused else str(no.error)
        where = f"Failed to connect to {url.host} port {url.port} after 0 ms"
        raise CurlError(7, f"{where}: {reason}") from None
    if url.scheme == "https":
        yield from Close(fd)
        raise CurlError(35, "error:0A00010B:SSL routines::wrong version number")
    return fd


def _headers(options: Options, has_body: bool) -> Headers:
    headers = [("User-Agent", options.value("A", "curl/7.88.1")), ("Accept", "*/*")]
    for name, value in map(parse_header, options.values("H")):
        headers = [header for header in headers if header[0].lower() != name.lower()]
        headers.append((name, value))
    if has_body:
        headers.append(("Content-Type", "application/x-www-form-urlencoded"))
    return headers


def _written_out(form: str, answer: Answer) -> str:
    """What `-w` asks for."""
    status = f"{answer.status:03d}"
    values = {
        "http_code": status,
        "response_code": status,
        "size_download": str(len(answer.body)),
        "content_type": answer.header("content-type"),
    }
    form = re.sub(r"%\{(\w+)\}", lambda match: values.get(match[1], ""), form)
    return form.replace("\\n", "\n").replace("\\t", "\t")
