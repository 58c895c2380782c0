"""wget, curl, nc, ping, nslookup: the other side of the wire, over the simulated network."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..program import Process
from ..streams import Output, decode, encode, print_err, print_out, read_all, write_all, write_file
from ..syscalls import (
    Body,
    Close,
    Connect,
    Resolve,
    SyscallError,
    Time,
)
from ..syscalls.errnos import ECONNREFUSED
from .dates import strftime, zone_of
from .options import Grammar, Misuse, Options, complain, is_busybox, tool

WGET = Grammar(
    "cqSO:o:P:U:Y:T:t:nvN",
    {
        "quiet": "q", "output-document=": "O", "spider": "spider", "header=": "header",
        "post-data=": "post", "directory-prefix=": "P", "user-agent=": "U",
        "no-check-certificate": "nc",
        "server-response": "S", "timeout=": "T", "tries=": "t", "no-verbose": "nv",
        "show-progress": "progress",
    },
    both=True,
)  # fmt: skip
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
ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+$")
URL = re.compile(r"(?:(https?|ftp)://)?(?:[^/@]*@)?([^:/?#]+)(?::(\d+))?([/?][^#]*)?")


@dataclass(slots=True)
class _Url:
    scheme: str
    host: str
    port: int
    path: str


@dataclass(slots=True)
class _Response:
    line: str
    status: int
    headers: list[tuple[str, str]]
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")


class Unreachable(Exception):
    """No connection: `step` is resolve or connect."""

    def __init__(self, step: str, error: SyscallError, address: str = "") -> None:
        super().__init__(step)
        self.step, self.error, self.address = step, error, address


def parse_url(text: str) -> _Url | None:
    matched = URL.match(text)
    if not matched:
        return None
    scheme = matched[1] or "http"
    path = matched[4] or "/"
    path = "/" + path if path.startswith("?") else path
    return _Url(scheme, matched[2], int(matched[3] or (443 if scheme == "https" else 80)), path)


def connect(host: str, port: int) -> Body[tuple[int, str]]:
    """A connection, and the address. Raises: Unreachable."""
    try:
        address = host if ADDRESS.match(host) else (yield from Resolve(host))
    except SyscallError as error:
        raise Unreachable("resolve", error) from None
    try:
        return (yield from Connect(address, port)), address
    except SyscallError as error:
        raise Unreachable("connect", error, address) from None


def exchange(
    fd: int, url: _Url, method: str, headers: list[tuple[str, str]], body: bytes
) -> Body[_Response]:
    """One request and its whole response."""
    host = url.host if url.port in (80, 443) else f"{url.host}:{url.port}"
    lines = [f"{method} {url.path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in headers] + ["Connection: close"]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    yield from write_all(fd, encode("\r\n".join(lines) + "\r\n\r\n") + body)
    data = yield from read_all(fd)
    yield from Close(fd)
    head, _, rest = data.partition(b"\r\n\r\n")
    first, *others = decode(head).split("\r\n")
    found = [(line.partition(":")[0], line.partition(":")[2].strip()) for line in others]
    words = first.split()
    status = int(words[1]) if len(words) > 1 and words[1].isdecimal() else 0
    response = _Response(first, status, found, head + b"\r\n\r\n", rest)
    if "chunked" in response.header("transfer-encoding"):
        response.body = _unchunked(rest)
    return response


def _unchunked(data: bytes) -> bytes:
    out = b""
    while data:
        size_text, _, data = data.partition(b"\r\n")
        size = int(size_text.split(b";")[0] or b"0", 16)
        if not size:
            break
        out, data = out + data[:size], data[size + 2 :]
    return out


@tool("wget")
def wget(process: Process, args: list[str]) -> Body[int]:
    options = WGET.parse(process, args)
    if not options.operands:
        raise Misuse("" if is_busybox(process) else "missing URL")
    status = 0
    for text in options.operands:
        url = parse_url(text)
        if url is None or url.scheme != "http":
            status = yield from _no_tls(process, url)
            continue
        run = _busybox_wget if is_busybox(process) else _gnu_wget
        status = (yield from run(process, options, url, text)) or status
    return status


def _no_tls(process: Process, url: _Url | None) -> Body[int]:
    host = url.host if url else ""
    if is_busybox(process):
        yield from complain(process, f"bad address '{host}'")
        return 1
    yield from complain(process, f"unable to resolve host address '{host}'")
    return 4


def _target(options: Options, url: _Url) -> str:
    name = url.path.partition("?")[0].rpartition("/")[2] or "index.html"
    folder = options.value("P")
    return options.value("O") or (f"{folder}/{name}" if folder else name)


def _follow(url: _Url, response: _Response) -> _Url | None:
    place = response.header("location")
    if response.status not in (301, 302, 303, 307, 308) or not place:
        return None
    if place.startswith("/"):
        return _Url(url.scheme, url.host, url.port, place)
    return parse_url(place)


def _busybox_wget(process: Process, options: Options, url: _Url, text: str) -> Body[int]:
    quiet, target = "q" in options, _target(options, url)
    for _ in range(5):
        try:
            fd, address = yield from connect(url.host, url.port)
        except Unreachable as no:
            if no.step == "resolve":
                yield from complain(process, f"bad address '{url.host}'")
            else:
                if not quiet:
                    yield from print_err(
                        f"Connecting to {url.host}:{url.port} ({no.address}:{url.port})\n"
                    )
                yield from complain(
                    process, f"can't connect to remote host ({no.address}): {no.error}"
                )
            return 1
        if not quiet:
            yield from print_err(f"Connecting to {url.host}:{url.port} ({address}:{url.port})\n")
        headers = [("User-Agent", options.value("U", "Wget"))]
        for line in options.values("header"):
            name, _, value = line.partition(":")
            headers.append((name, value.strip()))
        body = encode(options.value("post"))
        response = yield from exchange(fd, url, "POST" if body else "GET", headers, body)
        if "S" in options:
            yield from print_err(
                "".join(f"  {line}\n" for line in decode(response.head).strip().split("\r\n"))
            )
        following = _follow(url, response)
        if following is None:
            break
        url = following
    if response.status != 200:
        yield from complain(process, f"server returned error: {response.line}")
        return 1
    if "spider" in options:
        if not quiet:
            yield from print_err("remote file exists\n")
        return 0
    return (yield from _save(process, target, response.body, quiet))


def _save(process: Process, target: str, body: bytes, quiet: bool) -> Body[int]:
    if target == "-":
        if not quiet:
            yield from print_err("writing to stdout\n")
        yield from write_all(1, body)
    else:
        if not quiet:
            yield from print_err(f"saving to '{target}'\n")
        try:
            yield from write_file(target, body)
        except SyscallError as error:
            yield from complain(process, f"can't open '{target}': {error}")
            return 1
    if not quiet:
        name = target.rpartition("/")[2][:20]
        yield from print_err(f"{name:<20} 100% |{'*' * 32}| {len(body):5d}  0:00:00 ETA\n")
        yield from print_err("written to stdout\n" if target == "-" else f"'{target}' saved\n")
    return 0


def _gnu_wget(  # noqa: PLR0915
    process: Process, options: Options, url: _Url, text: str
) -> Body[int]:
    quiet = "q" in options
    when = strftime("%Y-%m-%d %H:%M:%S", (yield from Time()), zone_of(process.environment))
    out = Output(2)
    shown = text if "://" in text else f"http://{text}"
    shown += "/" if shown.count("/") == 2 else ""
    out.put(f"--{when}--  {shown}\n")
    literal_address = bool(ADDRESS.match(url.host))
    try:
        fd, address = yield from connect(url.host, url.port)
    except Unreachable as no:
        if no.step == "resolve":
            out.put(
                f"Resolving {url.host} ({url.host})... failed: "
                "Temporary failure in name resolution.\n"
            )
            out.put(f"wget: unable to resolve host address '{url.host}'\n")
        else:
            if not literal_address:
                out.put(f"Resolving {url.host} ({url.host})... {no.address}\n")
            out.put(
                f"Connecting to {url.host} "
                f"({url.host})|{no.address}|:{url.port}... failed: {no.error}.\n"
            )
        if not quiet:
            yield from out.flush()
        return 4
    if not literal_address:
        out.put(f"Resolving {url.host} ({url.host})... {address}\n")
        out.put(f"Connecting to {url.host} ({url.host})|{address}|:{url.port}... connected.\n")
    else:
        out.put(f"Connecting to {url.host}:{url.port}... connected.\n")
    headers = [("User-Agent", options.value("U", "Wget/1.21.3")), ("Accept", "*/*")]
    body = encode(options.value("post"))
    response = yield from exchange(fd, url, "POST" if body else "GET", headers, body)
    reason = response.line.partition(" ")[2]
    out.put(f"HTTP request sent, awaiting response... {reason}\n")
    if "S" in options:
        out.put("".join(f"  {line}\n" for line in decode(response.head).strip().split("\r\n")))
    following = _follow(url, response)
    if following is not None:
        out.put(f"Location: {response.header('location')} [following]\n")
        if not quiet:
            yield from out.flush()
        port = f":{following.port}" if following.port != 80 else ""
        place = f"http://{following.host}{port}{following.path}"
        return (yield from _gnu_wget(process, options, following, place))
    if response.status != 200:
        out.put(f"{when} ERROR {response.status}: {reason.partition(' ')[2]}.\n\n")
        if not quiet:
            yield from out.flush()
        return 8
    target = _target(options, url)
    size = len(response.body)
    kind = response.header("content-type") or "text/html"
    out.put(f"Length: {size} [{kind}]\nSaving to: '{'STDOUT' if target == '-' else target}'\n\n")
    if target == "-":
        if not quiet:
            yield from out.flush()
        yield from write_all(1, response.body)
    else:
        yield from write_file(target, response.body)
    label = ("STDOUT" if target == "-" else target)[:19]
    out.put(f"     0K {'.' * 1:<51}100% 1.00M=0s\n\n" if label else "")
    what = "written to stdout" if target == "-" else f"'{target}' saved"
    out.put(f"{when} (1.00 MB/s) - {what} [{size}/{size}]\n\n")
    if not quiet:
        yield from out.flush()
    return 0


@tool("curl", misuse=2)
def curl(process: Process, args: list[str]) -> Body[int]:
    options = CURL.parse(process, args)
    if not options.operands:
        yield from print_err("curl: try 'curl --help' or 'curl --manual' for more information\n")
        return 2
    status = 0
    for text in options.operands:
        status = yield from _curl(process, options, text)
    return status


def _curl(process: Process, options: Options, text: str) -> Body[int]:
    url = parse_url(text)
    loud = "s" not in options or "S" in options
    if url is None:
        return (
            yield from _curl_failed(loud, 3, f"URL using bad/illegal format or missing URL: {text}")
        )
    method = options.value("X") or (
        "HEAD" if "I" in options else "POST" if "d" in options else "GET"
    )
    body = encode("&".join(options.values("d")))
    headers = [("User-Agent", options.value("A", "curl/7.88.1")), ("Accept", "*/*")]
    for line in options.values("H"):
        name, _, value = line.partition(":")
        headers = [(n, v) for n, v in headers if n.lower() != name.lower()] + [
            (name, value.strip())
        ]
    if body:
        headers.append(("Content-Type", "application/x-www-form-urlencoded"))
    for _ in range(20):
        try:
            fd, _address = yield from connect(url.host, url.port)
        except Unreachable as no:
            if no.step == "resolve":
                return (yield from _curl_failed(loud, 6, f"Could not resolve host: {url.host}"))
            why = "Connection refused" if no.error.errno == ECONNREFUSED else str(no.error)
            where = f"Failed to connect to {url.host} port {url.port} after 0 ms: "
            why = "Couldn't connect to server" if why == "Connection refused" else why
            return (yield from _curl_failed(loud, 7, where + why))
        if url.scheme == "https":
            yield from Close(fd)
            return (
                yield from _curl_failed(
                    loud, 35, "error:0A00010B:SSL routines::wrong version number"
                )
            )
        response = yield from exchange(fd, url, method, headers, body)
        following = _follow(url, response)
        if following is None or "L" not in options:
            break
        if options.any("iI"):
            yield from write_all(1, response.head)
        url = following
    if not response.status:
        return (yield from _curl_failed(loud, 52, "Empty reply from server"))
    if "f" in options and response.status >= 400:
        text = f"The requested URL returned error: {response.status}"
        return (yield from _curl_failed(loud, 22, text))
    if "v" in options:
        yield from print_err(
            "".join(f"< {line}\n" for line in decode(response.head).split("\r\n")[:-1])
        )
    data = response.head if options.any("iI") else b""
    data += b"" if method == "HEAD" else response.body
    name = options.value("o") or (_target(Options(), url) if "O" in options else "")
    if name:
        yield from write_file(name, data)
    else:
        yield from write_all(1, data)
    form = options.value("w")
    values = {"http_code": f"{response.status:03d}", "response_code": f"{response.status:03d}",
              "size_download": str(len(response.body)),
              "content_type": response.header("content-type")}  # fmt: skip
    form = re.sub(r"%\{(\w+)\}", lambda m: values.get(m[1], ""), form)
    yield from print_out(form.replace("\\n", "\n").replace("\\t", "\t"))
    return 0


def _curl_failed(loud: bool, status: int, text: str) -> Body[int]:
    if loud:
        yield from print_err(f"curl: ({status}) {text}\n")
    return status
