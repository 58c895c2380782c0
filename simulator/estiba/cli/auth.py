"""Who we are to registries: the headers that carry credentials."""

from __future__ import annotations

import base64
import json
from typing import Any

from ..spec.reference import Reference
from .session import Session

HUB = "https://index.docker.io/v1/"


def encode(value: Any) -> str:
    text = json.dumps(value, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def config_key(domain: str) -> str:
    """Under what name a registry's credentials are kept."""
    return HUB if domain in ("docker.io", "index.docker.io") else domain


def registry_auth(session: Session, reference: Reference) -> dict[str, str]:
    """The header for pull and push."""
    return {"x-registry-auth": encode(session.config.credentials(config_key(reference.domain)))}


def all_auths(session: Session) -> dict[str, str]:
    """The header for a build, which may need any registry."""
    known = session.config.entries.get("auths")
    auths = (
        {key: session.config.credentials(key) for key in known} if isinstance(known, dict) else {}
    )
    return {"x-registry-config": encode(auths)}
