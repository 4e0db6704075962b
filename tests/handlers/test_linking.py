"""Addresses on other channels: a code links one, the page unlinks it at once (F7)."""

from datetime import timedelta
from functools import partial

import pytest

from flows.engine.messages import InboundKind, Level, OutboxStatus
from handlers import deliveries, linking
from storage.outbox import Claimed
from storage.uow import UnitOfWork
from tests.handlers.abroad import Abroad, seen

NEW = "tg-new"


def send(abroad: Abroad, text: str, sender: str = NEW) -> str | None:
    """Somebody sends a text on Telegram; the static answer, if there is one."""
    return abroad.receive(abroad.update(sender, text=text))


@pytest.mark.parametrize("form", ["/start {}", "{}", "/start@LotseBot {}", " {} "])
def test_a_code_links_the_address(abroad: Abroad, form: str) -> None:
    """Whoever sends the code of their page is answered there neutrally, and C2 is given with it."""
    assert send(abroad, form.format(abroad.code("p1"))) is None
    (arrived,) = abroad.arrived
    assert (NEW, False, ()) == (arrived.to, arrived.message.ping, arrived.actions)
    assert "verbunden" in arrived.text
    assert ["AddressLinked", "ConsentGiven"] == sorted(event.name for event in abroad.events())
    assert "telegram" == abroad.events("AddressLinked")[0].fields["channel"]
    assert {NEW} == {to for to, _ in seen(abroad.say(NEW, "danke"))}


def test_the_code_may_be_typed_as_it_is_shown(abroad: Abroad) -> None:
    """Small letters and hyphens between the groups do no harm."""
    code = abroad.code("p1")
    shown = "-".join(code[place : place + 4] for place in range(0, 16, 4)).lower()
    assert send(abroad, shown) is None
    assert ["web", "telegram"] == abroad.channels_of("p1")


def test_the_code_is_not_kept(abroad: Abroad) -> None:
    """The page shows nothing of it, and the database holds its hash only."""
    code = abroad.code("p1")
    send(abroad, f"/start {code}")
    send(abroad, f"/start {code}")
    with abroad.store.read() as uow:
        uow.guard.hears(abroad.person("p1").id, abroad.now)
        assert ["", ""] == [entry.text for entry in uow.inbox.history(abroad.person("p1").id)]
    assert not any(code in str(row) for rows in abroad.rows().values() for row in rows)


def test_a_code_works_once(abroad: Abroad) -> None:
    """A second stranger with the same code is a stranger; whoever used it is offered the menu."""
    code = abroad.code("p1")
    send(abroad, code)
    events = abroad.events()
    assert send(abroad, code, "tg-other") is not None
    assert send(abroad, f"/start {code}") is None
    assert "cannot" in abroad.arrived[-1].actions
    assert events == abroad.events()


def test_a_redelivered_code_has_no_second_effect(abroad: Abroad) -> None:
    """The platform delivers the same update three times."""
    update = abroad.update(NEW, text=abroad.code("p1"))
    abroad.receive(update)
    before = abroad.rows()
    for _ in range(2):
        assert abroad.receive(update) is None
    assert before == abroad.rows()


def test_wrong_codes_get_what_every_stranger_gets(abroad: Abroad) -> None:
    """Expired, replaced, guessed, of another channel, sent by a button: the static answer, and not one row more."""
    staff, old = abroad.code("c1", "telegram_staff"), abroad.code("p2")
    abroad.code("p2")
    expired = abroad.code("p1")
    abroad.now += linking.LIFE
    fresh = abroad.code("p3")
    before = abroad.counts()
    guesses = [fresh[:-1] + ("A" if fresh[-1] != "A" else "B"), fresh[:-1], fresh + "A", "A" * 16]
    answers = {send(abroad, text) for text in (staff, old, expired, *guesses, "", "hallo")}
    answers.add(abroad.receive(abroad.update(NEW, InboundKind.TAP, tap=fresh)))
    assert 1 == len(answers)
    assert None not in answers
    assert before == abroad.counts()


def test_guessing_finds_nothing(abroad: Abroad) -> None:
    """Two thousand tries against a code that is open: none links anything."""
    abroad.code("p1")
    for number in range(2000):
        update = abroad.update(NEW, text=f"{number:016d}".translate(str.maketrans("01", "AB")))
        assert not abroad.write(partial(linking.link, inbound=update, now=abroad.now))
    assert ["web"] == abroad.channels_of("p1")


def test_the_code_of_another_person_changes_nothing_for_who_is_linked(abroad: Abroad) -> None:
    """A phone that is linked already belongs to its owner: a code of somebody else does nothing there."""
    send(abroad, abroad.code("p1"))
    foreign = abroad.code("p2")
    send(abroad, f"/start {foreign}")
    assert (["web", "telegram"], ["web"]) == (abroad.channels_of("p1"), abroad.channels_of("p2"))
    assert send(abroad, foreign, "tg-second") is None


