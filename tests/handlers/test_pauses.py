"""Breaks: nothing automatic is sent, nothing says why, everything of one's own still works (R62)."""

import pytest

from flows.engine.events import Said
from flows.engine.messages import MessageClass, OutboxStatus, Text
from handlers import deliveries
from handlers.occasion import Occasion, Sending
from storage.uow import UnitOfWork
from tests.handlers.world import World

REST = {
    "p1": "2 Wochen Ruhe bitte",
    "p2": "أسبوعين هدوء",
    "p3": "пауза на два тижні",
    "p4": "Bitte 2 Wochen Pause",
    "p5": "pause for two weeks",
}


def paused_until(world: World, who: str) -> str:
    """The day on which the break ends."""
    until = world.person(who).paused_until
    return "" if until is None else until.date().isoformat()


def write(world: World, who: str, message_class: MessageClass) -> None:
    """Something nobody asked for stands in the outbox."""

    def work(uow: UnitOfWork) -> None:
        occasion = Occasion(uow=uow, now=world.now, cause=f"test:{message_class}")
        sending = Sending(message_class=message_class, purpose="C1")
        occasion.say(
            uow.people.get(world.person(who).id), Said(Text("Thank you, your sick note has arrived.")), sending
        )

    world.write(work)


@pytest.mark.parametrize("who", sorted(REST))
def test_a_break_in_plain_words(world: World, who: str) -> None:
    """It lasts as long as was said, is told to the person and neutrally to the caseworker, and is no alert."""
    world.say(who, REST[who])
    assert "2026-12-07" == paused_until(world, who)
    assert ["2026-12-07"] == [event.fields["until"] for event in world.events("PauseBegan")]
    assert [] == world.events("AlertRaised")
    assert world.texts(who)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("Ruhe bis Montag", "2026-11-30"),
        ("Pause bis 12.12.", "2026-12-12"),
        ("keine Nachrichten bis Freitag", "2026-11-27"),
        ("lasst mich 3 Wochen in Ruhe", "2026-12-14"),
        ("einen Monat Pause", "2026-12-23"),
        ("leave me alone until Friday", "2026-11-27"),
        ("استراحة حتى يوم الجمعة", "2026-11-27"),
        ("тиша до п'ятниці", "2026-11-27"),
    ],
)
def test_until_a_day_or_for_a_while(world: World, words: str, day: str) -> None:
    """The break ends on the day that was named; no consent has ended."""
    world.say("p1", words)
    assert day == paused_until(world, "p1")
    assert [] == world.events("ConsentWithdrawn")


@pytest.mark.parametrize(
    "words", ["Der Arzt hat mir 2 Wochen Ruhe verordnet", "Ich bin krank und brauche Ruhe", "warte"]
)
def test_what_is_no_wish_for_a_break(world: World, words: str) -> None:
    """A doctor's advice, an illness, "wait": no break begins."""
    world.say("p1", words)
    assert world.person("p1").paused_since is None


def test_the_bare_word_asks_how_long(world: World) -> None:
    """ "Pause" without an open question asks for the length; one tap sets it."""
    world.say("p1", "Pause")
    world.tap("p1", "pause", "days:7")
    assert "2026-11-30" == paused_until(world, "p1")
    world.tap("p1", "pause", "open")
    assert world.person("p1").paused_since is not None
    assert "" == paused_until(world, "p1")


def test_a_day_that_is_over_is_asked_again(world: World) -> None:
    """A break until a day in the past does not begin."""
    world.say("p1", "Pause bis 1.11.")
    assert world.person("p1").paused_since is None


def test_reminders_of_a_break_are_dropped_and_the_rest_waits(world: World) -> None:
    """A reminder that falls into the break is gone; what is no reminder comes after it."""
    write(world, "p1", MessageClass.REMINDER)
    write(world, "p1", MessageClass.BROADCAST)
    world.say("p1", "Pause bis Freitag")
    assert [] == [one for one in world.to("2026-11-23 12:00") if one.to == "p1"]
    stopped = [row for row in world.rows()["outbox"] if deliveries.PAUSED in row]
    assert 2 == len(stopped)
    assert 1 == sum(row.count(OutboxStatus.SUPPRESSED.value) for row in stopped)
    assert 1 == sum(row.count(OutboxStatus.PENDING.value) for row in stopped)
    assert 2 == len([one for one in world.to("2026-11-27 12:00") if one.to == "p1"])


