"""Dates from files: all of them or none, matched by their name, told without a burst."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from flows.rules.appointments import Kind
from flows.rules.hours import Span
from flows.rules.imports import Report, Row
from handlers import imports
from storage.uow import UnitOfWork
from tests.handlers.world import BERLIN, World

TEN = datetime(2026, 12, 1, 10, tzinfo=BERLIN)
PLACE = "Haus 1, Raum 2"


def row(name: str = "T1", **more: Any) -> Row:
    """A date of p1 with c1 on 1 December."""
    known = Row(line=2, source=f"csv:{name}", people=("p1",), organiser="c1", starts=TEN, minutes=45, kind=Kind.PHONE)
    return replace(known, **more)


def take(world: World, *rows: Row) -> Report:
    """Import them."""
    report = world.write(partial(imports.carry_out, rows=rows, now=world.now))
    world.deliver()
    return report


def counts(report: Report) -> tuple[int, int, int, int]:
    """New, changed, called off, as they were."""
    return (report.new, report.changed, report.cancelled, report.unchanged)


def names(world: World) -> list[str]:
    """What was recorded about appointments."""
    return [event.name for event in world.events() if event.name.startswith("Appointment")]


def test_the_same_file_again_changes_nothing(world: World) -> None:
    """The second import finds every date by its name; nobody hears of it twice."""
    assert (1, 0, 0, 0) == counts(take(world, row()))
    told = list(world.texts("p1"))
    assert (0, 0, 0, 1) == counts(take(world, row()))
    assert told == world.texts("p1")


def test_a_newer_file_updates_and_calls_off(world: World) -> None:
    """Another time asks anew and reminds of the new time only; a date that is called off is told once."""
    world.to("2026-11-23 09:00")
    take(world, row(), row("T2", starts=TEN + timedelta(days=1)))
    moved = row(starts=TEN + timedelta(hours=2))
    assert (0, 1, 1, 0) == counts(take(world, moved, row("T2", starts=TEN + timedelta(days=1), cancelled=True)))
    assert "Di 1.12., 12:00" in world.texts("p1")[-2]
    before = len(world.texts("p1"))
    world.to("2026-12-01 11:00")
    reminded = [text for text in world.texts("p1")[before:] if "1.12." in text]
    assert reminded
    assert all("12:00" in text for text in reminded)
    assert {"AppointmentPlanned", "AppointmentMoved", "AppointmentCancelled", "AppointmentsImported"} == set(
        names(world)
    )


def test_nothing_is_half_imported(world: World) -> None:
    """One line that cannot be taken keeps the whole file out."""
    before = world.rows()["appointments"]
    report = take(world, *(row(f"T{n}", line=n) for n in range(2, 9)), row("T9", line=9, people=("jonas",)))
    assert [(9, "people")] == [(fault.line, fault.where) for fault in report.faults]
    assert before == world.rows()["appointments"]
    assert [] == names(world)


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"people": ("Jonas",)}, "people"),
        ({"people": ("c2",)}, "people"),
        ({"people": ("p5",)}, "people"),
        ({"people": ()}, "people"),
        ({"organiser": "p2"}, "with"),
        ({"organiser": ""}, "with"),
        ({"organiser": "c9"}, "with"),
        ({"minutes": 0}, "minutes"),
    ],
)
def test_what_cannot_be_is_named_with_its_line(world: World, wrong: dict[str, Any], where: str) -> None:
    """People are found by their handle; whoever it is with has to look after them."""
    report = world.write(lambda uow: imports.look(uow, [row(**wrong)], world.now))
    assert [(2, where)] == [(fault.line, fault.where) for fault in report.faults]


def test_two_lines_with_one_name_are_refused(world: World) -> None:
    """Which of them counts cannot be known."""
    assert [(3, "id")] == [(one.line, one.where) for one in take(world, row(), row(line=3)).faults]


def test_what_is_called_off_here_is_not_brought_back(world: World) -> None:
    """People have been told: it needs a new name."""
    take(world, row())
    take(world, row(cancelled=True))
    assert [(2, "state")] == [(one.line, one.where) for one in take(world, row()).faults]


def test_an_older_revision_is_left_alone(world: World) -> None:
    """The higher SEQUENCE stays, whatever order files come in."""
    take(world, row(sequence=3))
    report = take(world, row(sequence=2, starts=TEN + timedelta(days=2)))
    assert (0, 1) == (report.changed, report.older)


def test_looking_stores_nothing_and_says_the_same(world: World) -> None:
    """A dry run counts as the import does."""
    before = world.counts()
    with world.store.read() as uow:
        seen = imports.look(uow, [row(), row("T2", starts=TEN - timedelta(days=30))], world.now)
    assert (2, 0, 0, 0) == counts(seen)
    assert [(2, "start")] == [(note.line, note.where) for note in seen.notes]
    assert before == world.counts()


def test_of_many_dates_the_next_one_is_told_and_the_rest_in_one_sentence(world: World) -> None:
    """Twenty dates are two messages; what is over, or far ahead, is none."""
    near = [row(f"T{n}", starts=TEN + timedelta(days=n)) for n in range(20)]
    past = [row(f"P{n}", starts=TEN - timedelta(days=60 + n)) for n in range(5)]
    far = [row(f"F{n}", starts=TEN + timedelta(days=200 + n)) for n in range(5)]
    before = len(world.texts("p1"))
    assert (30, 0, 0, 0) == counts(take(world, *near, *past, *far))
    world.to("2026-11-23 12:00")
    told = world.texts("p1")[before:]
    assert 2 == len(told)
    assert "Di 1.12., 10:00" in told[0]
    assert "19" in told[1]
    assert 1 == sum("In Ihren Kalender übernommen: 30 neu" in text for text in world.texts("c1"))


def test_what_speaks_against_a_date_is_noted(world: World) -> None:
    """A free day, something else at that time, somebody who gets no messages: the import goes on and says so."""
    world.write(lambda uow: uow.busy.replace(world.person("c1").id, [Span(utc(TEN), utc(TEN) + timedelta(hours=1))]))
    christmas = datetime(2026, 12, 25, 10, tzinfo=BERLIN)
    with world.store.read() as uow:
        report = imports.look(uow, [row(line=2), row("T2", line=3, starts=christmas), row("T3", line=4)], world.now)
    notes = [(note.line, note.where) for note in report.notes]
    assert {(2, "start"), (3, "start"), (4, "start")} == set(notes)


def utc(moment: datetime) -> datetime:
    """The same instant in UTC."""
    return moment.astimezone(UTC)


def test_of_a_whole_series_a_date_that_is_gone_is_called_off(world: World) -> None:
    """The file names every coming date: what it does not name any more does not take place."""
    series = [
        row(f"S{n}", starts=TEN + timedelta(weeks=n), series="ics:course", whole=True, line=n + 2) for n in range(4)
    ]
    take(world, *series)
    assert (0, 0, 1, 3) == counts(take(world, series[0], series[1], series[3]))


def test_five_hundred_dates_are_one_unit_of_work(world: World) -> None:
    """All are there afterwards, and again nothing is new."""
    days = [TEN + timedelta(days=n // 10, minutes=45 * (n % 10)) for n in range(500)]
    rows = [row(f"T{n}", starts=starts, line=n + 2) for n, starts in enumerate(days)]
    assert (500, 0, 0, 0) == counts(take(world, *rows))
    assert (0, 0, 0, 500) == counts(take(world, *rows))
    assert 500 == len(world.rows()["appointments"])


def test_whoever_has_agreed_to_nothing_is_not_written_to(world: World) -> None:
    """The operator reads who has to be told in another way."""

    def look(uow: UnitOfWork) -> Report:
        return imports.look(uow, [row(people=("p6",), organiser="c2")], world.now)

    assert [(2, "people")] == [(note.line, note.where) for note in world.write(look).notes]
    take(world, row(people=("p6",), organiser="c2"))
    assert [] == world.texts("p6")
