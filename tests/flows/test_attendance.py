"""What stands of somebody's days, and how many hours they have (F35, R30, R31)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.people import PersonId
from flows.rules.appointments import Mark
from flows.rules.attendance import (
    Conflict,
    DayMark,
    Hours,
    Marked,
    Month,
    Seen,
    State,
    Timetable,
    day_of,
    days_of,
    newest,
    proposal,
)
from flows.rules.calendar import WorkCalendar
from flows.rules.excuses import Excuse, Known
from flows.rules.participations import Participation, Phase, Point, Told, phase_on
from flows.rules.presence_hours import Limits, TooMuch, is_young, minutes_of, warnings

MONDAY = date(2026, 11, 23)
TOMORROW = MONDAY + timedelta(days=1)
NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
ANNA, CLARA = PersonId(1), PersonId(2)
FREE = frozenset({date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 31)})


def mark(marked: Marked, minutes: int = 0, id_: int = 1) -> DayMark:
    """A word of staff about Monday."""
    at = NOON + timedelta(minutes=minutes)
    return DayMark(id=id_, person=ANNA, day=MONDAY, marked=marked, by=CLARA, at=at)


def seen(*marks: Marked, excuse: Excuse | None = None, appointments: tuple[Mark, ...] = ()) -> Seen:
    """A planned Monday with these marks, in order."""
    made = tuple(mark(one, number, number) for number, one in enumerate(marks))
    return Seen(day=MONDAY, planned=True, marks=made, appointments=appointments, excuse=excuse)


@pytest.mark.parametrize(
    ("known", "state", "conflicts"),
    [
        (seen(), State.OPEN, ()),
        (seen(Marked.PRESENT), State.PRESENT, ()),
        (seen(Marked.MISSING), State.OPEN, ()),
        (seen(Marked.MISSING, excuse=Excuse.OPEN), State.OPEN, ()),
        (seen(Marked.MISSING, excuse=Excuse.DECLINED), State.OPEN, ()),
        (seen(Marked.MISSING, excuse=Excuse.PROVEN), State.EXCUSED, (Conflict.EXCUSED_BUT_MISSING,)),
        (seen(Marked.UNEXCUSED), State.UNEXCUSED, ()),
        (seen(Marked.UNEXCUSED, excuse=Excuse.PROVEN), State.EXCUSED, (Conflict.EXCUSED_BUT_MISSING,)),
        (seen(Marked.UNEXCUSED, excuse=Excuse.LEAVE), State.UNEXCUSED, (Conflict.EXCUSED_BUT_MISSING,)),
        (seen(Marked.UNEXCUSED, excuse=Excuse.DECLINED), State.UNEXCUSED, ()),
        (seen(Marked.EXCUSED, excuse=Excuse.PROVEN), State.EXCUSED, ()),
        (seen(Marked.CANCELLED, excuse=Excuse.OPEN), State.CANCELLED, ()),
        (seen(Marked.PRESENT, excuse=Excuse.OPEN), State.PRESENT, (Conflict.PRESENT_DESPITE_REPORT,)),
        (seen(Marked.PRESENT, excuse=Excuse.DECLINED), State.PRESENT, ()),
        (seen(Marked.UNEXCUSED, Marked.PRESENT), State.PRESENT, ()),
        (seen(excuse=Excuse.OWN_WORD), State.EXCUSED, ()),
        (seen(excuse=Excuse.RECOGNISED), State.EXCUSED, ()),
        (seen(excuse=Excuse.OPEN), State.OPEN, ()),
        (seen(appointments=(Mark.ATTENDED, Mark.MISSED)), State.PRESENT, ()),
        (seen(appointments=(Mark.MISSED,)), State.OPEN, ()),
        (seen(appointments=(Mark.CANCELLED_BY_CARRIER,)), State.CANCELLED, ()),
        (seen(Marked.UNEXCUSED, appointments=(Mark.ATTENDED,)), State.UNEXCUSED, (Conflict.MARKS_DIFFER,)),
        (seen(Marked.PRESENT, appointments=(Mark.MISSED,)), State.PRESENT, (Conflict.MARKS_DIFFER,)),
    ],
)
def test_a_past_day_stands_as_it_was_said(known: Seen, state: State, conflicts: tuple[Conflict, ...]) -> None:
    """The newest mark stands, then appointments, then the excuse; a certificate goes before "unexcused" (R5)."""
    day = day_of(known, TOMORROW)
    assert day is not None
    assert (state, conflicts) == (day.state, day.conflicts)


def test_nobody_is_unexcused_by_the_clock() -> None:
    """Whatever is known and however long ago it was, without a word of a person it is open at most."""
    for excuse in (None, *Excuse):
        for met in ((), (Mark.MISSED,)):
            day = day_of(seen(excuse=excuse, appointments=met), MONDAY + timedelta(days=400))
            assert day is not None
            assert State.UNEXCUSED is not day.state


def test_what_is_to_come_is_planned_unless_it_is_excused() -> None:
    """Leave shows before the day has come."""
    for excuse, state in ((None, State.PLANNED), (Excuse.LEAVE, State.EXCUSED), (Excuse.OPEN, State.OPEN)):
        day = day_of(seen(excuse=excuse), MONDAY)
        assert day is not None
        assert state == day.state


def test_confirming_a_sheet_says_what_is_known() -> None:
    """There, unless reported (not there, whatever becomes of it) or excused."""
    for excuse, marked in (
        (None, Marked.PRESENT),
        (Excuse.OPEN, Marked.MISSING),
        (Excuse.DECLINED, Marked.MISSING),
        (Excuse.PROVEN, Marked.EXCUSED),
        (Excuse.LEAVE, Marked.EXCUSED),
    ):
        day = day_of(seen(excuse=excuse), TOMORROW)
        assert day is not None
        assert marked == proposal(day)


def december(**more: object) -> Month:
    """A month that somebody begins on the 7th and ends on the 30th."""
    dates: dict[str, Told] = {Point.ENTRY: Told(date(2026, 12, 7), NOON), Point.EXIT: Told(date(2026, 12, 30), NOON)}
    month = Month(
        first=date(2026, 12, 1),
        timetable=Timetable(),
        calendar=WorkCalendar(free_days=FREE),
        participation=Participation(id=1, person=ANNA, dates=dates),
        known=Known(verdicts={}),
    )
    return replace(month, **more)  # type: ignore[arg-type]  # fields of a month


def test_a_month_has_the_days_of_the_programme() -> None:
    """Weekdays of the profile from the first day to the last; free days, 24 and 31 December among them, are free."""
    days = [day.day.day for day in days_of(december(), date(2027, 1, 4))]
    assert [7, 8, 9, 10, 11, 14, 15, 16, 17, 18, 21, 22, 23, 28, 29, 30] == days


def test_a_group_appointment_makes_a_day_of_its_own() -> None:
    """A Saturday counts where a group was invited; before the first day and on days of others it does not."""
    met = ((date(2026, 12, 12), Mark.ATTENDED), (date(2026, 12, 5), None))
    days = {day.day: day.state for day in days_of(december(appointments=met), date(2027, 1, 4))}
    assert State.PRESENT == days[date(2026, 12, 12)]
    assert date(2026, 12, 5) not in days


def test_without_a_first_day_nothing_is_planned() -> None:
    """Nobody is missing from what they have not begun."""
    assert () == days_of(december(participation=None), date(2027, 1, 4))


HISTORIES = st.lists(st.tuples(st.sampled_from(Marked), st.integers(0, 3)), max_size=12)


@given(HISTORIES)
def test_of_any_history_the_newest_stands_and_none_is_lost(told: list[tuple[Marked, int]]) -> None:
    """In whatever order they are read, with the same instants too: the last one written at the last instant stands."""
    marks = [mark(marked, minutes, number) for number, (marked, minutes) in enumerate(told)]
    last = newest(reversed(marks))
    assert newest(marks) == last
    assert (last is None) == (not told)
    if last is not None:
        assert all((one.at, one.id) <= (last.at, last.id) for one in marks)
        day = day_of(replace(seen(), marks=tuple(marks)), TOMORROW)
        assert day is not None
        assert last == day.mark


def hours(left: str, *breaks: int, came: str = "08:00") -> Hours:
    """A day from eight, or another time."""
    return Hours(came=time.fromisoformat(came), left=time.fromisoformat(left), breaks=breaks)


@pytest.mark.parametrize(
    ("day", "minutes", "found"),
    [
        (hours("17:45", 15, 30), 540, ()),
        (hours("17:46", 15, 30), 541, (TooMuch.TOO_LONG,)),
        (hours("17:00"), 540, ()),
        (hours("17:01"), 541, (TooMuch.TOO_LONG,)),
        (hours("17:10", 14), 550, (TooMuch.TOO_LONG,)),
        (hours("08:00"), 0, (TooMuch.BACKWARDS,)),
        (hours("07:00"), 0, (TooMuch.BACKWARDS,)),
    ],
)
def test_nine_hours_are_fine_and_a_minute_more_is_not(day: Hours, minutes: int, found: tuple[TooMuch, ...]) -> None:
    """R31: real breaks are not counted; one of 14 minutes is none."""
    assert (minutes, found) == (minutes_of(day), warnings(day, Limits(), young=False))


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (hours("17:00", 30, 30), ()),
        (hours("17:01", 30, 30), (TooMuch.TOO_LONG,)),
        (hours("16:00", 15, 30), (TooMuch.BREAKS_SHORT,)),
        (hours("14:00"), ()),
    ],
)
def test_under_18_it_is_stricter(day: Hours, found: tuple[TooMuch, ...]) -> None:
    """R31: by the profile's own limits."""
    assert found == warnings(day, Limits(), young=True)
    assert () == warnings(day, replace(Limits(), young_most=600, young_breaks=0), young=True)


