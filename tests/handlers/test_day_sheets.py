"""The day sheet: who gets it when, what stands on it, and what a stand-in sees; reminders of one's own appointments."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.profile import load_profile
from flows.engine.meetings import MeetingWanted
from flows.rules.access import Operation
from flows.rules.appointments import Appointment, Kind
from flows.rules.staff_day import StaffDay
from handlers import appointments, catching_up, day_sheets
from handlers.occasion import Occasion
from storage.uow import UnitOfWork
from tests.handlers.world import BERLIN, World

MORNING = StaffDay(sheet_at=time(7, 30), remind_before=timedelta(minutes=30))


@pytest.fixture
def day(loaded: Path, tmp_path: Path) -> Iterator[World]:
    """A world whose profile has day sheets and reminders for staff, started anew."""
    shutil.copy(loaded, tmp_path / "day.db")
    world = World(tmp_path / "day.db", replace(load_profile("demo"), staff_day=MORNING))
    world.write(lambda uow: catching_up.catch_up(uow, world.now))
    yield world
    world.close()


def plan(world: World, who: str, starts: str, host: str = "c1", **more: object) -> Appointment:
    """An appointment with one person."""

    def work(uow: UnitOfWork) -> Appointment:
        people = [uow.people.by_handle(one) for one in who.split()]
        by = uow.people.by_handle(host)
        assert by is not None
        invited = tuple([one.id for one in people if one is not None])
        at = datetime.fromisoformat(starts).replace(tzinfo=BERLIN)
        place = uow.profile.places[0]
        wanted = MeetingWanted(people=invited, kind=Kind.IN_PERSON, starts=at, minutes=45, place=place)
        wanted = replace(wanted, **more)  # type: ignore[arg-type]  # the names of fields are given by the test
        return appointments.plan(Occasion(uow=uow, now=world.now, cause=f"plan:{starts}:{who}"), wanted, by)

    planned = world.write(work)
    world.deliver()
    return planned


def leave(world: World, who: str, first: str, last: str) -> None:
    """Somebody of the staff is away."""
    days = date.fromisoformat(first), date.fromisoformat(last)
    world.write(lambda uow: uow.people.add_leave(world.person(who).id, *days))


def sheets(world: World, who: str, moment: str) -> list[str]:
    """What the clock says to somebody until this moment, as far as it is a day sheet."""
    return [one.text for one in world.to(moment) if one.to == who and one.message.dedupe.startswith("day:")]


def test_the_sheet_names_the_day_in_order(day: World) -> None:
    """Time, kind, place, who, what each has said; who is absent and until when; no reason anywhere."""
    plan(day, "p2", "2026-11-24 14:00", interpreter="ar")
    plan(day, "p1", "2026-11-24 10:00")
    plan(day, "p3 p4", "2026-11-24 12:00")
    day.say("p1", "komme")
    day.say("p3", "я хвора до п'ятниці")
    sheet = sheets(day, "c1", "2026-11-24 07:30")
    assert 1 == len(sheet)
    lines = sheet[0].splitlines()
    assert "Di 24.11.: 3 Termine" == lines[0]
    assert "10:00 Persönliches Gespräch · Haus 1, Raum 2: Jonas Weber (kommt)" == lines[1]
    assert "Oksana Melnyk (abgemeldet)" in lines[2]
    assert "Mia Brandt (keine Antwort)" in lines[2]
    assert "Amal Haddad (keine Antwort)" in lines[3]
    assert "Mit Dolmetschen: العربية" in lines[4].replace("\u2068", "").replace("\u2069", "")
    assert "Oksana Melnyk fehlt bis Fr 27.11." in sheet[0]
    assert "1 Nachweis ist offen" in sheet[0]
    assert "krank" not in sheet[0]


def test_whoever_is_named_can_see_that_it_was_read(day: World) -> None:
    """One entry for each person on the sheet, none for others."""
    plan(day, "p1", "2026-11-24 10:00")
    sheets(day, "c1", "2026-11-24 07:30")

    def read_about(who: str) -> list[Operation]:
        with day.store.read() as uow:
            return [one.operation for one in uow.access_log.reads_of(day.person(who).id, 10)]

    assert Operation.READ_DAY_SHEET in read_about("p1")
    assert Operation.READ_DAY_SHEET not in read_about("p2")


@pytest.mark.parametrize("free", ["2026-11-28", "2026-11-29", "2026-12-25"])
def test_no_sheet_on_a_day_off(free: str, day: World) -> None:
    """Saturday, Sunday and holidays are nobody's mornings at work; the next working day is."""
    day.to(f"{date.fromisoformat(free) - timedelta(days=1)} 20:00")
    assert [] == sheets(day, "c1", f"{free} 23:00")
    assert 1 == len(sheets(day, "c1", "2026-12-28 07:30" if free > "2026-12" else "2026-11-30 07:30"))


