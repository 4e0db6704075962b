"""Leave: every vector of the source, what speaks against a request, and an account that is right after any history."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.people import PersonId
from flows.rules.calendar import WorkCalendar
from flows.rules.excuses import Span
from flows.rules.grounds import REGISTER
from flows.rules.leave import (
    Account,
    Around,
    Conflict,
    Deed,
    FullMonth,
    Illness,
    Leave,
    LeaveRule,
    LeaveState,
    LeaveStep,
    Participating,
    Rounding,
    account,
    conflicts,
    days_for,
    extra_days,
    extra_for,
    full_months,
    granted,
    has_extra,
    used,
    working_days,
)

RULE = LeaveRule()
CALENDAR = WorkCalendar(frozenset({date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 31), date(2027, 1, 1)}))
TODAY = date(2026, 11, 23)
MONTHS = [(0, 0), (1, 3), (2, 5), (3, 8), (4, 10), (5, 13), (7, 18), (11, 28), (12, 30), (24, 60), (36, 90)]
SPANS = [
    ("2027-03-15", "2027-04-13", 0),
    ("2027-03-15", "2027-04-14", 1),
    ("2027-01-31", "2027-02-27", 0),
    ("2027-01-31", "2027-02-28", 1),
    ("2028-01-31", "2028-02-28", 0),
    ("2028-01-31", "2028-02-29", 1),
    ("2027-05-10", "2027-05-31", 0),
]


@pytest.mark.parametrize(("months", "days"), MONTHS)
def test_two_and_a_half_days_a_month_rounded_once(months: int, days: int) -> None:
    """R41, R42: fractions go up, on the total."""
    assert days == days_for(months, RULE)
    assert days == -(-5 * months // 2)


@pytest.mark.parametrize(("entry", "last", "months"), SPANS)
def test_a_full_month_begins_on_the_day_of_entry(entry: str, last: str, months: int) -> None:
    """R43: leap years and short months as the vectors say."""
    assert months == full_months(date.fromisoformat(entry), date.fromisoformat(last))


def test_calendar_months_are_a_setting() -> None:
    """From 15 March to 14 May there is one whole month of the calendar, April, and there are two of participation."""
    entry, last = date(2027, 3, 15), date(2027, 5, 14)
    assert [2, 1] == [full_months(entry, last, kind) for kind in (FullMonth.PARTICIPATION, FullMonth.CALENDAR)]
    assert 1 == full_months(entry, date(2027, 4, 30), FullMonth.CALENDAR)
    assert 0 == full_months(entry, date(2027, 4, 29), FullMonth.CALENDAR)


@settings(deadline=None)
@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 1200))
def test_a_month_more_needs_at_least_28_days(entry: date, days: int) -> None:
    """Months grow with days, never by two at once, and a month has 28 to 31 days."""
    months = full_months(entry, entry + timedelta(days=days))
    assert months - full_months(entry, entry + timedelta(days=days - 1)) in {0, 1}
    assert 28 * months <= days + 1
    assert days + 1 < 31 * (months + 1) + 1


@pytest.mark.parametrize(("degree", "has"), [(50, True), (100, True), (49, False), (30, False), (0, False)])
def test_extra_leave_begins_at_fifty(degree: int, has: bool) -> None:
    """R44: 50 gives five days, 49 none, 30 with equal status none: the degree alone counts."""
    assert has == has_extra(degree)


@pytest.mark.parametrize(("months", "days"), [(1, 1), (2, 1), (3, 2), (6, 3), (8, 4), (10, 5), (12, 5)])
def test_extra_leave_of_a_part_of_a_year_is_rounded_up(months: int, days: int) -> None:
    """R45, as the document says it."""
    assert days == extra_for(months, RULE)


@pytest.mark.parametrize(("months", "days"), [(1, 0), (2, 1), (3, 1), (6, 3), (8, 3), (10, 4), (12, 5)])
def test_the_law_rounds_from_a_half_on(months: int, days: int) -> None:
    """R45, where the profile follows § 208 (2) SGB IX instead."""
    assert days == extra_for(months, LeaveRule(extra_rounding=Rounding.HALF_UP))


def test_each_year_has_extra_leave_of_its_own() -> None:
    """Status found on 1 October: three months of that year, then a whole year."""
    assert 2 + 5 == extra_days(date(2026, 10, 1), date(2027, 12, 31), RULE)
    assert 5 == extra_days(date(2027, 1, 1), date(2027, 12, 31), RULE)


def test_extra_leave_is_kept_as_a_special_category() -> None:
    """R46: its ground is named beside that of the programme."""
    assert "Art. 9" in REGISTER["extra_leave"].special


def test_days_nobody_works_are_no_leave() -> None:
    """Weekends, public holidays and the programme's own free days."""
    days = working_days(date(2026, 12, 21), date(2027, 1, 3), CALENDAR)
    assert [21, 22, 23, 28, 29, 30] == [day.day for day in days]