def test_a_new_phone_takes_the_place_of_the_old_one(abroad: Abroad) -> None:
    """Linking again ends the old address at once: whoever holds the old phone is a stranger."""
    send(abroad, abroad.code("p1"))
    send(abroad, abroad.code("p1"), "tg-second")
    assert send(abroad, "hallo") is not None
    assert send(abroad, "hallo", "tg-second") is None
    assert ["web", "telegram"] == abroad.channels_of("p1")


def test_disconnecting_ends_everything_at_once(abroad: Abroad) -> None:
    """The address is a stranger's, what waited for it is pinged elsewhere, codes and the consent C2 end."""
    abroad.add("p1", "telegram")
    abroad.add("p1", "sms")
    abroad.to("2026-11-23 21:00")
    abroad.remind("p1")
    abroad.code("p1")
    abroad.unlink("p1")
    assert send(abroad, "hallo", "tg-p1") is not None
    assert {("p1", False), ("sms-p1", True)} == set(seen(abroad.to("2026-11-24 08:00")))
    assert ["AddressUnlinked", "ConsentWithdrawn"] == sorted(
        event.name for event in abroad.events() if event.name != "ConsentGiven"
    )
    abroad.unlink("p1")
    assert 1 == len(abroad.events("AddressUnlinked"))


def test_a_neutral_message_that_waits_comes_home(abroad: Abroad) -> None:
    """What would have been said on Telegram is said on the page when Telegram is gone."""
    abroad.add("p1", "telegram")
    abroad.to("2026-11-23 21:00")
    abroad.remind("p1", level=Level.L2)
    abroad.unlink("p1")
    assert [("p1", False)] == seen(abroad.to("2026-11-24 08:00"))
    abroad.to("2026-11-24 10:00")
    assert ["p1"] == abroad.to_call()


def test_staff_link_without_consent(abroad: Abroad) -> None:
    """A caseworker connects the staff bot: no consent of a participant is involved; events call it telegram."""
    abroad.receive(abroad.update("staff-new", text=abroad.code("c1", "telegram_staff")))
    (event,) = abroad.events()
    assert ("AddressLinked", "telegram") == (event.name, event.fields["channel"])
    assert ["Hinweis"] == [one.text for one in abroad.say("p1", "Ich bin heute krank") if one.to == "staff-new"]


def test_a_participant_cannot_use_the_staff_bot(abroad: Abroad) -> None:
    """A participant's code is for the participants' bot only."""
    assert abroad.receive(abroad.update("staff-new", text=abroad.code("p1"))) is not None
    assert timedelta(minutes=15) == linking.LIFE


@pytest.mark.parametrize("fate", ["pending", "sending", "uncertain"])
def test_what_was_meant_for_a_lost_phone_comes_home(abroad: Abroad, fate: str) -> None:
    """Whether it waits, is just being sent or may have arrived: at once it goes where the person still is."""
    abroad.add("p1", "telegram")
    abroad.to("2026-11-23 21:00")
    abroad.remind("p1", level=Level.L2)
    abroad.now += timedelta(hours=11)
    held = abroad.claim() if fate != "pending" else []
    if fate == "uncertain":
        abroad.write(lambda uow: deliveries.in_doubt(uow, held[0], abroad.now, abroad.now))
    abroad.unlink("p1")
    known = len(abroad.arrived)
    abroad.deliver()
    assert [("p1", False)] == seen(abroad.arrived[known:])
    for claimed in held:
        late = partial(mark_sent, abroad, claimed)
        assert not abroad.write(late)
    abroad.deliver()
    assert [("p1", False)] == seen(abroad.arrived[known:])


def mark_sent(abroad: Abroad, claimed: Claimed, uow: UnitOfWork) -> bool:
    """Whoever was sending it says too late that it went out."""
    return uow.outbox.mark_sent(claimed.message.id, claimed.lease, None, abroad.now)


def test_a_message_in_doubt_at_another_address_stays_where_it_is(abroad: Abroad) -> None:
    """Only what was meant for the lost phone moves."""
    abroad.add("p1", "telegram")
    abroad.add("p2", "telegram")
    abroad.to("2026-11-23 21:00")
    abroad.remind("p2", level=Level.L2)
    abroad.now += timedelta(hours=11)
    (held,) = abroad.claim()
    abroad.write(lambda uow: deliveries.in_doubt(uow, held, abroad.now, abroad.now))
    abroad.unlink("p1")
    with abroad.store.read() as uow:
        assert OutboxStatus.UNCERTAIN is uow.outbox.get(held.message.id).status
