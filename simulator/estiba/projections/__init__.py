"""Projections of the trace: one stream of facts, seen in several ways.

Entry points: `Ledger` (what is there), `why` and `tell` (why a number is what it is).
"""

from .ledger import Ledger
from .why import Derivation, tell, why

__all__ = ["Derivation", "Ledger", "tell", "why"]
