"""HTTP as values: requests, responses, routes, and the loopback that joins a client and an engine
in one process.

`http.server` and `http.client` (outdoor modules, extra `server`) carry the same values over
sockets with h11.
Entry points: `Request`, `Response`, `Router`, `Transport`, `Loopback`.
"""

from .messages import Request, Response, json_response
from .transport import Answer, Connection, Loopback, Server, Stream, Transport, read_all

__all__ = [
    "Answer",
    "Connection",
    "Loopback",
    "Request",
    "Response",
    "Server",
    "Stream",
    "Transport",
    "json_response",
    "read_all",
]
