"""Apache httpd, nginx and BusyBox httpd: stand-ins that serve files with the servers' own headers.

Simplified: one process each; of the configuration they read port, document root and name.
"""

from __future__ import annotations

import re
from html import escape

from ..program import Flavour, Process
from ..streams import encode, print_err, print_out
from ..syscalls import Body, Getdents, Getpid, Sigaction, Stat, SyscallError, Uname
from ..syscalls.errnos import EACCES
from ..syscalls.signals import SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGWINCH
from .accounts import lines_of
from .dates import SECOND, Zone, strftime
from .identity import own_address
from .options import Grammar, Misuse, basename, complain, tool
from .web import (
    LOG_DATE,
    Found,
    Reply,
    Request,
    Server,
    content_type,
    find_file,
    http_date,
    now,
    read_whole,
)

REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 304: "Not Modified", 400: "Bad Request",
           403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 501: "Not Implemented"}  # fmt: skip
APACHE_HOMES = (("/usr/local/apache2/conf/httpd.conf", "/usr/local/apache2/htdocs", "Unix"),
                ("/etc/apache2/apache2.conf", "/var/www/html", "Debian"),
                ("/etc/httpd/conf/httpd.conf", "/var/www/html", "CentOS"))  # fmt: skip


def _catch(server: Server, *numbers: int) -> Body[None]:
    for number in numbers:
        yield from Sigaction(number, server.signals.append)


