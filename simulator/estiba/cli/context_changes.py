"""`docker context create`, `update`, `rm`, `export` and `import`."""

from __future__ import annotations

import io
from typing import Any

from ..spec.gotext import quote
from .context_store import DEFAULT, ContextStore, check_name
from .contexts import DEFAULT_DESCRIPTION, default_host
from .endpoint import FILES
from .errors import CommandFailed
from .files import exists, shown
from .flags import Options
from .session import Session

KEYS = ("from", "host", "ca", "cert", "key", "skip-tls-verify")
PEM = {"ca": "ca.pem", "cert": "cert.pem", "key": "key.pem"}
ENDPOINT = "unable to create docker endpoint config: "
TRUE = ("1", "t", "T", "TRUE", "true", "True")
FALSE = ("0", "f", "F", "FALSE", "false", "False", "")


def create(session: Session, options: Options) -> None:
    name, store = options.arguments[0], ContextStore(session)
    _check_new(store, name)
    source = options["from"]
    if source and options["docker"]:
        raise CommandFailed("cannot use --docker flag when --from is set")
    if source or not options["docker"]:
        meta, pem = _copy(session, store, source or DEFAULT)
        if options["description"]:
            meta["Metadata"]["Description"] = options["description"]
    else:
        endpoint, pem = _endpoint(session, store, options["docker"])
        described = {"Description": options["description"]} if options["description"] else {}
        meta = {"Metadata": described, "Endpoints": {"docker": endpoint}}
    store.put({"Name": name, **{key: meta[key] for key in ("Metadata", "Endpoints")}})
    store.put_certificates(name, pem)
    session.line(name)
    session.error(f"Successfully created context {quote(name)}")


def _check_new(store: ContextStore, name: str) -> None:
    check_name(name)
    if store.has(name):
        raise CommandFailed(f"context {quote(name)} already exists")


def _copy(
    session: Session, store: ContextStore, name: str
) -> tuple[dict[str, Any], dict[str, bytes]]:
    if name == DEFAULT:
        host = {"Host": default_host(session), "SkipTLSVerify": False}
        described = {"Description": DEFAULT_DESCRIPTION}
        return {"Metadata": described, "Endpoints": {"docker": host}}, {}
    return store.get(name), store.certificates(name)


