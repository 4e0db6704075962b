"""Who reads what somebody writes, and from when on: never earlier than somebody is there (R52)."""

from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import pytest

from bot.profile import load_profile
from flows.engine.events import AlertKind
from flows.rules.hours import Hours
from handlers import reading_times
from handlers.occasion import Occasion
from tests.handlers.world import BERLIN, World

DAY = ((time(8), time(12)),)


def first(world: World, who: str = "p1", kind: AlertKind = AlertKind.MESSAGE) -> tuple[str, datetime, bool] | None:
    """Who reads it, when on the clock in Berlin, and whether they are there now."""
    person = world.person(who)

    def ask(occasion: Occasion) -> tuple[str, datetime, bool] | None:
        found = reading_times.first(occasion, person, kind)
        return None if found is None else (found.reader.handle, found.at.astimezone(BERLIN), found.now)

    return world.write(lambda uow: ask(Occasion(uow=uow, now=world.now, cause="reading")))


def at(text: str) -> datetime:
    """An instant in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def away(world: World, who: str, first_day: str, last_day: str) -> None:
    """Somebody is on leave."""
    person = world.person(who).id
    world.write(lambda uow: uow.people.add_leave(person, date.fromisoformat(first_day), date.fromisoformat(last_day)))


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-23 10:00", "2026-11-23 10:00"),
        ("2026-11-23 07:59", "2026-11-23 08:00"),
        ("2026-11-23 08:00", "2026-11-23 08:00"),
        ("2026-11-23 15:59", "2026-11-23 15:59"),
        ("2026-11-23 16:00", "2026-11-24 08:00"),
        ("2026-11-27 22:00", "2026-11-30 08:00"),
        ("2026-12-23 16:30", "2026-12-28 08:00"),
        ("2026-12-30 17:00", "2027-01-04 08:00"),
    ],
)
def test_office_hours_weekends_and_free_days(world: World, now: str, opens: str) -> None:
    """The limits to the minute; Christmas, New Year and the carrier's own free days are passed over."""
    world.now = at(now)
    assert ("c1", at(opens), now == opens) == first(world)


def test_on_the_first_day_of_a_leave_the_stand_in_is_named(world: World) -> None:
    """On Friday evening nobody is promised somebody who is away on Monday."""
    away(world, "c1", "2026-11-30", "2026-12-04")
    world.now = at("2026-11-27 17:00")
    assert ("c2", at("2026-11-30 08:00"), False) == first(world)


def test_a_leave_that_ends_meanwhile_names_the_caseworker(world: World) -> None:
    """In the evening of its last day the message is hers again."""
    away(world, "c1", "2026-11-23", "2026-11-27")
    world.now = at("2026-11-27 17:00")
    assert ("c1", at("2026-11-30 08:00"), False) == first(world)


@pytest.fixture
def part_time(loaded: Path, tmp_path: Path) -> World:
    """Frau Albers works on Tuesdays and Thursdays only."""
    path = tmp_path / "part.db"
    path.write_bytes(loaded.read_bytes())
    return World(path, replace(load_profile("demo"), hours={"c1": Hours({1: DAY, 3: DAY})}))


def test_own_days_of_the_caseworker_count(part_time: World) -> None:
    """On a Monday in office hours it is Tuesday; on Tuesday it is now; the office itself can be called meanwhile."""
    part_time.now = at("2026-11-23 10:00")
    assert ("c1", at("2026-11-24 08:00"), False) == first(part_time)
    part_time.say("p1", "Ich möchte mit Frau Albers reden")
    told = " ".join(one.text for one in part_time.say("p1", "Es geht um das Zeugnis") if one.to == "p1")
    assert "nicht da" in told
    assert "0221 4710 100" in told
    part_time.now = at("2026-11-24 10:00")
    assert ("c1", at("2026-11-24 10:00"), True) == first(part_time)
    part_time.now = at("2026-11-24 17:00")
    assert ("c1", at("2026-11-26 08:00"), False) == first(part_time)


def test_a_crisis_on_such_a_day_is_not_said_to_lie_until_hers(part_time: World) -> None:
    """The stand-in has it within half an hour: within the next hour somebody should read it."""
    part_time.now = at("2026-11-23 10:00")
    told = " ".join(one.text for one in part_time.say("p1", "ich will nicht mehr leben") if one.to == "p1")
    assert "nächsten Stunde" in told


def test_violence_names_the_day_the_protection_person_is_back(world: World) -> None:
    """She is on leave and nobody else may read it: no hour is promised that she cannot keep."""
    away(world, "v1", "2026-11-23", "2026-11-24")
    world.now = at("2026-11-23 10:00")
    assert ("v1", at("2026-11-25 08:00"), False) == first(world, kind=AlertKind.VIOLENCE)
    told = " ".join(one.text for one in world.say("p1", "mein Vater hat mich geschlagen") if one.to == "p1")
    assert "nächsten Stunde" not in told
    assert "25.11." in told


def test_where_everybody_is_away_for_long_no_day_is_invented(world: World) -> None:
    """Nobody is there for weeks: the next opening is all that can be said."""
    for who in ("c1", "c2", "k1"):
        away(world, who, "2026-11-23", "2027-03-01")
    world.now = at("2026-11-23 17:00")
    found = first(world)
    assert found is not None
    assert at("2026-11-24 08:00") == found[1]
