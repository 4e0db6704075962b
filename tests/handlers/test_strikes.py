"""The person strikes from notes what others shall not read; its writer keeps it (R58, ADR 0040)."""

from datetime import timedelta

from flows.rules.thread import Kind
from handlers import threads
from handlers.occasion import Occasion
from handlers.strikes import READ_FIRST
from storage.uow import UnitOfWork
from tests.handlers.world import World

NOTE = "Notiz zu Jonas: Sucht eine Wohnung. Hat Streit mit dem Bruder."


def read_by(world: World, reader: str) -> list[str]:
    """What somebody may read of what stands with Jonas."""
    by, person = world.person(reader), world.person("p1")

    def work(uow: UnitOfWork) -> list[str]:
        occasion = Occasion(uow=uow, now=world.now, cause="test")
        entries = threads.readable(occasion, by, person, 10)
        return [entry.words for entry in entries]

    return world.write(work)


def note_by_day(world: World) -> None:
    """The caseworker notes something when people are written to."""
    world.to("2026-11-23 10:00")
    world.say("c1", NOTE)


def hand_over(world: World) -> None:
    """Jonas goes to the other caseworker."""
    world.say("c1", "Übergabe Jonas an Herrn Demir")
    world.tap("c1", "hand_case")


def test_what_is_struck_does_not_go_along(world: World) -> None:
    """The successor reads the rest; until then the writer reads the whole."""
    note_by_day(world)
    world.tap("p1", "notes")
    second = _whole(world).replace("all", "1")
    world.tap("p1", "strike_note", second)
    assert ["Sucht eine Wohnung. Hat Streit mit dem Bruder."] == read_by(world, "c1")
    hand_over(world)
    world.now += READ_FIRST
    assert ["Sucht eine Wohnung. […]"] == read_by(world, "c2")


def test_nothing_goes_to_others_before_the_person_had_time(world: World) -> None:
    """Not a microsecond earlier, and then it does."""
    world.say("c1", NOTE)
    hand_over(world)
    written = world.now
    world.now = written + READ_FIRST - timedelta(microseconds=1)
    assert [] == read_by(world, "c2")
    world.now = written + READ_FIRST
    assert 1 == len(read_by(world, "c2"))


def test_whole_notes_vanish_for_others_and_are_told_without_words(world: World) -> None:
    """The caseworker hears that something was struck, not what; the event names a number of passages."""
    note_by_day(world)
    world.tap("p1", "notes")
    told = [one.text for one in world.tap("p1", "strike_note", _whole(world)) if one.to == "c1"]
    assert 1 == len(told)
    assert "Bruder" not in told[0]
    (event,) = world.events("PassageStruck")
    assert 2 == event.fields["count"]
    hand_over(world)
    world.now += READ_FIRST
    assert [] == read_by(world, "c2")


def _whole(world: World) -> str:
    with world.store.read() as uow:
        (note,) = uow.thread.of(world.person("p1").id, (Kind.NOTE,))
    return f"{note.id}:all"


def test_pressed_twice_it_is_struck_once(world: World) -> None:
    """The second press says so, records nothing, and nobody is told again."""
    note_by_day(world)
    world.tap("p1", "notes")
    handle = world.button("p1", "strike_note", _whole(world)).handle
    world.press("p1", handle)
    assert ["p1"] == [one.to for one in world.press("p1", handle)]
    assert 1 == len(world.events("PassageStruck"))


def test_somebody_without_a_yes_to_messages_is_not_written_to(world: World) -> None:
    """What was noted stands under their data all the same, with the way to strike it."""
    world.say("p1", "stop")
    world.tap("p1", "stop_all")
    assert not [one for one in world.say("c1", NOTE) if one.to == "p1"]
    shown = [one for one in world.say("p1", "Meine Daten") if one.to == "p1"]
    assert "notes" in shown[-1].actions
