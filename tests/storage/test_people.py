"""People, how they are reached, and who belongs to whom."""

from dataclasses import replace
from datetime import date
from unittest.mock import patch

import pytest

from flows.people import Address, Person, PersonId, Role
from storage.errors import Conflict, UnknownPerson, UnknownRow
from storage.store import Store
from storage.uow import UnitOfWork
from tests.storage.conftest import NOW, World, address, person

MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)


def test_everything_about_a_person_comes_back(store: Store, world: World) -> None:
    """What was changed about a person is read as it was written."""
    changed = replace(
        world.anna,
        language="ar",
        formal=True,
        zone="Europe/Kyiv",
        sign="Kranich",
        phone="+49 151 0000000",
        born=date(2008, 2, 29),
        group="A",
        phase="3",
        held_since=NOW,
    )
    store.submit(lambda uow: uow.people.update(changed)).result()
    with store.read() as uow:
        assert changed == uow.people.get(world.anna.id)
        assert changed == uow.people.by_handle("p1")


def test_somebody_unknown_is_named_unknown(store: Store, world: World) -> None:
    """Reading or changing a person that does not exist is an error, not a silence."""
    nobody = replace(world.anna, id=PersonId(1))
    with pytest.raises(UnknownPerson):
        store.submit(lambda uow: uow.people.update(nobody)).result()
    with store.read() as uow:
        assert uow.people.by_handle("nobody") is None
        with pytest.raises(UnknownPerson):
            uow.people.get(PersonId(1))
        with pytest.raises(UnknownRow):
            uow.people.address(1)


def test_people_are_listed_by_role(store: Store, world: World) -> None:
    """Everybody in the order they came, or those in one role."""
    with store.read() as uow:
        assert [world.anna, world.bilal, world.clara] == uow.people.all()
        assert [world.clara] == uow.people.all(Role.CASEWORKER)


def test_a_handle_belongs_to_one_person(store: Store, world: World) -> None:
    """A second person with the same handle is refused, and leaves no trace."""
    with pytest.raises(Conflict):
        store.submit(lambda uow: person(uow, "p1", "Doppelt")).result()
    with store.read() as uow:
        assert 3 == len(uow.people.all())


def test_a_person_is_found_by_address(store: Store, world: World) -> None:
    """Who writes from a known address is known; another channel's same name is a stranger."""
    with store.read() as uow:
        assert (world.anna, world.anna_web) == uow.people.find("web", "p1")
        assert uow.people.find("memory", "p1") is None
        assert world.anna_web == uow.people.address(world.anna_web.id)


def test_a_person_has_several_addresses(store: Store, world: World) -> None:
    """Addresses are listed in the order they were added."""
    second = store.submit(lambda uow: address(uow, world.anna, "memory")).result()
    with store.read() as uow:
        assert [world.anna_web, second] == uow.people.addresses(world.anna.id)


def test_an_address_belongs_to_one_person(store: Store, world: World) -> None:
    """Nobody can take over an address that is linked."""

    def steal(uow: UnitOfWork) -> None:
        uow.people.add_address(Address(id=uow.new_id(), person=world.bilal.id, channel="web", external="p1"))

    with pytest.raises(Conflict):
        store.submit(steal).result()


def test_a_participant_has_one_caseworker(store: Store, world: World) -> None:
    """A new assignment replaces the one before."""

    def reassign(uow: UnitOfWork) -> Person:
        other = person(uow, "c2", "Doris Reineclaude", Role.CASEWORKER)
        uow.people.assign(world.anna.id, other.id)
        uow.people.assign(world.bilal.id, other.id)
        return other

    other = store.submit(reassign).result()
    with store.read() as uow:
        assert other == uow.people.caseworker_of(world.anna.id)
        assert [world.anna, world.bilal] == uow.people.participants_of(other.id)
        assert [] == uow.people.participants_of(world.clara.id)
        assert uow.people.caseworker_of(world.clara.id) is None


def test_a_caseworker_has_one_substitute(store: Store, world: World) -> None:
    """Naming another substitute replaces the first."""

    def name(uow: UnitOfWork) -> Person:
        uow.people.set_substitute(world.clara.id, world.anna.id)
        uow.people.set_substitute(world.clara.id, world.bilal.id)
        return world.bilal

    substitute = store.submit(name).result()
    with store.read() as uow:
        assert substitute == uow.people.substitute_of(world.clara.id)
        assert uow.people.substitute_of(world.anna.id) is None


def test_leave_includes_its_first_and_last_day(store: Store, world: World) -> None:
    """Away from Monday to Friday means Monday and Friday too, and nobody else."""
    store.submit(lambda uow: uow.people.add_leave(world.clara.id, MONDAY, FRIDAY)).result()
    days = [date(2026, 11, day) for day in (22, 23, 27, 28)]
    with store.read() as uow:
        assert [False, True, True, False] == [uow.people.is_away(world.clara.id, day) for day in days]
        assert not uow.people.is_away(world.anna.id, MONDAY)


def test_one_question_tells_who_is_responsible_today(store: Store, world: World) -> None:
    """Caseworker, leave and places are known together, and are what they are when asked one by one."""
    with store.read() as uow:
        assert uow.people.caseworker_on(world.clara.id, MONDAY) is None

    def change(uow: UnitOfWork) -> None:
        uow.people.add_leave(world.clara.id, MONDAY, FRIDAY)
        uow.people.end_address(address(uow, world.clara, "telegram").id, "blocked", NOW)
        address(uow, world.clara, "mail")

    store.submit(change).result()
    for day, away in ((MONDAY, True), (date(2026, 11, 30), False)):
        with store.read() as together, store.read() as apart:
            assert world.clara == together.people.caseworker_on(world.anna.id, day)
            with patch.object(together.people._db, "_db"):
                assert away == together.people.is_away(world.clara.id, day)
                places = together.people.places(world.clara.id)
            assert away == apart.people.is_away(world.clara.id, day)
            assert places == apart.people.places(world.clara.id)
            assert ["web", "mail"] == [place.channel for place in places]


def test_who_has_no_address_is_responsible_all_the_same(store: Store, world: World) -> None:
    """A caseworker whom nothing reaches is found, with no places."""
    store.submit(lambda uow: uow.people.assign(world.bilal.id, world.anna.id)).result()
    store.submit(lambda uow: uow.people.end_address(world.anna_web.id, "blocked", NOW)).result()
    with store.read() as uow:
        assert world.anna == uow.people.caseworker_on(world.bilal.id, MONDAY)
        assert [] == uow.people.places(world.anna.id)


def test_guardians_are_named_once(store: Store, world: World) -> None:
    """Naming the same guardian again changes nothing."""

    def name(uow: UnitOfWork) -> Person:
        guardian = person(uow, "g1", "Gerda Schlehe", Role.GUARDIAN)
        uow.people.set_guardian(world.anna.id, guardian.id)
        uow.people.set_guardian(world.anna.id, guardian.id)
        return guardian

    guardian = store.submit(name).result()
    with store.read() as uow:
        assert [guardian] == uow.people.guardians_of(world.anna.id)
        assert [world.anna] == uow.people.wards_of(guardian.id)
