"""Where messages go: as far as each channel's level permits, elsewhere a ping, then the next channel, then a call."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

import pytest

from flows.engine.events import Said
from flows.engine.messages import InboundKind, Level, MessageClass, Text
from handlers import consent, deliveries, inbound, timers
from handlers.occasion import Occasion, Sending
from storage.uow import UnitOfWork
from tests.handlers.abroad import PAGE, Abroad, seen
from tests.handlers.world import BERLIN


def test_whoever_has_only_the_page_gets_no_ping(abroad: Abroad) -> None:
    """Everything is said at home, and nothing elsewhere."""
    arrived = abroad.say("p1", "Ich bin heute krank")
    assert {"p1", "c1"} == {one.to for one in arrived}
    assert not any(one.message.ping for one in arrived)


def test_an_answer_above_the_level_goes_home_and_a_ping_where_the_person_wrote(abroad: Abroad) -> None:
    """Illness told on Telegram is recorded; one ping with sign and address says that the answer is on the page."""
    abroad.add("p1", "telegram")
    arrived = abroad.say("tg-p1", "Ich bin heute krank")
    assert 1 == len(abroad.events("AbsenceReported"))
    pings = [one for one in arrived if one.message.ping]
    assert [("tg-p1", f"🧭 Neue Nachricht\n{PAGE}")] == [(one.to, one.text) for one in pings]
    home = [one for one in arrived if one.to == "p1"]
    assert len(home) > 1
    assert any("Gute Besserung" in one.text for one in home)
    assert not any("krank" in one.text.casefold() for one in arrived if one.to == "tg-p1")


def test_neutral_answers_stay_on_the_channel(abroad: Abroad) -> None:
    """The menu comes on Telegram in neutral words, without a button that names illness; at home it has one."""
    abroad.add("p1", "telegram")
    there = abroad.say("tg-p1", "hilfe")
    assert {"tg-p1"} == {one.to for one in there}
    assert "ill" not in there[-1].actions
    assert "Ich kann heute nicht" in [button.label for button in there[-1].buttons]
    assert not any("krank" in one.text for one in there)
    assert "ill" in abroad.say("p1", "hilfe")[-1].actions


def test_a_neutral_button_begins_a_report_and_the_reason_is_asked_at_home(abroad: Abroad) -> None:
    """ "I cannot come today" asks for the reason on the page; it is answered there, and one ping says so."""
    abroad.add("p1", "telegram")
    abroad.say("tg-p1", "hilfe")
    handle = abroad.button("tg-p1", "cannot").handle
    arrived = abroad.press("tg-p1", handle)
    assert [("p1", False), ("tg-p1", True)] == sorted(seen(arrived))
    abroad.tap("p1", "ill")
    assert 1 == len(abroad.events("AbsenceReported"))


def test_lateness_needs_no_page(abroad: Abroad) -> None:
    """Coming later is organisational: the whole dialogue stays on Telegram."""
    abroad.add("p1", "telegram")
    abroad.say("tg-p1", "hilfe")
    arrived = [one for one in abroad.tap("tg-p1", "late") if one.to != "c1"]
    assert {("tg-p1", False)} == set(seen(arrived))
    assert [("tg-p1", False)] == seen([one for one in abroad.tap("tg-p1", "minutes", "30") if one.to != "c1"])


@pytest.mark.parametrize(
    ("levels", "there"),
    [
        ({"telegram": Level.L2}, [False]),
        ({"telegram": Level.L1}, [True]),
        ({"telegram": Level.L0}, [True]),
        ({}, []),
    ],
)
def test_the_profile_decides_what_a_channel_carries(
    new_abroad: Callable[..., Abroad], levels: dict[str, Level], there: list[bool]
) -> None:
    """At L2 a neutral answer is said, below it pinged; a channel that is off gets nothing, the page has it all."""
    abroad = new_abroad(levels)
    abroad.add("p1", "telegram")
    arrived = abroad.say("tg-p1", "danke")
    assert there == sorted({one.message.ping for one in arrived if one.to == "tg-p1"})
    assert (there == [False]) == (not [one for one in arrived if one.to == "p1"])


def test_without_consent_a_reply_is_only_pinged(abroad: Abroad) -> None:
    """Whoever has not agreed to C2 is answered at home; the ping answers the own message and needs no consent."""
    abroad.add("p1", "telegram", agreed=False)
    assert {("p1", False), ("tg-p1", True)} == set(seen(abroad.say("tg-p1", "danke")))


def test_a_caseworker_gets_a_notice_with_seen(abroad: Abroad) -> None:
    """The alert stands on the page; the staff bot says "Hinweis" with one neutral button, which does the same."""
    abroad.add("c1", "telegram_staff")
    arrived = abroad.say("p1", "Ich bin heute krank")
    (ping,) = [one for one in arrived if one.to == "staff-c1"]
    assert ("Hinweis", ("seen",), True) == (ping.text, ping.actions, ping.message.ping)
    abroad.press("staff-c1", ping.buttons[0].handle)
    assert ["c1"] == [abroad.handle(int(str(event.fields["by"]))) for event in abroad.events("AlertAcknowledged")]


def test_one_ping_per_occasion(abroad: Abroad) -> None:
    """An alert with the person's words is two messages at home and one notice elsewhere."""
    abroad.add("c1", "telegram_staff")
    abroad.say("p1", "Ich möchte mit Frau Albers sprechen")
    arrived = abroad.say("p1", "Es geht um den Zahnrad-Kurs")
    assert 1 < len([one for one in arrived if one.to == "c1"])
    assert 1 == len([one for one in arrived if one.to == "staff-c1"])


