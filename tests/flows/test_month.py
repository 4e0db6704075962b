"""When a month is locked, what goes out of it, and what keeps it from going out (R20, R23 to R25, R27)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from flows.people import PersonId
from flows.rules.attendance import Day, State
from flows.rules.calendar import WorkCalendar
from flows.rules.deadline_rows import TABLE
from flows.rules.deadlines import Deadlines, Occurrence, binding, moments, occurrences
from flows.rules.deadlines import State as Standing
from flows.rules.excuses import Excuse
from flows.rules.month import (
    BERLIN,
    Attendance,
    Code,
    Hindrance,
    Kind,
    NoCode,
    Said,
    Word,
    coded,
    contingent_day,
    hindrance,
    lock_at,
    thirtieths,
)
from flows.rules.participations import Participation, Point, Told

NOW = datetime(2026, 12, 3, 9, tzinfo=UTC)
ANNA, CLARA = PersonId(1), PersonId(2)
CODES = {Kind.PROVEN: Code.K, Kind.REASON: Code.E, Kind.UNEXCUSED: Code.UE, Kind.LEAVE: Code.NOT}


@pytest.mark.parametrize(
    ("month", "locks"),
    [
        (date(2026, 11, 1), datetime(2026, 12, 9, 23, tzinfo=UTC)),
        (date(2027, 3, 1), datetime(2027, 4, 9, 22, tzinfo=UTC)),
        (date(2026, 12, 1), datetime(2027, 1, 9, 23, tzinfo=UTC)),
        (date(2026, 10, 1), datetime(2026, 11, 9, 23, tzinfo=UTC)),
        (date(2027, 10, 1), datetime(2027, 11, 9, 23, tzinfo=UTC)),
        (date(2027, 9, 1), datetime(2027, 10, 9, 22, tzinfo=UTC)),
    ],
)
def test_a_month_locks_on_the_tenth_at_midnight_in_berlin(month: date, locks: datetime) -> None:
    """R23: whatever the clocks of Europe do in between, the year's end included."""
    assert locks == lock_at(month)


@pytest.mark.parametrize("month", [date(2026, 11, 1), date(2026, 12, 1)])
def test_the_contingent_list_is_due_on_the_tenth(month: date) -> None:
    """R24."""
    assert date(2026, 12, 10) == contingent_day(date(2026, 11, 1))
    rows = [row for row in TABLE if row.key == "contingent"]
    found = occurrences(rows, Standing(today=month, months=(month,)), Deadlines(programme="dia-am"), WorkCalendar())
    assert [contingent_day(month)] == [one.due for one in found]


def transmission(month: date) -> Occurrence:
    """The task of a month (R23)."""
    settings = Deadlines(programme="inbeq")
    rows = [row for row in binding(TABLE, settings) if row.key == "month"]
    (found,) = occurrences(rows, Standing(today=month, months=(month,)), settings, WorkCalendar())
    return found


@pytest.mark.parametrize(
    ("month", "due", "days"),
    [
        (date(2026, 11, 1), date(2026, 12, 9), [date(2026, 12, 4), date(2026, 12, 9)]),
        (date(2026, 12, 1), date(2027, 1, 9), [date(2027, 1, 6), date(2027, 1, 8)]),
        (date(2027, 4, 1), date(2027, 5, 9), [date(2027, 5, 5), date(2027, 5, 7)]),
    ],
)
def test_the_ninth_stays_the_ninth_and_reminders_fall_on_working_days(
    month: date, due: date, days: Sequence[date]
) -> None:
    """R23: 9 January 2027 is a Saturday: due on it, said on Friday before; a Sunday likewise."""
    one = transmission(month)
    said = {each.date() for each in moments(one, Deadlines(), WorkCalendar(), BERLIN) if each.date() <= due}
    assert (due, list(days)) == (one.due, sorted(said))


def test_a_saturday_before_is_no_day_to_remind() -> None:
    """5 December 2026 is a Saturday: nothing is said on it."""
    said = {each.date() for each in moments(transmission(date(2026, 11, 1)), Deadlines(), WorkCalendar(), BERLIN)}
    assert date(2026, 12, 5) not in said


def participation(entry: date, end: date | None) -> Participation:
    """From a first day to a last one."""
    dates: dict[str, Told] = {Point.ENTRY: Told(entry, NOW)}
    if end is not None:
        dates[Point.EXIT] = Told(end, NOW)
    return Participation(id=1, person=ANNA, dates=dates)


