"""Reminders that people set for themselves: on time, in every state, and read by nobody else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flows.rules.own_reminders import MOST
from handlers import consent
from tests.handlers.abroad import PAGE, Abroad
from tests.handlers.world import BERLIN, World

WORDS = "den Zahnarzt"


def set_one(world: World, text: str = "Erinnere mich morgen um 8 an den Zahnarzt") -> None:
    """p1 sets a reminder and says yes."""
    world.say("p1", text)
    world.tap("p1", "confirm")


def waiting(world: World) -> int:
    """How many wait for p1."""
    with world.store.read() as uow:
        person = uow.people.by_handle("p1")
        assert person is not None
        return len(uow.own_reminders.ids(person.id))


def said(world: World) -> list[str]:
    """What p1 was reminded of."""
    return [text for text in world.texts("p1") if text.startswith(("Deine Erinnerung:", "Deine Erinnerung für"))]


def test_it_comes_at_its_time_and_is_gone(world: World) -> None:
    """At eight, and nothing of it is left to be listed."""
    set_one(world)
    world.to("2026-11-24T07:59")
    assert [] == said(world)
    world.to("2026-11-24T08:00")
    assert [f"Deine Erinnerung: „{WORDS}“"] == said(world)
    assert 0 == waiting(world)


def test_nobody_of_the_staff_reads_a_word(world: World) -> None:
    """Neither words nor that there is one: no message, no event with it."""
    set_one(world)
    world.to("2026-11-25T12:00")
    for who in ("c1", "c2", "k1", "d1", "v1"):
        assert [] == world.texts(who)
    assert all(WORDS not in str(value) for event in world.events() for value in event.fields.values())


def test_at_night_it_comes_when_it_was_asked_for(world: World) -> None:
    """Whoever asks for six in the morning wants it then: it is an answer, not something unasked."""
    set_one(world, "Erinnere mich morgen um 6 Uhr an den Zahnarzt")
    world.to("2026-11-24T06:00")
    assert 1 == len(said(world))


def test_in_a_break_nothing_comes_and_it_is_said_afterwards(world: World) -> None:
    """R62: with the time it was meant for; the person knows that before."""
    world.say("p1", "Pause bis 30.11.")
    set_one(world)
    assert any("schicke ich nichts" in text for text in world.texts("p1"))
    world.to("2026-11-29T20:00")
    assert [] == said(world)
    world.to("2026-12-01T12:00")
    assert [f"Deine Erinnerung für Di 24.11., 8:00: „{WORDS}“"] == said(world)


def test_after_crisis_words_it_is_held_until_somebody_lets_it_go(world: World) -> None:
    """Nothing automatic comes meanwhile."""
    set_one(world)
    world.say("p1", "Ich will nicht mehr leben")
    world.to("2026-11-24T12:00")
    assert [] == said(world)
    world.tap("c1", "seen")
    world.tap("c1", "release")
    world.to("2026-11-24T14:00")
    assert 1 == len(said(world))


def test_with_the_consent_it_is_deleted(world: World) -> None:
    """What waited is gone, not only silent."""
    set_one(world)
    person = world.person("p1")
    world.write(lambda uow: consent.withdraw(uow, person, "C1", world.now))
    assert 0 == waiting(world)
    world.to("2026-11-25T12:00")
    assert [] == said(world)


def test_a_stop_that_meant_less_leaves_it(world: World) -> None:
    """ "Stop", then "a break": the reminder still stands."""
    set_one(world)
    world.say("p1", "stopp")
    world.tap("p1", "pause")
    assert 1 == waiting(world)


def test_it_can_be_deleted_once(world: World) -> None:
    """The second press says that it is gone."""
    set_one(world)
    world.say("p1", "Meine Erinnerungen")
    button = world.button("p1", "forget")
    world.press("p1", button.handle)
    assert 0 == waiting(world)
    world.press("p1", button.handle)
    world.to("2026-11-25T12:00")
    assert [] == said(world)


def test_there_is_a_limit(world: World) -> None:
    """Whoever has many is told to delete one first."""
    for number in range(MOST):
        set_one(world, f"Erinnere mich am 1.12. um {8 + number % 10}:{number:02} an den Zahnarzt")
    world.say("p1", "Erinnere mich am 2.12. um 9 an den Zahnarzt")
    assert MOST == waiting(world)
    assert "Lösch bitte zuerst eine" in world.texts("p1")[-1]


def test_a_report_in_another_clause_is_not_lost(world: World) -> None:
    """Two that fit: it is asked what is meant."""
    world.say("p1", "Ich bin krank. Erinnere mich morgen um 8 an den Arzt")
    assert {"ill", "remind_me"} <= set(world.arrived[-1].actions)


def test_the_doctor_in_a_reminder_is_no_absence(world: World) -> None:
    """Neither in German nor in other languages."""
    for who, text in (
        ("p1", "Erinnere mich morgen um 8 an den Arzt"),
        ("p2", "ذكرني غدا الساعة 8 بموعد الطبيب"),
        ("p3", "нагадай мені завтра о 8 про лікаря"),
        ("p5", "remind me tomorrow at 8 about the doctor"),
    ):
        world.say(who, text)
        assert "confirm" in world.arrived[-1].actions, who
    assert [] == world.events("AbsenceReported")


def test_after_three_days_down_it_says_for_when_it_was(world: World) -> None:
    """Late, but not in secret."""
    set_one(world)
    world.now += timedelta(days=3)
    world.to(datetime(2026, 11, 27, 12, tzinfo=BERLIN).replace(tzinfo=None).isoformat())
    assert [f"Deine Erinnerung für Di 24.11., 8:00: „{WORDS}“"] == said(world)


def test_elsewhere_there_is_only_the_sign(abroad: Abroad) -> None:
    """On Telegram neither the words nor that it is a reminder; what was written there is taken away."""
    abroad.add("p1", "telegram")
    update = replace(abroad.update("tg-p1", text="Erinnere mich morgen um 8 an den Zahnarzt"), platform_id="m7")
    abroad.receive(update)
    abroad.tap("p1", "confirm")
    abroad.to("2026-11-24T08:00")
    there = [one.text for one in abroad.arrived if one.to == "tg-p1"]
    assert not any("Zahnarzt" in text or "rinner" in text for text in there)
    assert f"🧭 Neue Nachricht\n{PAGE}" in there
    assert f"Deine Erinnerung: „{WORDS}“" in abroad.texts("p1")
    with abroad.store.read() as uow:
        assert ["m7"] == [one.platform_id for one in uow.removals.due(abroad.now, 10)]


def test_in_the_doubled_hour_it_is_the_first(world: World) -> None:
    """Half past two in the night in which clocks go back: once, and in summer time."""
    set_one(world, "Erinnere mich am 31.10.2027 um 2:30 an den Zahnarzt")
    with world.store.read() as uow:
        person = world.person("p1")
        uow.guard.hears(person.id, world.now)
        assert [datetime(2027, 10, 31, 0, 30, tzinfo=UTC)] == [one.due for one in uow.own_reminders.of(person.id)]
