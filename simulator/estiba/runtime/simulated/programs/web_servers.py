"""nginx and BusyBox httpd: stand-ins that serve files with the servers' own headers.

Simplified: one process each; of the configuration they read port and document root.
"""

from __future__ import annotations

import re
from typing import ClassVar

from ..program import Flavour, Process
from ..streams import encode, print_err, print_out
from ..syscalls import Body, Getpid, SyscallError, Uname
from ..syscalls.signals import SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1
from . import web_apache
from .accounts import lines_of
from .dates import SECOND, Zone, strftime
from .options import Grammar, Misuse, complain, tool
from .web import (
    LOG_DATE,
    REASONS,
    Reply,
    Request,
    Server,
    catch,
    content_type,
    exists,
    find_file,
    http_date,
    now,
    read_whole,
    until_stopped,
)


class _Nginx:
    """What nginx says and sends."""

    def __init__(self, process: Process) -> None:
        self.version = process.environment.get("NGINX_VERSION") or "1.19.6"
        self.root, self.port = "/usr/share/nginx/html", 80
        self.pid = 1

    def configure(self) -> Body[None]:
        for conf in (
            "/etc/nginx/nginx.conf",
            "/etc/nginx/conf.d/default.conf",
            "/etc/nginx/sites-enabled/default",
        ):
            for line in (yield from lines_of(conf)):
                if matched := re.match(r"\s*listen\s+(\d+)", line):
                    self.port = int(matched[1])
                elif matched := re.match(r"\s*root\s+([^;\s]+);", line):
                    self.root = matched[1]
        if not (yield from exists(self.root)) and (yield from exists("/var/www/html")):
            self.root = "/var/www/html"
        self.pid = yield from Getpid()

    def note(self, text: str) -> Body[None]:
        date = strftime("%Y/%m/%d %H:%M:%S", (yield from now()), Zone())
        yield from print_err(f"{date} [notice] {self.pid}#{self.pid}: {text}\n")

    def answer(self, request: Request) -> Body[Reply]:
        time_ns = yield from now()
        reply = yield from self.build(request)
        reply.headers[:0] = [("Server", f"nginx/{self.version}"), ("Date", http_date(time_ns))]
        if request.headers.get("connection", "").lower() != "close":
            reply.headers.append(("Connection", "keep-alive"))
        size = len(reply.body) if request.method != "HEAD" else 0
        agent, referer = request.headers.get("user-agent", "-"), request.headers.get("referer", "-")
        date = strftime(LOG_DATE, time_ns, Zone())
        yield from print_out(
            f'{request.peer} - - [{date}] "{request.line}" '
            f'{reply.status} {size} "{referer}" "{agent}" "-"\n'
        )
        return reply

    def page(self, status: int, headers: list[tuple[str, str]] | None = None) -> Reply:
        title = f"{status} {REASONS[status]}"
        body = encode(
            f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
            f"<center><h1>{title}</h1></center>\r\n"
            f"<hr><center>nginx/{self.version}</center>\r\n</body>\r\n</html>\r\n"
        )
        fixed = [("Content-Type", "text/html"), ("Content-Length", str(len(body)))]
        return Reply(status, REASONS[status], [*fixed, *(headers or [])], body)

    def build(self, request: Request) -> Body[Reply]:
        if not re.match(r"[A-Z]+ \S+ HTTP/1\.[01]$", request.line):
            return self.page(400)
        if request.method not in ("GET", "HEAD"):
            return self.page(405)
        found = yield from find_file(self.root, request.path, ("index.html", "index.htm"))
        if found.status == 301:
            host = request.headers.get("host", "localhost")
            return self.page(301, [("Location", f"http://{host}{request.path}/")])
        if found.listing:
            return self.page(403)
        if found.status != 200:
            return self.page(found.status)
        try:
            data = yield from read_whole(found.path)
        except SyscallError:
            return self.page(403)
        tag = f'"{found.mtime_ns // SECOND:x}-{found.size:x}"'
        modified = http_date(found.mtime_ns)
        if request.headers.get("if-none-match") == tag:
            return Reply(304, "Not Modified", [("Last-Modified", modified), ("ETag", tag)])
        headers = [("Content-Type", content_type(found.path, "application/octet-stream")),
                   ("Content-Length", str(len(data))), ("Last-Modified", modified), ("ETag", tag),
                   ("Accept-Ranges", "bytes")]  # fmt: skip
        return Reply(200, "OK", headers, data)


