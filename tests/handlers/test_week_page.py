"""A week on the page of staff: what stands on which day, what a stand-in sees of it, and that it is read about."""

from datetime import date

import pytest

from flows.rules.access import Operation
from handlers import on_page, week_page
from handlers.week_page import Week
from storage.uow import UnitOfWork
from tests.handlers.test_day_sheets import day, leave, plan
from tests.handlers.world import World

__all__ = ["day"]


def week(world: World, who: str, on: str = "") -> Week:
    """What somebody of the staff is shown."""
    reader = world.person(who)

    def look(uow: UnitOfWork) -> Week:
        occasion = on_page.occasion_of(uow, reader, world.now)
        return week_page.gather(occasion, date.fromisoformat(on) if on else None)

    return world.write(look)


def names(shown: Week) -> dict[str, list[str]]:
    """With whom there are appointments, by day."""
    found = {str(one.day): [person.name for each in one.meetings for person in each.people] for one in shown.days}
    return {day: people for day, people in found.items() if people}


def reads(world: World, who: str, about: str) -> list[Operation]:
    """What somebody's looks have left behind about a person."""
    reader, person = world.person(who).id, world.person(about).id
    return [one.operation for one in world.write(lambda uow: uow.access_log.of(person, 100)) if one.reader == reader]


def test_each_appointment_stands_on_its_day(day: World) -> None:
    """By the own clock, in order; today is marked, a weekend is shown where there is something to do."""
    plan(day, "p2", "2026-11-24 14:00")
    plan(day, "p1", "2026-11-24 09:00")
    plan(day, "p1", "2026-11-29 23:30")
    plan(day, "p1", "2026-11-30 00:00")
    plan(day, "p5", "2026-11-25 09:00", host="c2")
    shown = week(day, "c1")
    assert {"2026-11-24": ["Jonas Weber", "Amal Haddad"], "2026-11-29": ["Jonas Weber"]} == names(shown)
    assert [date(2026, 11, 23)] == [one.day for one in shown.days if one.is_today]
    assert [23, 24, 25, 26, 27, 29] == [one.day.day for one in shown.shown]
    assert {"2026-11-30": ["Jonas Weber"]} == names(week(day, "c1", "2026-12-03"))


def test_each_look_is_one_entry_for_whoever_is_named(day: World) -> None:
    """Two appointments of one person are read about once; nobody else is."""
    plan(day, "p1", "2026-11-24 09:00")
    plan(day, "p1", "2026-11-25 09:00")
    before = len(reads(day, "c1", "p1"))
    week(day, "c1")
    assert [Operation.READ_APPOINTMENTS] == reads(day, "c1", "p1")[: len(reads(day, "c1", "p1")) - before]
    week(day, "c1", "2027-02-01")
    assert before + 1 == len(reads(day, "c1", "p1"))


def test_whoever_is_not_there_stands_on_the_days_it_holds(day: World) -> None:
    """A report of illness and the own leave; public holidays and the free days of the programme are marked."""
    day.say("p1", "Ich bin bis Mittwoch krank")
    leave(day, "c1", "2026-11-26", "2026-11-27")
    shown = week(day, "c1")
    away = [one.day.day for one in shown.days if "Jonas Weber" in [each.person.name for each in one.away]]
    assert [23, 24, 25] == away
    assert [26, 27] == [one.day.day for one in shown.days if one.off]
    assert [24, 25, 26] == [one.day.day for one in week(day, "c1", "2026-12-21").days if one.free]


def test_a_stand_in_sees_the_days_on_which_they_stand_in(day: World) -> None:
    """From today on while the leave lasts; nothing of what was before, and nothing once it is over."""
    for moment in ("2026-11-23 15:00", "2026-11-24 10:00", "2026-11-25 10:00", "2026-11-26 10:00"):
        plan(day, "p1", moment)
    leave(day, "c1", "2026-11-24", "2026-11-25")
    assert {} == names(week(day, "c2"))
    day.to("2026-11-25 08:00")
    shown = week(day, "c2")
    assert {"2026-11-25": ["Jonas Weber"]} == names(shown)
    host = next(each.host for one in shown.days for each in one.meetings)
    assert host is not None
    assert "c1" == host.handle
    assert "p1" in shown.links
    day.to("2026-11-26 08:00")
    assert {} == names(week(day, "c2"))


def test_what_was_is_for_the_own_caseworker(day: World) -> None:
    """An absence of last week: the caseworker reads it as history, the stand-in does not."""
    day.say("p1", "Ich bin heute krank")
    day.to("2026-12-01 08:00")
    leave(day, "c1", "2026-12-01", "2026-12-01")
    away = {who: [each for one in week(day, who, "2026-11-23").days for each in one.away] for who in ("c1", "c2")}
    assert {"Jonas Weber"} == {one.person.name for one in away["c1"]}
    assert [] == away["c2"]
    assert Operation.READ_HISTORY in reads(day, "c1", "p1")


@pytest.mark.parametrize("role", ["v1", "d1"])
def test_others_of_staff_see_nobody(day: World, role: str) -> None:
    """Whoever looks after nobody has an empty week."""
    plan(day, "p1", "2026-11-24 09:00")
    assert all(one.is_empty for one in week(day, role).days if not one.free)


def test_a_week_too_far_away_is_this_one(day: World) -> None:
    """At the edge there is no way on; beyond it the current week is shown."""
    today = date(2026, 11, 23)
    assert date(2026, 11, 23) == week(day, "c1", "2040-01-01").monday
    last = week(day, "c1", str(today + week_page.FARTHEST))
    assert last.after is None
    assert last.before is not None
