"""What stands of a day somebody was not there (R2, R5, R6)."""

from datetime import date

import pytest

from flows.engine.events import Reason
from flows.people import PersonId
from flows.rules.absence import Absence, Proof
from flows.rules.excuses import Excuse, Known, Span, Verdict, excuse_on

MONDAY, TUESDAY = date(2026, 11, 2), date(2026, 11, 3)


def report(reason: Reason = Reason.ILLNESS, proof: Proof = Proof.OPEN, *, id_: int = 1, back: bool = False) -> Absence:
    """A report for one Monday."""
    return Absence(
        id=id_, person=PersonId(7), reason=reason, first_day=MONDAY, last_day=MONDAY, proof=proof, taken_back=back
    )


@pytest.mark.parametrize(
    ("proof", "excuse"),
    [(Proof.OPEN, Excuse.OPEN), (Proof.NOT_NEEDED, Excuse.OWN_WORD), (Proof.RECEIVED, Excuse.PROVEN)],
)
def test_illness_follows_its_proof(proof: Proof, excuse: Excuse) -> None:
    """Ill without a certificate is open, by own word where that is the rule, proven with one (R2, R5)."""
    assert excuse == excuse_on(MONDAY, Known(reports=(report(proof=proof),), verdicts={}))


@pytest.mark.parametrize("verdict", list(Verdict))
def test_nobody_declines_what_a_certificate_covers(verdict: Verdict) -> None:
    """R5: whatever somebody decided, a certificate goes before it."""
    known = Known(reports=(report(),), verdicts={1: verdict}, certificates=(Span(MONDAY, MONDAY),))
    assert Excuse.PROVEN == excuse_on(MONDAY, known)


@pytest.mark.parametrize(
    ("verdict", "excuse"),
    [
        (None, Excuse.OPEN),
        (Verdict.ASKED, Excuse.OPEN),
        (Verdict.RECOGNISED, Excuse.RECOGNISED),
        (Verdict.DECLINED, Excuse.DECLINED),
    ],
)
def test_every_other_reason_is_decided_by_a_person(verdict: Verdict | None, excuse: Excuse) -> None:
    """R6: open until a person has recognised or declined it."""
    moving = report(Reason.MOVING, Proof.NOT_NEEDED)
    assert excuse == excuse_on(MONDAY, Known(reports=(moving,), verdicts={} if verdict is None else {1: verdict}))


def test_a_certificate_follows_its_own_dates_reported_or_not() -> None:
    """R5: a gap before it stays open, its own days are excused."""
    known = Known(reports=(report(),), verdicts={}, certificates=(Span(TUESDAY, TUESDAY),))
    assert (Excuse.OPEN, Excuse.PROVEN) == (excuse_on(MONDAY, known), excuse_on(TUESDAY, known))


def test_who_is_ill_on_leave_is_ill() -> None:
    """A certificate goes before granted leave, day by day."""
    leave, ill = (Span(MONDAY, TUESDAY),), (Span(MONDAY, MONDAY),)
    known = Known(verdicts={}, certificates=ill, leave=leave)
    assert (Excuse.PROVEN, Excuse.LEAVE) == (excuse_on(MONDAY, known), excuse_on(TUESDAY, known))


def test_of_two_reports_for_one_day_the_better_one_stands() -> None:
    """What is recognised goes before what is declined."""
    reports = (report(Reason.OTHER, id_=1), report(Reason.MOVING, id_=2))
    assert Excuse.RECOGNISED == excuse_on(
        MONDAY, Known(reports=reports, verdicts={1: Verdict.DECLINED, 2: Verdict.RECOGNISED})
    )


def test_nothing_stands_where_nothing_was_said_or_all_was_taken_back() -> None:
    """Silence, and a report taken back, are None."""
    known = Known(reports=(report(back=True),), verdicts={})
    assert (None, None) == (excuse_on(MONDAY, known), excuse_on(TUESDAY, known))