@tool("nginx")
def nginx(process: Process, args: list[str]) -> Body[int]:
    options = Grammar("?hvVtTqs:p:e:c:g:").parse(process, args)
    site = _Nginx(process)
    yield from site.configure()
    if options.any("vV"):
        yield from print_err(f"nginx version: nginx/{site.version}\n")
        return 0
    if options.any("tT"):
        conf = "/etc/nginx/nginx.conf"
        yield from print_err(f"nginx: the configuration file {conf} syntax is ok\n"
                             f"nginx: configuration file {conf} test is successful\n")  # fmt: skip
        return 0
    server = Server(site.answer)
    try:
        yield from server.listen(site.port)
    except SyscallError as error:
        yield from print_err(
            f"nginx: [emerg] bind() to 0.0.0.0:{site.port} failed ({error.errno}: {error})\n"
        )
        return 1
    yield from catch(server, SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1)
    yield from site.note('using the "epoll" event method')
    yield from site.note(f"nginx/{site.version}")
    system = yield from Uname()
    yield from site.note(f"OS: {system.sysname} {system.release}")
    yield from site.note("start worker processes")
    number = yield from until_stopped(server)
    name, how = ("SIGQUIT", "shutting down") if number == SIGQUIT else ("SIGTERM", "exiting")
    yield from site.note(f"signal {number} ({name}) received, {how}")
    yield from site.note("exit")
    return 0


class _BusyboxHttpd:
    """BusyBox's small server: one answer per connection, its own order of headers."""

    TEXTS: ClassVar = {
        400: "Unsupported method",
        404: "The requested URL was not found",
        501: "The requested method is not recognized",
    }

    def __init__(self, root: str) -> None:
        self.root = root

    def page(self, status: int, headers: list[tuple[str, str]]) -> Reply:
        title = f"{status} {REASONS[status]}"
        text = self.TEXTS.get(status, "")
        body = encode(
            f"<HTML><HEAD><TITLE>{title}</TITLE></HEAD>\n<BODY><H1>{title}</H1>\n{text}\n"
            "</BODY></HTML>\n"
        )
        return Reply(status, REASONS[status], headers, b"" if status == 302 else body)

    def answer(self, request: Request) -> Body[Reply]:
        fixed = [
            ("Date", http_date((yield from now()))),
            ("Connection", "close"),
            ("Content-type", "text/html"),
        ]
        if len(request.line.split()) < 2:
            return self.page(400, fixed)
        if request.method not in ("GET", "HEAD"):
            return self.page(501, fixed)
        found = yield from find_file(self.root, request.path)
        if found.status == 301:
            return self.page(302, [*fixed, ("Location", request.path + "/")])
        if found.status != 200 or found.listing:
            return self.page(404 if found.status in (200, 404) else found.status, fixed)
        try:
            data = yield from read_whole(found.path)
        except SyscallError:
            return self.page(404, fixed)
        fixed[2] = ("Content-type", content_type(found.path, "application/octet-stream"))
        headers = [*fixed, ("Accept-Ranges", "bytes"), ("Last-Modified", http_date(found.mtime_ns)),
                   ("ETag", f'"{found.mtime_ns // SECOND:x}-{found.size:x}"'),
                   ("Content-Length", str(len(data)))]  # fmt: skip
        return Reply(200, "OK", headers, data)


@tool("httpd", flavour=Flavour.BUSYBOX)
def busybox_httpd(process: Process, args: list[str]) -> Body[int]:
    """Simplified: stays in the foreground with or without -f."""
    options = Grammar("ifv:p:u:r:h:c:m:d:e:".replace("v:", "v")).parse(process, args)
    place = options.value("p", "80")
    port = place.rpartition(":")[2]
    if not port.isdecimal():
        raise Misuse(f"invalid number '{port}'", hint=False)
    root = options.value("h", ".")
    if not (yield from exists(root)):
        yield from complain(
            process, f"can't change directory to '{root}': No such file or directory"
        )
        return 1
    server = Server(_BusyboxHttpd(root).answer, keep_alive=False)
    try:
        yield from server.listen(int(port))
    except SyscallError as error:
        yield from complain(process, f"bind: {error}")
        return 1
    yield from server.run()
    return 0


APACHE = web_apache.httpd
"""`httpd` of all other images; loaded with this module."""
