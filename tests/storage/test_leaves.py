"""Leave comes back as it was kept, on both databases, sealed, and no deed of it can be changed."""

from datetime import UTC, date, datetime
from functools import partial

import pytest

from flows.rules.leave import Deed, Leave, LeaveState, LeaveStep
from storage.errors import StorageError
from storage.store import Store
from storage.uow import UnitOfWork
from tests.storage.conftest import NOW, World

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def test_a_request_comes_back_with_every_deed(store: Store, world: World) -> None:
    """Asked for, asked about, granted: all of it, by whom and when, and whose it is without opening it."""

    def work(uow: UnitOfWork) -> Leave:
        step = LeaveStep(deed=Deed.REQUESTED, by=world.anna.id, at=AT)
        leave = Leave(
            id=uow.new_id(), person=world.anna.id, first=date(2026, 12, 7), last=date(2026, 12, 11), steps=(step,)
        )
        uow.leaves.add(leave)
        for deed, words in ((Deed.ASKED, "Warum?"), (Deed.GRANTED, "")):
            leave = leave.done(LeaveStep(deed=deed, by=world.anna.id, at=AT, words=words))
            uow.leaves.step(leave)
        return leave

    kept = store.submit(work).result()
    with store.read() as uow:
        assert [kept] == uow.leaves.of(world.anna.id)
        assert kept == uow.leaves.get(kept.id)
        assert world.anna.id == uow.leaves.owner(kept.id)
        assert (None, None) == (uow.leaves.get(1), uow.leaves.owner(1))
    assert LeaveState.GRANTED is kept.state


def _step(leave: Leave, uow: UnitOfWork) -> None:
    uow.leaves.step(leave)


def _set(world: World, since: date | None, uow: UnitOfWork) -> None:
    uow.leaves.set_extra(world.anna.id, since, world.anna.id, NOW)


def test_two_deeds_in_one_place_are_refused(store: Store, world: World) -> None:
    """Whoever decides second, without having seen the first decision, decides nothing."""

    def ask(uow: UnitOfWork) -> Leave:
        step = LeaveStep(deed=Deed.REQUESTED, by=world.anna.id, at=AT)
        leave = Leave(
            id=uow.new_id(), person=world.anna.id, first=date(2026, 12, 7), last=date(2026, 12, 7), steps=(step,)
        )
        uow.leaves.add(leave)
        return leave

    leave = store.submit(ask).result()
    for deed, passes in ((Deed.GRANTED, True), (Deed.DECLINED, False)):
        decided = leave.done(LeaveStep(deed=deed, by=world.anna.id, at=AT))
        if passes:
            store.submit(partial(_step, decided)).result()
        else:
            with pytest.raises(StorageError):
                store.submit(partial(_step, decided)).result()
    with store.read() as uow:
        assert [LeaveState.GRANTED] == [one.state for one in uow.leaves.of(world.anna.id)]


def test_of_extra_leave_only_the_newest_day_counts(store: Store, world: World) -> None:
    """From when, corrected, taken away."""
    anna = world.anna.id
    for since in (date(2027, 1, 1), date(2027, 2, 1), None):
        store.submit(partial(_set, world, since)).result()
        with store.read() as uow:
            assert since == uow.leaves.extra_from(anna)
