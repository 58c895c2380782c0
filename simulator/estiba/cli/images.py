"""`docker images`, `tag` and `rmi`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from ..spec.units import human_size
from .ages import ago, go_time
from .client import encode_filters
from .errors import CommandFailed, EngineError
from .flags import Options
from .formatter import Column, Row, is_table, render
from .names import parts
from .session import Session

if TYPE_CHECKING:
    from ..spec.reference import Reference

TABLE = "table {{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}"
UNDATED = TABLE.replace(
    "{{.CreatedSince}}", "{{if .CreatedSince }}{{.CreatedSince}}{{else}}N/A{{end}}"
)
RAW = (
    "repository: {{.Repository}}\n{{if .Tag}}tag: {{.Tag}}\n{{end}}image_id: {{.ID}}\n"
    "created_at: {{.CreatedAt}}\nvirtual_size: {{.Size}}\n"
)
ACTIONS = frozenset("build history import inspect list load ls prune pull push rm save tag".split())
NONE = "<none>"
NEVER_S = -62135596800
"""When an image was made that does not say: Go's zero time. Units: seconds since the epoch."""


def short_id(identifier: str) -> str:
    """The first twelve digits, without the algorithm."""
    return identifier.partition(":")[2][:12] if ":" in identifier else identifier[:12]


class ImageRow(Row):
    """One name of an image."""

    __slots__ = ("digest", "image", "now_s", "repository", "tag", "truncated")
    go_type = "*formatter.imageContext"

    def __init__(
        self, image: Any, repository: str, tag: str, digest: str, truncated: bool, now_s: float
    ) -> None:
        self.image = image
        self.repository = repository
        self.tag = tag
        self.digest = digest
        self.truncated = truncated
        self.now_s = now_s

    def since(self) -> str:
        created = self.image["Created"]
        return ago(self.now_s, created) if created > NEVER_S else ""

    def count(self, name: str) -> str:
        value = self.image.get(name, -1)
        if value == -1:
            return "N/A"
        return human_size(value) if name == "SharedSize" else str(value)

    def unique(self) -> str:
        shared = self.image.get("SharedSize", -1)
        return "N/A" if shared == -1 else human_size(self.image["Size"] - shared, 4)

    columns: ClassVar[dict[str, Column]] = {
        "ID": lambda r: short_id(r.image["Id"]) if r.truncated else r.image["Id"],
        "Repository": lambda r: r.repository,
        "Tag": lambda r: r.tag,
        "Digest": lambda r: r.digest,
        "CreatedSince": since,
        "CreatedAt": lambda r: go_time(r.image["Created"]),
        "Size": lambda r: human_size(r.image["Size"], 3),
        "Containers": lambda r: r.count("Containers"),
        "VirtualSize": lambda r: human_size(r.image["Size"], 4),
        "SharedSize": lambda r: r.count("SharedSize"),
        "UniqueSize": unique,
    }
    headers: ClassVar[dict[str, str]] = {
        "ID": "IMAGE ID",
        "Repository": "REPOSITORY",
        "Tag": "TAG",
        "Digest": "DIGEST",
        "CreatedSince": "CREATED",
        "CreatedAt": "CREATED AT",
        "Size": "SIZE",
        "Containers": "CONTAINERS",
        "VirtualSize": "SIZE",
        "SharedSize": "SHARED SIZE",
        "UniqueSize": "UNIQUE SIZE",
    }


def list_images(session: Session, options: Options) -> None:
    filters = options["filter"]
    wanted = options.arguments[0] if options.arguments else ""
    if wanted:
        filters = [*filters, ("reference", wanted)]
    query = {"all": "1"} if options["all"] else {}
    if filters:
        query["filters"] = encode_filters(filters)
    images = session.client.get("/images/json", query)
    form = _format(session, options, all(image["Created"] > NEVER_S for image in images))
    with_digests = options["digests"]
    rows = _rows(
        images,
        with_digests,
        with_digests or "{{.Digest}}" in form,
        not options["no-trunc"],
        session,
    )
    session.write(render(form, rows, ImageRow.headers))
    if wanted in ACTIONS and not images:
        session.error(
            f'\nNo images found matching "{wanted}": did you mean "docker image {wanted}"?'
        )


