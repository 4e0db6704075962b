"""Days of leave: who is away stands on the sheet, what can wait rests, what is asked for keeps its buttons (F37)."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest

from bot.profile import load_profile
from flows.engine.events import AlertKind
from flows.engine.messages import Button, Text
from flows.rules.profile import Profile
from flows.rules.staff_day import StaffDay
from handlers import alerts, catching_up, leave_days
from handlers.alerts import News
from handlers.occasion import Occasion
from storage.uow import UnitOfWork
from tests.handlers.leaves import granted
from tests.handlers.world import BERLIN, World

TUESDAY, FRIDAY = date(2026, 11, 24), date(2026, 11, 27)
Make = Callable[[Profile], World]


@pytest.fixture
def make(loaded: Path, tmp_path: Path) -> Iterator[Make]:
    """Worlds with a profile of their own."""
    worlds: list[World] = []

    def open_one(profile: Profile) -> World:
        path = tmp_path / f"{len(worlds)}.db"
        shutil.copy(loaded, path)
        worlds.append(World(path, profile))
        worlds[-1].write(lambda uow: catching_up.catch_up(uow, worlds[-1].now))
        return worlds[-1]

    yield open_one
    for world in worlds:
        world.close()


def test_the_day_sheet_names_who_has_leave(make: Make) -> None:
    """With the last day, beside those who are absent; whoever is ill in their leave is named as absent, once."""
    world = make(replace(load_profile("demo"), staff_day=StaffDay(sheet_at=time(7, 30), remind_before=None)))
    granted(world, "p1", TUESDAY, FRIDAY)
    granted(world, "p3", TUESDAY, FRIDAY)
    world.say("p3", "я хвора до п'ятниці")
    (sheet,) = [one.text for one in world.to("2026-11-24 07:30") if one.to == "c1" and "Jonas" in one.text]
    assert "Jonas Weber hat Urlaub bis Fr 27.11." in sheet
    assert (1, True) == (sheet.count("Oksana Melnyk"), "Oksana Melnyk fehlt bis Fr 27.11." in sheet)
    assert any("READ_DAY_SHEET" in str(one) for one in reads_of(world, "p1"))
    (later,) = [one.text for one in world.to("2026-11-30 07:30") if "Mo 30.11." in one.text and one.to == "c1"] or [""]
    assert "Jonas" not in later


def reads_of(world: World, who: str) -> list[str]:
    """What of somebody was read."""
    with world.store.read() as uow:
        return [repr(one.operation) for one in uow.access_log.reads_of(world.person(who).id, 20)]


@pytest.mark.parametrize(
    ("first", "last", "back"),
    [
        (TUESDAY, FRIDAY, "2026-11-30T08:00"),
        (TUESDAY, date(2026, 11, 25), "2026-11-26T08:00"),
        (date(2026, 11, 30), date(2026, 12, 1), ""),
    ],
)
def test_what_can_wait_rests_until_the_first_morning_at_work(world: World, first: date, last: date, back: str) -> None:
    """The office opens after the last day of leave; weekends belong to it, and leave that follows at once, too."""
    world.to("2026-11-24 10:00")
    granted(world, "p1", first, last)

    def look(uow: UnitOfWork) -> str:
        until = leave_days.rests_until(Occasion(uow=uow, now=world.now, cause="look"), world.person("p1"))
        return "" if until is None else until.astimezone(BERLIN).isoformat()[:16]

    assert back == world.write(look)


def test_nobody_is_asked_in_their_leave_whether_they_are_still_there(make: Make) -> None:
    """Ninety silent days end in the leave: it is asked on the first morning after it."""
    world = make(load_profile("demo"))
    granted(world, "p1", date(2027, 2, 15), date(2027, 2, 26))
    asked = [one for one in world.to("2027-02-28 23:00") if one.to == "p1" and "erreiche" in one.text]
    assert [] == asked
    told = world.to("2027-03-01 09:00")
    assert any(one.to == "p1" and one.message.message_class == "reminder" for one in told), told


def wish(world: World, kind: AlertKind, number: int = 0) -> None:
    """Jonas asks for something that is decided with buttons of its own."""
    button = Button(Text("Agree"), "confirm", f"{number}:1")

    def work(uow: UnitOfWork) -> None:
        occasion = Occasion(uow=uow, now=world.now, cause=f"wish:{number}")
        uow.guard.hears(world.person("p1").id, world.now)
        alerts.raise_alert(occasion, world.person("p1"), News(kind=kind, buttons=(button,)))

    world.write(work)
    world.deliver()


@pytest.mark.parametrize("kind", [AlertKind.LEAVE, AlertKind.MOVE])
def test_a_flood_of_words_hides_no_button(world: World, kind: AlertKind) -> None:
    """What is asked for stands alone with its ways on after a flood, and so does the next of its kind."""
    for number in range(20):
        world.say("p1", f"Hallo Frau Albers, Zahnrad{number}")
    known = len(world.arrived)
    for number in range(5):
        wish(world, kind, number)
    values = [button.value for one in world.arrived[known:] for button in one.buttons if button.action == "confirm"]
    assert [f"{number}:1" for number in range(5)] == values


def test_whoever_asked_reads_that_the_wish_was_seen(world: World) -> None:
    """Seen is not granted, and it was no report."""
    wish(world, AlertKind.LEAVE)
    told = world.tap("c1", "seen")
    assert ["Frau Albers hat deinen Wunsch gesehen."] == [one.text for one in told if one.to == "p1"]
