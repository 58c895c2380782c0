"""`docker events`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..spec.gotime import format_time_fixed
from .client import encode_filters
from .errors import CommandFailed
from .flags import Options
from .model import Shaped
from .observe import timestamp
from .progress import messages
from .session import Session
from .template import TemplateError, compiled

if TYPE_CHECKING:
    from .template.template import Template


def events(session: Session, options: Options) -> None:
    template = _template(options["format"])
    query = {}
    for flag in ("since", "until"):
        if options[flag]:
            try:
                query[flag] = timestamp(session, options[flag])
            except ValueError as error:
                raise CommandFailed(str(error)) from None
    if options["filter"]:
        query["filters"] = encode_filters(options["filter"])
    answer = session.client.ask("GET", "/events", query)
    for event in messages(session, answer.body):
        if template is None:
            session.line(_pretty(event))
            continue
        try:
            session.line(template.render(Shaped("events.Message", event)))
        except TemplateError as error:
            session.line("")
            raise CommandFailed(str(error)) from None


def _template(form: str) -> Template | None:
    """Tried on an empty event, so that a bad one is refused at once. Raises: CommandFailed."""
    if not form:
        return None
    try:
        template = compiled("{{json .}}" if form == "json" else form)
        template.render(Shaped("*events.Message", {}))
    except TemplateError as error:
        raise CommandFailed(f"Error parsing format: {error}", 64) from None
    return template


def _pretty(event: Any) -> str:
    ns = event.get("timeNano") or event.get("time", 0) * 1_000_000_000
    text = f"{format_time_fixed(ns)} " if ns else ""
    actor = event.get("Actor") or {}
    text += f"{event.get('Type', '')} {event.get('Action', '')} {actor.get('ID', '')}"
    attributes = actor.get("Attributes") or {}
    if attributes:
        text += f" ({', '.join(f'{key}={attributes[key]}' for key in sorted(attributes))})"
    return text
