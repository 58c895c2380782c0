"""From a layer's build instruction to the recipe of its stand-in tree.

What an instruction surely makes (directories, links, users, packages, copied files) is made; the
rest of the layer's size is filled. Programs of a service go to the largest layer that its
repository owns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from .bases import MERGED, Base

Step = list[Any]
Recipe = list[Step]

VARIABLE = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?")
COPIED = re.compile(r"(?:ADD|COPY) (file|multi|dir):(\w+) in (\S+)")
INSTALL = re.compile(
    r"(?:apt-get install|apk add|yum install|yum -y install|microdnf install)([^;&|]*)"
)
PACKAGE = re.compile(r"[a-z0-9][a-z0-9+.-]*")
USER_ADD = re.compile(r"(?:useradd|adduser)\s([^;&]*)")
MAKE_DIRECTORY = re.compile(r"mkdir (?:-p |-v |-pv |--parents )*([^;&|>]*)")
LINK = re.compile(r"ln -s\w* (\S+) (\S+)")
REDIRECT = re.compile(r">>? ?(/etc/[^\s;]+|/usr/local/etc/[^\s;]+)")
OWNED = re.compile(r"chown (?:-R )?([a-z][\w-]*):[\w-]* ([^;&|#]*)")
CHANGED_MODE = re.compile(r"chmod (?:-R )?([0-7]{3,4}) ([^;&|#]*)")

# Copied files whose names no instruction tells, by the start of their checksum.
NAMES = {
    "207c686e": ["docker-php-source"],
    "24613ecb": ["apache2-foreground"],
    "cb6c9a45": ["docker-php-entrypoint", "docker-php-ext-configure", "docker-php-ext-enable",
    "docker-php-ext-install"], "0de99b27": ["docker-php-entrypoint", "docker-php-ext-configure",
    "docker-php-ext-enable", "docker-php-ext-install"], "f9544e5c": ["docker-php-entrypoint",
    "docker-php-ext-configure", "docker-php-ext-enable", "docker-php-ext-install"], "0b866ff3":
    ["10-listen-on-ipv6-by-default.sh"], "0fd5fca3": ["20-envsubst-on-templates.sh"], "5c182727":
    ["10-listen-on-ipv6-by-default.sh"], "abbcbf84": ["20-envsubst-on-templates.sh"], "e57eef01":
    ["30-tune-worker-processes.sh"],
}  # fmt: skip

SCRIPTS = {
    "httpd-foreground": "httpd-foreground",
    "apache2-foreground": "apache2-foreground",
    "docker-php-entrypoint": "docker-php-entrypoint",
}
SCRIPTS_OF = {
    "mariadb": "mysql",
    "memcached": "memcached",
    "mongo": "mongo",
    "mysql": "mysql",
    "nginx": "nginx",
    "percona": "mysql",
    "postgres": "postgres",
    "redis": "redis",
    "registry": "registry",
}

SERVICES = {
    "buildpack-deps": "buildpack", "gcc": "gcc", "golang": "golang", "haproxy": "haproxy", "httpd":
    "httpd", "mariadb": "mariadb", "memcached": "memcached", "mongo": "mongo", "mysql": "mysql",
    "nginx": "nginx", "node": "node", "openjdk": "java", "percona": "mysql", "perl": "perl", "php":
    "php", "postgres": "postgres", "python": "python", "rabbitmq": "rabbitmq", "redis": "redis",
    "ruby": "ruby", "tomcat": "tomcat", "wordpress": "wordpress",
}  # fmt: skip
TRIPLETS = {
    "amd64": "x86_64-linux-gnu",
    "386": "i386-linux-gnu",
    "arm64": "aarch64-linux-gnu",
    "arm": "arm-linux-gnueabihf",
}
SHELLS = {"sh", "bash"}
WHOLE: dict[str, Step] = {"/etc/docker/registry/config.yml": ["service", "registry", {}]}
SERVICE_VALUES = {
    "postgres": {"PG_MAJOR": "10"},
    "openjdk": {"JAVA_DIR": "usr/lib/jvm/java-8-openjdk-amd64/jre"},
}


@dataclass(slots=True)
class Situation:
    """What is known while the layers of one image are gone through."""

    repository: str
    machine: str
    base: Base | None
    entry: list[str]
    command: list[str]
    environment: dict[str, str]
    directory: str = "/"
    users: list[str] = field(default_factory=list)
    placed: set[str] = field(default_factory=set)

    @property
    def family(self) -> str:
        return {"ubuntu": "debian", None: "none"}.get(
            self.base and self.base[0], self.base[0] if self.base else "none"
        )

    def uid(self, user: str) -> str:
        """The number of a user added so far, or of the web server's."""
        found = next((u.split(":")[1] for u in self.users if u.startswith(f"{user}:")), "")
        return found or ("33" if user == "www-data" else "")

    def absolute(self, path: str) -> str:
        """A path with variables replaced, from the root."""
        path = VARIABLE.sub(lambda m: self.environment.get(m[1], m[0]), path).strip("\"'")
        return path if path.startswith("/") else f"{self.directory.rstrip('/')}/{path}"


def recipe_of(instruction: str, first: bool, now: Situation) -> Recipe:
    """The recipe of the layer that an instruction made."""
    if first and now.base is not None:
        return [["base", *now.base, now.machine]]
    recipe: Recipe = []
    if now.base is not None and now.base[1] in MERGED:
        recipe.append(["merged"])
    if instruction.startswith("WORKDIR "):
        now.directory = now.absolute(instruction.split()[1])
        return [*recipe, ["directory", now.directory]]
    if copied := COPIED.match(instruction):
        return recipe + _copied(copied, now)
    return recipe + _run(instruction, now)