def test_reminders_ping_the_first_channel_then_the_next_then_somebody_calls(abroad: Abroad) -> None:
    """Nobody fetches the reminder: Telegram, after two hours SMS, after two more the phone list."""
    abroad.add("p1", "telegram")
    abroad.add("p1", "sms")
    abroad.say("p1", "Ich bin heute krank")
    abroad.tap("p1", "today")
    arrived = abroad.to("2026-11-24 10:59")
    assert {("p1", False), ("tg-p1", True)} == {one for one in seen(arrived) if one[0].endswith("p1")}
    assert [("sms-p1", True)] == seen(abroad.to("2026-11-24 12:59"))
    assert [] == abroad.to_call()
    assert [] == seen(abroad.to("2026-11-24 13:00"))
    assert ["p1"] == abroad.to_call()


def test_whoever_has_only_the_page_is_called_when_nothing_is_fetched(abroad: Abroad) -> None:
    """Without other channels the phone list comes next."""
    abroad.say("p1", "Ich bin heute krank")
    abroad.tap("p1", "today")
    abroad.to("2026-11-24 10:59")
    assert [] == abroad.to_call()
    abroad.to("2026-11-24 11:00")
    assert ["p1"] == abroad.to_call()


@pytest.mark.parametrize("how", ["fetches", "writes"])
def test_whoever_looks_or_writes_is_left_alone(abroad: Abroad, how: str) -> None:
    """A device that fetches the message, or anything the person says, ends the search."""
    abroad.add("p1", "telegram")
    abroad.add("p1", "sms")
    abroad.say("p1", "Ich bin heute krank")
    abroad.tap("p1", "today")
    abroad.to("2026-11-24 10:00")
    if how == "fetches":
        abroad.fetch("p1")
    else:
        abroad.say("p1", "danke")
    assert "p1" not in dict(seen(abroad.to("2026-11-24 20:00")))
    assert [] == abroad.to_call()


def test_whoever_writes_is_off_the_phone_list(abroad: Abroad) -> None:
    """A call is not needed any more, and the next silence brings a new entry."""
    abroad.say("p1", "Ich bin heute krank")
    abroad.tap("p1", "today")
    abroad.to("2026-11-24 12:00")
    abroad.say("p1", "danke")
    assert [] == abroad.to_call()
    abroad.to("2026-11-25 12:00")
    assert ["p1"] == abroad.to_call()


def test_pings_are_quiet_at_night(abroad: Abroad) -> None:
    """A later channel whose turn comes at night waits for the morning, and so does a reminder with its ping."""
    for channel in ("telegram", "sms"):
        abroad.add("p1", channel)
    abroad.to("2026-11-23 19:00")
    assert {("p1", False), ("tg-p1", True)} == set(seen(abroad.remind("p1")))
    assert [] == seen(abroad.to("2026-11-24 07:59"))
    assert [("sms-p1", True)] == seen(abroad.to("2026-11-24 08:00"))
    abroad.fetch("p1")
    abroad.to("2026-11-24 21:00")
    assert [] == abroad.remind("p1")
    assert {("p1", False), ("tg-p1", True)} == set(seen(abroad.to("2026-11-25 08:00")))


