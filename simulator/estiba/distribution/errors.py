"""What a registry says when it refuses, in the words a Docker engine prints.

`str(error)` is `code: message`, as the engine shows a registry's answer. The engine puts
its own words around it (`pull access denied for x, ...: denied: ...`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ..errors import EstibaError, Failure, Forbidden, InvalidInput, NotFound, Unavailable
from ..errors import Unauthorized as UnauthorizedKind

if TYPE_CHECKING:
    from ..spec import Platform

RATE_LIMIT_MESSAGE = (
    "You have reached your pull rate limit. You may increase the limit by authenticating and "
    "upgrading: https://www.docker.com/increase-rate-limit"
)


class RegistryError(EstibaError):
    """An answer with an error code. Source: OCI distribution-spec, "Error Codes"."""

    code: ClassVar[str] = "unknown"
    default_message: ClassVar[str] = "unknown error"

    def __init__(self, message: str | None = None) -> None:
        self.message = message or self.default_message
        super().__init__(f"{self.code}: {self.message}")


class ManifestUnknown(RegistryError, NotFound):
    """No manifest has that tag or digest."""

    code = "manifest unknown"
    default_message = "manifest unknown"


class NameUnknown(RegistryError, NotFound):
    """The registry has no such repository."""

    code = "name unknown"
    default_message = "repository name not known to registry"


class BlobUnknown(RegistryError, NotFound):
    """The registry has no such blob."""

    code = "blob unknown"
    default_message = "blob unknown to registry"


class Denied(RegistryError, Forbidden):
    """The repository does not exist or is not for this user: the Hub does not tell which."""

    code = "denied"
    default_message = "requested access to the resource is denied"


class AuthenticationRequired(RegistryError, UnauthorizedKind):
    """Nobody is logged in, or the password is wrong."""

    code = "unauthorized"
    default_message = "authentication required"


class TooManyRequests(RegistryError, Failure):
    """The pull limit is used up. The engine answers 500 with the registry's words."""

    code = "toomanyrequests"
    default_message = RATE_LIMIT_MESSAGE
    hint = "Docker Hub counts pulls per address; a class behind one address shares the limit."


class SeveralErrors(RegistryError, Forbidden):
    """More than one error in one answer, printed as a list."""

    def __init__(self, errors: tuple[RegistryError, ...]) -> None:
        EstibaError.__init__(self, "errors:\n" + "".join(f"{error}\n" for error in errors))
        self.errors = errors


class NoMatchingManifest(NotFound):
    """The index has nothing for the platform."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(f"no matching manifest for {platform} in the manifest list entries")
        self.platform = platform


class Unreachable(Unavailable):
    """No answer at all: the name cannot be found or nobody listens there."""

    hint = "Without a network only images that are already here can be used."

    def __init__(self, host: str, reason: str, *, scheme: str = "https", url: str = "") -> None:
        super().__init__(f'Get "{url or f"{scheme}://{host}/v2/"}": {reason}')
        self.host, self.reason = host, reason


class DamagedHub(Failure):
    """The data of the embedded hub are not what they should be."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"embedded hub: {where}: {what}")
        self.where, self.what = where, what


class DigestMismatch(InvalidInput):
    """Bytes that do not hash to the digest they were asked by."""

    def __init__(self, where: str, wanted: object, found: object) -> None:
        super().__init__(f"{where}: digest is {found}, wanted {wanted}")
        self.wanted, self.found = wanted, found
