"""Verifies the audit chain: every group, every entry, every audited row, every signed root."""

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from storage.audit import AUDITED, BEFORE_ANY, BEFORE_FIRST, ENTRY, Audit, Group, Root, digest, hash_of
from storage.driver import Row
from storage.errors import StorageError

PAGE: Final = 500
Progress = Callable[[int], None]


class ChainBroken(StorageError):
    """The audit chain does not hold; the message names its first broken link."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found to be whole."""

    groups: int
    entries: int
    roots: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a chain says about a row."""

    id: int
    kind: int
    digest: bytes
    place: str


def verify(audit: Audit, roots: Sequence[Root] = (), tell: Progress | None = None) -> Verified:
    """Verify everything; `ChainBroken` names the first broken link.

    `roots`: what the ends of the chains must have been (their signatures are checked elsewhere). `tell` is called with
    the number of entries done. All of it has to happen in one transaction that sees one moment.
    """
    try:
        return _Walk(audit, roots, tell or _silent).walk()
    except ChainBroken:
        raise
    except (StorageError, TypeError, ValueError, OverflowError) as error:
        raise ChainBroken(f"the audit data cannot be read: {error}") from None


def _silent(_: int) -> None:
    """Nobody wants to know how far it is."""


class _Walk:
    """One verification: entries of all chains in the order of their rows, beside the rows themselves."""

    def __init__(self, audit: Audit, roots: Sequence[Root], tell: Progress) -> None:
        self._audit = audit
        self._tell = tell
        self._wanted = {(root.chain, root.seq): root for root in roots}
        self._roots = len(self._wanted)
        self._groups = self._entries = 0

    def walk(self) -> Verified:
        """Go through all of it."""
        rows = [self._rows(table) for table in AUDITED]
        for entry in heapq.merge(*(self._chain(chain) for chain in self._audit.chains()), key=_id):
            _compare(entry, next(rows[entry.kind - 1], None))
            self._entries += 1
            if self._entries % PAGE == 0:
                self._tell(self._entries)
        for table, left in zip(AUDITED, rows, strict=True):
            for row in left:
                raise ChainBroken(f"{table} row {row[0]} is not in the chain: it was added past the program")
        for (chain, seq), root in sorted(self._wanted.items()):
            raise ChainBroken(
                f"chain {chain} has no group {seq}, for which a root was signed on {root.at:%Y-%m-%d %H:%M} UTC: "
                "its end was cut off"
            )
        self._tell(self._entries)
        return Verified(self._groups, self._entries, self._roots)

    def _chain(self, chain: int) -> Iterator[_Entry]:
        """The entries of one chain, whose links are checked on the way."""
        seq, previous = 0, BEFORE_FIRST
        while groups := self._audit.groups(chain, seq, PAGE):
            for group in groups:
                seq += 1
                entries = self._check(chain, seq, previous, group)
                previous = group.hash
                yield from entries

    def _check(self, chain: int, seq: int, previous: bytes, group: Group) -> Iterator[_Entry]:
        """The group's entries, if it is where it belongs and what it was."""
        place = f"chain {chain}, group {seq}"
        if group.seq != seq:
            raise ChainBroken(f"{place}: missing, group {group.seq} comes instead")
        if group.previous != previous:
            raise ChainBroken(f"{place}: does not follow the group before")
        if not isinstance(group.entries, bytes) or not group.entries or len(group.entries) % ENTRY.size:
            raise ChainBroken(f"{place}: its entries are no entries")
        if group.hash != hash_of(chain, seq, previous, group.entries):
            raise ChainBroken(f"{place}: its hash is not the hash of its entries")
        root = self._wanted.pop((chain, seq), None)
        if root is not None and root.hash != group.hash:
            raise ChainBroken(f"{place}: not the group for which a root was signed on {root.at:%Y-%m-%d %H:%M} UTC")
        self._groups += 1
        return _unpacked(group.entries, place)

    def _rows(self, table: str) -> Iterator[Row]:
        after = BEFORE_ANY
        while found := self._audit.rows(table, after, PAGE):
            yield from found
            after = found[-1][0]


def _id(entry: _Entry) -> int:
    return entry.id


def _unpacked(entries: bytes, place: str) -> Iterator[_Entry]:
    for kind, id_, committed in ENTRY.iter_unpack(entries):
        if not 1 <= kind <= len(AUDITED):
            raise ChainBroken(f"{place}: commits to a table that is not audited")
        yield _Entry(id_, kind, committed, place)


def _compare(entry: _Entry, row: Row | None) -> None:
    table = AUDITED[entry.kind - 1]
    if row is None or row[0] > entry.id:
        raise ChainBroken(f"{entry.place}: {table} row {entry.id} is missing")
    if row[0] < entry.id:
        raise ChainBroken(f"{table} row {row[0]} is not in the chain: it was added past the program")
    if digest(table, row) != entry.digest:
        raise ChainBroken(f"{entry.place}: {table} row {entry.id} was changed")
