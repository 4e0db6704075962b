"""About what a person decides, and whether a decision still holds when the report changes (F33; R5, R6, R12, R13)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from flows.engine.events import Reason
from flows.people import PersonId
from flows.rules.absence import Absence, Proof
from flows.rules.excuses import Verdict
from flows.rules.verdicts import Bar, Ruling, bar, is_for_a_person, is_open, standing_verdict

MONDAY = date(2026, 11, 23)
REPORT = Absence(id=1, person=PersonId(7), reason=Reason.MOVING, first_day=MONDAY, last_day=MONDAY)
RULING = Ruling(
    id=10,
    absence=1,
    person=PersonId(7),
    by=PersonId(8),
    at=datetime(2026, 11, 23, 9, tzinfo=UTC),
    verdict=Verdict.RECOGNISED,
    reason=Reason.MOVING,
    first_day=MONDAY,
    last_day=MONDAY,
)


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.ILLNESS])
def test_every_reason_but_illness_is_for_a_person(reason: Reason) -> None:
    """R6: recognised by a person, each time."""
    assert is_for_a_person(replace(REPORT, reason=reason))
    assert is_open(replace(REPORT, reason=reason), [])


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize(
    ("proof", "expected"),
    [(Proof.RECEIVED, Bar.PROVEN), (Proof.OPEN, Bar.PROOF_OPEN), (Proof.NOT_NEEDED, Bar.OWN_WORD)],
)
def test_an_illness_is_nobodys_to_decide(proof: Proof, expected: Bar, verdict: Verdict) -> None:
    """R5: a sick note decides; where none is asked for, the own word does (R2)."""
    ill = replace(REPORT, reason=Reason.ILLNESS, proof=proof)
    assert expected is bar(ill, verdict)
    assert not is_open(ill, [])


def test_what_is_taken_back_is_not_decided() -> None:
    """A report that does not stand any more is nobody's to recognise."""
    assert Bar.TAKEN_BACK is bar(replace(REPORT, taken_back=True), Verdict.RECOGNISED)


@pytest.mark.parametrize("reason", [Reason.BEREAVEMENT, Reason.OFFICIAL_DATE])
def test_about_a_death_and_an_official_date_nothing_is_asked(reason: Reason) -> None:
    """R12 and R13: it is recognised or not, but never asked about in writing."""
    assert Bar.NEVER_ASKED is bar(replace(REPORT, reason=reason), Verdict.ASKED)
    assert bar(replace(REPORT, reason=reason), Verdict.RECOGNISED) is None


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (REPORT, Verdict.RECOGNISED),
        (replace(REPORT, last_day=MONDAY + timedelta(days=1)), None),
        (replace(REPORT, first_day=MONDAY - timedelta(days=1)), None),
        (replace(REPORT, last_day=None), None),
        (replace(REPORT, reason=Reason.OTHER), None),
        (replace(REPORT, id=2), None),
    ],
    ids=["the same", "longer", "earlier", "without an end", "another reason", "another report"],
)
def test_a_decision_holds_for_what_was_decided_about(report: Absence, expected: Verdict | None) -> None:
    """R6: days that came later, or another reason, are recognised by nobody yet."""
    assert expected is standing_verdict(report, [RULING])


def test_fewer_days_are_as_decided() -> None:
    """Somebody who comes back earlier needs no second decision."""
    decided = replace(RULING, last_day=MONDAY + timedelta(days=4))
    assert Verdict.RECOGNISED is standing_verdict(REPORT, [decided])


@pytest.mark.parametrize(("days", "expected"), [(6, Verdict.RECOGNISED), (7, None)])
def test_an_open_end_was_decided_for_a_week_at_most(days: int, expected: Verdict | None) -> None:
    """What was decided with an unknown end holds for the days that such a report covers, not for months."""
    decided = replace(RULING, last_day=None)
    assert expected is standing_verdict(replace(REPORT, last_day=MONDAY + timedelta(days=days)), [decided])
    assert Verdict.RECOGNISED is standing_verdict(replace(REPORT, last_day=None), [decided])


def test_the_last_decision_counts_and_a_question_leaves_it_open() -> None:
    """Nothing is overwritten: of several rows the newest stands, in whatever order they come."""
    asked = replace(RULING, id=11, verdict=Verdict.ASKED)
    declined = replace(RULING, id=12, verdict=Verdict.DECLINED)
    assert is_open(REPORT, [asked, RULING])
    assert Verdict.DECLINED is standing_verdict(REPORT, [declined, asked, RULING])
    assert not is_open(REPORT, [declined, asked, RULING])
