"""Estiba in a notebook: `%load_ext estiba.notebook`, then `%docker`, `%%docker`, `%why`, `%picture`.

Everything runs in an engine inside the kernel. `client()` gives the Docker SDK for Python on the same
engine. Extra: `notebook`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .session import Session, current

if TYPE_CHECKING:
    from docker import DockerClient

__all__ = ["Session", "client", "current", "load_ipython_extension"]


def load_ipython_extension(shell: Any) -> None:
    """What `%load_ext estiba.notebook` calls."""
    from .magics import EstibaMagics  # noqa: PLC0415  (IPython is there when this is called)

    shell.register_magics(EstibaMagics(shell))


def client() -> DockerClient:
    """A client of the Docker SDK for Python, on the engine of this notebook."""
    from .sdk import connect  # noqa: PLC0415  (the SDK only for those who ask for it)

    return connect(current())
