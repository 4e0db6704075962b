"""Which days a certificate proves, which stay open, and which dates are no dates of one (R5)."""

from datetime import date, timedelta

import pytest

from flows.engine.events import Reason
from flows.people import PersonId
from flows.rules.absence import Absence, Proof
from flows.rules.calendar import WorkCalendar
from flows.rules.certificates import DateProblem, gap_before, meant_by, open_days, problem_with, told_by
from flows.rules.excuses import Span

MONDAY = date(2026, 11, 23)
FRIDAY = date(2026, 11, 27)
NEXT_MONDAY = date(2026, 11, 30)
CALENDAR = WorkCalendar(frozenset())


def ill(first: date, last: date | None = None, id_: int = 1, **more: object) -> Absence:
    """A report of an illness."""
    proof = {"proof": Proof.OPEN, **more}
    return Absence(id=id_, person=PersonId(1), reason=Reason.ILLNESS, first_day=first, last_day=last, **proof)  # type: ignore[arg-type]  # fields of a report


@pytest.mark.parametrize(
    ("first", "last", "problem"),
    [
        (MONDAY, FRIDAY, None),
        (MONDAY, MONDAY, None),
        (FRIDAY, MONDAY, DateProblem.REVERSED),
        (None, FRIDAY, DateProblem.MISSING),
        (MONDAY, None, DateProblem.MISSING),
        (MONDAY - timedelta(days=180), MONDAY, None),
        (MONDAY - timedelta(days=181), MONDAY, DateProblem.FAR),
        (MONDAY, MONDAY + timedelta(days=180), None),
        (MONDAY, MONDAY + timedelta(days=181), DateProblem.FAR),
        (date(2025, 11, 23), date(2025, 11, 27), DateProblem.FAR),
    ],
)
def test_dates_that_cannot_be(first: date | None, last: date | None, problem: DateProblem | None) -> None:
    """Until before from, a year off, one that is missing."""
    assert problem is problem_with(first, last, MONDAY)


def test_of_a_report_only_the_days_between_are_proven() -> None:
    """The days before and after the certificate are open; a weekend is not asked about."""
    report = ill(MONDAY, date(2026, 12, 1))
    wednesday = Span(date(2026, 11, 25), FRIDAY)
    assert (MONDAY, date(2026, 11, 24), NEXT_MONDAY, date(2026, 12, 1)) == open_days(report, [wednesday], CALENDAR)
    assert () == open_days(report, [Span(MONDAY, FRIDAY), Span(NEXT_MONDAY, date(2026, 12, 4))], CALENDAR)


def test_a_gap_before_the_follow_up_is_named() -> None:
    """Friday to Monday is no gap, Friday to Tuesday is one, and what begins weeks later follows nothing."""
    first = Span(MONDAY, FRIDAY)
    assert () == gap_before(Span(NEXT_MONDAY, NEXT_MONDAY), [first], CALENDAR)
    tuesday = Span(date(2026, 12, 1), date(2026, 12, 4))
    assert (NEXT_MONDAY,) == gap_before(tuesday, [first, tuesday], CALENDAR)
    assert () == gap_before(Span(date(2026, 12, 21), date(2026, 12, 22)), [first], CALENDAR)


def test_a_report_learns_its_end_and_never_a_sooner_one() -> None:
    """Unknown or later: the certificate says it; sooner: the person has said more than is proven."""
    span = Span(MONDAY, FRIDAY)
    assert FRIDAY == told_by(ill(MONDAY), span).last_day
    assert FRIDAY == told_by(ill(MONDAY, MONDAY), span).last_day
    assert NEXT_MONDAY == told_by(ill(MONDAY, NEXT_MONDAY), span).last_day
    assert MONDAY == told_by(ill(MONDAY, MONDAY), Span(NEXT_MONDAY, NEXT_MONDAY)).last_day


def test_a_certificate_is_meant_for_the_open_illness() -> None:
    """Before a proven one, before one that was taken back, before another reason."""
    open_ = ill(MONDAY, FRIDAY, 1)
    later = ill(NEXT_MONDAY, None, 2, proof=Proof.RECEIVED)
    back = ill(NEXT_MONDAY, None, 3, taken_back=True)
    assert open_ == meant_by([later, open_, back])
    assert later == meant_by([later, back])
    assert meant_by([back]) is None
