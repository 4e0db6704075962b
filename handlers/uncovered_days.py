"""Which days of a reported illness are still without a certificate, and how they are asked about (R3, R5)."""

from datetime import date
from typing import Final

from flows.dialogues.certificate import still_open
from flows.engine.events import Said
from flows.engine.messages import Level
from flows.people import PersonId
from flows.rules.absence import Absence
from flows.rules.certificates import lacking, spans_in
from flows.rules.excuses import Span
from handlers.occasion import Occasion
from storage.uow import UnitOfWork

MOST_DAYS: Final = 10
"""So many days are named in one message."""


def spans_of(uow: UnitOfWork, person: PersonId, since: date) -> tuple[Span, ...]:
    """The days that certificates of the person prove, as far as they reach to `since` or later."""
    return spans_in(uow.certificates.of(person), since)


def left(occasion: Occasion, report: Absence) -> tuple[date, ...]:
    """The working days of a report that need a certificate and have none."""
    proof_from = occasion.uow.profile.evidence_rule.proof_from
    spans = spans_of(occasion.uow, report.person, report.first_day)
    return lacking(report, spans, occasion.calendar, proof_from)


def asked(occasion: Occasion, report: Absence, usual: Said) -> Said:
    """The usual question, or the days by name where a certificate covers some of the report."""
    spans = spans_of(occasion.uow, report.person, report.first_day)
    if not any(report.last_day is None or span.first <= report.last_day for span in spans):
        return usual
    days = left(occasion, report)
    return Said(still_open(days[:MOST_DAYS]), usual.buttons, Level.L4) if days else usual
