"""Marks of attendance come back as they were kept, and the database itself refuses what a locked month must not get."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import psycopg
import pytest

from flows.rules.attendance import Day, DayMark, Hours, Marked, State
from flows.rules.excuses import Excuse
from flows.rules.month import Said, Word, lock_at
from storage.attendance_months import Lock
from storage.errors import Conflict
from storage.instants import to_micros
from storage.settings import StoreSettings, database_file, is_server
from storage.store import Store
from storage.uow import UnitOfWork
from tests.storage.conftest import NOW, World

NOVEMBER = date(2026, 11, 1)
TENTH = datetime(2026, 12, 9, 23, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
Raw = Callable[[str], None]


@pytest.fixture
def raw(settings: StoreSettings, store: Store) -> Raw:
    """Somebody who has the database itself and writes plain SQL, past the program."""

    def execute(statement: str) -> None:
        if is_server(settings.url):
            with psycopg.connect(settings.url, autocommit=True) as connection:
                connection.execute(statement.encode())
        else:
            with closing(sqlite3.connect(database_file(settings.url))) as file, file:
                file.execute(statement)

    return execute


def mark(uow: UnitOfWork, world: World, day: date, at: datetime, marked: Marked = Marked.PRESENT) -> DayMark:
    """Keep a mark of Anna's day by Clara."""
    kept = DayMark(id=uow.new_id(), person=world.anna.id, day=day, marked=marked, by=world.clara.id, at=at)
    uow.attendance.add(kept)
    return kept


def inserting(world: World, day: str, at: datetime) -> str:
    """A mark as plain SQL writes it; what is sealed in it is of no account."""
    values = f"{to_micros(at)}, {world.anna.id}, '{day}', {world.clara.id}, {to_micros(at)}"
    return f"INSERT INTO attendance_marks (id, person, day, by, at, sealed) VALUES ({values}, '')"


def refused(raw: Raw, statement: str, why: str) -> None:
    """The database says no, and says why."""
    with pytest.raises((sqlite3.IntegrityError, psycopg.errors.RaiseException), match=why):
        raw(statement)


def test_marks_come_back_with_their_history(store: Store, world: World) -> None:
    """Whoever has marked a day twice has left two marks; hours and who said it come along."""
    day = date(2026, 11, 20)

    def work(uow: UnitOfWork) -> list[DayMark]:
        first = mark(uow, world, day, NOW)
        hours = Hours(came=time(8, 5), left=time(14), breaks=(15, 30))
        second = replace(first, id=uow.new_id(), hours=hours, at=NOW + timedelta(minutes=1))
        uow.attendance.add(second)
        mark(uow, world, date(2026, 12, 1), NOW)
        return [first, second]

    kept = store.submit(work).result()
    with store.read() as uow:
        assert kept == uow.attendance.between(world.anna.id, NOVEMBER, date(2026, 11, 30))
        assert [] == uow.attendance.between(world.bilal.id, NOVEMBER, date(2026, 11, 30))


def test_words_and_closings_come_back(store: Store, world: World) -> None:
    """What was said of a month, and what it came to; a month is closed once."""
    days = (
        Day(day=date(2026, 11, 2), state=State.PRESENT),
        Day(day=date(2026, 11, 3), state=State.EXCUSED, excuse=Excuse.PROVEN),
    )

    def work(uow: UnitOfWork) -> Said:
        said = Said(
            id=uow.new_id(),
            person=world.anna.id,
            month=NOVEMBER,
            word=Word.WRONG,
            by=world.anna.id,
            at=NOW,
            days="abc",
            words="Am Dritten war ich da.",
            day=date(2026, 11, 3),
        )
        uow.months.say(said)
        uow.months.close(world.anna.id, NOVEMBER, days, NOW)
        return said

    kept = store.submit(work).result()
    with store.read() as uow:
        assert [kept] == uow.months.said_of(world.anna.id, NOVEMBER)
        assert days == uow.months.closed(world.anna.id, NOVEMBER)
        assert uow.months.closed(world.bilal.id, NOVEMBER) is None
    again = store.submit(lambda uow: uow.months.close(world.anna.id, NOVEMBER, (), NOW))
    assert isinstance(again.exception(), Conflict)


