"""From error kinds to HTTP answers."""

from __future__ import annotations

import json

from .. import errors
from ..distribution import Unreachable
from ..http import Response

STATUS: tuple[tuple[type[errors.EstibaError], int], ...] = (
    (Unreachable, 500),
    (errors.InvalidInput, 400),
    (errors.Unauthorized, 401),
    (errors.Forbidden, 403),
    (errors.NotFound, 404),
    (errors.Conflict, 409),
    (errors.Failure, 500),
    (errors.NotSupported, 501),
    (errors.Unavailable, 503),
)


def status_of(error: errors.EstibaError) -> int:
    """The HTTP status of an error, by its kind."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def error_response(status: int, message: str, *, plain: bool = False) -> Response:
    """An error answer; plain text for clients older than API 1.24."""
    message = message.encode("utf-8", "surrogateescape").decode("utf-8", "replace")  # as Go has it
    if plain:
        headers = {"content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff"}
        return Response(status, headers, f"{message}\n".encode())
    body = json.dumps({"message": message}, ensure_ascii=False, separators=(",", ":")) + "\n"
    return Response(status, {"content-type": "application/json"}, body.encode())
