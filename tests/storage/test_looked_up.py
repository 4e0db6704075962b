"""What is asked for many at once is what each would be told, and is not asked again."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from flows.engine.events import Reason
from flows.people import PersonId, Role
from flows.rules.absence import Absence, Proof
from storage.errors import UnknownPerson
from storage.store import Store
from storage.uow import UnitOfWork
from tests.storage.conftest import World, address, person

NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)
TODAY = date(2026, 11, 23)
NOBODY = PersonId(4711)


def test_many_are_locked_in_one_question(store: Store, world: World) -> None:
    """Who exists is locked and known from then on; the others are left out, and so are people named twice."""

    def lock(uow: UnitOfWork) -> tuple[frozenset[PersonId], str]:
        free = uow.people.try_lock_all([world.anna.id, NOBODY, world.bilal.id, world.anna.id])
        return free, uow.people.get(world.bilal.id).name

    assert (frozenset({world.anna.id, world.bilal.id}), world.bilal.name) == store.submit(lock).result()


def test_none_are_locked_when_none_are_named(store: Store) -> None:
    """An empty list is a list."""
    assert frozenset() == store.submit(lambda uow: uow.people.try_lock_all([])).result()


@pytest.mark.server
def test_keys_come_with_those_who_are_looked_up(world: World, other: Store) -> None:
    """In a process that has never met the person the name opens, too."""
    with other.read() as uow:
        uow.people.look_up([world.anna.id, NOBODY])
        assert world.anna == uow.people.get(world.anna.id)
        with pytest.raises(UnknownPerson):
            uow.people.get(NOBODY)


def test_surroundings_of_many_are_those_of_each(store: Store, world: World) -> None:
    """Places, caseworkers and their leave are the same as asked one by one, for those who have none, too."""

    def around(uow: UnitOfWork, *, ahead: bool) -> list[object]:
        if ahead:
            uow.people.look_around([world.anna.id, world.bilal.id], TODAY)
        return [
            (uow.people.places(one.id), uow.people.caseworker_on(one.id, TODAY), uow.people.is_away(one.id, TODAY))
            for one in (world.anna, world.bilal, world.clara)
        ]

    def more(uow: UnitOfWork) -> None:
        address(uow, world.anna, "telegram")
        uow.people.end_address(world.clara_web.id, "gone", NOW)
        uow.people.add_leave(world.clara.id, TODAY, TODAY)
        uow.people.assign(world.anna.id, person(uow, "c2", "Dora Kirsch", Role.CASEWORKER).id)

    for change in (lambda _: None, more):
        store.submit(change).result()
        with store.read() as uow:
            one_by_one = around(uow, ahead=False)
        with store.read() as uow:
            assert one_by_one == around(uow, ahead=True)


def test_consents_of_many_are_those_of_each(store: Store, world: World) -> None:
    """The newest record of each purpose counts, and nobody's is taken for somebody else's."""

    def agree(uow: UnitOfWork) -> None:
        for one, purpose, state in (
            (world.anna, "C1", "effective"),
            (world.bilal, "C1", "effective"),
            (world.anna, "C3", "effective"),
            (world.anna, "C1", "withdrawn"),
        ):
            uow.consents.record(one.id, purpose, state, actor=one.id, now=NOW, evidence={})

    store.submit(agree).result()
    with store.read() as uow:
        uow.consents.look_up([world.anna.id, world.bilal.id, world.clara.id])
        effective = [uow.consents.effective(one.id, NOW) for one in (world.anna, world.bilal, world.clara)]
    assert [{"C3"}, {"C1"}, frozenset()] == effective


def test_what_was_looked_up_is_asked_again_after_a_change(store: Store, world: World) -> None:
    """A consent withdrawn in the same unit of work is withdrawn for it at once."""

    def withdraw(uow: UnitOfWork) -> frozenset[str]:
        uow.consents.record(world.anna.id, "C1", "effective", actor=world.anna.id, now=NOW, evidence={})
        uow.consents.look_up([world.anna.id])
        uow.consents.record(world.anna.id, "C1", "withdrawn", actor=world.anna.id, now=NOW, evidence={})
        return uow.consents.effective(world.anna.id, NOW)

    assert frozenset() == store.submit(withdraw).result()


def test_absences_are_looked_up_as_they_stand(store: Store, world: World) -> None:
    """A change in a later unit shows, however often the report was opened before."""
    told = Absence(id=11, person=world.anna.id, reason=Reason.ILLNESS, first_day=TODAY, proof=Proof.OPEN)
    changed = replace(told, proof=Proof.RECEIVED, revision=told.revision + 1)

    def seen(uow: UnitOfWork) -> Absence:
        uow.absences.look_up([told.id, 4711])
        return uow.absences.get(told.id)

    store.submit(lambda uow: uow.absences.add(told, NOW)).result()
    assert [told, told] == [store.submit(seen).result() for _ in range(2)]
    store.submit(lambda uow: uow.absences.change(changed, NOW)).result()
    assert changed == store.submit(seen).result()
