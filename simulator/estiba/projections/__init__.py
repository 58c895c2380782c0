"""Projections of the trace: one stream of facts, seen in several ways.

Entry points: `Ledger` (what is there), `why` and `tell` (why a number is what it is),
`name_parts` and `tell_name` (what a name means).
"""

from .ledger import Ledger
from .names import NamePart, name_parts, tell_name
from .why import Derivation, tell, why

__all__ = ["Derivation", "Ledger", "NamePart", "name_parts", "tell", "tell_name", "why"]
