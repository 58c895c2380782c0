"""`docker manifest`: lists of images for several platforms, put together here and pushed.

The registry is asked through the engine, which has it (see `api/manifests.py`); Docker's own engine
does not pass such questions on.
"""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

from ..errors import EstibaError
from ..http import read_all
from ..spec import Descriptor, Digest, Index, MediaType, Platform, Reference
from ..spec.invalid_reference import InvalidReference
from .auth import registry_auth
from .errors import CommandFailed, EngineError
from .flags import Options
from .manifest_store import LocalManifest, ManifestStore, NoSuchManifest, read_reference
from .session import Session

OFFERED = frozenset(
    f"{system}/{architecture}"
    for system, architectures in (
        ("darwin", "386 amd64 arm arm64"),
        ("dragonfly", "amd64"),
        ("freebsd", "386 amd64 arm"),
        ("linux", "386 amd64 arm arm64 ppc64le mips64 mips64le riscv64 s390x"),
        ("netbsd", "386 amd64 arm"),
        ("openbsd", "386 amd64 arm"),
        ("plan9", "386 amd64"),
        ("solaris", "amd64"),
        ("windows", "386 amd64"),
    )
    for architecture in architectures.split()
)
DAEMON = "Error response from daemon: "
UNKNOWN = (401, 404)


def _store(session: Session) -> ManifestStore:
    return ManifestStore(session.files, session.config_folder)


