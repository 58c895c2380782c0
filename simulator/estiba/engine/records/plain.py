"""Values as JSON objects: the fields that differ from their defaults, by name.

Tuples travel as lists and come back as tuples; dictionaries keep the order of their keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

V = TypeVar("V", bound="DataclassInstance")


def plain(value: DataclassInstance) -> dict[str, Any]:
    """The object of a dataclass."""
    found = {field.name: getattr(value, field.name) for field in fields(value)}
    return {
        field.name: dict(found[field.name])
        if isinstance(found[field.name], Mapping)
        else found[field.name]
        for field in fields(value)
        if found[field.name] != _default(field)
    }


def made(kind: type[V], given: Mapping[str, Any]) -> V:
    """The value of such an object; names it does not have are left out."""
    known = {field.name for field in fields(kind)}
    return kind(**{name: _tuples(value) for name, value in given.items() if name in known})


def _default(field: Field[Any]) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


def _tuples(value: Any) -> Any:
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value