def test_on_leave_the_stand_in_gets_what_is_theirs_to_do(day: World) -> None:
    """The absent caseworker gets nothing; the stand-in's sheet holds the stood-in dates, and only while it lasts."""
    plan(day, "p1", "2026-11-24 10:00")
    plan(day, "p5", "2026-11-24 11:00", host="c2")
    plan(day, "p1", "2026-11-26 10:00")
    leave(day, "c1", "2026-11-24", "2026-11-25")
    arrived = [one for one in day.to("2026-11-24 07:30") if one.message.dedupe.startswith("day:")]
    assert "c1" not in {one.to for one in arrived}
    mine = next(one.text for one in arrived if one.to == "c2")
    assert mine.index("10:00") < mine.index("11:00")
    assert "Jonas Weber" in mine
    after = sheets(day, "c2", "2026-11-26 07:30")
    assert "Jonas Weber" not in after[-1]


def test_a_second_too_late_a_stand_in_asks_in_vain(day: World) -> None:
    """The day after the leave "what is today?" shows nothing of the colleague's people any more."""
    plan(day, "p1", "2026-11-25 10:00")
    leave(day, "c1", "2026-11-24", "2026-11-24")
    day.to("2026-11-24 23:59")
    plan(day, "p1", "2026-11-24 23:59:30")
    assert "Jonas Weber" in day.say("c2", "/today")[0].text
    day.to("2026-11-25 00:00")
    assert "Jonas Weber" not in day.say("c2", "Was ist heute?")[0].text


def test_marks_of_yesterday_are_settled_by_a_tap(day: World) -> None:
    """The button leads to one card for each; whoever was reported absent needs no mark."""
    plan(day, "p1", "2026-11-24 10:00")
    plan(day, "p2", "2026-11-24 11:00")
    day.say("p2", "أنا مريضة غداً")
    assert "1 Vermerk fehlt" in sheets(day, "c1", "2026-11-25 07:30")[-1]
    cards = [one for one in day.tap("c1", "marks") if one.to == "c1"]
    assert ["attended", "missed"] == list(cards[0].actions)
    assert 1 == len(cards)
    day.tap("c1", "attended")
    sheet = day.say("c1", "Was ist heute?")[0]
    assert "Vermerk" not in sheet.text
    assert "marks" not in sheet.actions


def test_an_open_proof_is_settled_from_the_sheet(day: World) -> None:
    """The card says since when, and its button takes the proof in."""
    day.say("p1", "Ich bin heute krank")
    sheets(day, "c1", "2026-11-24 07:30")
    assert "seit Mo 23.11." in day.tap("c1", "proofs")[-1].text
    day.tap("c1", "proof")
    assert "Nachweis" not in day.say("c1", "/today")[0].text