def test_an_account_grows_with_the_months() -> None:
    """Earned so far, and for the whole participation; both with extra leave where it may be seen."""
    known = Participating(entry=date(2026, 9, 1), end=date(2027, 8, 31), extra_from=date(2026, 9, 1))
    assert Account(so_far=5 + 1, whole=30 + 2 + 4, taken=3) == account(known, TODAY, 3, RULE)
    hidden = account(known, TODAY, 3, RULE, with_extra=False)
    assert (Account(so_far=5, whole=30, taken=3), 27) == (hidden, hidden.left)
    assert Account(taken=3) == account(Participating(), TODAY, 3, RULE)
    assert 2 == account(Participating(entry=date(2026, 9, 1)), TODAY, 3, RULE).left
    ended = account(Participating(entry=date(2026, 9, 1), end=date(2026, 9, 30)), TODAY, 0, RULE)
    assert (3, 3) == (ended.so_far, ended.whole)


def test_other_rules_are_settings() -> None:
    """Two days a month, rounded from a half on."""
    rule = LeaveRule(per_month=Fraction(3, 2), rounding=Rounding.HALF_UP)
    assert [0, 2, 3, 5] == [days_for(months, rule) for months in range(4)]


AROUND = Around(
    today=TODAY,
    calendar=CALENDAR,
    known=Participating(entry=date(2026, 9, 1), end=date(2027, 8, 31)),
    left=4,
    taken=(Span(date(2026, 12, 14), date(2026, 12, 15)),),
    absent=(Span(date(2026, 11, 23), date(2026, 11, 24)),),
    dates=(date(2026, 12, 8),),
)


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2026-11-30", "2026-12-02", ()),
        ("2026-12-02", "2026-12-01", (Conflict.REVERSED,)),
        ("2026-11-20", "2026-11-20", (Conflict.PAST,)),
        ("2026-12-12", "2026-12-13", (Conflict.NO_WORKING_DAY,)),
        ("2026-12-11", "2026-12-14", (Conflict.OVERLAP,)),
        ("2026-12-07", "2026-12-11", (Conflict.TOO_MANY, Conflict.APPOINTMENT)),
        ("2026-11-24", "2026-11-25", (Conflict.ILL,)),
        ("2027-08-31", "2027-09-01", (Conflict.AFTER_END,)),
        ("2027-01-04", "2027-04-30", (Conflict.TOO_LONG, Conflict.TOO_MANY)),
    ],
)
def test_what_speaks_against_a_request(first: str, last: str, found: tuple[Conflict, ...]) -> None:
    """Each conflict by itself, and those that come together."""
    assert found == conflicts(date.fromisoformat(first), date.fromisoformat(last), AROUND)


def test_leave_before_the_first_day_is_not_needed() -> None:
    """Whoever has not begun has no leave yet."""
    around = Around(today=TODAY, calendar=CALENDAR, known=Participating(entry=date(2027, 1, 4)), left=0)
    assert Conflict.BEFORE_ENTRY in conflicts(date(2026, 12, 28), date(2026, 12, 28), around)


ME = PersonId(1)
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
MOVES = st.lists(
    st.tuples(
        st.sampled_from(["ask", "ask", "grant", "decline", "question", "back", "ill"]),
        st.integers(0, 60),
        st.integers(0, 8),
    ),
    max_size=40,
)


@settings(deadline=None)
@given(MOVES)
def test_no_history_makes_the_account_wrong(moves: list[tuple[str, int, int]]) -> None:
    """Asked, granted, declined, taken back, ill: what is taken is exactly the days that were granted and not ill."""
    requests: list[Leave] = []
    ill: set[date] = set()
    expected: set[date] = set()
    for number, (move, at, length) in enumerate(moves):
        first = TODAY + timedelta(days=at)
        last = first + timedelta(days=length)
        if move == "ask":
            taken = tuple(one.span for one in requests if one.stands)
            around = Around(today=TODAY, calendar=CALENDAR, known=Participating(), left=None, taken=taken)
            if not conflicts(first, last, around):
                step = LeaveStep(deed=Deed.REQUESTED, by=ME, at=NOW)
                requests.append(Leave(id=number, person=ME, first=first, last=last, steps=(step,)))
        elif move == "ill":
            ill |= {first + timedelta(days=one) for one in range(length + 1)}
        elif requests:
            index = at % len(requests)
            requests[index] = decided(requests[index], move, expected)
    spans = granted(requests)
    assert len({day for day in expected if day not in ill}) == used(spans, CALENDAR, ill.__contains__, RULE)
    counted = LeaveRule(illness=Illness.COUNTED)
    assert len(expected) == used(spans, CALENDAR, ill.__contains__, counted)
    for one in requests:
        assert len({step.deed for step in one.steps} & {Deed.GRANTED, Deed.DECLINED}) <= 1


def decided(leave: Leave, move: str, expected: set[date]) -> Leave:
    """One deed, where the request is still such that it can be done; `expected` are the days granted by then."""
    days = {day for day in days_of(leave) if day.weekday() < 5 and day not in CALENDAR.free_days}
    if move == "back" and leave.stands:
        if leave.state is LeaveState.GRANTED:
            expected -= days
        return leave.done(LeaveStep(deed=Deed.TAKEN_BACK, by=ME, at=NOW))
    if leave.state is not LeaveState.REQUESTED or move == "back":
        return leave
    if move == "grant":
        expected |= days
    deeds = {"grant": Deed.GRANTED, "decline": Deed.DECLINED, "question": Deed.ASKED}
    return leave.done(LeaveStep(deed=deeds[move], by=ME, at=NOW))


def days_of(leave: Leave) -> list[date]:
    """Every day from the first to the last."""
    return [leave.first + timedelta(days=one) for one in range((leave.last - leave.first).days + 1)]
