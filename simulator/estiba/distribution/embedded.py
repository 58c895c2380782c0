"""The embedded hub: 71 repositories of Docker Hub without a network."""

from __future__ import annotations


class EmbeddedHub:
    """Docker Hub from package data, with repositories that users push kept in memory."""