def test_own_reports_and_crisis_help_work_in_a_break(world: World) -> None:
    """What the person writes is answered, passed on, and does not end the break."""
    world.say("p1", "Pause bis 12.12.")
    world.say("p1", "Ich bin heute krank")
    assert 1 == len(world.events("AbsenceReported"))
    answers = [one.text for one in world.say("p1", "Ich will nicht mehr leben") if one.to == "p1"]
    assert any("112" in text for text in answers)
    assert world.person("p1").paused_since is not None
    assert [] == world.events("ReminderSent")


@pytest.mark.parametrize("words", ["weiter", "Nachrichten wieder", "messages again please"])
def test_messages_again_ends_a_break(world: World, words: str) -> None:
    """ "Go on" or "messages again" ends it at once, and no consent is asked for."""
    world.say("p1", "Pause bis 12.12.")
    world.say("p1", words)
    assert world.person("p1").paused_since is None
    assert 1 == len(world.events("PauseEnded"))
    assert [] == [one for one in world.to("2026-12-13 12:00") if one.to == "p1"]


def test_the_end_is_asked_about_once(world: World) -> None:
    """By itself it ends with one kind question at nine; a longer break is one tap away."""
    world.say("p1", "Pause bis Freitag")
    over = [one for one in world.to("2026-11-27 09:00") if one.to == "p1"]
    assert [("start", "pause")] == [one.actions for one in over]
    world.tap("p1", "pause", "how")
    world.tap("p1", "pause", "days:14")
    assert "2026-12-11" == paused_until(world, "p1")


def test_a_newer_break_replaces_the_older(world: World) -> None:
    """The older one's end passes silently."""
    world.say("p1", "Pause bis Freitag")
    world.say("p1", "Pause bis 12.12.")
    assert [] == [one for one in world.to("2026-12-11 12:00") if one.to == "p1"]


@pytest.mark.parametrize(
    ("line", "day"), [("Pause Jonas bis 12.12.", "2026-12-12"), ("Pause für Jonas Weber 2 Wochen", "2026-12-07")]
)
def test_staff_set_a_break(world: World, line: str, day: str) -> None:
    """One line in the chat; the person is told nothing, staff read until when and never why."""
    told = world.say("c1", line)
    assert day == paused_until(world, "p1")
    assert {"c1"} == {one.to for one in told}
    assert "12" in told[0].text
    world.say("c1", "Pause beenden Jonas")
    assert world.person("p1").paused_since is None


@pytest.mark.parametrize("line", ["Pause Niemand bis 12.12.", "Pause Jonas", "Pause Jonas bis 1.1.2020"])
def test_staff_are_asked_when_a_line_lacks_something(world: World, line: str) -> None:
    """An unknown name, no day, a day that is over: said kindly, and no break begins."""
    assert world.say("c1", line)
    assert [] == world.events("PauseBegan")


def test_what_was_claimed_is_not_sent_after_a_break_began(world: World) -> None:
    """A reminder that was claimed and comes back for another try is dropped."""
    write(world, "p1", MessageClass.REMINDER)
    world.to("2026-11-23 07:50")
    world.now = world.now.replace(hour=8)
    (claimed,) = world.claim()
    world.say("p1", "Pause bis Freitag")
    world.write(lambda uow: uow.outbox.mark_retry(claimed.message.id, claimed.lease, world.now, "interrupted"))
    assert claimed.message.id not in [one.message.id for one in world.claim()]
    assert 1 == sum(row.count(deliveries.PAUSED) for row in world.rows()["outbox"])


def test_a_break_survives_beside_other_changes(world: World) -> None:
    """Another language chosen in a break does not end it."""
    world.say("p1", "Pause bis Freitag")
    world.say("p1", "auf Englisch bitte")
    assert "2026-11-27" == paused_until(world, "p1")
    assert "en" == world.person("p1").language
