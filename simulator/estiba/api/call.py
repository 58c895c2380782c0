"""One call of the API: the request with its path variables, and readers for queries and bodies."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..errors import EstibaError, Failure, InvalidInput
from ..filesystem.content import Content
from ..http import Request, Response
from ..http.router import Route
from ..store import Spool
from ..tasks import Channel, Work
from .shapes import FLAG, TEXT, ListOf, MapOf, Place, Struct, WrongType
from .syntax import SPACE, flaw


def _not_json(word: str) -> Any:
    raise ValueError(word)


FILTERS, OLD_FILTERS = MapOf(MapOf(FLAG)), MapOf(ListOf(TEXT))
DECODER = json.JSONDecoder(parse_constant=_not_json)
"""Python also reads NaN and Infinity, which are no JSON."""

SHORT_LIMIT = 4 << 20
"""How long a body may be that is read whole, as JSON is. Units: bytes."""


@dataclass(frozen=True)
class Call:
    """What a handler gets. `version` is the API version asked for, as numbers: (1, 41)."""

    request: Request
    variables: Mapping[str, str]
    version: tuple[int, ...]

    @cached_property
    def query(self) -> dict[str, list[str]]:
        return self.request.query

    def text(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        values = self.query.get(name)
        return values[0] if values else default

    def texts(self, name: str) -> list[str]:
        return self.query.get(name, [])

    def flag(self, name: str, default: bool = False) -> bool:
        """A query boolean: anything but nothing, 0, no, false, none is true."""
        values = self.query.get(name)
        if values is None:
            return default
        return values[0].strip().lower() not in ("", "0", "no", "false", "none")

    def filters(self) -> dict[str, list[str]]:
        """The `filters` parameter in either of its forms. Raises: InvalidInput."""
        return parse_filters(self.text("filters"))

    def upload(self, spool: Spool) -> Work[Content]:
        """The whole body, wherever the spool puts it."""
        body = self.body_channel()
        while (chunk := (yield from body.read())) is not None:
            spool.write(chunk)
        return spool.content()

    def body(self) -> Work[bytes]:
        """The whole body, for those that are short. Raises: InvalidInput for one that is not."""
        body = self.request.body
        if isinstance(body, bytes):
            return body
        whole = bytearray()
        while (chunk := (yield from body.read())) is not None:
            whole += chunk
            if len(whole) > SHORT_LIMIT:
                raise InvalidInput("http: request body too large")
        return bytes(whole)

    def body_channel(self) -> Channel:
        """The body over time, whatever form it came in."""
        body = self.request.body
        if isinstance(body, Channel):
            return body
        channel = Channel(len(body) + 1)
        channel.put(body)
        channel.close()
        return channel

    def read(self, shape: Struct, wrong: type[EstibaError] = InvalidInput) -> Work[dict[str, Any]]:
        """The JSON body in the form of `shape`. Raises: InvalidInput when its type is not said, and
        `wrong` for whatever is wrong inside."""
        data = yield from self.body()
        return self.decode(data, shape, wrong)

    def decode(
        self, data: bytes, shape: Struct, wrong: type[EstibaError] = InvalidInput
    ) -> dict[str, Any]:
        if not data:
            raise wrong("EOF" if wrong is Failure else "got EOF while reading request body")
        kind = self.request.headers.get("content-type", "")
        if kind.partition(";")[0].strip() != "application/json":
            raise InvalidInput(f"Content-Type specified ({kind}) must be 'application/json'")
        value = _first_value(data.decode(errors="replace"), wrong)
        try:
            return {} if value is None else shape.read(value)
        except WrongType as error:
            raise wrong(str(error)) from None


def _first_value(text: str, wrong: type[EstibaError]) -> Any:
    """The value a text begins with; what follows it nobody reads."""
    try:
        value, _ = DECODER.raw_decode(text.lstrip(SPACE))
    except ValueError as error:
        raise wrong(flaw(text) or str(error)) from None
    except RecursionError:
        raise wrong("exceeded max depth") from None
    return value


Handler = Callable[[Call], "Response | Work[Response]"]
ApiRoute = Route[Handler]


def parse_filters(text: str) -> dict[str, list[str]]:
    """Filters as lists of values by name, from `{"label":{"a":true}}` or `{"label":["a"]}`.

    Raises: Failure. Source: dockerd 20.10, `filters.FromJSON`: the older form is tried second, and
    what is wrong with the newer one is told.
    """
    try:
        given = json.loads(text, parse_constant=_not_json) if text else None
    except (ValueError, RecursionError):
        raise Failure(
            flaw(text).replace("unexpected EOF", "unexpected end of JSON input")
        ) from None
    if given is None:
        return {}
    try:
        found: dict[str, dict[str, bool] | None] = FILTERS.read(given, Place())
    except WrongType as error:
        try:
            return {
                name: list(words or ()) for name, words in OLD_FILTERS.read(given, Place()).items()
            }
        except WrongType:
            raise Failure(str(error)) from None
    return {name: list(values or ()) for name, values in found.items()}