def test_a_day_with_nothing_is_said_in_a_line_or_not_at_all(day: World, loaded: Path, tmp_path: Path) -> None:
    """As the profile says."""
    assert ["Heute steht nichts an, und nichts ist offen."] == sheets(day, "c1", "2026-11-24 07:30")
    shutil.copy(loaded, tmp_path / "silent.db")
    silent = World(
        tmp_path / "silent.db", replace(load_profile("demo"), staff_day=replace(MORNING, say_when_empty=False))
    )
    silent.write(lambda uow: catching_up.catch_up(uow, silent.now))
    assert [] == sheets(silent, "c1", "2026-11-24 23:00")
    silent.close()


def test_after_an_outage_one_sheet_comes_while_the_office_is_open(day: World) -> None:
    """Three days down: no sheet for days gone by; the one of today, unless the office is closed."""
    day.now = datetime(2026, 11, 26, 10, 0, tzinfo=BERLIN)
    assert 1 == len(sheets(day, "c1", "2026-11-26 10:01"))
    day.now = datetime(2026, 12, 1, 18, 0, tzinfo=BERLIN)
    assert [] == sheets(day, "c1", "2026-12-01 20:00")
    assert 1 == len(sheets(day, "c1", "2026-12-02 07:30"))


def test_a_profile_without_sheets_sets_none(world: World) -> None:
    """Where it is off, nothing waits, and asking works all the same."""
    world.write(lambda uow: catching_up.catch_up(uow, world.now))
    with world.store.read() as uow:
        assert frozenset() == uow.timers.waiting_for(day_sheets.TIMER)
    assert "Heute steht nichts an" in world.say("c1", "was ist heute")[0].text


def test_whoever_looks_after_nobody_has_no_sheet(day: World) -> None:
    """The protection person and the data-protection officer get an empty line, however they ask."""
    plan(day, "p1", "2026-11-23 10:00")
    for who in ("v1", "d1"):
        assert "Heute steht nichts an, und nichts ist offen." == day.say(who, "/today")[0].text


def reminded(world: World, who: str, moment: str) -> list[str]:
    """The reminders of their own dates that somebody of the staff gets until then."""
    return [one.text for one in world.to(moment) if one.to == who and one.message.dedupe.startswith("own:")]


def test_staff_are_reminded_of_their_own_appointments(day: World) -> None:
    """Half an hour before, with place and names; once."""
    plan(day, "p1", "2026-11-24 10:00")
    assert [] == reminded(day, "c1", "2026-11-24 09:29")
    assert ["Gleich, 10:00: Persönliches Gespräch, Haus 1, Raum 2, mit Jonas Weber"] == reminded(
        day, "c1", "2026-11-24 11:00"
    )


def test_a_reminder_of_staff_dies_with_a_moved_or_cancelled_date(day: World) -> None:
    """Nobody runs to a date that is not there."""
    moved, off = plan(day, "p1", "2026-11-24 10:00"), plan(day, "p2", "2026-11-24 12:00")
    later = datetime(2026, 11, 24, 14, 0, tzinfo=BERLIN)

    def change(uow: UnitOfWork) -> None:
        occasion = Occasion(uow=uow, now=day.now, cause="change")
        appointments.move(occasion, uow.appointments.get(moved.id), later, day.person("c1"))
        appointments.cancel(occasion, uow.appointments.get(off.id), day.person("c1"))

    day.write(change)
    assert [] == reminded(day, "c1", "2026-11-24 13:00")
    assert 1 == len(reminded(day, "c1", "2026-11-24 14:30"))


def test_nobody_is_reminded_on_leave_or_of_whom_nobody_expects(day: World) -> None:
    """Away, or everybody has said that they do not come: nothing is said."""
    plan(day, "p1", "2026-11-24 10:00")
    plan(day, "p2", "2026-11-25 10:00")
    leave(day, "c1", "2026-11-24", "2026-11-24")
    day.say("p2", "أنا مريضة حتى الجمعة")
    assert [] == reminded(day, "c1", "2026-11-25 11:00")
