"""Stand-ins for what images start: databases, interpreters, hello-world.

A service says that it has started, listens on its port, and ends well on SIGTERM. It does not do
the work of the real one.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..program import Process
from ..streams import print_err, print_out
from ..syscalls import (
    Accept,
    Body,
    Close,
    Getpid,
    Isatty,
    Pause,
    Poll,
    Read,
    Sigaction,
    SyscallError,
    Time,
)
from ..syscalls.signals import SIGINT, SIGQUIT, SIGTERM
from .dates import SECOND, Zone, strftime
from .environment import refuse_program, run_program
from .options import basename, tool

GREETING = """
Hello from Docker!
This message shows that your installation appears to be working correctly.

To generate this message, Docker took the following steps:
 1. The Docker client contacted the Docker daemon.
 2. The Docker daemon pulled the "hello-world" image from the Docker Hub.
    (amd64)
 3. The Docker daemon created a new container from that image which runs the
    executable that produces the output you are currently reading.
 4. The Docker daemon streamed that output to the Docker client, which sent it
    to your terminal.

To try something more ambitious, you can run an Ubuntu container with:
 $ docker run -it ubuntu bash

Share images, automate workflows, and more with a free Docker ID:
 https://hub.docker.com/

For more examples and ideas, visit:
 https://docs.docker.com/get-started/

