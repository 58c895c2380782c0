"""wget, in the two wordings: GNU's and BusyBox's."""

from __future__ import annotations

from ..program import Process
from ..streams import Output, encode, print_err, write_all, write_file
from ..syscalls import Body, SyscallError, Time
from .dates import strftime, zone_of
from .options import Grammar, Misuse, Options, complain, is_busybox, tool
from .web_requests import (
    ADDRESS,
    Answer,
    Unreachable,
    Url,
    connect,
    exchange,
    parse_header,
    parse_url,
)

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
MOST_REDIRECTS = {"busybox": 5, "gnu": 20}


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
        elif is_busybox(process):
            status = (yield from _busybox(process, options, url)) or status
        else:
            status = (yield from _gnu(process, options, url, text)) or status
    return status


def _no_tls(process: Process, url: Url | None) -> Body[int]:
    host = url.host if url else ""
    if is_busybox(process):
        yield from complain(process, f"bad address '{host}'")
        return 1
    yield from complain(process, f"unable to resolve host address '{host}'")
    return 4


def _target(options: Options, url: Url) -> str:
    folder = options.value("P")
    return options.value("O") or (f"{folder}/{url.file_name}" if folder else url.file_name)


def _exchange(options: Options, fd: int, url: Url, agent: str) -> Body[Answer]:
    headers = [("User-Agent", options.value("U", agent))]
    if agent != "Wget":
        headers.append(("Accept", "*/*"))
    headers += [parse_header(line) for line in options.values("header")]
    body = encode(options.value("post"))
    return (yield from exchange(fd, url, "POST" if body else "GET", headers, body))


def _head(answer: Answer) -> str:
    return "".join(f"  {line}\n" for line in answer.head_lines)


# -- BusyBox -----------------------------------------------------------------------------------


def _busybox(process: Process, options: Options, url: Url) -> Body[int]:
    quiet, target = "q" in options, _target(options, url)
    for _ in range(MOST_REDIRECTS["busybox"]):
        fd = yield from _busybox_connect(process, url, quiet)
        if fd is None:
            return 1
        answer = yield from _exchange(options, fd, url, "Wget")
        if "S" in options:
            yield from print_err(_head(answer))
        following = answer.redirect(url)
        if following is None:
            break
        url = following
    if answer.status != 200:
        yield from complain(process, f"server returned error: {answer.line}")
        return 1
    if "spider" in options:
        if not quiet:
            yield from print_err("remote file exists\n")
        return 0
    return (yield from _busybox_save(process, target, answer.body, quiet))


def _busybox_connect(process: Process, url: Url, quiet: bool) -> Body[int | None]:
    try:
        fd, address = yield from connect(url.host, url.port)
    except Unreachable as no:
        if no.step == "resolve":
            yield from complain(process, f"bad address '{url.host}'")
            return None
        yield from _connecting(url, no.address, quiet)
        yield from complain(process, f"can't connect to remote host ({no.address}): {no.error}")
        return None
    yield from _connecting(url, address, quiet)
    return fd


def _connecting(url: Url, address: str, quiet: bool) -> Body[None]:
    if not quiet:
        yield from print_err(f"Connecting to {url.host}:{url.port} ({address}:{url.port})\n")


def _busybox_save(process: Process, target: str, body: bytes, quiet: bool) -> Body[int]:
    if not quiet:
        where = "writing to stdout\n" if target == "-" else f"saving to '{target}'\n"
        yield from print_err(where)
    try:
        yield from write_all(1, body) if target == "-" else write_file(target, body)
    except SyscallError as error:
        yield from complain(process, f"can't open '{target}': {error}")
        return 1
    if not quiet:
        name = target.rpartition("/")[2][:20]
        yield from print_err(f"{name:<20} 100% |{'*' * 32}| {len(body):5d}  0:00:00 ETA\n")
        yield from print_err("written to stdout\n" if target == "-" else f"'{target}' saved\n")
    return 0


# -- GNU ---------------------------------------------------------------------------------------


def _gnu(process: Process, options: Options, url: Url, text: str) -> Body[int]:
    out = Output(2)
    status = yield from _gnu_fetch(process, options, url, text, out)
    if "q" not in options:
        yield from out.flush()
    return status


def _gnu_fetch(process: Process, options: Options, url: Url, text: str, out: Output) -> Body[int]:
    shown = text if "://" in text else f"http://{text}"
    shown += "/" if shown.count("/") == 2 else ""
    for _ in range(MOST_REDIRECTS["gnu"]):
        when = strftime("%Y-%m-%d %H:%M:%S", (yield from Time()), zone_of(process.environment))
        out.put(f"--{when}--  {shown}\n")
        fd = yield from _gnu_connect(url, out)
        if fd is None:
            return 4
        answer = yield from _exchange(options, fd, url, "Wget/1.21.3")
        out.put(f"HTTP request sent, awaiting response... {answer.reason}\n")
        if "S" in options:
            out.put(_head(answer))
        following = answer.redirect(url)
        if following is None:
            return (yield from _gnu_finish(options, url, answer, when, out))
        out.put(f"Location: {answer.header('location')} [following]\n")
        url = following
        port = f":{url.port}" if url.port != 80 else ""
        shown = f"http://{url.host}{port}{url.path}"
    out.put(f"{MOST_REDIRECTS['gnu']} redirections exceeded.\n")
    return 8


def _gnu_connect(url: Url, out: Output) -> Body[int | None]:
    is_literal = bool(ADDRESS.match(url.host))
    resolving = f"Resolving {url.host} ({url.host})... "
    try:
        fd, address = yield from connect(url.host, url.port)
    except Unreachable as no:
        if no.step == "resolve":
            out.put(f"{resolving}failed: Temporary failure in name resolution.\n")
            out.put(f"wget: unable to resolve host address '{url.host}'\n")
            return None
        out.put("" if is_literal else f"{resolving}{no.address}\n")
        at = f"{url.host} ({url.host})|{no.address}|:{url.port}"
        out.put(f"Connecting to {at}... failed: {no.error}.\n")
        return None
    if is_literal:
        out.put(f"Connecting to {url.host}:{url.port}... connected.\n")
    else:
        out.put(f"{resolving}{address}\n")
        out.put(f"Connecting to {url.host} ({url.host})|{address}|:{url.port}... connected.\n")
    return fd


def _gnu_finish(options: Options, url: Url, answer: Answer, when: str, out: Output) -> Body[int]:
    if answer.status != 200:
        out.put(f"{when} ERROR {answer.status}: {answer.reason.partition(' ')[2]}.\n\n")
        return 8
    target = _target(options, url)
    to_stdout = target == "-"
    size = len(answer.body)
    kind = answer.header("content-type") or "text/html"
    out.put(f"Length: {size} [{kind}]\nSaving to: '{'STDOUT' if to_stdout else target}'\n\n")
    if to_stdout and "q" not in options:
        yield from out.flush()
    yield from write_all(1, answer.body) if to_stdout else write_file(target, answer.body)
    out.put(f"     0K {'.':<51}100% 1.00M=0s\n\n")
    what = "written to stdout" if to_stdout else f"'{target}' saved"
    out.put(f"{when} (1.00 MB/s) - {what} [{size}/{size}]\n\n")
    return 0
