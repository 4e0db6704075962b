"""The access log on both kinds of databases: who has read what, sealed, chained, and never changed."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from flows.rules.access import Operation
from storage.access_log import Access
from storage.access_tables import access_log
from storage.audit_check import Verified, verify
from storage.errors import StorageError
from storage.statements import Statement
from storage.store import Store
from storage.uow import UnitOfWork
from tests.storage.conftest import NOW, World, person


def read(world: World, **more: bool) -> Access:
    """Clara has read what Anna reported."""
    return Access(subject=world.anna.id, reader=world.clara.id, operation=Operation.READ_ALERT, at=NOW, **more)


def add(store: Store, *entries: Access) -> None:
    """Write entries down."""

    def work(uow: UnitOfWork) -> None:
        for entry in entries:
            uow.access_log.add(entry)

    store.submit(work).result()


def test_entries_come_back_newest_first(store: Store, world: World) -> None:
    """Reads and refused attempts, each as it was; a person's own list has the reads."""
    refused = Access(
        subject=world.anna.id, reader=world.bilal.id, operation=Operation.WRITE_TO, at=NOW, refused=True, outside=True
    )
    add(store, read(world), refused)
    with store.read() as uow:
        assert [refused, read(world)] == uow.access_log.of(world.anna.id, 10)
        assert [refused] == uow.access_log.of(world.anna.id, 1)
        assert [read(world)] == uow.access_log.reads_of(world.anna.id, 10)
        assert [] == uow.access_log.of(world.bilal.id, 10)


def test_every_entry_is_a_link_of_the_audit_chain(store: Store, world: World) -> None:
    """What is written down is committed to with the commit it came in."""
    add(store, read(world), replace(read(world), refused=True))
    with store.read() as uow:
        assert Verified(groups=1, entries=2, roots=0) == verify(uow.audit)


def test_one_look_is_one_entry(store: Store, world: World) -> None:
    """What one unit of work shows twice at the same instant is written down once; the next unit is another look."""
    add(store, read(world), read(world))
    add(store, read(world))
    with store.read() as uow:
        assert [read(world)] * 2 == uow.access_log.of(world.anna.id, 10)


@pytest.mark.parametrize(
    "change", [sa.delete(access_log), sa.update(access_log).values(refused=sa.bindparam("refused"))]
)
def test_nobody_changes_or_deletes_an_entry(store: Store, world: World, change: sa.Delete | sa.Update) -> None:
    """The database itself refuses."""
    add(store, read(world))
    statement, params = Statement(change), {"refused": 1} if isinstance(change, sa.Update) else {}
    with pytest.raises(StorageError):
        store.submit(lambda uow: uow.access_log._db.change(statement, **params)).result()
    with store.read() as uow:
        assert [read(world)] == uow.access_log.of(world.anna.id, 10)


def test_people_outside_the_list_are_counted_once_each(store: Store, world: World) -> None:
    """Within a span of time, by reader; the own list is left out."""
    to_bilal = Access(
        subject=world.bilal.id, reader=world.clara.id, operation=Operation.WRITE_TO, at=NOW, refused=True, outside=True
    )
    add(store, read(world), to_bilal, to_bilal)
    with store.read() as uow:
        assert 1 == uow.access_log.outside_since(world.clara.id, NOW - timedelta(days=1))
        assert 0 == uow.access_log.outside_since(world.clara.id, NOW)
        assert 0 == uow.access_log.outside_since(world.anna.id, NOW - timedelta(days=1))


def test_former_caseworkers_and_leavers_are_known(store: Store, world: World) -> None:
    """Who was responsible before is remembered; who has left is away for good and in no list of a role."""
    day = NOW.date()

    def work(uow: UnitOfWork) -> None:
        dora = person(uow, "c2", "Dora Pflaume", world.clara.role)
        uow.people.set_substitute(world.clara.id, dora.id)
        uow.people.assign(world.bilal.id, world.clara.id)
        uow.people.assign(world.bilal.id, dora.id)
        assert uow.people.was_assigned(world.bilal.id, world.clara.id)
        assert not uow.people.was_assigned(world.bilal.id, dora.id)
        assert [] == uow.people.covered_by(dora.id, day)
        assert uow.people.depart(world.clara.id, NOW, day)
        assert not uow.people.depart(world.clara.id, NOW, day)
        assert uow.people.has_left(world.clara.id)
        assert uow.people.is_away(world.clara.id, day + timedelta(days=10_000))
        assert [world.anna.id] == [one.id for one in uow.people.covered_by(dora.id, day)]
        assert [dora.id] == [one.id for one in uow.people.all(world.clara.role)]

    store.submit(work).result()
