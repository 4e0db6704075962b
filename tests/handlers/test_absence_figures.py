"""Rates of absence follow the sheet where one was kept, and reports elsewhere; what was closed stays counted so."""

from datetime import UTC, date, datetime, timedelta

import pytest

from flows.engine.events import Reason
from flows.rules.absence import Absence, Proof
from flows.rules.absence_figures import ALL, Absent, Share
from flows.rules.attendance import Marked
from flows.rules.leave import working_days
from handlers import absence_figures, attendance, dates, open_days, statements
from handlers.occasion import Occasion
from storage.uow import UnitOfWork
from tests.handlers.world import World

NOVEMBER, LAST = date(2026, 11, 1), date(2026, 11, 30)
BEFORE, AFTER = datetime(2026, 12, 2, 9, tzinfo=UTC), datetime(2026, 12, 11, 9, tzinfo=UTC)
WITH_SHEET = ("p1", "p2", "p3", "p4")
MARKED = (
    *(Marked.UNEXCUSED,) * 2,
    *(Marked.EXCUSED,) * 3,
    Marked.CANCELLED,
    *(None,) * 2,
)
"""The first days of everybody with a sheet; on all others they were there."""


@pytest.fixture
def november(world: World) -> World:
    """Twenty-one working days of five people; four have a sheet, Daniel was ill for a week with a sick note."""
    world.now = BEFORE
    world.write(_live)
    return world


def _live(uow: UnitOfWork) -> None:
    occasion, clara = Occasion(uow=uow, now=BEFORE, cause="test"), uow.people.by_handle("c1")
    assert clara is not None
    days = list(working_days(NOVEMBER, LAST, occasion.calendar))
    assert 21 == len(days)
    for handle in (*WITH_SHEET, "p5"):
        person = uow.people.by_handle(handle)
        assert person is not None
        dates.keep(uow, person, ("entry", NOVEMBER), None, BEFORE)
        if handle == "p5":
            report_ill(uow, handle, days[5], days[5] + timedelta(days=4))
            continue
        for number, day in enumerate(days):
            marked = MARKED[number] if number < len(MARKED) else Marked.PRESENT
            if marked is not None:
                attendance.mark(occasion, clara, person, day, (marked, None))


def report_ill(uow: UnitOfWork, handle: str, first: date, last: date) -> None:
    """Somebody was ill, and the sick note is there."""
    person = uow.people.by_handle(handle)
    assert person is not None
    ill = Absence(
        id=uow.new_id(), person=person.id, reason=Reason.ILLNESS, first_day=first, last_day=last, proof=Proof.RECEIVED
    )
    uow.absences.add(ill, BEFORE)


def rates(world: World) -> dict[Share, Absent | None]:
    """The shares of November, of everybody."""
    with world.store.read() as uow:
        found = absence_figures.read(uow, world.now)
    return {one.share: one.count for one in found if (one.first, one.by) == (NOVEMBER, ALL)}


def test_the_sheet_counts_where_one_was_kept(november: World) -> None:
    """Called-off days are not planned; open ones are open though nobody reported; without a sheet reports count."""
    planned = 4 * 20 + 21
    there = planned - 4 * 7 - 5
    expected = {
        Share.EXCUSED: Absent(4 * 3 + 5, there, planned),
        Share.OPEN: Absent(4 * 2, there, planned),
        Share.UNEXCUSED: Absent(4 * 2, there, planned),
    }
    assert expected == rates(november)


def test_a_closed_month_counts_as_it_was_closed_and_decided(november: World) -> None:
    """A sick note that comes later changes nothing; an open day that was decided after the lock counts as decided."""
    clara = november.person("c1")
    before = rates(november)

    def close(uow: UnitOfWork) -> None:
        occasion = Occasion(uow=uow, now=AFTER, cause="test")
        for handle in WITH_SHEET:
            person = uow.people.by_handle(handle)
            assert person is not None
            statements.close(occasion, person, NOVEMBER)
            report_ill(uow, handle, date(2026, 11, 2), date(2026, 11, 3))

    november.now = AFTER
    november.write(close)
    assert before == rates(november)

    def decide(uow: UnitOfWork) -> None:
        occasion, jonas = Occasion(uow=uow, now=AFTER, cause="test"), uow.people.by_handle("p1")
        assert jonas is not None
        for day in (one.day for one in attendance.month_of(occasion, jonas, NOVEMBER) if one.state == "open"):
            assert open_days.can_be_decided(occasion, jonas, day)
            open_days.decide(occasion, clara, jonas, (day, Marked.PRESENT))

    november.write(decide)
    after = rates(november)
    open_ = before[Share.OPEN]
    assert open_ is not None
    assert Absent(open_.days - 2, open_.there + 2, open_.planned) == after[Share.OPEN]
