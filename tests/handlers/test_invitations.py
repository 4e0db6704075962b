"""Invitations through the door of the handlers: alike when they are no good, silent about the person until a yes."""

from datetime import timedelta
from functools import partial

import pytest

from bot.demo import CODES
from flows.rules.invitations import LENGTH, LIFE, is_code
from handlers import blocking, invitations, strangers
from handlers.invitations import NotAssigned
from storage.uow import UnitOfWork
from tests.handlers.world import World

CODE = CODES["p0"]


def invite(world: World, handle: str) -> str:
    """A new code for somebody."""
    return world.write(lambda uow: invitations.invite(uow, world.person(handle), None, world.now))


def answer(world: World, text: str) -> str | None:
    """What a stranger is answered."""
    return world.receive(world.update("stranger", text=text))


def test_wrong_used_expired_replaced_and_other_words_are_answered_alike(world: World) -> None:
    """Nobody learns from the answer whether there is such a code."""
    replaced = invite(world, "p0")
    used = invite(world, "p0")
    world.say("newcomer", used)
    expired = invite(world, "p1")
    world.now += LIFE
    for text in (CODE, replaced, used, expired, "0" * LENGTH, "Hallo", "/start", f"/start {used}"):
        assert strangers.answer() == answer(world, text)


def test_a_code_that_is_no_good_asks_the_database_the_same(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong, used and expired codes make the same statements run: the time tells nothing."""
    used = invite(world, "p0")
    world.say("newcomer", used)
    expired = invite(world, "p1")
    world.now += LIFE
    asked: list[list[str]] = []

    def tries(uow: UnitOfWork, text: str) -> None:
        seen: list[str] = []
        row = type(uow.invitations._db).row

        def note(self: object, statement: object, **params: object) -> object:
            seen.append(str(getattr(statement, "sqlite", statement)))
            return row(self, statement, **params)  # type: ignore[arg-type]  # handed on as it came

        with monkeypatch.context() as patch:
            patch.setattr(type(uow.invitations._db), "row", note)
            assert not invitations.arrive(uow, world.update("stranger", text=text), world.now)
        asked.append(seen)

    for text in ("0" * LENGTH, used, expired, "7K3M9QXT2P0"):
        world.write(partial(tries, text=text))
    assert asked[0]
    assert asked[1:] == asked[:1] * 3


def test_a_stranger_leaves_no_trace(world: World) -> None:
    """Before a good code nothing is written at all."""
    before = world.database.read_bytes()
    for text in ("0" * LENGTH, "Ich heiße Kanarienvogel", "7K3M9QXT2P0"):
        answer(world, text)
    assert before == world.database.read_bytes()


def test_codes_are_random_and_well_formed(world: World) -> None:
    """Every invitation has a code of its own with a right check character."""
    codes = {invite(world, "p0") for _ in range(50)}
    assert 50 == len(codes)
    assert all(is_code(code) for code in codes)


def test_no_code_is_in_the_database(world: World) -> None:
    """A code cannot be read out of a copy of the database."""
    code = invite(world, "p0")
    world.say("newcomer", code)
    files = [world.database, *world.database.parent.glob(f"{world.database.name}-*")]
    assert not any(code.encode() in file.read_bytes() for file in files)


def test_nothing_reaches_an_address_before_the_yes(world: World) -> None:
    """Whoever has only used the code is no address of the person: messages go where they went before."""
    world.say("newcomer", invite(world, "p1"))
    person = world.person("p1")
    with world.store.read() as uow:
        assert ["p1"] == [address.external for address in uow.people.addresses(person.id)]
    world.say("newcomer", "ja")
    with world.store.read() as uow:
        assert ["p1", "newcomer"] == [address.external for address in uow.people.addresses(person.id)]


def test_somebody_known_is_only_asked_whether_it_is_them(world: World) -> None:
    """With language and sign chosen before, a second phone asks one question, and neither name nor sign is in it."""
    (asked,) = world.say("newcomer", invite(world, "p1"))
    assert "Bist du J. W.?" == asked.text
    assert {"yes", "no"} == set(asked.actions)


def test_a_blocked_and_opened_chat_is_no_yes(world: World) -> None:
    """An address that waits for its answer cannot be opened by the channel."""
    world.say("newcomer", invite(world, "p1"))
    assert not world.write(lambda uow: blocking.unblock(uow, "memory", "newcomer"))
    with world.store.read() as uow:
        assert 1 == len(uow.people.addresses(world.person("p1").id))


def test_a_new_invitation_ends_the_questions_of_an_older_one(world: World) -> None:
    """Who had the older code is a stranger again."""
    world.say("newcomer", invite(world, "p0"))
    invite(world, "p0")
    assert strangers.answer() == world.receive(world.update("newcomer", text="Deutsch"))


def test_the_same_update_twice_asks_once(world: World) -> None:
    """A redelivered code begins nothing a second time."""
    update = world.update("newcomer", text=CODE)
    world.receive(update)
    arrived = len(world.arrived)
    assert world.receive(update) is None
    assert arrived == len(world.arrived)


def test_nobody_is_invited_before_somebody_looks_after_them(world: World) -> None:
    """Where the profile wants an assignment, an invitation without one is refused (R39)."""
    with pytest.raises(NotAssigned):
        invite(world, "g1")


def test_whoever_does_not_get_further_is_helped_once(world: World) -> None:
    """After three misses the caseworker hears of it, once, and the question stays open."""
    world.say("newcomer", invite(world, "p1"))
    for _ in range(7):
        world.say("newcomer", "blauer Himmel")
    told = [one for one in world.arrived if one.to == "c1" and "kommt jemand nicht weiter" in one.text]
    assert 1 == len(told)
    world.say("newcomer", "ja")
    with world.store.read() as uow:
        assert 2 == len(uow.people.addresses(world.person("p1").id))


def test_a_refused_invitation_can_be_made_anew(world: World) -> None:
    """After "that is not me" a new code works, even from the same phone."""
    world.say("newcomer", CODE)
    world.say("newcomer", "Deutsch")
    world.say("newcomer", "🌊")
    world.say("newcomer", "nein")
    assert not world.person("p0").language
    world.say("newcomer", invite(world, "p0"))
    world.say("newcomer", "English")
    world.say("newcomer", "🌊")
    world.say("newcomer", "yes")
    assert ("en", "🌊") == (world.person("p0").language, world.person("p0").sign)


def test_an_invitation_lasts_two_weeks(world: World) -> None:
    """Just before its end the code still works."""
    code = invite(world, "p0")
    world.now += LIFE - timedelta(seconds=1)
    assert world.receive(world.update("newcomer", text=code)) is None
