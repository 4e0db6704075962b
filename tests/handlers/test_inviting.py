"""What staff do about ways in: invitations and lost phones."""

import re

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