class _Apache:
    """What Apache says and sends."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.root, self.conf, self.system = "/usr/local/apache2/htdocs", "", "Unix"
        self.ports: list[int] = []
        self.name = ""
        self.version = process.environment.get("HTTPD_VERSION") or "2.4.46"
        self.indexes: tuple[str, ...] = ("index.html",)
        self.pid = 1

    @property
    def software(self) -> str:
        return f"Apache/{self.version} ({self.system})"

    def configure(self, wanted: str) -> Body[None]:
        for conf, root, system in APACHE_HOMES:
            lines = yield from lines_of(wanted or conf)
            place = conf.rpartition("/")[0].removesuffix("/conf")
            if lines or (yield from _exists(root)) or (yield from _exists(place)):
                self.conf, self.root, self.system = wanted or conf, root, system
                break
        else:
            lines = []
        for extra in ("/etc/apache2/ports.conf", "/etc/apache2/sites-enabled/000-default.conf"):
            if self.system == "Debian":
                lines = lines + (yield from lines_of(extra))
        if self.system == "Debian":
            self.version = self.process.environment.get("HTTPD_VERSION") or "2.4.54"
            self.indexes = ("index.html", "index.htm")
        for line in lines:
            self.directive(line)
        self.ports = self.ports or [80]
        self.pid = yield from Getpid()

    def directive(self, line: str) -> None:
        matched = re.match(r"\s*(Listen|DocumentRoot|ServerName|DirectoryIndex)\s+(.*?)\s*$", line)
        if not matched:
            return
        name, value = matched[1], matched[2].strip('"')
        if name == "Listen":
            port = value.split()[0].rpartition(":")[2]
            if port.isdecimal() and int(port) not in self.ports:
                self.ports.append(int(port))
        elif name == "DocumentRoot":
            self.root = value
        elif name == "ServerName":
            self.name = value
        else:
            self.indexes = tuple(value.split())

    def note(self, module: str, text: str) -> Body[None]:
        time_ns = yield from now()
        date = strftime("%a %b %d %H:%M:%S", time_ns, Zone())
        year = strftime("%Y", time_ns, Zone())
        micro = time_ns % SECOND // 1000
        thread = "" if self.system == "Debian" else ":tid 140037269820480"
        yield from print_err(
            f"[{date}.{micro:06d} {year}] [{module}] [pid {self.pid}{thread}] {text}\n"
        )

    def greet(self, command: str) -> Body[None]:
        if not self.name:
            address = (yield from own_address((yield from Uname()).nodename)) or "127.0.0.1"
            program = "apache2" if self.system == "Debian" else "httpd"
            line = (
                f"AH00558: {program}: Could not reliably determine the server's fully qualified domain"
                f" name, using {address}. Set the 'ServerName' directive globally to suppress this message\n"
            )
            yield from print_err(line * 2)
        module = "mpm_prefork:notice" if self.system == "Debian" else "mpm_event:notice"
        code = "AH00163" if self.system == "Debian" else "AH00489"
        yield from self.note(
            module, f"{code}: {self.software} configured -- resuming normal operations"
        )
        yield from self.note("core:notice", f"AH00094: Command line: '{command}'")

    def answer(self, request: Request) -> Body[Reply]:
        time_ns = yield from now()
        reply = yield from self.build(request)
        reply.headers[:0] = [("Date", http_date(time_ns)), ("Server", self.software)]
        size = str(len(reply.body)) if reply.body and request.method != "HEAD" else "-"
        date = strftime(LOG_DATE, time_ns, Zone())
        tail = ""
        if self.system == "Debian":
            agent = request.headers.get("user-agent", "-")
            tail = f' "{request.headers.get("referer", "-")}" "{agent}"'
            size = str(sum(len(f"{n}: {v}\r\n") for n, v in reply.headers) + len(reply.body) + 19)
        yield from print_out(
            f'{request.peer} - - [{date}] "{request.line}" {reply.status} {size}{tail}\n'
        )
        return reply

    def build(self, request: Request) -> Body[Reply]:
        if not re.match(r"[A-Z]+ \S+ HTTP/1\.[01]$", request.line):
            return self.page(
                400,
                "<p>Your browser sent a request that this server could not understand.<br />\n</p>",
            )
        if request.method == "OPTIONS":
            return Reply(200, "OK", [("Allow", "GET,POST,OPTIONS,HEAD"), ("Content-Length", "0")])
        if request.method not in ("GET", "HEAD", "POST"):
            text = (
                f"<p>The requested method {escape(request.method)} is not allowed for this URL.</p>"
            )
            return self.page(405, text, [("Allow", "GET,POST,OPTIONS,HEAD")])
        found = yield from find_file(self.root, request.path, self.indexes)
        if found.status == 301:
            host = request.headers.get("host", "localhost")
            place = f"http://{host}{request.path}/"
            text = f'<p>The document has moved <a href="{escape(place)}">here</a>.</p>'
            return self.page(301, text, [("Location", place)])
        if found.status == 200 and found.listing:
            return (yield from self.index(request, found))
        if found.status == 200:
            return (yield from self.file(request, found))
        if found.status == 403:
            return self.page(403, "<p>You don't have permission to access this resource.</p>")
        if found.status == 400:
            return self.page(
                400,
                "<p>Your browser sent a request that this server could not understand.<br />\n</p>",
            )
        return self.page(404, "<p>The requested URL was not found on this server.</p>")

    def page(self, status: int, text: str, headers: list[tuple[str, str]] | None = None) -> Reply:
        reason = REASONS[status]
        footer = (
            ""
            if self.system == "Unix"
            else (
                f"<hr>\n<address>{self.software} Server at localhost Port {self.ports[0]}</address>\n"
            )
        )
        body = encode(
            '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n'
            f"<title>{status} {reason}</title>\n</head><body>\n<h1>{reason}</h1>\n{text}\n{footer}</body></html>\n"
        )
        length = ("Content-Length", str(len(body)))
        kind = ("Content-Type", "text/html; charset=iso-8859-1")
        return Reply(status, reason, [*(headers or []), length, kind], body)

    def file(self, request: Request, found: Found) -> Body[Reply]:
        try:
            data = yield from read_whole(found.path)
        except SyscallError as error:
            if error.errno == EACCES:
                return self.page(403, "<p>You don't have permission to access this resource.</p>")
            raise
        tag = f'"{found.size:x}-{found.mtime_ns // 1000:x}"'
        modified = http_date(found.mtime_ns)
        if request.headers.get("if-none-match") == tag or (
            "if-none-match" not in request.headers
            and request.headers.get("if-modified-since") == modified
        ):
            return Reply(304, "Not Modified", [("ETag", tag)])
        headers = [("Last-Modified", modified), ("ETag", tag), ("Accept-Ranges", "bytes"),
                   ("Content-Length", str(len(data)))]  # fmt: skip
        kind = content_type(found.path, "")
        if kind:
            headers.append(("Content-Type", kind))
        return Reply(200, "OK", headers, data)

    def index(self, request: Request, found: Found) -> Body[Reply]:
        entries = yield from Getdents(found.path)
        where = escape(request.path.rstrip("/") or "/")
        lines = []
        if request.path != "/":
            parent = request.path.rstrip("/").rpartition("/")[0] + "/"
            lines.append(f'<li><a href="{parent}"> Parent Directory</a></li>\n')
        for entry in sorted(entries, key=lambda each: each.name):
            if not entry.name.startswith("."):
                name = escape(entry.name + ("/" if entry.kind == 0o040000 else ""))
                lines.append(f'<li><a href="{name}"> {name}</a></li>\n')
        body = encode(
            '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n<html>\n <head>\n'
            f"  <title>Index of {where}</title>\n </head>\n <body>\n<h1>Index of {where}</h1>\n<ul>"
            f"{''.join(lines)}</ul>\n</body></html>\n"
        )
        headers = [
            ("Content-Length", str(len(body))),
            ("Content-Type", "text/html;charset=ISO-8859-1"),
        ]
        return Reply(200, "OK", headers, body)


def _exists(path: str) -> Body[bool]:
    try:
        yield from Stat(path)
    except SyscallError:
        return False
    return True


@tool("httpd", "httpd-foreground", "apache2", "apache2-foreground", "apachectl", "apache2ctl",
      flavour=Flavour.GNU)  # fmt: skip
def httpd(process: Process, args: list[str]) -> Body[int]:
    options = Grammar("C:c:D:d:E:e:f:k:LlMSstTVvX").parse(process, args)
    name = basename(process)
    apache = _Apache(process)
    yield from apache.configure(options.value("f"))
    if options.any("vV"):
        yield from print_out(
            f"Server version: {apache.software}\nServer built:   Nov 25 2020 00:00:00\n"
        )
        return 0
    if options.any("tS"):
        yield from print_err("Syntax OK\n")
        return 0
    server = Server(apache.answer)
    try:
        for port in apache.ports:
            yield from server.listen(port)
    except SyscallError as error:
        text = f"(98){error}: AH00072: make_sock: could not bind to address 0.0.0.0:{apache.ports[0]}\n"
        text += "no listening sockets available, shutting down\nAH00015: Unable to open logs\n"
        yield from print_err(text)
        return 1
    yield from _catch(server, SIGTERM, SIGINT, SIGWINCH, SIGUSR1, SIGHUP)
    program = "apache2" if apache.system == "Debian" else "httpd"
    shown = args if name == "httpd" else ["-D", "FOREGROUND"]
    yield from apache.greet(" ".join([program, *shown]))
    number = yield from _until_stopped(server)
    module = "mpm_prefork:notice" if apache.system == "Debian" else "mpm_event:notice"
    if number == SIGWINCH:
        yield from apache.note(module, "AH00492: caught SIGWINCH, shutting down gracefully")
    else:
        yield from apache.note(module, "AH00491: caught SIGTERM, shutting down")
    return 0


def _until_stopped(server: Server) -> Body[int]:
    """SIGHUP and SIGUSR1 only restart."""
    while True:
        number = yield from server.run()
        if number not in (SIGHUP, SIGUSR1):
            return number
        server.signals.clear()


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
        if not (yield from _exists(self.root)) and (yield from _exists("/var/www/html")):
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
            f'{request.peer} - - [{date}] "{request.line}" {reply.status} {size} "{referer}" "{agent}" "-"\n'
        )
        return reply

    def page(self, status: int, headers: list[tuple[str, str]] | None = None) -> Reply:
        title = f"{status} {REASONS[status]}"
        body = encode(
            f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
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
    yield from _catch(server, SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1)
    yield from site.note('using the "epoll" event method')
    yield from site.note(f"nginx/{site.version}")
    system = yield from Uname()
    yield from site.note(f"OS: {system.sysname} {system.release}")
    yield from site.note("start worker processes")
    number = yield from _until_stopped(server)
    yield from site.note(f"signal {number} ({'SIGQUIT' if number == SIGQUIT else 'SIGTERM'}) received, "
                         f"{'shutting down' if number == SIGQUIT else 'exiting'}")  # fmt: skip
    yield from site.note("exit")
    return 0


class _BusyboxHttpd:
    """BusyBox's small server: one answer per connection, its own order of headers."""

    TEXTS = {404: "The requested URL was not found", 501: "The requested method is not recognized",
             400: "Unsupported method", 403: "", 302: ""}  # fmt: skip

    def __init__(self, root: str) -> None:
        self.root = root

    def page(self, status: int, headers: list[tuple[str, str]]) -> Reply:
        title = f"{status} {REASONS[status]}"
        text = self.TEXTS.get(status, "")
        body = encode(
            f"<HTML><HEAD><TITLE>{title}</TITLE></HEAD>\n<BODY><H1>{title}</H1>\n{text}\n</BODY></HTML>\n"
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
    if not (yield from _exists(root)):
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