@pytest.mark.parametrize(
    ("entry", "end", "month", "with_31st", "without"),
    [
        (date(2026, 10, 1), None, date(2026, 11, 1), 30, 30),  # thirty days
        (date(2026, 10, 1), None, date(2026, 12, 1), 30, 30),  # thirty-one days
        (date(2026, 10, 1), None, date(2027, 2, 1), 30, 30),  # twenty-eight days
        (date(2027, 2, 15), None, date(2027, 2, 1), 14, 14),
        (date(2027, 2, 1), date(2027, 2, 27), date(2027, 2, 1), 27, 27),
        (date(2026, 12, 31), None, date(2026, 12, 1), 1, 0),
        (date(2026, 12, 2), None, date(2026, 12, 1), 30, 29),
        (date(2026, 12, 16), None, date(2026, 12, 1), 16, 15),
        (date(2026, 12, 1), date(2026, 12, 30), date(2026, 12, 1), 30, 30),
        (date(2026, 11, 7), date(2026, 11, 8), date(2026, 11, 1), 2, 2),  # a weekend
        (date(2027, 1, 1), None, date(2026, 12, 1), 0, 0),
        (date(2026, 10, 1), date(2026, 11, 30), date(2026, 12, 1), 0, 0),
    ],
)
def test_thirtieths_are_calendar_days_of_participation(
    entry: date, end: date | None, month: date, with_31st: int, without: int
) -> None:
    """R25: weekends count, a whole month is 30 however long it is; the 31st of a part month is a setting."""
    known = participation(entry, end)
    assert with_31st == thirtieths(month, known, counts_31st=True)
    assert without == thirtieths(month, known, counts_31st=False)


def day(number: int, state: State, excuse: Excuse | None = None) -> Day:
    """A day of November."""
    return Day(day=date(2026, 11, number), state=state, excuse=excuse)


def test_only_days_of_absence_have_codes() -> None:
    """R20: K proven, E for a recognised reason, UE; being there, leave and what is called off say nothing."""
    days = (
        day(2, State.PRESENT),
        day(3, State.EXCUSED, Excuse.PROVEN),
        day(4, State.EXCUSED, Excuse.RECOGNISED),
        day(5, State.EXCUSED),
        day(6, State.UNEXCUSED),
        day(9, State.EXCUSED, Excuse.LEAVE),
        day(10, State.CANCELLED),
    )
    found = {on.day: code for on, code in coded(days, CODES).items()}
    assert {3: Code.K, 4: Code.E, 5: Code.E, 6: Code.UE} == found


def test_a_kind_without_a_code_is_named() -> None:
    """Nothing is guessed: the key that is missing in the profile is said."""
    with pytest.raises(NoCode, match=r"attendance\.codes\.own_word is missing"):
        coded((day(3, State.EXCUSED, Excuse.OWN_WORD),), CODES)


def said(word: Word, days: str = "a", minutes: int = 0) -> Said:
    """A word about November."""
    at = NOW + timedelta(minutes=minutes)
    return Said(id=minutes, person=ANNA, month=date(2026, 11, 1), word=word, by=ANNA, at=at, days=days)


WHOLE = (day(2, State.PRESENT),)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ([], Hindrance.NOT_SHOWN),
        ([said(Word.SHOWN)], Hindrance.SILENT),
        ([said(Word.SHOWN), said(Word.RIGHT, minutes=1)], None),
        ([said(Word.SHOWN), said(Word.WRONG, minutes=1)], Hindrance.OBJECTED),
        ([said(Word.WRONG), said(Word.DISCUSSED, minutes=1)], None),
        ([said(Word.DISCUSSED), said(Word.WRONG, minutes=1)], Hindrance.OBJECTED),
        ([said(Word.RIGHT, days="before")], Hindrance.NOT_SHOWN),
        ([said(Word.RIGHT, days="before"), said(Word.SHOWN, minutes=1)], Hindrance.SILENT),
        ([said(Word.DISCUSSED)], None),
        ([said(Word.NOTE)], Hindrance.NOT_SHOWN),
    ],
)
def test_nothing_goes_out_before_the_person_has_seen_it(words: list[Said], found: Hindrance | None) -> None:
    """R27: seen and right, or talked about; what has changed since has not been seen."""
    assert found == hindrance(WHOLE, "a", words, Attendance(), NOW + timedelta(days=30))


def test_how_long_a_silent_person_holds_it_up_is_a_setting() -> None:
    """Without one for as long as nobody has talked about it; with three days until then, to the minute."""
    rule, shown = Attendance(silent_days=3), [said(Word.SHOWN)]
    assert Hindrance.SILENT == hindrance(WHOLE, "a", shown, rule, NOW + timedelta(days=3, minutes=-1))
    assert hindrance(WHOLE, "a", shown, rule, NOW + timedelta(days=3)) is None
    assert Hindrance.OBJECTED == hindrance(
        WHOLE, "a", [*shown, said(Word.WRONG, minutes=5)], rule, NOW + timedelta(days=9)
    )


def test_open_days_hold_it_up_whatever_the_person_says() -> None:
    """Somebody has to decide about them; a profile may do without showing, not without that."""
    for state in (State.OPEN, State.PLANNED):
        days = (*WHOLE, day(3, state))
        assert Hindrance.OPEN_DAYS == hindrance(days, "a", [said(Word.RIGHT)], Attendance(), NOW)
        assert Hindrance.OPEN_DAYS == hindrance(days, "a", [], replace(Attendance(), seen_first=False), NOW)
    assert hindrance(WHOLE, "a", [], replace(Attendance(), seen_first=False), NOW) is None
