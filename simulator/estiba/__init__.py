"""Estiba: an educational Docker simulator. Start at `estiba.app`."""

__version__ = "0.1.0"