def test_a_ping_is_not_sent_when_its_message_is_settled(abroad: Abroad) -> None:
    """The sick note comes before the reminder goes out: neither it nor its ping is sent."""
    abroad.add("p1", "telegram")
    abroad.say("p1", "Ich bin heute krank")
    abroad.tap("p1", "today")
    abroad.to("2026-11-24 08:59")
    abroad.now += timedelta(minutes=1)
    with abroad.store.read() as uow:
        due = uow.timers.due(abroad.now, 10)
    for timer in due:
        abroad.write(partial(timers.fire, timer=timer, now=abroad.now))
    arrived = abroad.tap("c1", "proof")
    assert ["Danke"] == [one.text[:5] for one in arrived if one.to == "p1"]
    assert 1 == len([one for one in arrived if one.message.ping])


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (None, "🧭 Neue Nachricht"),
        (datetime(2026, 11, 23, 8, 0, tzinfo=BERLIN), "🧭 Heute 8:00"),
        (datetime(2026, 11, 24, 8, 0, tzinfo=BERLIN), "🧭 Di 24.11., 8:00"),
        (date(2026, 11, 23), "🧭 Heute"),
        (date(2026, 11, 24), "🧭 Di 24.11."),
    ],
)
def test_a_ping_says_when_where_it_may(abroad: Abroad, at: date | datetime | None, said: str) -> None:
    """A message about a time is pinged with it, on its first channel and on the next; SMS name the page as well."""
    abroad.add("p1", "push")
    abroad.add("p1", "sms")
    abroad.to("2026-11-23 10:00")
    assert [said] == [one.text for one in abroad.remind("p1", at) if one.message.ping]
    assert [f"{said}\n{PAGE}"] == [one.text for one in abroad.to("2026-11-23 12:00") if one.message.ping]


def test_a_channel_at_the_lowest_level_says_no_time(new_abroad: Callable[..., Abroad]) -> None:
    """At L0 a ping says that there is something new, nothing else, whatever it is about."""
    abroad = new_abroad({"push": Level.L0})
    abroad.add("p1", "push")
    abroad.to("2026-11-23 10:00")
    arrived = abroad.remind("p1", datetime(2026, 11, 23, 8, 0, tzinfo=BERLIN))
    assert ["🧭 Neue Nachricht"] == [one.text for one in arrived if one.message.ping]


def test_what_is_neutral_goes_where_it_may(abroad: Abroad) -> None:
    """An organisational message goes to Telegram itself; nobody waits for a device to fetch it."""
    abroad.add("p1", "telegram")
    abroad.to("2026-11-23 10:00")
    assert [("tg-p1", False)] == seen(abroad.remind("p1", level=Level.L2))
    assert [] == seen(abroad.to("2026-11-24 10:00"))
    assert [] == abroad.to_call()


def test_a_blocked_bot_ends_the_address_and_the_next_channel_is_tried(abroad: Abroad) -> None:
    """What could not be said on Telegram is pinged by SMS; a later message does not try Telegram again."""
    abroad.add("p1", "telegram")
    abroad.add("p1", "sms")
    abroad.unreachable.add("tg-p1")
    abroad.say("p1", "Ich bin heute krank")
    abroad.tap("p1", "today")
    arrived = abroad.to("2026-11-24 09:30")
    assert {("p1", False), ("sms-p1", True)} == {one for one in seen(arrived) if one[0].endswith("p1")}
    assert ["web", "sms"] == abroad.channels_of("p1")
    assert {"absence"} == {str(event.fields["kind"]) for event in abroad.events("AlertRaised")}


def test_when_nothing_is_left_somebody_is_told_and_calls(abroad: Abroad) -> None:
    """The only channel is dead: the message waits at home, the caseworker gets an alert, the person is to be called."""
    abroad.add("p1", "telegram")
    abroad.unreachable.add("tg-p1")
    abroad.say("p1", "Ich bin heute krank")
    abroad.tap("p1", "today")
    abroad.to("2026-11-24 09:30")
    assert ["absence", "undeliverable"] == sorted({str(event.fields["kind"]) for event in abroad.events("AlertRaised")})
    assert ["p1"] == abroad.to_call()
    assert any("Krankschreibung" in text for text in abroad.texts("p1"))


def test_whoever_writes_from_a_dead_address_is_reached_there_again(abroad: Abroad) -> None:
    """Somebody who unblocked the bot is answered where they wrote."""
    abroad.add("p1", "telegram")
    abroad.unreachable.add("tg-p1")
    abroad.say("tg-p1", "danke")
    assert ["web"] == abroad.channels_of("p1")
    abroad.unreachable.clear()
    assert {("tg-p1", False)} == set(seen(abroad.say("tg-p1", "danke")))
    assert ["web", "telegram"] == abroad.channels_of("p1")


