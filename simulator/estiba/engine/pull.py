"""`docker pull`: what a reference leads to in a registry, brought here.

The image is found by its ID first: if that is here, no layer is looked at. Otherwise layers known
by their digest are kept, the others fetched. Names are given last: an error leaves all as it was.
Source: Docker Engine 20.10, distribution, behaviour as recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from ..distribution import Credentials, Denied, HubImage, ManifestUnknown, NameUnknown
from ..distribution.errors import NoMatchingManifest, RegistryError
from ..errors import Forbidden, NotFound
from ..spec import Digest, ImageConfig, InvalidDigest, Platform, Reference, Rule, normalize
from ..store import ImageRecord
from ..tasks import Work
from ..trace.images import ImagePulled, ImageResolved, ImageTagged
from .fetching import Fetching
from .images import NoSuchImage, labels_of
from .progress import Progress

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")


class ReservedName(Forbidden):
    def __init__(self) -> None:
        super().__init__("'scratch' is a reserved name")


class NotInRegistry(NotFound):
    """A registry's refusal in the engine's words. `cause` is what the registry said."""

    hint = "Check the name and the tag; a private repository needs docker login."

    def __init__(self, reference: Reference, cause: RegistryError) -> None:
        if isinstance(cause, Denied):
            head = (
                f"pull access denied for {reference.familiar_name}, repository does not exist or "
                "may require 'docker login'"
            )
        elif isinstance(cause, NameUnknown):
            head = f"repository {reference.familiar_name} not found"
        else:
            head = f"manifest for {reference.familiar} not found"
        super().__init__(f"{head}: {cause}")
        self.reference, self.cause = reference, cause


def pull_reference(name: str, tag: str = "") -> Reference:
    """The reference `fromImage` and `tag` mean together; without a tag it is all of them.

    Raises: InvalidReference.
    """
    reference = normalize(name.removesuffix(":"), Rule.ENGINE)
    if not tag:
        return reference
    try:
        return reference.name_only().with_digest(Digest(tag))
    except InvalidDigest:
        return reference.with_tag(tag)


class Pulling(Generic[M]):
    """Pulls images."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine

    def pull(
        self,
        name: str,
        tag: str,
        progress: Progress,
        *,
        platform: Platform | None = None,
        credentials: Credentials | None = None,
    ) -> Work[None]:
        """`POST /images/create?fromImage=`.

        Raises: InvalidReference, ReservedName, NotInRegistry, Unreachable, TooManyRequests.
        """
        reference = pull_reference(name, tag)
        if reference.familiar_name == "scratch":
            raise ReservedName
        newer = False
        for wanted in self._wanted(reference, credentials):
            try:
                image = self._resolve(wanted, platform, credentials)
            except NoMatchingManifest:
                self._begin(wanted, progress)
                raise
            newer |= yield from self._pull_one(wanted, image, progress)
        status = "Downloaded newer image for" if newer else "Image is up to date for"
        progress.message(f"Status: {status} {reference.familiar}")
        self._tell(reference, newer)
        if platform is not None:
            self._warn(name, platform, progress)

    def _wanted(self, reference: Reference, credentials: Credentials | None) -> list[Reference]:
        if not reference.is_name_only:
            return [reference]
        try:
            tags = self._engine.hub.tags(reference, credentials=credentials)
        except (Denied, NameUnknown) as error:
            raise NotInRegistry(reference, error) from None
        return [reference.with_tag(tag) for tag in tags]

    def _resolve(
        self, reference: Reference, platform: Platform | None, credentials: Credentials | None
    ) -> HubImage:
        config = self._engine.config
        wanted = platform or Platform("linux", config.architecture, config.variant)
        try:
            return self._engine.hub.resolve(reference, wanted, credentials=credentials)
        except (Denied, NameUnknown, ManifestUnknown) as error:
            raise NotInRegistry(reference, error) from None

    def _begin(self, reference: Reference, progress: Progress) -> None:
        progress.message(f"Pulling from {reference.path}", str(reference.digest or reference.tag))

    def _pull_one(self, reference: Reference, image: HubImage, progress: Progress) -> Work[bool]:
        """One tag or digest; True if something new came of it."""
        engine = self._engine
        self._begin(reference, progress)
        engine.emit(
            ImageResolved(
                reference=reference.familiar,
                digest=image.digest,
                image_id=image.image_id,
                layers=len(image.layers),
                stand_in=image.provenance.stand_in,
            )
        )
        fetching = Fetching(engine, reference.name, progress)
        try:
            if image.image_id in engine.stores.images:
                record = engine.stores.images.get(image.image_id)
            else:
                chain = yield from fetching.fetch(image.layers)
                facts = tuple((f.name, f.basis, f.how) for f in image.provenance.facts)
                record = engine.images.add(config_of(image), chain, "pull", facts=facts)
        finally:
            fetching.release()
        progress.message(f"Digest: {image.digest}")
        return self._name(reference, image.digest, record)

    def _name(self, reference: Reference, digest: Digest, record: ImageRecord) -> bool:
        engine = self._engine
        references = engine.stores.references
        before = references.get(reference)
        add_digest(engine, reference, digest, record.id)
        if before == record.id:
            return False
        if reference.digest is None:
            previous = references.add_tag(reference, record.id)
            engine.emit(
                ImageTagged(
                    image_id=record.id,
                    reference=reference.familiar,
                    previous=previous,
                    quiet=True,
                    labels=labels_of(record),
                )
            )
        return True

    def _tell(self, reference: Reference, newer: bool) -> None:
        try:
            labels = labels_of(self._engine.images.get(reference.familiar))
        except NoSuchImage:
            labels = {}
        self._engine.emit(
            ImagePulled(
                reference=reference.familiar,
                repository=reference.familiar_name,
                newer=newer,
                labels=labels,
            )
        )

    def _warn(self, name: str, platform: Platform, progress: Progress) -> None:
        """Docker looks at the name without its tag here, and only then tells of a mismatch."""
        record = self._engine.images.find(name)
        if record is not None and not platform.matches(record.config.platform):
            progress.message(
                f"WARNING: image with reference {name} was found but does not match the "
                f"specified platform: wanted {platform}, actual: {record.config.platform}"
            )


def config_of(image: HubImage) -> ImageConfig:
    """The configuration under the ID the registry has for it."""
    config = ImageConfig.from_json(image.config)
    return config if config.id == image.image_id else config.recorded_as(image.image_id)


def add_digest(engine: Engine[M], reference: Reference, digest: Digest, image_id: Digest) -> None:
    """Remember a manifest's digest in a repository; one that is taken stays as it is."""
    named = reference.name_only().with_digest(digest)
    if engine.stores.references.get(named) is None:
        engine.stores.references.add_digest(named, image_id)
