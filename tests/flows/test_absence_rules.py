"""Absence rules: what a second report does to a first one, what taking back means, when proof is asked for."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.engine.events import AbsenceChanged, AbsenceReported, AbsenceTakenBack, Reason
from flows.rules.absence import OPEN_DAYS, Absence, Proof, Told, covers, proof_days, settle, standing, withdrawn
from flows.rules.calendar import WorkCalendar
from tests.flows.samples import CHRISTMAS, P1, TODAY, absence

ILLNESS, OTHER, MOVING = Reason.ILLNESS, Reason.OTHER, Reason.MOVING


def day(number: int) -> date:
    """A day counted from today."""
    return TODAY + timedelta(days=number)


def told(first: int, last: int | None = None, reason: Reason = ILLNESS) -> Told:
    """A report for days counted from today."""
    return Told(P1, reason, day(first), None if last is None else day(last))


def carry_out(
    absences: tuple[Absence, ...], events: tuple[AbsenceReported | AbsenceChanged | AbsenceTakenBack, ...]
) -> tuple[Absence, ...]:
    """The records after the events, as the handlers keep them."""
    kept = {one.id: one for one in absences}
    for event in events:
        if isinstance(event, AbsenceReported):
            id_ = max(kept, default=0) + 1
            kept[id_] = replace(absence(event.first_day, event.last_day, id_=id_), reason=event.reason)
        elif isinstance(event, AbsenceTakenBack):
            kept[event.absence] = replace(kept[event.absence], taken_back=True)
        else:
            kept[event.absence] = replace(
                kept[event.absence], reason=event.reason, first_day=event.first_day, last_day=event.last_day
            )
    return tuple(reversed(kept.values()))


def days_of(one: Absence) -> set[date]:
    """The days a report speaks of."""
    return {one.first_day + timedelta(days=n) for n in range(120) if covers(one, one.first_day + timedelta(days=n))}


REPORTS = st.tuples(
    st.integers(-14, 40), st.none() | st.integers(0, 25), st.sampled_from(list(Reason)), st.integers(0, 9)
)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.tuples(REPORTS, st.booleans()), max_size=6))
def test_no_day_is_ever_reported_twice(reports: list[tuple[tuple[int, int | None, Reason, int], bool]]) -> None:
    """Whatever is reported and taken back in whatever order, no two reports that stand speak of the same day."""
    absences: tuple[Absence, ...] = ()
    now = 0
    for (first, length, reason, wait), takes_back in reports:
        now += wait
        stand = standing(absences, day(now))
        if takes_back and stand:
            absences = carry_out(absences, (withdrawn(stand[0], day(now)),))
        else:
            start = now + first
            said = told(start, None if length is None else start + length, reason)
            absences = carry_out(absences, settle(said, absences, day(now)))
        for one, other in combinations([each for each in absences if not each.taken_back], 2):
            assert not days_of(one) & days_of(other)
        for each in absences:
            assert each.taken_back or each.last_day is None or each.first_day <= each.last_day


@settings(max_examples=300, deadline=None)
@given(REPORTS)
def test_the_same_report_again_changes_nothing(report: tuple[int, int | None, Reason, int]) -> None:
    """A report that is told twice is recorded once, and the second time nothing new is known."""
    first, length, reason, _ = report
    said = told(first, None if length is None else first + length, reason)
    absences = carry_out((), settle(said, (), TODAY))
    assert 1 == len(absences)
    assert () == settle(said, absences, TODAY)


@settings(max_examples=300, deadline=None)
@given(REPORTS, REPORTS)
def test_a_report_is_covered_afterwards(
    one: tuple[int, int | None, Reason, int], two: tuple[int, int | None, Reason, int]
) -> None:
    """After any report its first day and its last day are covered by a report that stands."""
    absences: tuple[Absence, ...] = ()
    for first, length, reason, _ in (one, two):
        said = told(first, None if length is None else first + length, reason)
        absences = carry_out(absences, settle(said, absences, TODAY))
        assert any(covers(each, said.first_day) for each in absences)
        assert any(covers(each, said.last_day or said.first_day) for each in absences)


def test_a_first_report_is_new() -> None:
    """What nobody has reported yet is a new report."""
    assert (AbsenceReported(who=P1, reason=ILLNESS, first_day=day(0)),) == settle(told(0), (), TODAY)


def test_another_week_is_another_report() -> None:
    """A report without an end covers a week; what begins later is a new one."""
    known = absence(day(0))
    assert isinstance(settle(told(OPEN_DAYS + 1), (known,), day(OPEN_DAYS + 1))[0], AbsenceReported)
    assert isinstance(settle(told(OPEN_DAYS), (known,), day(OPEN_DAYS))[0], AbsenceChanged)


def test_what_was_taken_back_stands_no_more() -> None:
    """A report for a day whose report was taken back is new."""
    gone = replace(absence(day(0)), taken_back=True)
    assert isinstance(settle(told(0), (gone,), TODAY)[0], AbsenceReported)


def test_an_end_learnt_later_changes_the_report() -> None:
    """Until when, told in a second message, changes the first report."""
    (change,) = settle(told(0, 4), (absence(day(0)),), TODAY)
    assert AbsenceChanged(who=P1, reason=ILLNESS, first_day=day(0), last_day=day(4), absence=7) == change


def test_something_else_keeps_the_reason_known_before() -> None:
    """ "I cannot come" after "I am ill" does not make the illness something else."""
    (change,) = settle(told(0, 2, OTHER), (absence(day(0)),), TODAY)
    assert ILLNESS is change.reason


def test_another_reason_for_the_same_first_day_replaces_it() -> None:
    """Another reason for the same days is a change of the report."""
    (change,) = settle(told(0, None, MOVING), (absence(day(0)),), TODAY)
    assert (AbsenceChanged, MOVING) == (type(change), change.reason)


def test_another_reason_later_on_ends_the_first_report_the_day_before() -> None:
    """Who is ill and then moves house has two reports, one after the other."""
    ended, new = settle(told(2, 3, MOVING), (absence(day(0)),), TODAY)
    assert day(1) == ended.last_day
    assert (AbsenceReported, day(2)) == (type(new), new.first_day)


def test_the_same_on_a_later_day_says_that_it_goes_on() -> None:
    """ "I am ill" on the third day of an illness without an end is passed on, once a day is not once too often."""
    assert 1 == len(settle(told(2), (absence(day(0)),), day(2)))
    assert 0 == len(settle(told(2), (absence(day(0), day(5)),), day(2)))


def test_taking_back_before_the_first_day_takes_it_all_back() -> None:
    """A report that has not begun before today is taken back."""
    for first in (0, 3):
        taken = withdrawn(absence(day(first)), TODAY)
        assert AbsenceTakenBack(who=P1, first_day=day(first), absence=7) == taken


def test_coming_back_ends_a_longer_absence_yesterday() -> None:
    """Who has been away for days and comes back was absent until yesterday."""
    ended = withdrawn(absence(day(-3), day(2)), TODAY)
    assert isinstance(ended, AbsenceChanged)
    assert (day(-3), day(-1)) == (ended.first_day, ended.last_day)


def test_only_what_speaks_of_today_or_later_stands() -> None:
    """Reports that are over or taken back do not stand."""
    over, now, taken = absence(day(-5), day(-1)), absence(day(-5), day(0), id_=2), absence(day(0), id_=3)
    assert (now,) == standing((over, now, replace(taken, taken_back=True)), TODAY)


@pytest.mark.parametrize(
    ("first", "days"),
    [
        (date(2026, 11, 23), (date(2026, 11, 24), date(2026, 11, 25))),
        (date(2026, 11, 20), (date(2026, 11, 23), date(2026, 11, 24))),
        (date(2026, 11, 21), (date(2026, 11, 24), date(2026, 11, 25))),
        (date(2026, 12, 23), (date(2026, 12, 28), date(2026, 12, 29))),
    ],
)
def test_proof_is_asked_for_on_the_second_and_third_working_day(first: date, days: tuple[date, ...]) -> None:
    """The days are counted from the first day of absence, without weekends and holidays (R3)."""
    known = replace(absence(first), proof=Proof.OPEN)
    assert days == proof_days(known, WorkCalendar(CHRISTMAS))


def test_a_report_around_another_one_keeps_every_day() -> None:
    """Ill from Monday to Friday with a move on Wednesday: two reports of illness around the move, none for its day."""
    move = replace(absence(day(2), day(2)), reason=MOVING)
    kept = carry_out((move,), settle(told(0, 4), (move,), TODAY))
    assert [(day(0), day(1)), (day(2), day(2)), (day(3), day(4))] == sorted(
        (one.first_day, one.last_day) for one in kept if one.last_day
    )
    assert [ILLNESS, ILLNESS, MOVING] == sorted((one.reason for one in kept), key=lambda reason: reason.value)