def _copied(copied: re.Match[str], now: Situation) -> Recipe:
    kind, checksum, target = copied.groups()
    path = now.absolute(target.rstrip("/") or "/")
    if known := NAMES.get(checksum[:8]):
        script = "nothing" if "/docker-entrypoint.d" in path else ""
        return [_script(f"{path}/{name}", now, script) for name in known]
    if path in WHOLE:
        return [WHOLE[path]]
    expected = _expected(path, target, now)
    if expected is not None:
        return [expected]
    if not target.endswith("/") and "." in target.rpartition("/")[2]:
        return [_script(path, now)] if path.endswith(".sh") else [["file", path]]
    if target.startswith("/bin/") or (kind == "file" and path.rpartition("/")[2] in now.placed):
        return [["program", path]]
    return [["file", f"{path.rstrip('/')}/{'files' if kind == 'dir' else 'file'}"]]


def _expected(path: str, target: str, now: Situation) -> Step | None:
    """The copied file as the program the image starts, if that is where it must come from."""
    for word in (*now.entry[:1], *now.command[:1]):
        name = word.rpartition("/")[2]
        if name in SHELLS:
            continue
        here = f"{path.rstrip('/')}/{name}"
        if name in now.placed:
            continue
        if word in (here, path) or ("/" not in word and path.rstrip("/").endswith("bin")):
            now.placed.add(name)
            made = path if word == path else here
            if name.endswith((".sh", "-foreground", "-entrypoint")):
                return _script(made, now)
            return ["program", made, 5000]
    return None


def _script(path: str, now: Situation, name: str = "") -> Step:
    base = path.rpartition("/")[2]
    default = SCRIPTS_OF.get(now.repository, "exec") if "entrypoint" in base else "exec"
    return ["script", path, name or SCRIPTS.get(base, default)]


def _run(instruction: str, now: Situation) -> Recipe:
    if "policy-rc.d" in instruction:
        return [["pack", "docker-settings"]]
    if "/run/systemd/container" in instruction:
        return [["text", "/run/systemd/container", "docker\n"]]
    if instruction.startswith("RUN rm -rf /var/lib/apt/lists/*"):
        return [["directory", "/var/lib/apt/lists"]]
    recipe: Recipe = []
    for make in (_users, _packages, _directories, _links, _written):
        recipe += make(instruction, now)
    if "gosu" in instruction:
        recipe.append(["program", "/usr/local/bin/gosu", 1286])
    return recipe


def _users(instruction: str, now: Situation) -> Recipe:
    if now.base is None or now.base[0] not in ("debian", "ubuntu", "alpine", "redhat"):
        return []
    before = len(now.users)
    for match in USER_ADD.finditer(instruction):
        words = [
            VARIABLE.sub(lambda m: now.environment.get(m[1], m[1].lower()), w).strip("\"'")
            for w in match[1].split()
        ]
        name = next((w for w in reversed(words) if re.fullmatch(r"[a-z][a-z0-9-]*", w)), None)
        if name is None or any(user.startswith(f"{name}:") for user in now.users):
            continue
        system = 999 if now.family != "alpine" else 100
        uid = next(
            (w for w in words if re.fullmatch(r"\d{2,5}", w)),
            str(system - len(now.users) if now.family != "alpine" else system + len(now.users)),
        )
        home = f"/home/{name}"
        now.users.append(f"{name}:{uid}:{uid}:{home}:/bin/sh")
    if len(now.users) == before:
        return []
    return [["users", *now.base, *now.users]]


def _packages(instruction: str, now: Situation) -> Recipe:
    names: list[str] = []
    for match in INSTALL.finditer(instruction):
        names += [w for w in match[1].split() if PACKAGE.fullmatch(w) and not w.endswith("-dev")]
    wanted = sorted(set(names) - {"if", "then", "fi", "show", "apt-cache"})
    if not wanted:
        return []
    triplet = [TRIPLETS[now.machine]] if now.family == "debian" else []
    return [["packages", now.family, " ".join(wanted), *triplet]]


def _directories(instruction: str, now: Situation) -> Recipe:
    made: dict[str, str] = {}
    for match in MAKE_DIRECTORY.finditer(instruction):
        for word in match[1].split():
            path = now.absolute(word)
            if (
                word.startswith(("/", '"', "$"))
                and not {"$", "*"} & set(path)
                and path[1:4] != "tmp"
            ):
                made[path] = "755"
    for mode, words in CHANGED_MODE.findall(instruction):
        made.update((p, mode) for p in map(now.absolute, words.split()) if p in made)
    for user, words in OWNED.findall(instruction):
        uid = now.uid(user)
        for path in map(now.absolute, words.split()):
            if path in made and uid:
                made[path] = f"{made[path]}:{uid}:{uid}"
    return [["directory", path, attributes] for path, attributes in made.items()]


def _links(instruction: str, now: Situation) -> Recipe:
    steps: Recipe = []
    for target, path in LINK.findall(instruction):
        made = now.absolute(path)
        if "$" in target + made or not path.startswith("/"):
            continue
        if made.endswith("/"):
            made += target.rpartition("/")[2]
        steps.append(["link", made, target])
    return steps


def _written(instruction: str, now: Situation) -> Recipe:
    if "useradd" in instruction:
        return []
    paths = [now.absolute(path) for path in REDIRECT.findall(instruction)]
    return [["file", path] for path in paths if "$" not in path and "*" not in path][:3]
