"""The kinds of errors raised on purpose.

The *kind* picks the HTTP status and the exit code, in one table per door. The *class* says what
happened and carries the values. The *hint* tells a learner what to try; it never goes over the wire.
Where Docker has a message, `str(error)` is that message, letter by letter.
"""

from typing import ClassVar


class EstibaError(Exception):
    """Base of every error raised on purpose. Caught at a door, never inside."""

    hint: ClassVar[str] = ""


class InvalidInput(EstibaError):
    """What was asked can never work: bad syntax, bad value. HTTP 400."""


class Unauthorized(EstibaError):
    """Who asks is unknown. HTTP 401."""


class Forbidden(EstibaError):
    """Who asks is known and may not. HTTP 403."""


class NotFound(EstibaError):
    """What was named does not exist. HTTP 404."""


class Conflict(EstibaError):
    """The state of things forbids it now. HTTP 409."""


class Failure(EstibaError):
    """It was tried and went wrong. HTTP 500."""


class NotSupported(EstibaError):
    """Known to Docker, not available here. HTTP 501."""


class Unavailable(EstibaError):
    """Something outside did not answer. HTTP 503."""
