"""Apache httpd: a stand-in that serves files with Apache's own headers and log lines.

Simplified: one process; of the configuration it reads port, document root, name and index files.
"""

from __future__ import annotations

import re
from html import escape

from ..program import Flavour, Process
from ..streams import encode, print_err, print_out
from ..syscalls import Body, Getdents, Getpid, SyscallError, Uname
from ..syscalls.errnos import EACCES
from ..syscalls.signals import SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGWINCH
from .accounts import lines_of
from .dates import SECOND, Zone, strftime
from .identity import own_address
from .options import Grammar, basename, tool
from .web import (
    LOG_DATE,
    REASONS,
    Found,
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

APACHE_HOMES = (("/usr/local/apache2/conf/httpd.conf", "/usr/local/apache2/htdocs", "Unix"),
                ("/etc/apache2/apache2.conf", "/var/www/html", "Debian"),
                ("/etc/httpd/conf/httpd.conf", "/var/www/html", "CentOS"))  # fmt: skip


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
            if lines or (yield from exists(root)) or (yield from exists(place)):
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
                f"AH00558: {program}: Could not reliably "
                "determine the server's fully qualified domain"
                f" name, using {address}. Set the 'ServerName' "
                "directive globally to suppress this message\n"
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
                f"<hr>\n<address>{self.software} Server at "
                f"localhost Port {self.ports[0]}</address>\n"
            )
        )
        body = encode(
            '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n'
            f"<title>{status} {reason}</title>\n</head><body>\n"
            f"<h1>{reason}</h1>\n{text}\n{footer}</body></html>\n"
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
        text = (
            f"(98){error}: AH00072: make_sock: could not "
            f"bind to address 0.0.0.0:{apache.ports[0]}\n"
        )
        text += "no listening sockets available, shutting down\nAH00015: Unable to open logs\n"
        yield from print_err(text)
        return 1
    yield from catch(server, SIGTERM, SIGINT, SIGWINCH, SIGUSR1, SIGHUP)
    program = "apache2" if apache.system == "Debian" else "httpd"
    shown = args if name == "httpd" else ["-D", "FOREGROUND"]
    yield from apache.greet(" ".join([program, *shown]))
    number = yield from until_stopped(server)
    module = "mpm_prefork:notice" if apache.system == "Debian" else "mpm_event:notice"
    if number == SIGWINCH:
        yield from apache.note(module, "AH00492: caught SIGWINCH, shutting down gracefully")
    else:
        yield from apache.note(module, "AH00491: caught SIGTERM, shutting down")
    return 0