@pytest.mark.parametrize(
    ("day", "locks"),
    [
        ("2026-11-30", datetime(2026, 12, 9, 23, tzinfo=UTC)),
        ("2027-03-01", datetime(2027, 4, 9, 22, tzinfo=UTC)),
        ("2026-12-31", datetime(2027, 1, 9, 23, tzinfo=UTC)),
        ("2026-10-25", datetime(2026, 11, 9, 23, tzinfo=UTC)),
        ("2027-02-28", datetime(2027, 3, 9, 23, tzinfo=UTC)),
        ("2027-09-30", datetime(2027, 10, 9, 22, tzinfo=UTC)),
    ],
)
def test_the_database_locks_at_the_same_instant_as_the_rule(
    store: Store, world: World, day: str, locks: datetime
) -> None:
    """R23: the last microsecond before the 10th in Berlin is in time, the next one is not; summer and winter alike."""
    on = date.fromisoformat(day)
    assert locks == lock_at(on.replace(day=1))
    store.submit(lambda uow: mark(uow, world, on, locks - MOMENT)).result()
    late = store.submit(lambda uow: mark(uow, world, on, locks))
    assert isinstance(late.exception(), Conflict)
    with store.read() as uow:
        assert 1 == len(uow.attendance.between(world.anna.id, on, on))


def test_plain_sql_changes_nothing_that_is_kept(store: Store, world: World, raw: Raw) -> None:
    """Whoever has the database itself can neither change nor delete a mark, a closing, a word or a lock."""

    def work(uow: UnitOfWork) -> None:
        mark(uow, world, date(2026, 11, 20), NOW)
        uow.months.close(world.anna.id, NOVEMBER, (), NOW)
        uow.months.lock(NOVEMBER, NOW, world.clara.id)
        said = Said(id=uow.new_id(), person=world.anna.id, month=NOVEMBER, word=Word.SHOWN, by=world.clara.id, at=NOW)
        uow.months.say(said)

    store.submit(work).result()
    for table in ("attendance_marks", "attendance_words", "attendance_closings", "attendance_locks"):
        refused(raw, f"UPDATE {table} SET at = 0", "append-only")
        refused(raw, f"DELETE FROM {table}", "append-only")


def test_plain_sql_adds_nothing_to_a_month_that_was_transmitted(store: Store, world: World, raw: Raw) -> None:
    """A lock holds at once, long before the 10th, and for that month alone."""
    store.submit(lambda uow: uow.months.lock(NOVEMBER, NOW, world.clara.id)).result()
    refused(raw, inserting(world, "2026-11-20", NOW), "the month is locked")
    raw(inserting(world, "2026-12-01", NOW))
    with store.read() as uow:
        assert Lock(month=NOVEMBER, at=NOW, by=world.clara.id) == uow.months.locked(NOVEMBER)


def test_setting_the_clock_back_opens_nothing(store: Store, world: World, raw: Raw) -> None:
    """Once the program has seen the 10th, a mark that says it is from two days before is refused, by any way in."""
    store.submit(lambda uow: uow.attendance.see(TENTH)).result()
    earlier = TENTH - timedelta(days=2)
    refused(raw, inserting(world, "2026-11-20", earlier), "the month is locked")
    by_program = store.submit(lambda uow: mark(uow, world, date(2026, 11, 20), earlier))
    assert isinstance(by_program.exception(), Conflict)
    store.submit(lambda uow: uow.attendance.see(earlier)).result()
    with store.read() as uow:
        assert TENTH == uow.attendance.seen()


def test_nobody_turns_the_clock_of_the_database_back(store: Store, world: World, raw: Raw) -> None:
    """The row that the lock looks at only rises, and stays."""
    store.submit(lambda uow: uow.attendance.see(TENTH)).result()
    refused(raw, f"UPDATE attendance_clock SET seen = {to_micros(TENTH) - 1}", "only rises")
    refused(raw, "DELETE FROM attendance_clock", "only rises")
    refused(raw, inserting(world, "2026-11-20", NOW), "the month is locked")


@pytest.mark.parametrize("day", ["2026-11-31", "20.11.2026", "", "2026-11-1"])
def test_no_mark_is_kept_of_a_day_that_does_not_exist(store: Store, world: World, raw: Raw, day: str) -> None:
    """What is no day cannot slip past the lock of its month."""
    with pytest.raises((sqlite3.IntegrityError, psycopg.Error)):
        raw(inserting(world, day, NOW))


def test_a_profile_may_leave_the_lock_to_people(store: Store, world: World) -> None:
    """With the rule off the clock locks nothing; what was transmitted is locked all the same."""
    store.submit(lambda uow: uow.months.set_rule(locks_on_tenth=False)).result()
    store.submit(lambda uow: mark(uow, world, date(2026, 11, 20), TENTH)).result()
    store.submit(lambda uow: uow.months.lock(NOVEMBER, TENTH, world.clara.id)).result()
    late = store.submit(lambda uow: mark(uow, world, date(2026, 11, 20), TENTH))
    assert isinstance(late.exception(), Conflict)
    with store.read() as uow:
        assert not uow.months.locks_on_tenth()
