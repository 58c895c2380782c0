"""Who asks, from the header `X-Registry-Auth`: JSON in URL-safe base64."""

from __future__ import annotations

import base64
import json
from typing import Any

from ..distribution import Credentials
from ..errors import InvalidInput
from .call import Call


def credentials_of(call: Call) -> Credentials | None:
    """The header's credentials; None without any, or when they cannot be read."""
    text = call.request.headers.get("x-registry-auth", "")
    try:
        padded = text + "=" * (-len(text) % 4)
        return from_json(json.loads(base64.urlsafe_b64decode(padded) or b"{}"))
    except (ValueError, RecursionError):
        return None


def from_json(value: Any) -> Credentials | None:
    """Name and password of a JSON object. A token alone says nothing to the embedded hub."""
    if not isinstance(value, dict) or not value.get("username"):
        return None
    return Credentials(str(value["username"]), str(value.get("password") or ""))


def require_header(call: Call, body: bytes) -> None:
    """A push needs the header, or as in old times a JSON body. Raises: InvalidInput."""
    if "x-registry-auth" in call.request.headers:
        return
    try:
        json.loads(body)
    except (ValueError, RecursionError) as error:
        reason = "EOF" if not body.strip() else str(error)
        raise InvalidInput(f"Bad parameters and missing X-Registry-Auth: {reason}") from None
