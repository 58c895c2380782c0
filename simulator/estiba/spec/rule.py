"""Whose rules a text is read by.

Docker is several programs of different ages, and one command can meet more than one: the client
reads a name first, then the engine reads it again. Where their rules differ, functions take a
`Rule`.
"""

from enum import Enum


class Rule(Enum):
    """The program that reads.

    They differ in names (host of upper case, IPv6, what the 255 characters count, message of an
    upper-case name), platforms (an OS version) and malformed sizes and limits.
    """

    CLIENT = "client 28.2"
    ENGINE = "engine 20.10"
    LIBRARY = "newest library"
