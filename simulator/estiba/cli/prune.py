"""`prune` of containers, images, volumes, networks, build cache and all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..spec.units import human_size
from .client import encode_filters
from .errors import CommandFailed
from .flags import Options
from .session import Session

Filters = list[tuple[str, str]]
SURE = "Are you sure you want to continue?"
WARNINGS = {
    "container": f"WARNING! This will remove all stopped containers.\n{SURE}",
    "image": f"WARNING! This will remove all dangling images.\n{SURE}",
    "image -a": "WARNING! This will remove all images without at least one container associated to "
    f"them.\n{SURE}",
    "volume": "WARNING! This will remove anonymous local volumes not used by at least one container."
    f"\n{SURE}",
    "volume -a": "WARNING! This will remove all local volumes not used by at least one container."
    f"\n{SURE}",
    "network": "WARNING! This will remove all custom networks not used by at least one container."
    f"\n{SURE}",
    "builder": f"WARNING! This will remove all dangling build cache. {SURE}",
    "builder -a": f"WARNING! This will remove all build cache. {SURE}",
}


def _filters(session: Session, given: Filters) -> Filters:
    """Those of the command line and those the user's configuration always adds."""
    merged = list(given)
    for text in session.config.entries.get("pruneFilters") or ():
        key, equals, value = str(text).partition("=")
        opposite = {"label": "label!", "label!": "label"}.get(key)
        if equals and (opposite, value) not in given:
            merged.append((key, value))
    return merged


def _ask(session: Session, options: Options, kind: str) -> None:
    """Raises: CommandFailed when the answer is no, which is not a failure: exit code 0."""
    if not options["force"] and not session.confirm(WARNINGS[kind]):
        raise CommandFailed("", 0)


def _post(session: Session, path: str, filters: Filters) -> Any:
    query = {"filters": encode_filters(filters)} if filters else {}
    return session.client.json("POST", path, query)


def _report(title: str, names: list[str]) -> str:
    return "".join(f"{line}\n" for line in (title, *names)) if names else ""


def _containers(session: Session, filters: Filters) -> tuple[int, str]:
    report = _post(session, "/containers/prune", filters)
    names = report.get("ContainersDeleted") or []
    return report["SpaceReclaimed"] if names else 0, _report("Deleted Containers:", names)


def _images(session: Session, filters: Filters, everything: bool) -> tuple[int, str]:
    chosen = [*filters, ("dangling", "false" if everything else "true")]
    report = _post(session, "/images/prune", chosen)
    lines = []
    for entry in report.get("ImagesDeleted") or ():
        untagged = entry.get("Untagged")
        lines.append(
            f"untagged: {untagged}" if untagged else f"deleted: {entry.get('Deleted', '')}"
        )
    return report["SpaceReclaimed"] if lines else 0, _report("Deleted Images:", lines)


def _volumes(session: Session, filters: Filters) -> tuple[int, str]:
    report = _post(session, "/volumes/prune", filters)
    names = report.get("VolumesDeleted") or []
    return report["SpaceReclaimed"] if names else 0, _report("Deleted Volumes:", names)


def _networks(session: Session, filters: Filters) -> tuple[int, str]:
    report = _post(session, "/networks/prune", filters)
    return 0, _report("Deleted Networks:", report.get("NetworksDeleted") or [])


def _cache(session: Session, filters: Filters, everything: bool, keep: int = 0) -> tuple[int, str]:
    query = {"filters": encode_filters(filters)}
    if everything:
        query["all"] = "1"
    if keep:
        query["keep-storage"] = str(keep)
    report = session.client.json("POST", "/build/prune", query)
    names = report.get("CachesDeleted") or []
    return report.get("SpaceReclaimed", 0), _report("Deleted build cache objects:", names)


def _finish(
    session: Session, result: tuple[int, str], total: str = "Total reclaimed space:"
) -> int:
    space, output = result
    if output:
        session.line(output)
    session.line(f"Total reclaimed space: {human_size(space)}")
    return 0


def container_prune(session: Session, options: Options) -> int:
    filters = _filters(session, options["filter"])
    _ask(session, options, "container")
    return _finish(session, _containers(session, filters))


def image_prune(session: Session, options: Options) -> int:
    filters = _filters(session, options["filter"])
    _ask(session, options, "image -a" if options["all"] else "image")
    return _finish(session, _images(session, filters, options["all"]))


def volume_prune(session: Session, options: Options) -> int:
    filters = _filters(session, options["filter"])
    new = session.client.at_least("1.42")
    if new and options["all"]:
        if any(name == "all" for name, _ in filters):
            raise CommandFailed("conflicting options: cannot specify both --all and --filter all=1")
        filters.append(("all", "true"))
    _ask(session, options, "volume" if new and not options["all"] else "volume -a")
    return _finish(session, _volumes(session, filters))


def network_prune(session: Session, options: Options) -> int:
    filters = _filters(session, options["filter"])
    _ask(session, options, "network")
    _, output = _networks(session, filters)
    if output:
        session.line(output)
    return 0


def builder_prune(session: Session, options: Options) -> int:
    filters = _filters(session, options["filter"])
    everything = options["all"]
    _ask(session, options, "builder -a" if everything else "builder")
    result = _cache(session, filters, everything, options["keep-storage"])
    return _finish(session, result)


def system_prune(session: Session, options: Options) -> int:
    filters = _filters(session, options["filter"])
    volumes, everything = options["volumes"], options["all"]
    if volumes and any(name == "until" for name, _ in options["filter"]):
        raise CommandFailed('ERROR: The "until" filter is not supported with "--volumes"')
    session.client.ping()
    if not options["force"] and not session.confirm(_warning(filters, volumes, everything)):
        raise CommandFailed("", 0)
    steps: list[Callable[[], tuple[int, str]]] = [
        lambda: _containers(session, filters),
        lambda: _networks(session, filters),
    ]
    if volumes:
        steps.append(lambda: _volumes(session, filters))
    steps.append(lambda: _images(session, filters, everything))
    steps.append(lambda: _cache(session, filters, everything))
    total = 0
    for step in steps:
        space, output = step()
        total += space
        if output:
            session.line(output)
    return _finish(session, (total, ""))


def _warning(filters: Filters, volumes: bool, everything: bool) -> str:
    lines = ["all stopped containers", "all networks not used by at least one container"]
    if volumes:
        lines.append("all anonymous volumes not used by at least one container")
    if everything:
        lines += ["all images without at least one container associated to them", "all build cache"]
    else:
        lines += ["all dangling images", "unused build cache"]
    text = "WARNING! This will remove:" + "".join(f"\n  - {line}" for line in lines) + "\n"
    shown = sorted(f"{n}={v}" for n, v in filters if n in ("label", "label!", "until"))
    if shown:
        text += "\n  Items to be pruned will be filtered with:"
        text += "".join(f"\n  - {line}" for line in shown) + "\n"
    return f"{text}\n{SURE}"
