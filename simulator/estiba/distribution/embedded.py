"""The embedded hub: Docker Hub without a network.

It answers as the Hub does: what it does not have and what is private look the same to a stranger
(`denied`), an unknown tag is `manifest unknown`, and pushing needs a login and one's own name.
`conditions` makes lessons of what goes wrong: no network, a pull limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from ..errors import InvalidInput
from ..spec import Digest, Index, Platform, Reference
from .data import CATALOGUE
from .errors import (
    AuthenticationRequired,
    Denied,
    ManifestUnknown,
    NoMatchingManifest,
    RegistryError,
    SeveralErrors,
    TooManyRequests,
)
from .hub import Credentials, HubImage, HubLayer, HubManifest, SearchRow
from .pushed import PushedRepository
from .reach import refusal

if TYPE_CHECKING:
    from .records import RecordedRepository

HUB_DOMAINS = ("docker.io", "registry-1.docker.io", "index.docker.io")
HUB_HOST = "registry-1.docker.io"
OFFICIAL = "library/"
ACCOUNTS = {"estudiante": "estiba", "student": "estiba"}
"""Who may log in where nobody says otherwise, and with which password."""


@dataclass(slots=True)
class Conditions:
    """What a lesson may change. `pulls_left`: how many anonymous pulls the limit still lets pass;
    None for no limit. `outside`: is there anything but the hub?
    """

    online: bool = True
    pulls_left: int | None = None
    outside: bool = True


def conditions_of(environment: Mapping[str, str]) -> Conditions:
    """What ESTIBA_HUB (empty: no network; an address: nothing but the hub) and ESTIBA_HUB_LIMIT (pulls
    until the Hub's limit is used up) ask for. Raises: InvalidInput.
    """
    hub = environment.get("ESTIBA_HUB")
    limit = environment.get("ESTIBA_HUB_LIMIT", "")
    if limit and not (limit.isascii() and limit.isdigit()):
        raise InvalidInput(f"ESTIBA_HUB_LIMIT must be a number of pulls, not {limit!r}")
    return Conditions(
        online=hub != "",
        pulls_left=int(limit) if limit else None,
        outside=hub is None,
    )


class Repository(Protocol):
    """What recorded and pushed repositories have in common."""

    @property
    def tags(self) -> tuple[str, ...]: ...
    def digest_of(self, tag: str) -> Digest | None: ...
    def knows(self, digest: Digest) -> bool: ...
    def has_layer(self, digest: Digest) -> bool: ...
    def layer(self, digest: Digest) -> HubLayer: ...
    def image(self, digest: Digest, platform: Platform) -> HubImage | None: ...
    def manifest(self, digest: Digest) -> HubManifest: ...


class EmbeddedHub:
    """Docker Hub from package data; what users push is in memory. `users`: name to password, None
    for `ACCOUNTS`.
    """

    def __init__(
        self,
        users: Mapping[str, str] | None = None,
        *,
        conditions: Conditions | None = None,
        catalogue: str = CATALOGUE,
    ) -> None:
        self.users = dict(ACCOUNTS if users is None else users)
        self.conditions = conditions or Conditions()
        self._catalogue = catalogue
        self._pushed: dict[str, PushedRepository] = {}

    def resolve(
        self,
        reference: Reference,
        platform: Platform | None = None,
        *,
        credentials: Credentials | None = None,
    ) -> HubImage:
        """The image under a tag or digest. Raises: what the port says, and NoMatchingManifest."""
        repository, digest = self._find(reference, credentials)
        self._count_pull(credentials)
        image = repository.image(digest, platform or Platform())
        if image is None:
            raise NoMatchingManifest(platform or Platform())
        return image

    def manifest(
        self, reference: Reference, *, credentials: Credentials | None = None
    ) -> HubManifest:
        repository, digest = self._find(reference, credentials)
        return repository.manifest(digest)

    def tags(
        self, reference: Reference, *, credentials: Credentials | None = None
    ) -> tuple[str, ...]:
        return self._readable(reference, credentials).tags

    def search(self, term: str) -> tuple[SearchRow, ...]:
        """Rows whose name or description has the term: the name itself first, then by stars."""
        self._check_network(HUB_HOST)
        from .records import search_rows  # noqa: PLC0415

        wanted = term.lower().removeprefix(OFFICIAL)
        rows = [
            SearchRow(name, description, stars or 0, official)
            for name, description, stars, official in search_rows(self._catalogue)
            if wanted in name.lower() or wanted in description.lower()
        ]
        rows += [SearchRow(name, "", 0, False) for name in self._pushed if wanted in name]
        return tuple(
            sorted(
                rows, key=lambda row: (row.name != wanted, -row.stars, not row.official, row.name)
            )
        )

    def login(self, credentials: Credentials) -> None:
        """Raises: AuthenticationRequired."""
        self._check_network(HUB_HOST)
        self._user(credentials)

    def has_layer(self, reference: Reference, digest: Digest) -> bool:
        self._check_network(reference.domain)
        repository = self._repository(reference.path)
        return repository is not None and repository.has_layer(digest)

    def mount_layer(
        self,
        reference: Reference,
        digest: Digest,
        source: str,
        *,
        credentials: Credentials | None = None,
    ) -> str | None:
        """Take a blob over from the repository `source`. Raises: Denied, SeveralErrors."""
        target = self._writable(reference, credentials)
        repository = self._repository(source)
        if repository is None or not repository.has_layer(digest):
            return None
        target.layers[digest] = repository.layer(digest)
        return source

    def push_layer(
        self, reference: Reference, layer: HubLayer, *, credentials: Credentials | None = None
    ) -> None:
        self._writable(reference, credentials).layers[layer.descriptor.digest] = layer

    def push_image(
        self, reference: Reference, image: HubImage, *, credentials: Credentials | None = None
    ) -> Digest:
        target = self._writable(reference, credentials)
        layers = tuple(target.layers.get(x.descriptor.digest, x) for x in image.layers)
        digest = target.put(replace(image, layers=layers), reference.tag)
        self._pushed[reference.path] = target
        return digest

    def copy_manifest(
        self, source: Reference, target: Reference, *, credentials: Credentials | None = None
    ) -> Digest:
        repository, digest = self._find(source, credentials)
        image = repository.image(digest, Platform())
        if image is None:
            raise ManifestUnknown
        made = self._writable(target, credentials)
        for layer in image.layers:
            made.layers.setdefault(layer.descriptor.digest, layer)
        self._pushed[target.path] = made
        return made.put(replace(image, digest=image.manifest.digest), target.tag)

    def push_index(
        self, reference: Reference, index: Index, *, credentials: Credentials | None = None
    ) -> Digest:
        target = self._writable(reference, credentials)
        digest = target.put_index(index, reference.tag)
        self._pushed[reference.path] = target
        return digest

    def make_private(self, path: str) -> None:
        """Hide a pushed repository from everybody but its owner."""
        self._pushed.setdefault(path, PushedRepository(path)).private = True

    def _find(
        self, reference: Reference, credentials: Credentials | None
    ) -> tuple[Repository, Digest]:
        repository = self._readable(reference, credentials)
        digest = reference.digest
        if digest is None:
            digest = repository.digest_of(reference.tag or "latest")
        if digest is None or not repository.knows(digest):
            raise ManifestUnknown
        return repository, digest

    def _readable(self, reference: Reference, credentials: Credentials | None) -> Repository:
        """A repository that this user may see. Raises: Denied."""
        self._check_network(reference.domain)
        user = None if credentials is None else self._user(credentials)
        repository = self._repository(reference.path)
        if repository is None or (
            isinstance(repository, PushedRepository)
            and repository.private
            and reference.path.partition("/")[0] != user
        ):
            raise Denied
        return repository

    def _writable(self, reference: Reference, credentials: Credentials | None) -> PushedRepository:
        """The user's own repository, made if it is new. Raises: Denied, SeveralErrors."""
        self._check_network(reference.domain)
        user = None if credentials is None else self._user(credentials)
        if user is None or reference.path.partition("/")[0] != user:
            refused: tuple[RegistryError, ...] = (Denied(), AuthenticationRequired())
            known = self._repository(reference.path) is not None
            raise SeveralErrors(refused) if known else Denied()
        return self._pushed.setdefault(reference.path, PushedRepository(reference.path))

    def _repository(self, path: str) -> Repository | None:
        pushed = self._pushed.get(path)
        if pushed is not None:
            return pushed
        return self._recorded(path)

    def _recorded(self, path: str) -> RecordedRepository | None:
        name = path.removeprefix(OFFICIAL)
        if (path != name) == ("/" in name):
            return None
        from .records import recorded_repository  # noqa: PLC0415 - first pull, not start-up

        return recorded_repository(name, self._catalogue)

    def _user(self, credentials: Credentials) -> str:
        if self.users.get(credentials.username) != credentials.password:
            raise AuthenticationRequired("incorrect username or password")
        return credentials.username

    def _count_pull(self, credentials: Credentials | None) -> None:
        left = self.conditions.pulls_left
        if left is None or credentials is not None:
            return
        if left <= 0:
            raise TooManyRequests
        self.conditions.pulls_left = left - 1

    def _check_network(self, domain: str) -> None:
        host = HUB_HOST if domain in HUB_DOMAINS else domain
        if domain not in HUB_DOMAINS or not self.conditions.online:
            raise refusal(host, online=self.conditions.online and self.conditions.outside)
