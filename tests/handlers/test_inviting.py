"""What staff do about ways in: invitations and lost phones."""

import re
from dataclasses import replace

import pytest

from handlers import strangers
from tests.handlers.world import World


def code_of(world: World, words: str) -> str:
    """What c1 is told after writing this, with the code in it."""
    world.say("c1", words)
    found = re.search(r"\w{4}-\w{4}-\w{3}", world.texts("c1")[-1])
    assert found is not None
    return found[0]


@pytest.mark.parametrize("words", ["Einladung für Robin", "einladung für  Robin Neumann.", "/invite Robin"])
def test_an_invitation_takes_one_line(world: World, words: str) -> None:
    """The code in the answer works."""
    code = code_of(world, words)
    assert world.receive(world.update("newcomer", text=code)) is None


@pytest.mark.parametrize("words", ["Telefon verloren: Jonas", "Handy gestohlen Jonas Weber", "lost phone: Jonas"])
def test_a_lost_phone_is_cut_off_at_once(world: World, words: str) -> None:
    """Whoever holds it is a stranger; sessions are over; the code in the answer brings the person back."""
    code = code_of(world, words)
    assert strangers.answer() == world.receive(world.update("p1", text="Hallo"))
    assert 1 == len(world.events("AddressUnlinked"))
    world.say("new-phone", code)
    world.say("new-phone", "ja")
    with world.store.read() as uow:
        assert ["new-phone"] == [one.external for one in uow.people.addresses(world.person("p1").id)]


def test_nobody_cuts_off_somebody_they_do_not_look_after(world: World) -> None:
    """A name that is not in one's list is not found."""
    world.say("c2", "Telefon verloren: Jonas")
    assert not world.events("AddressUnlinked")
    assert world.receive(world.update("p1", text="Hallo")) is None


@pytest.mark.parametrize("words", ["JONAS", "jönas wéber", "Herrn Jonas Weber", "Jo\u0301nas"])
def test_a_name_is_found_however_it_is_written(world: World, words: str) -> None:
    """Case, marks and words around it make no difference."""
    world.say("c1", f"Telefon verloren: {words}")
    assert 1 == len(world.events("AddressUnlinked"))


def test_a_name_that_fits_several_is_asked_about_by_buttons(world: World) -> None:
    """A tap says who is meant; nothing happens before, and a tap works for one's own people only."""
    other = other_of_c1(world)
    rename(world, other, "Jonas Anders")
    world.say("c1", "Telefon verloren: Jonas")
    assert not world.events("AddressUnlinked")
    assert ("lost_of", "lost_of") == world.arrived[-1].actions
    world.tap("c1", "lost_of", str(world.person("p1").id))
    (cut,) = world.events("AddressUnlinked")
    assert str(world.person("p1").id) == str(cut.fields["who"])
    world.say("c1", "Einladung für Jonas")
    world.tap("c1", "invite_of", str(world.person(other).id))
    assert "Jonas Anders" in world.texts("c1")[-1]


def test_the_better_name_decides(world: World) -> None:
    """Where one person has all the words and another only some, nobody is asked."""
    rename(world, other_of_c1(world), "Jonas Anders")
    world.say("c1", "Telefon verloren: Jonas Weber")
    (cut,) = world.events("AddressUnlinked")
    assert str(world.person("p1").id) == str(cut.fields["who"])


def test_who_is_not_looked_after_any_more_is_not_cut_off_by_an_old_button(world: World) -> None:
    """The question was asked yesterday, the person has another caseworker today."""
    other = other_of_c1(world)
    rename(world, other, "Jonas Anders")
    world.say("c1", "Telefon verloren: Jonas")
    person, colleague = world.person("p1"), world.person("c2")
    world.write(lambda uow: uow.people.assign(person.id, colleague.id))
    world.tap("c1", "lost_of", str(person.id))
    assert not world.events("AddressUnlinked")


def other_of_c1(world: World) -> str:
    """Another participant of c1's than p1."""
    with world.store.read() as uow:
        ids = uow.people.ids_of(world.person("c1").id)
    return next(handle for one in ids if (handle := world.handle(one)) != "p1")


def rename(world: World, who: str, name: str) -> None:
    """Somebody has another name from now on."""
    person = replace(world.person(who), name=name)
    world.write(lambda uow: uow.people.update(person))