def test_somebody_is_young_until_the_day_before_the_birthday() -> None:
    """Who is born on 29 February is of age on 1 March; without a birthday nobody is taken for young."""
    assert is_young(date(2008, 11, 24), MONDAY)
    assert not is_young(date(2008, 11, 23), MONDAY)
    assert is_young(date(2008, 2, 29), date(2026, 2, 28))
    assert not is_young(date(2008, 2, 29), date(2026, 3, 1))
    assert not is_young(None, MONDAY)


@pytest.mark.parametrize(
    ("day", "planned"),
    [
        (date(2026, 12, 11), True),  # the last working day of the first phase
        (date(2026, 12, 14), False),  # in a company
        (date(2026, 12, 16), True),  # there as well: a group appointment here
    ],
)
def test_only_times_at_the_own_place_are_planned(day: date, *, planned: bool) -> None:
    """R23, S1:749: in a phase that takes place elsewhere only group appointments count."""
    phases = (Phase(key="entry", name="Eintritt", weeks=1), Phase(key="qualification", name="Qualifizierung"))
    timetable = Timetable(only_in=frozenset({"entry"}), phases=phases)
    month = december(timetable=timetable, appointments=((date(2026, 12, 16), None),))
    assert planned == (day in {one.day for one in days_of(month, date(2027, 1, 4))})


def test_a_phase_goes_on_until_its_end_is_known() -> None:
    """By its weeks as a rule, then by what staff have told; without phases there is none."""
    phases = (Phase(key="entry", name="E", weeks=1), Phase(key="work", name="W"), Phase(key="after", name="N"))
    known = Participation(id=1, person=ANNA, dates={Point.ENTRY: Told(date(2026, 12, 7), NOON)})
    told = replace(known, dates={**known.dates, phases[1].end: Told(date(2026, 12, 20), NOON)})
    days = [date(2026, 12, number) for number in (13, 14, 21)]
    assert ["entry", "work", "work"] == [phase_on(known, phases, day) for day in days]
    assert ["entry", "work", "after"] == [phase_on(told, phases, day) for day in days]
    assert "" == phase_on(known, (), days[0])