"""


@tool("hello")
def hello(process: Process, args: list[str]) -> Body[int]:
    yield from print_out(GREETING)
    return 0


@dataclass(frozen=True, slots=True)
class Service:
    """How a stand-in presents itself. `form` gets `date`, `pid`, `version` and `port`."""

    port: int
    started: str
    stopped: str = ""
    version_name: str = ""
    version: str = "1.0"
    to_stderr: bool = True


SERVICES = {
    "redis-server": Service(
        6379,
        "{pid}:C {short} # oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo\n"
        "{pid}:C {short} # Redis version={version}, bits=64, commit=00000000, "
        "modified=0, pid={pid}, just started\n"
        "{pid}:M {short} * Running mode=standalone, port={port}.\n"
        "{pid}:M {short} # Server initialized\n"
        "{pid}:M {short} * Ready to accept connections\n",
        "{pid}:signal-handler ({seconds}) Received SIGTERM scheduling shutdown...\n"
        "{pid}:M {short} # User requested shutdown...\n"
        "{pid}:M {short} # Redis is now ready to exit, bye bye...\n",
        "REDIS_VERSION",
        "6.0.9",
        False,
    ),
    "mysqld": Service(
        3306,
        "{iso}Z 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for "
        "connections. Version: '{version}'  "
        "socket: '/var/run/mysqld/mysqld.sock'  port: {port}  MySQL Community Server - GPL.\n",
        (
            "{iso}Z 0 [System] [MY-010910] [Server] /usr/sbin/mysqld: Shutdown "
            "complete (mysqld {version})  MySQL Community Server - GPL.\n"
        ),
        "MYSQL_VERSION",
        "8.0.22",
    ),
    "mariadbd": Service(
        3306,
        "{plain} 0 [Note] mariadbd: ready for connections.\nVersion: '{version}'  "
        "socket: '/run/mysqld/mysqld.sock'  "
        "port: {port}  mariadb.org binary distribution\n",
        "{plain} 0 [Note] mariadbd: Shutdown complete\n",
        "MARIADB_VERSION",
        "10.5.8",
    ),
    "postgres": Service(
        5432,
        "{plain}.000 UTC [{pid}] LOG:  starting PostgreSQL {version} on x86_64-pc-linux-gnu\n"
        '{plain}.000 UTC [{pid}] LOG:  listening on IPv4 address "0.0.0.0", port {port}\n'
        "{plain}.000 UTC [{pid}] LOG:  database system is ready to accept connections\n",
        "{plain}.000 UTC [{pid}] LOG:  received fast shutdown request\n"
        "{plain}.000 UTC [{pid}] LOG:  database system is shut down\n",
        "PG_VERSION",
        "13.1",
    ),
    "mongod": Service(
        27017,
        (
            '{{"t":{{"$date":"{iso}"}},"s":"I","c":"NETWORK","msg":"Waiting '
            'for connections","attr":{{"port":{port}}}}}\n'
        ),
        "",
        "MONGO_VERSION",
        "4.4.2",
        False,
    ),
    "memcached": Service(11211, ""),
    "php-fpm": Service(
        9000,
        "[{clf}] NOTICE: fpm is running, pid {pid}\n[{clf}] NOTICE: ready to handle connections\n",
        "[{clf}] NOTICE: Terminating ...\n[{clf}] NOTICE: exiting, bye-bye!\n",
        "PHP_VERSION",
        "7.4.13",
    ),
    "catalina.sh": Service(
        8080,
        (
            "{log} INFO [main] org.apache.catalina.startup.Catalina.start "
            "Server startup in [500] milliseconds\n"
        ),
        (
            "{log} INFO [Thread-2] org.apache.coyote.AbstractProtocol.destroy "
            "Destroying ProtocolHandler\n"
        ),
    ),
    "registry": Service(5000, 'time="{iso}Z" level=info msg="listening on [::]:{port}"\n'),
    "traefik": Service(80, 'time="{iso}Z" level=info msg="Configuration loaded from flags."\n'),
    "haproxy": Service(80, "[NOTICE]   ({pid}) : Loading success.\n"),
    "influxd": Service(8086, "{iso}Z\tinfo\tListening\n"),
    "vault": Service(8200, "==> Vault server started! Log data will stream in below:\n"),
    "rabbitmq-server": Service(
        5672, "{plain}.000 [info] Server startup complete; 3 plugins started.\n", "", "", "1", False
    ),
}
PASSWORD_NEEDED = {
    "mysqld": (("MYSQL_ROOT_PASSWORD", "MYSQL_ALLOW_EMPTY_PASSWORD", "MYSQL_RANDOM_ROOT_PASSWORD"),
        "{entry} [ERROR] [Entrypoint]: Database is uninitialized and password option is "
        "not specified\n"
        "    You need to specify one of the following:\n    - MYSQL_ROOT_PASSWORD\n"
        "    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD\n"),
    "mariadbd": (("MARIADB_ROOT_PASSWORD", "MYSQL_ROOT_PASSWORD",
    "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD",
                  "MYSQL_ALLOW_EMPTY_PASSWORD", "MYSQL_RANDOM_ROOT_PASSWORD",
                  "MARIADB_RANDOM_ROOT_PASSWORD"),
        "{entry} [ERROR] [Entrypoint]: Database is uninitialized and password option "
        "is not specified\n"
        "\tYou need to specify one of MYSQL_ROOT_PASSWORD, MYSQL_ALLOW_EMPTY_PASSWORD and "
        "MYSQL_RANDOM_ROOT_PASSWORD\n"),
    "postgres": (("POSTGRES_PASSWORD", "POSTGRES_HOST_AUTH_METHOD"),
        "Error: Database is uninitialized and superuser password is not specified.\n"
        "       You must specify POSTGRES_PASSWORD to a non-empty value for the\n"
        "       superuser. For example, \"-e POSTGRES_PASSWORD=password\" on \"docker run\".\n"),
}  # fmt: skip
ENTRYPOINT_VERSION = {"mysqld": "8.0.22", "mariadbd": "10.5.8"}


def _dates(time_ns: int) -> dict[str, str]:
    zone = Zone()
    return {
        "iso": strftime("%Y-%m-%dT%H:%M:%S.000000", time_ns, zone),
        "plain": strftime("%Y-%m-%d %H:%M:%S", time_ns, zone),
        "short": strftime("%d %b %Y %H:%M:%S.000", time_ns, zone),
        "clf": strftime("%d-%b-%Y %H:%M:%S", time_ns, zone),
        "log": strftime("%d-%b-%Y %H:%M:%S.000", time_ns, zone),
        "entry": strftime("%Y-%m-%d %H:%M:%S+00:00", time_ns, zone),
        "seconds": str(time_ns // SECOND),
    }


def _password_missing(process: Process, name: str) -> Body[bool]:
    if name not in PASSWORD_NEEDED:
        return False
    names, text = PASSWORD_NEEDED[name]
    if any(process.environment.get(each) for each in names):
        return False
    yield from print_err(text.format(**_dates((yield from Time()))))
    return True


@tool(*SERVICES, "mysql-server", "mariadb", "mysqld_safe")
def service(process: Process, args: list[str]) -> Body[int]:
    name = {"mysqld_safe": "mysqld", "mariadb": "mariadbd", "mysql-server": "mysqld"}.get(
        basename(process), basename(process)
    )
    found = SERVICES[name]
    version = process.environment.get(found.version_name, found.version).partition("-")[0]
    if "--version" in args or "-V" in args:
        yield from print_out(f"{name} v={version}\n")
        return 0
    if (yield from _password_missing(process, name)):
        return 1
    return (yield from _serve(process, found, version))


def _serve(process: Process, found: Service, version: str) -> Body[int]:
    from ..syscalls import Listen  # noqa: PLC0415 - services only

    stopping: list[int] = []
    for number in (SIGTERM, SIGINT, SIGQUIT):
        yield from Sigaction(number, stopping.append)
    say = print_err if found.to_stderr else print_out
    pid = yield from Getpid()
    try:
        listener = yield from Listen(found.port)
    except SyscallError as error:
        yield from print_err(f"{process.name}: cannot listen on port {found.port}: {error}\n")
        return 1
    facts = {"pid": pid, "version": version, "port": found.port}
    yield from say(found.started.format(**facts, **_dates((yield from Time()))))
    clients: list[int] = []
    while not stopping:
        try:
            for fd in (yield from Poll((listener, *clients))):
                if fd == listener:
                    clients.append((yield from Accept(listener))[0])
                elif not (yield from Read(fd)):
                    clients.remove(fd)
                    yield from Close(fd)
        except SyscallError:
            continue
    yield from say(found.stopped.format(**facts, **_dates((yield from Time()))))
    return 0


@tool("docker-entrypoint.sh", "docker-php-entrypoint", "entrypoint.sh")
def entrypoint(process: Process, args: list[str]) -> Body[int]:
    """What official images begin with: it prepares, then becomes the command."""
    if not args:
        return 0
    name = args[0].rpartition("/")[2]
    if name.startswith("-"):
        guess = {"REDIS_VERSION": "redis-server", "MYSQL_VERSION": "mysqld",
        "PG_VERSION": "postgres",
                 "MARIADB_VERSION": "mariadbd", "PHP_VERSION": "php",
                 "NODE_VERSION": "node"}  # fmt: skip
        for variable, program in guess.items():
            if variable in process.environment:
                args = [program, *args]
                break
    errno = yield from run_program(process.environment, args)
    return (yield from refuse_program(process, args[0], errno))


INTERPRETERS = {
    "python": ("PYTHON_VERSION", "Python {}", "3.9.0"), "python3": ("PYTHON_VERSION", "Python {}",
    "3.9.0"),
    "python2": ("PYTHON_VERSION", "Python {}", "2.7.18"), "node": ("NODE_VERSION", "v{}", "15.4.0"),
    "ruby": ("RUBY_VERSION", "ruby {}", "2.7.2"), "java": ("JAVA_VERSION", 'openjdk version "{}"',
    "15.0.1"),
    "irb": ("RUBY_VERSION", "irb {}", "1.2.6"), "jshell": ("JAVA_VERSION", "jshell {}", "15.0.1"),
    "php": ("PHP_VERSION", "PHP {} (cli) (built: Nov 30 2020 00:00:00) ( NTS )", "7.4.13"),
    "perl": ("PERL_VERSION", "This is perl 5, version {}", "32"), "gcc": ("GCC_VERSION",
    "gcc (GCC) {}", "10.2.0"),
    "lua": ("LUA_VERSION", "Lua {}", "5.4.0"), "rustc": ("RUST_VERSION", "rustc {}", "1.48.0"),
    "mvn": ("MAVEN_VERSION", "Apache Maven {}", "3.6.3"), "gradle": ("GRADLE_VERSION", "Gradle {}",
    "6.7"),
    "mysql": ("MYSQL_VERSION", "mysql  Ver {} for Linux on x86_64", "8.0.22"),
    "psql": ("PG_VERSION", "psql (PostgreSQL) {}", "13.1"), "redis-cli": ("REDIS_VERSION",
    "redis-cli {}", "6.0.9"),
    "mongo": ("MONGO_VERSION", "MongoDB shell version v{}", "4.4.2"),
}  # fmt: skip


@tool(*INTERPRETERS)
def interpreter(process: Process, args: list[str]) -> Body[int]:
    """Its version, else one clear line; waits on a terminal as the real one would."""
    name = basename(process)
    variable, form, default = INTERPRETERS[name]
    version = process.environment.get(variable, default).partition("-")[0]
    if args[:1] in (["--version"], ["-V"], ["-v"], ["-version"], ["version"]):
        yield from print_out(form.format(version) + "\n")
        return 0
    if (
        not args
        and name in ("python", "python3", "node", "irb", "jshell")
        and not (yield from Isatty(0))
    ):
        return 0
    yield from print_err(
        f"{name}: {form.format(version)} is a stand-in here: it cannot run programs\n"
    )
    return 1


@tool("pause")
def pause(process: Process, args: list[str]) -> Body[int]:
    """Kubernetes' pause: waits for SIGTERM."""
    stopping: list[int] = []
    for number in (SIGTERM, SIGINT):
        yield from Sigaction(number, stopping.append)
    while not stopping:
        try:
            yield from Pause()
        except SyscallError:
            continue
    return 0