def _endpoint(
    session: Session, store: ContextStore, asked: dict[str, str]
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """`--docker host=…,ca=…`. Raises: CommandFailed."""
    for key in asked:
        if key not in KEYS:
            raise CommandFailed(f"{ENDPOINT}unrecognized config key: {key}")
    if "from" in asked:
        meta, pem = _copy(session, store, asked["from"])
        return meta["Endpoints"]["docker"], pem
    skip = asked.get("skip-tls-verify", "")
    if skip not in TRUE + FALSE:
        words = f"skip-tls-verify: strconv.ParseBool: parsing {quote(skip)}: invalid syntax"
        raise CommandFailed(ENDPOINT + words)
    pem = {}
    for key, file in PEM.items():
        if asked.get(key):
            try:
                pem[file] = session.files.read(asked[key])
            except OSError as error:
                raise CommandFailed(ENDPOINT + shown("open", asked[key], error)) from None
    host = asked.get("host", "")
    if host and "://" not in host:
        raise CommandFailed(
            f"{ENDPOINT}unable to apply docker endpoint options: "
            f"unable to parse docker host `{host}`"
        )
    found: dict[str, Any] = {"Host": host} if host else {}
    return {**found, "SkipTLSVerify": skip in TRUE}, pem


def update(session: Session, options: Options) -> None:
    name, store = options.arguments[0], ContextStore(session)
    check_name(name)
    meta = store.get(name)
    if options["description"]:
        meta.setdefault("Metadata", {})["Description"] = options["description"]
    if options["docker"]:
        meta["Endpoints"]["docker"], pem = _endpoint(session, store, options["docker"])
        store.put_certificates(name, pem)
    store.put(meta)
    session.line(name)
    session.error(f"Successfully updated context {quote(name)}")


def remove(session: Session, options: Options) -> None:
    store, problems = ContextStore(session), []
    for name in options.arguments:
        if name == DEFAULT:
            problems.append('context "default" cannot be removed')
        elif not options["force"] and not store.has(name):
            problems.append(f"context {quote(name)} does not exist")
        elif name == session.context and not options["force"]:
            problems.append(f"context {quote(name)} is in use, set -f flag to force remove")
        else:
            if session.config.text("currentContext") == name:
                session.config.entries["currentContext"] = ""
                session.config.save(session.files)
            store.remove(name)
            session.line(name)
    if problems:
        raise CommandFailed("\n".join(problems))


def export(session: Session, options: Options) -> None:
    name, store = options.arguments[0], ContextStore(session)
    if name != DEFAULT:
        check_name(name)
    path = options.arguments[1] if len(options.arguments) > 1 else f"{name}.dockercontext"
    if path == "-":
        if session.console.stdout_is_terminal:
            raise CommandFailed("cowardly refusing to export to a terminal, specify a file path")
        session.console.write(_archive(session, store, name))
        return
    if exists(session.files, path):
        raise CommandFailed(f"open {path}: file exists")
    session.files.write(path, b"", 0o600)
    session.files.write(path, _archive(session, store, name), 0o600)
    session.error(f"Written file {quote(path)}")


def _archive(session: Session, store: ContextStore, name: str) -> bytes:
    """A tar of meta.json and the certificates; like Docker's it has no end mark."""
    import tarfile  # noqa: PLC0415  (few sessions export)

    from .context_store import to_json  # noqa: PLC0415

    if name == DEFAULT:
        endpoint = {"Host": default_host(session), "SkipTLSVerify": False}
        meta: dict[str, Any] = {"Name": name, "Metadata": {}, "Endpoints": {"docker": endpoint}}
    else:
        meta = store.get(name)
    pem = store.certificates(name) if name != DEFAULT else {}
    entries: list[tuple[str, int, bytes | None]] = [
        ("meta.json", 0o644, to_json(meta).encode()),
        ("tls", 0o700, None),
    ]
    entries += [("tls/docker", 0o700, None)] if pem else []
    entries += [(f"tls/docker/{file}", 0o600, data) for file, data in pem.items()]
    out = b""
    for path, mode, data in entries:
        info = tarfile.TarInfo(path)
        info.mode, info.size = mode, len(data or b"")
        info.type = tarfile.DIRTYPE if data is None else tarfile.REGTYPE
        out += _header(info.tobuf(tarfile.USTAR_FORMAT), path)
        out += (data or b"") + bytes(-len(data or b"") % 512)
    return out


def _header(block: bytes, path: str) -> bytes:
    """As Go writes it: no slash after a directory, device numbers of zero."""
    name = path.encode().ljust(100, b"\0")
    zeros = b"0000000\0" * 2
    block = name + block[100:148] + b" " * 8 + block[156:329] + zeros + block[345:]
    return block[:148] + f"{sum(block):06o}\0 ".encode() + block[156:]


def import_context(session: Session, options: Options) -> None:
    name, path = options.arguments
    store = ContextStore(session)
    _check_new(store, name)
    try:
        data = session.read_input() if path == "-" else session.files.read(path)
    except OSError as error:
        raise CommandFailed(shown("open", path, error)) from None
    meta, pem = _unpacked(data)
    store.put({"Name": name, **meta})
    store.put_certificates(name, pem)
    session.line(name)
    session.error(f"Successfully imported context {quote(name)}")


def _unpacked(data: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Raises: CommandFailed."""
    import json  # noqa: PLC0415
    import tarfile  # noqa: PLC0415

    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            files = {
                member.name: found.read()
                for member in archive
                if member.isreg() and (found := archive.extractfile(member)) is not None
            }
        meta = json.loads(files["meta.json"])
        known: dict[str, Any] = {key: meta.get(key) or {} for key in ("Metadata", "Endpoints")}
    except (tarfile.TarError, ValueError, AttributeError):
        raise CommandFailed("unexpected EOF") from None
    except KeyError:
        raise CommandFailed("invalid context: no metadata found") from None
    names = {f"tls/docker/{file}": file for _, file in FILES}
    return known, {names[path]: content for path, content in files.items() if path in names}
