"""Newcomers on Telegram: neutral questions, then their own page; nothing else before they agree (F2, F12)."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bot.demo import CODES
from flows.engine.messages import Level
from flows.people import Address, PersonId
from handlers import blocking, consent, invitations, inviting, strangers
from handlers.occasion import Occasion
from storage.uow import UnitOfWork
from tests.handlers.abroad import LEVELS, PAGE, Abroad
from tests.handlers.world import MORNING, make_database

CODE = CODES["p0"]
PHONE = "tg-new"


@pytest.fixture
def abroad(tmp_path: Path) -> Iterator[Abroad]:
    """Telegram may carry what has to be organised."""
    make_database(tmp_path / "lotse.db", "web")
    world = Abroad(tmp_path / "lotse.db")
    yield world
    world.close()


def begin(world: Abroad) -> None:
    """Somebody begins on Telegram, and says that it is them."""
    for words in (CODE, "Deutsch", "🌊", "ja"):
        world.say(PHONE, words)


def open_page(world: Abroad) -> None:
    """They open their page with the same code."""

    def enter(uow: UnitOfWork) -> None:
        invitation = invitations.accept_on_page(uow, CODE, "de", world.now)
        assert invitation is not None
        person = invitation.person
        uow.people.add_address(world_address(uow, person))
        invitations.welcome_on_page(uow, invitation, "web", world.now)

    world.write(enter)
    world.deliver()


def world_address(uow: UnitOfWork, person: int) -> Address:
    """Their page."""
    return Address(id=uow.new_id(), person=PersonId(person), channel="web", external="p0")


def test_nothing_above_the_level_and_nobodys_name_is_said(abroad: Abroad) -> None:
    """From the code to the way to the page: L2 at most, initials only, and the last word names the page."""
    begin(abroad)
    for words in ("Hilfe", "Menü", "ruf mich an", "Termine"):
        abroad.say(PHONE, words)
    said = [one for one in abroad.arrived if one.to == PHONE]
    assert said
    assert all(one.message.level <= Level.L2 for one in said)
    assert not any(name in one.text for one in said for name in ("Robin", "Neumann", "Albers"))
    assert PAGE in said[-1].text


def test_it_begins_only_where_the_questions_are_permitted(tmp_path: Path) -> None:
    """Where Telegram is off, or may say less, a good code is answered as a bad one, and nothing is stored."""
    for level in (None, Level.L0, Level.L1):
        path = tmp_path / f"{level}.db"
        make_database(path, "web")
        others = {channel: most for channel, most in LEVELS.items() if channel != "telegram"}
        world = Abroad(path, others if level is None else {**others, "telegram": level})
        before = world.counts()
        assert strangers.answer() == world.receive(world.update(PHONE, text=CODE))
        assert before == world.counts()
        world.close()


def test_wrong_codes_are_answered_alike_and_leave_no_trace(abroad: Abroad) -> None:
    """Wrong, malformed, and one that another phone has begun with."""
    begin(abroad)
    before = abroad.counts()
    for words in ("0" * 11, "7K3M9QXT2P0", CODE, f"/start {CODE}"):
        assert strangers.answer() == abroad.receive(abroad.update("tg-other", text=words))
    assert before == abroad.counts()


def test_the_same_code_opens_the_page_once(abroad: Abroad) -> None:
    """After the yes on Telegram it is good again, for the page alone, and then used up."""
    begin(abroad)
    open_page(abroad)
    assert ["web"] == abroad.channels_of("p0")
    assert abroad.write(lambda uow: invitations.good(uow, CODE, abroad.now)) is None


def test_until_c2_reports_count_and_answers_go_to_the_page(abroad: Abroad) -> None:
    """What they write on Telegram is recorded; there only a ping comes, and the address stays closed."""
    begin(abroad)
    open_page(abroad)
    told = abroad.say(PHONE, "Ich bin heute krank")
    assert 1 == len(abroad.absences("p0"))
    assert {True} == {one.message.ping for one in told if one.to == PHONE}
    assert ["web"] == abroad.channels_of("p0")
    assert not [one for one in abroad.remind("p0") if one.to == PHONE]


def test_with_c2_they_are_reached_there(abroad: Abroad) -> None:
    """The consent on the page links the phone they began with."""
    begin(abroad)
    open_page(abroad)
    person = abroad.person("p0")
    abroad.write(partial(consent.give, person=person, purpose="C2", now=abroad.now))
    assert ["telegram", "web"] == sorted(abroad.channels_of("p0"))
    assert ["web", "telegram"] == [event.fields["channel"] for event in abroad.events("AddressLinked")]


def test_declined_is_said_there_once(abroad: Abroad) -> None:
    """A no to C2 ends the address: one last word, then whoever writes from there is a stranger."""
    begin(abroad)
    open_page(abroad)
    person = abroad.person("p0")
    known = len(abroad.arrived)
    for _ in range(2):
        abroad.write(partial(consent.decline, person=person, purpose="C2", now=abroad.now))
        abroad.deliver()
    assert [f"Ich schreibe dir hier nicht mehr. Du findest alles hier: {PAGE}"] == [
        one.text for one in abroad.arrived[known:] if one.to == PHONE
    ]
    assert strangers.answer() == abroad.receive(abroad.update(PHONE, text="Hallo"))
    assert [] == abroad.events("AddressLinked")[1:]


def test_of_somebody_else_nothing_is_kept(abroad: Abroad) -> None:
    """After "that is not me" the phone's number is in no row, and the next word is a stranger's."""
    for words in (CODE, "Deutsch", "🌊"):
        abroad.say(PHONE, words)
    answer = abroad.receive(abroad.update(PHONE, text="nein"))
    assert answer is not None
    assert answer.startswith("Danke")
    assert strangers.answer() == abroad.receive(abroad.update(PHONE, text="Hallo"))
    with abroad.store.read() as uow:
        (ended,) = uow.people.ended_for(abroad.person("p0").id, "unlinked")
        assert "" == ended.external


def test_a_blocked_chat_that_opens_again_is_no_consent(abroad: Abroad) -> None:
    """Blocking and unblocking the bot links nothing."""
    begin(abroad)
    open_page(abroad)
    abroad.write(partial(blocking.block, channel="telegram", external=PHONE, since=MORNING, now=abroad.now))
    assert not abroad.write(lambda uow: blocking.unblock(uow, "telegram", PHONE))
    assert ["web"] == abroad.channels_of("p0")


def test_a_lost_phone_is_cut_off_while_it_waits(abroad: Abroad) -> None:
    """One line of the caseworker is enough: the phone is a stranger's, and nothing of it is kept."""
    begin(abroad)
    open_page(abroad)
    person = abroad.person("p0")
    abroad.write(lambda uow: inviting.cut_off(Occasion(uow=uow, now=abroad.now, cause="test:lost"), person))
    abroad.write(partial(consent.give, person=person, purpose="C2", now=abroad.now))
    assert strangers.answer() == abroad.receive(abroad.update(PHONE, text="Hallo"))


def test_despair_is_answered_and_reaches_a_person(abroad: Abroad) -> None:
    """Before any page is open there is a number at once, an alert, and the words are to be taken out of the chat."""
    begin(abroad)
    update = abroad.update(PHONE, text="Ich will nicht mehr leben", platform_id="77")
    known = len(abroad.arrived)
    abroad.receive(update)
    assert any("112" in one.text for one in abroad.arrived[known:] if one.to == PHONE)
    assert any(one.to == "c1" for one in abroad.arrived[known:])
    assert ["77"] == [removal.platform_id for removal in abroad.removals()]
