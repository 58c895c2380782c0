"""Estiba: an educational Docker simulator. Start at `estiba.app`."""

__version__ = "0.1.0"


def load_ipython_extension(shell: object) -> None:
    """What `%load_ext estiba` calls in a notebook."""
    from importlib import import_module  # noqa: PLC0415  (this is the ground floor)

    import_module("estiba.notebook").load_ipython_extension(shell)