def test_a_page_that_cannot_be_reached_raises_an_alert(abroad: Abroad) -> None:
    """The carrier's own address never ends; somebody has to call."""
    abroad.unreachable.add("p1")
    abroad.say("p1", "danke")
    assert ["undeliverable"] == [str(event.fields["kind"]) for event in abroad.events("AlertRaised")]
    assert (["web"], ["p1"]) == (abroad.channels_of("p1"), abroad.to_call())


def test_consent_withdrawn_takes_messages_home(abroad: Abroad) -> None:
    """What waits for Telegram is looked at once more before it goes: said at home, and pinged elsewhere."""
    abroad.add("p1", "telegram")
    abroad.add("p1", "sms")
    update = abroad.update("tg-p1", text="hilfe")
    abroad.write(partial(inbound.receive, inbound=update, now=abroad.now))
    person = abroad.person("p1")
    abroad.write(lambda uow: consent.withdraw(uow, person, "C2", abroad.now))
    before = len(abroad.arrived)
    abroad.deliver()
    assert {("p1", False), ("sms-p1", True)} == set(seen(abroad.arrived[before:]))


def test_stop_on_telegram_is_confirmed_in_neutral_words(abroad: Abroad) -> None:
    """Withdrawal is confirmed where it was said, without a word of illness, and nothing unasked follows."""
    abroad.add("p1", "telegram")
    abroad.say("p1", "Ich bin heute krank")
    abroad.tap("p1", "today")
    arrived = [one for one in abroad.say("tg-p1", "stop") if one.to != "c1"]
    assert {("tg-p1", False)} == set(seen(arrived))
    assert not any("krank" in one.text for one in arrived)
    assert [] == [one for one in seen(abroad.to("2026-11-26 12:00")) if one[0].endswith("p1")]


@pytest.mark.parametrize("kind", [InboundKind.OTHER, InboundKind.TEXT])
def test_what_cannot_be_read_is_answered_kindly(abroad: Abroad, kind: InboundKind) -> None:
    """Of a voice message nothing is kept but that it came; it is answered like one without words: with the menu."""
    abroad.add("p1", "telegram")
    arrived = abroad.receive(
        abroad.update("tg-p1", kind, text="Transkript geheim" if kind is InboundKind.OTHER else "")
    )
    assert arrived is None
    assert "cannot" in abroad.arrived[-1].actions
    with abroad.store.read() as uow:
        uow.guard.hears(abroad.person("p1").id, abroad.now)
        assert [""] == [entry.text for entry in uow.inbox.history(abroad.person("p1").id)]
    assert ["ConsentGiven"] == [event.name for event in abroad.events()]


def test_a_chat_that_moved_is_followed(abroad: Abroad) -> None:
    """The message goes to the new name of the chat; a name that is somebody else's already ends the address."""
    for who in ("p1", "p2"):
        abroad.add(who, "telegram")
    abroad.now += timedelta(hours=3)
    person = abroad.person("p1")
    text = Said(Text("Thank you. See you later."))

    def say(uow: UnitOfWork) -> None:
        occasion = Occasion(uow=uow, now=abroad.now, cause=f"test:{uow.new_id()}")
        occasion.say(person, text, Sending(message_class=MessageClass.REMINDER, purpose="C1"))

    abroad.write(say)
    (claimed,) = abroad.claim()
    abroad.write(partial(deliveries.move, claimed=claimed, external="tg-moved", now=abroad.now))
    (again,) = abroad.claim()
    assert "tg-moved" == again.external
    abroad.write(partial(deliveries.move, claimed=again, external="tg-p2", now=abroad.now))
    assert ["web"] == abroad.channels_of("p1")


def test_a_message_that_is_still_on_its_way_is_not_called_for(abroad: Abroad) -> None:
    """As long as delivery is down nobody is pinged for what cannot be read yet."""
    abroad.add("p1", "push")
    abroad.add("p1", "sms")
    abroad.to("2026-11-23 10:00")
    person = abroad.person("p1")

    def say(uow: UnitOfWork) -> None:
        occasion = Occasion(uow=uow, now=abroad.now, cause=f"test:{uow.new_id()}")
        occasion.say(
            person, Said(Text("{words}", {"words": "x"})), Sending(message_class=MessageClass.REMINDER, purpose="C1")
        )

    abroad.write(say)
    abroad.now += timedelta(hours=2)
    with abroad.store.read() as uow:
        (timer,) = uow.timers.due(abroad.now, 10)
    abroad.write(partial(timers.fire, timer=timer, now=abroad.now))
    with abroad.store.read() as uow:
        waiting = [len(uow.reaching.pending_at(address.id)) for address in uow.people.addresses(person.id)]
        assert abroad.now + timedelta(hours=2) == uow.timers.next_due()
    assert [1, 1, 0] == waiting