def _format(session: Session, options: Options, dated: bool) -> str:
    form = options["format"]
    quiet = options["quiet"]
    if not form:
        form = "table" if quiet else session.config.text("imagesFormat") or "table"
    digests = options["digests"]
    if form == "json" and session.old:
        return "{{`json`}}"
    if form == "table":
        table = TABLE if dated else UNDATED
        form = table.replace("\t{{.ID}}", "\t{{.Digest}}\t{{.ID}}") if digests else table
        return "{{.ID}}" if quiet else form
    if form == "raw":
        return "image_id: {{.ID}}" if quiet else RAW
    if is_table(form) and digests and "{{.Digest}}" not in form:
        form += "\t{{.Digest}}"
    return str(form)


def _is_dangling(image: Any) -> bool:
    tags, digests = image.get("RepoTags") or [], image.get("RepoDigests") or []
    return (not tags and not digests) or (
        tags == ["<none>:<none>"] and digests == ["<none>@<none>"]
    )


def _rows(
    images: list[Any], by_digest: bool, need_digest: bool, truncated: bool, session: Session
) -> Iterator[ImageRow]:
    now_s = session.now_s()
    for image in images:
        if _is_dangling(image):
            yield ImageRow(image, NONE, NONE, NONE, truncated, now_s)
            continue
        for repository, tag, digest in _names(image, by_digest, need_digest):
            yield ImageRow(image, repository, tag, digest, truncated, now_s)


def _names(image: Any, by_digest: bool, need_digest: bool) -> Iterator[tuple[str, str, str]]:
    """Repository, tag and digest of each row of an image."""
    tags: dict[str, list[str]] = {}
    digests: dict[str, list[str]] = {}
    for name, label, _ in map(parts, image.get("RepoTags") or ()):
        if label:
            tags.setdefault(name, []).append(label)
    for name, _, digest in map(parts, image.get("RepoDigests") or ()):
        if digest:
            digests.setdefault(name, []).append(digest)
    for repository, some in tags.items():
        known = digests.pop(repository, [])
        for label in some:
            for digest in (known if need_digest else []) or [NONE]:
                yield repository, label, digest
    for repository, known in digests.items():
        for digest in known if by_digest else [""]:
            yield repository, NONE, digest


def tag(session: Session, options: Options) -> None:
    source, target = options.arguments
    reference = parse_source(source, target)
    query = {"repo": reference.name}
    if (label := reference.tag or (not reference.digest and "latest")) and label:
        query["tag"] = label
    session.client.bytes("POST", f"/images/{source}/tag", query)


def parse_source(source: str, target: str) -> Reference:
    """The name to give. Raises: CommandFailed in the words of `docker tag`."""
    from ..errors import EstibaError  # noqa: PLC0415
    from ..spec.gotext import quote  # noqa: PLC0415
    from ..spec.reference import Reference, normalize, parse_any  # noqa: PLC0415

    for text, parse in ((source, parse_any), (target, normalize)):
        try:
            parsed = parse(text)
        except EstibaError as error:
            raise CommandFailed(
                f"Error parsing reference: {quote(text)} is not a valid repository/tag: {error}"
            ) from None
    if not isinstance(parsed, Reference):
        raise CommandFailed("invalid reference")
    if parsed.digest:
        raise CommandFailed("refusing to create a tag with a digest reference")
    return parsed


def remove(session: Session, options: Options) -> int:
    query = {}
    if options["force"]:
        query["force"] = "1"
    if options["no-prune"]:
        query["noprune"] = "1"
    problems = []
    serious = False
    for name in options.arguments:
        try:
            deleted = session.client.json("DELETE", f"/images/{name}", query)
        except EngineError as error:
            serious = serious or error.status != 404
            problems.append(error.message)
            continue
        for entry in deleted:
            for verb in ("Untagged", "Deleted"):
                if entry.get(verb):
                    session.line(f"{verb}: {entry[verb]}")
                    break
    if problems:
        if not options["force"] or serious:
            raise CommandFailed("\n".join(problems))
        session.error("\n".join(problems))
    return 0
