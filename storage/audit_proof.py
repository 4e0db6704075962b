"""Where in the audit chain a row is committed, whether it is still what was committed, and by which signed root."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from storage.audit import AUDITED, ENTRY, Audit, Group, Root, digest, hash_of

PAGE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One row's place: chain, group, the digest that stands there, the hash of the group.

    `holds`: the row is what was committed, and the group is whole and follows the one before. `root`: the first signed
    end of the chain at or after it; None: nothing is signed since.
    """

    chain: int
    group: int
    digest: str
    hash: str
    holds: bool
    root: Root | None


@dataclass(frozen=True, slots=True)
class Tail:
    """How far a chain goes, and up to where it is signed."""

    chain: int
    groups: int
    signed: int


def places(audit: Audit, table: str, ids: Collection[int]) -> dict[int, Place]:
    """The places of these rows of an audited table; a row that is committed nowhere is missing."""
    wanted, roots = set(ids), audit.roots()
    rows = {id_: next(iter(audit.rows(table, id_ - 1, 1)), None) for id_ in wanted}
    found: dict[int, Place] = {}
    for chain in audit.chains():
        if len(found) == len(wanted):
            break
        before: Group | None = None
        for group in _groups(audit, chain):
            for id_, committed in _entries(group, table, wanted):
                row = rows[id_]
                same = row is not None and row[0] == id_ and digest(table, row) == committed
                found[id_] = Place(
                    chain=chain, group=group.seq, digest=committed.hex(), hash=group.hash.hex(),
                    holds=same and _is_whole(chain, before, group), root=_root(roots, chain, group.seq),
                )  # fmt: skip
            before = group
    return found


def tails(audit: Audit) -> list[Tail]:
    """Every chain: how many groups it has, and up to which one it is signed."""
    signed: dict[int, int] = {}
    for root in audit.roots():
        signed[root.chain] = max(root.seq, signed.get(root.chain, 0))
    heads = ((chain, audit.head(chain)) for chain in audit.chains())
    return [Tail(chain, head[0] if head else 0, signed.get(chain, 0)) for chain, head in heads]


def name_of(key: bytes) -> str:
    """What a public key is called: the first half of its SHA-256, in groups."""
    hashed = hashlib.sha256(key).hexdigest()[:32]
    return " ".join(hashed[start : start + 4] for start in range(0, len(hashed), 4))


def _groups(audit: Audit, chain: int) -> Iterator[Group]:
    after = 0
    while found := audit.groups(chain, after, PAGE):
        yield from found
        after = found[-1].seq


def _entries(group: Group, table: str, wanted: set[int]) -> Iterator[tuple[int, bytes]]:
    """What the group says about the rows that are wanted."""
    entries = group.entries if isinstance(group.entries, bytes) else b""
    for kind, id_, committed in ENTRY.iter_unpack(entries[: len(entries) - len(entries) % ENTRY.size]):
        if id_ in wanted and 1 <= kind <= len(AUDITED) and AUDITED[kind - 1] == table:
            yield id_, committed


def _is_whole(chain: int, before: Group | None, group: Group) -> bool:
    follows = before is None or (before.hash == group.previous and before.seq + 1 == group.seq)
    return (
        follows
        and isinstance(group.entries, bytes)
        and group.hash == hash_of(chain, group.seq, group.previous, group.entries)
    )


def _root(roots: Sequence[Root], chain: int, seq: int) -> Root | None:
    return min((one for one in roots if one.chain == chain and one.seq >= seq), key=lambda one: one.seq, default=None)
