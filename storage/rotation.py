"""Replaces keys while everything goes on: new versions first, then what the old ones have sealed, in small units.

Whatever cuts it off, what is there opens, and beginning again goes on where it was.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flows.people import PersonId
from storage import resealing
from storage.resealing import Resealed
from storage.store import Store
from storage.uow import UnitOfWork

EVERYBODY: Final = "all"
PEOPLE_AT_ONCE: Final = 50
ROWS_AT_ONCE: Final = 50
ROWS_LOOKED_AT: Final = 500
ROUNDS: Final = 5
"""So often is looked again for what another process has just sealed with the version it knew."""

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """What a rotation did: rows sealed again, and rows that do not open with any key that there is."""

    resealed: int = 0
    unreadable: int = 0


def rotate(store: Store, person: PersonId | None, now: Callable[[], datetime], tell: Tell) -> Rotated:
    """Give one person, or everybody and the system, a new version, and seal with it what is theirs.

    Not on the writer's thread: it waits for its units. An unfinished rotation of the same scope is finished.
    """
    scope = EVERYBODY if person is None else str(person)
    at = now()
    if person is None:
        begun = store.submit(lambda uow: uow.keys.begin(scope, at)).result()
        store.submit(lambda uow: uow.keys.renew_system(begun, at)).result()
        _renew_everybody(store, begun, at)
        store.index_names(tell)
    else:
        store.submit(lambda uow: uow.keys.renew(person, uow.keys.begin(scope, at), at)).result()
    rotated = _reseal(store, person, tell)
    store.submit(lambda uow: uow.keys.finish(scope)).result()
    return rotated


def _renew_everybody(store: Store, begun: int, at: datetime) -> None:
    after: int | None = 0
    while after is not None:
        last = after

        def renew(uow: UnitOfWork, last: int = last) -> int | None:
            return uow.keys.renew_some(begun, at, after=last, limit=PEOPLE_AT_ONCE)

        after = store.submit(renew).result()


def _reseal(store: Store, person: PersonId | None, tell: Tell) -> Rotated:
    resealed, rounds, changed = 0, 0, True
    unreadable = 0
    while changed and rounds < ROUNDS:
        rounds += 1
        found = [_walk(store, table, person, tell) for table in resealing.TABLES]
        changed = any(done for done, _ in found)
        resealed += sum(done for done, _ in found)
        unreadable = sum(bad for _, bad in found)
    return Rotated(resealed=resealed, unreadable=unreadable)


def _walk(store: Store, table: Resealed, person: PersonId | None, tell: Tell) -> tuple[int, int]:
    """All rows of a table once, read beside the writer; only what is behind is given to it."""
    done = unreadable = seen = 0
    after: int | None = 0
    with store.read() as uow:
        whole = uow.rows_sealed(table)
    while after is not None:
        with store.read() as uow:
            page = uow.sealed_rows(table, person, after=after, limit=ROWS_LOOKED_AT)
        for begin in range(0, len(page.behind), ROWS_AT_ONCE):
            ids = page.behind[begin : begin + ROWS_AT_ONCE]
            kept, bad = store.submit(_unit(table, ids)).result()
            done, unreadable = done + kept, unreadable + bad
        seen, after = seen + page.rows, page.last
        tell(table.name, min(seen, whole), max(whole, seen))
    tell(table.name, whole, whole)
    return done, unreadable


def _unit(table: Resealed, ids: list[int]) -> Callable[[UnitOfWork], tuple[int, int]]:
    return lambda uow: uow.reseal(table, ids)


def rewrap(store: Store, master: bytes, tell: Tell) -> None:
    """Wrap every key under this master key. What the one before has wrapped opens until then, and afterwards."""
    store.take_master(master)
    store.submit(lambda uow: uow.rewrap_system()).result()
    with store.read() as uow:
        whole = sum(one.keys for one in uow.keys.counts() if one.kind == "people" and one.newest)
    after: int | None = 0
    done = 0
    while after is not None:
        last = after

        def wrap(uow: UnitOfWork, last: int = last) -> int | None:
            return uow.rewrap(after=last, limit=PEOPLE_AT_ONCE)

        after = store.submit(wrap).result()
        done += PEOPLE_AT_ONCE
        tell("keys", min(done, whole), whole)
