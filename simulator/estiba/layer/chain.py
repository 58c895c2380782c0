"""Names of stacks of layers."""

from __future__ import annotations

from collections.abc import Sequence

from ..spec import Digest


def chain_ids(diff_ids: Sequence[Digest]) -> tuple[Digest, ...]:
    """The name of each stack, from the base alone to the whole.

    Source: OCI image-spec, config.md, "Layer ChainID".
    """
    chain: list[Digest] = []
    for diff_id in diff_ids:
        chain.append(Digest.of(f"{chain[-1]} {diff_id}".encode()) if chain else diff_id)
    return tuple(chain)


def chain_id(diff_ids: Sequence[Digest]) -> Digest:
    """The name of a stack of one or more layers, base first.

    >>> a, b = Digest.of(b"a"), Digest.of(b"b")
    >>> chain_id([a]) == a
    True
    >>> chain_id([a, b]) == Digest.of(f"{a} {b}".encode())
    True
    """
    return chain_ids(diff_ids)[-1]