class Registry:
    """The manifests of a registry, asked through the engine."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def image(self, reference: Reference) -> LocalManifest:
        """One image. Raises: CommandFailed."""
        answer = self._get(reference)
        if answer["mediaType"] in MediaType.INDEXES:
            raise CommandFailed(f"{reference} is a manifest list")
        return _local(reference, answer, Platform.from_json(answer["platform"]))

    def any(self, reference: Reference) -> LocalManifest | list[LocalManifest]:
        """An image, or the images of a list. Raises: CommandFailed."""
        answer = self._get(reference)
        if answer["mediaType"] not in MediaType.INDEXES:
            return _local(reference, answer, Platform.from_json(answer["platform"]))
        index = Index.from_json(base64.b64decode(answer["raw"]), answer["mediaType"])
        return [self._member(reference, one) for one in index.manifests]

    def _member(self, reference: Reference, descriptor: Descriptor) -> LocalManifest:
        name = reference.with_digest(descriptor.digest)
        return _local(name, self._get(name), descriptor.platform or Platform("", ""))

    def put(self, reference: Reference, body: bytes, source: Reference | None = None) -> Digest:
        """Store a list, or copy an image. Raises: CommandFailed."""
        query: dict[str, str | list[str]] = {} if source is None else {"from": str(source)}
        try:
            answer = self._ask("POST", reference, query, body)
        except EngineError as error:
            raise CommandFailed(f"failed to put manifest {reference}: {_words(error)}") from None
        return Digest.parse(answer["digest"])

    def _get(self, reference: Reference) -> Any:
        try:
            return self._ask("GET", reference, {}, None)
        except EngineError as error:
            if error.status in UNKNOWN:
                raise CommandFailed(f"no such manifest: {reference}") from None
            raise CommandFailed(_words(error)) from None

    def _ask(
        self,
        method: str,
        reference: Reference,
        query: dict[str, str | list[str]],
        body: bytes | None,
    ) -> Any:
        session = self._session
        answer = session.client.ask(
            method,
            f"/estiba/manifests/{reference}",
            query,
            raw=body,
            headers=registry_auth(session, reference),
        )
        return json.loads(read_all(session.transport, answer.body))


def _words(error: EngineError) -> str:
    text = error.message.removeprefix(DAEMON)
    if text.startswith("Get "):
        return f"failed to configure transport: error pinging v2 registry: {text}"
    return text


def _local(reference: Reference, answer: Any, platform: Platform) -> LocalManifest:
    raw = base64.b64decode(answer["raw"])
    digest = Digest.parse(answer["digest"])
    descriptor = Descriptor(answer["mediaType"], digest, answer["size"], platform=platform)
    return LocalManifest(reference, descriptor, raw)


def create(session: Session, options: Options) -> None:
    name, *images = options.arguments
    store, registry = _store(session), Registry(session)
    try:
        target = read_reference(name)
    except InvalidReference as error:
        raise CommandFailed(f"error parsing name for manifest list {name}: {error}") from None
    if _is_list(store, target) and not options["amend"]:
        raise CommandFailed("refusing to amend an existing manifest list with no --amend flag")
    for text in images:
        reference = read_reference(text)
        try:
            found = store.get(target, reference)
        except NoSuchManifest:
            found = registry.image(reference)
        store.save(target, found)
    session.line(f"Created manifest list {target}")


def _is_list(store: ManifestStore, name: Reference) -> bool:
    try:
        store.get_list(name)
    except NoSuchManifest:
        return False
    return True


def annotate(session: Session, options: Options) -> None:
    name, image = options.arguments
    try:
        what, shown = "manifest list", name
        target = read_reference(name)
        what, shown = "manifest", image
        reference = read_reference(image)
    except InvalidReference as error:
        raise CommandFailed(f"annotate: error parsing name for {what} {shown}: {error}") from None
    store = _store(session)
    try:
        found = store.get(target, reference)
    except NoSuchManifest:
        raise CommandFailed(f"manifest for image {image} does not exist in {name}") from None
    platform = _annotated(found.descriptor.platform or Platform("", ""), options)
    if f"{platform.os}/{platform.architecture}" not in OFFERED:
        raise CommandFailed(
            "manifest entry for image has unsupported os/arch combination: "
            f"{options['os']}/{options['arch']}"
        )
    store.save(target, replace(found, descriptor=replace(found.descriptor, platform=platform)))


def _annotated(platform: Platform, options: Options) -> Platform:
    features = dict.fromkeys((*platform.os_features, *options["os-features"]))
    return Platform(
        options["os"] or platform.os,
        options["arch"] or platform.architecture,
        options["variant"] or platform.variant,
        options["os-version"] or platform.os_version,
        tuple(features),
    )


def inspect(session: Session, options: Options) -> None:
    *lists, name = options.arguments
    store, reference = _store(session), read_reference(name)
    found: LocalManifest | list[LocalManifest]
    if lists:
        found = store.get(read_reference(lists[0]), reference)
    else:
        try:
            found = store.get_list(reference)
        except NoSuchManifest:
            found = Registry(session).any(reference)
    if options["verbose"]:
        several = isinstance(found, list)
        shown = [one.to_json() for one in found] if isinstance(found, list) else [found.to_json()]
        session.line(_indented(shown if several else shown[0], "\t"))
    elif isinstance(found, list):
        session.line(_index(reference, found).raw.decode())
    else:
        session.line(_indented(json.loads(found.raw), "\t"))


def _indented(value: Any, indent: str) -> str:
    return json.dumps(value, indent=indent, ensure_ascii=False)


def _index(target: Reference, manifests: list[LocalManifest]) -> Index:
    """The list that is pushed. Raises: CommandFailed."""
    for one in manifests:
        if one.reference.domain != target.domain:
            raise CommandFailed(
                "failed to assemble ManifestDescriptor: cannot use source images from a different "
                f"registry than the target image: {one.reference.domain} != {target.domain}"
            )
    oci = bool(manifests) and manifests[0].descriptor.media_type == MediaType.OCI_MANIFEST
    return Index.create(
        [one.descriptor for one in manifests], MediaType.OCI_INDEX if oci else MediaType.INDEX
    )


def push(session: Session, options: Options) -> None:
    target = read_reference(options.arguments[0])
    store, registry = _store(session), Registry(session)
    manifests = store.get_list(target)
    if not manifests:
        raise CommandFailed(f"{target} not found")
    for one in manifests:
        platform = one.descriptor.platform
        if platform is None or not platform.os or not platform.architecture:
            raise CommandFailed(
                f"manifest {one.reference} must have an OS and Architecture to be pushed to a registry"
            )
    index = _index(target, manifests)
    for one in manifests:
        if one.reference.path != target.path:
            name = target.name_only().with_digest(one.descriptor.digest)
            source = one.reference.name_only().with_digest(one.descriptor.digest)
            digest = registry.put(name, b"", source)
            session.line(f"Pushed ref {name} with digest: {digest}")
    session.line(str(registry.put(target, index.raw)))
    if options["purge"]:
        store.remove(target)


def remove(session: Session, options: Options) -> int:
    failures = []
    store = _store(session)
    for text in options.arguments:
        try:
            reference = read_reference(text)
            store.get_list(reference)
            store.remove(reference)
        except EstibaError as error:
            failures.append(str(error))
    if failures:
        raise CommandFailed("\n".join(failures))
    return 0
