"""An illness that goes on: what is prolonged, what is known already, and what has to be proved of it (R5)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from flows.engine.events import AbsenceChanged, Reason
from flows.rules.absence import Absence, Proof, Told, proof_days
from flows.rules.calendar import WorkCalendar
from flows.rules.certificates import gone_on, open_days
from flows.rules.excuses import Excuse, Known, Span, excuse_on
from flows.rules.going_on import prolonged, running
from tests.flows.samples import P1, TODAY, absence

CALENDAR = WorkCalendar()


def day(number: int) -> date:
    """A day counted from today, a Monday."""
    return TODAY + timedelta(days=number)


def told(first: int, last: int | None = None, reason: Reason = Reason.ILLNESS) -> Told:
    """What somebody says on day `first`."""
    return Told(P1, reason, day(first), None if last is None else day(last))


UNTIL_WEDNESDAY = absence(day(0), day(2))
NO_END = absence(day(0))


@pytest.mark.parametrize(
    ("known", "said", "last", "further"),
    [
        (UNTIL_WEDNESDAY, told(3, 4), day(4), day(3)),
        (UNTIL_WEDNESDAY, told(3), None, day(3)),
        (UNTIL_WEDNESDAY, told(2), None, day(3)),
        (UNTIL_WEDNESDAY, told(1, 4), day(4), day(3)),
        (UNTIL_WEDNESDAY, told(7, 11), day(11), day(3)),
        (NO_END, told(3, 4), day(4), day(3)),
        (NO_END, told(9), None, day(9)),
        (NO_END, told(3), None, None),
    ],
)
def test_the_report_that_runs_is_prolonged(known: Absence, said: Told, last: date | None, further: date | None) -> None:
    """Its first day stays; the new end is the one that was told, or open again."""
    assert known == running(said, (known,))
    expected = AbsenceChanged(
        who=P1, reason=Reason.ILLNESS, first_day=day(0), last_day=last, absence=known.id, goes_on_from=further
    )
    assert (expected,) == prolonged(known, said, (known,))


@pytest.mark.parametrize("said", [told(1, 2), told(1, 1), told(0), told(1)])
def test_what_is_known_already_changes_nothing(said: Told) -> None:
    """Still ill in the middle of the days that were told, or until a day that was."""
    assert () == prolonged(UNTIL_WEDNESDAY, said, (UNTIL_WEDNESDAY,))


@pytest.mark.parametrize(
    "known",
    [
        absence(day(-20), day(-12)),
        replace(UNTIL_WEDNESDAY, taken_back=True),
        absence(day(0), day(2), reason=Reason.MOVING),
        absence(day(5), day(6)),
    ],
)
def test_what_is_over_taken_back_or_something_else_is_not_gone_on_with(known: Absence) -> None:
    """Then it is a report of its own."""
    assert running(told(3, 4), (known,)) is None


def test_a_later_report_ends_what_is_prolonged() -> None:
    """No day is reported twice."""
    moving = absence(day(4), day(4), id_=8, reason=Reason.MOVING)
    events = prolonged(UNTIL_WEDNESDAY, told(3, 11), (UNTIL_WEDNESDAY, moving))
    assert [(Reason.ILLNESS, day(5), day(11)), (Reason.ILLNESS, day(0), day(3))] == [
        (event.reason, event.first_day, event.last_day) for event in events
    ]


def longer(known: Absence, last: int | None) -> Absence:
    """The same report, gone on with."""
    return replace(known, last_day=None if last is None else day(last), goes_on_from=day(3))


def test_a_proven_report_that_goes_on_is_open_again_from_then_on() -> None:
    """By the dates of the sick note, or, while nobody has entered them, as far as the report reached."""
    known = replace(UNTIL_WEDNESDAY, proof=Proof.RECEIVED)
    without = gone_on(known, longer(known, 4), (), CALENDAR)
    dated = gone_on(known, longer(known, 4), (Span(day(0), day(2)),), CALENDAR)
    for report, spans in ((without, ()), (dated, (Span(day(0), day(2)),))):
        assert Proof.OPEN is report.proof
        found = Known(reports=(report,), verdicts={}, certificates=spans)
        assert [Excuse.PROVEN] * 3 + [Excuse.OPEN] * 2 == [excuse_on(day(n), found) for n in range(5)]
        assert (day(3), day(4)) == open_days(report, spans, CALENDAR)


def test_a_sick_note_that_reaches_so_far_already_proves_it() -> None:
    """Whoever sent it before saying so is asked for nothing."""
    known = replace(UNTIL_WEDNESDAY, proof=Proof.RECEIVED)
    assert Proof.RECEIVED is gone_on(known, longer(known, 4), (Span(day(0), day(4)),), CALENDAR).proof


def test_a_proven_report_whose_end_is_open_again_is_open() -> None:
    """Nobody knows until when."""
    known = replace(UNTIL_WEDNESDAY, proof=Proof.RECEIVED)
    assert Proof.OPEN is gone_on(known, longer(known, None), (Span(day(0), day(4)),), CALENDAR).proof


def test_the_new_sick_note_is_asked_for_as_the_first_one_was() -> None:
    """On the second and third working day of the further days, after those of the first."""
    assert (day(1), day(2), day(4), day(7)) == proof_days(longer(UNTIL_WEDNESDAY, 11), CALENDAR)


def test_where_it_is_needed_later_no_day_before_that_is_asked_about() -> None:
    """Needed from the fourth day on: the days before it do not count."""
    early = replace(absence(day(0), day(4)), goes_on_from=day(1))
    assert min(proof_days(early, CALENDAR, 4)) >= day(3)
