"""What a person decides about a reported reason, and about which there is nothing to decide (F33; R5, R6, R12, R13)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from flows.engine.events import Reason
from flows.people import PersonId
from flows.rules.absence import OPEN_DAYS, Absence, Proof
from flows.rules.excuses import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """One decision of one person at one instant; a later one stands beside it, nothing is overwritten.

    It is about what the report said then: `reason` and the days from `first_day` to `last_day` (None: not known).
    `words` are the question, or the reason why it was declined.
    """

    id: int
    absence: int
    person: PersonId
    by: PersonId
    at: datetime
    verdict: Verdict
    reason: Reason
    first_day: date
    last_day: date | None = None
    words: str = ""


class Bar(StrEnum):
    """Why nobody can decide this about a report, or not so."""

    PROVEN = "proven"  # a sick note covers it: it is excused (R5)
    PROOF_OPEN = "proof_open"  # what decides about an illness is the sick note, not a person (R2, R5)
    OWN_WORD = "own_word"  # the profile asks for no proof of an illness (R2)
    TAKEN_BACK = "taken_back"  # the report does not stand any more
    ALWAYS_COUNTS = "always_counts"  # the profile's own reason, which nobody decides about
    NEVER_ASKED = "never_asked"  # a death is not to be proved, what an official date is about is nobody's affair


UNASKED = frozenset({Reason.BEREAVEMENT, Reason.OFFICIAL_DATE})
"""About these nothing is ever asked in writing (R12, R13): their own word is enough."""
_OF_ILLNESS = {Proof.RECEIVED: Bar.PROVEN, Proof.OPEN: Bar.PROOF_OPEN, Proof.NOT_NEEDED: Bar.OWN_WORD}


def bar(report: Absence, verdict: Verdict) -> Bar | None:
    """Why this cannot be decided about the report; None where a person has discretion (R6)."""
    if report.taken_back:
        return Bar.TAKEN_BACK
    if report.reason is Reason.ILLNESS:
        return _OF_ILLNESS[report.proof]
    if report.proof is Proof.RECEIVED:
        return Bar.PROVEN
    if not report.decided:
        return Bar.ALWAYS_COUNTS
    return Bar.NEVER_ASKED if verdict is Verdict.ASKED and is_never_asked(report) else None


def is_never_asked(report: Absence) -> bool:
    """Whether nothing is ever asked about it in writing (R12, R13, and what a profile calls sensitive)."""
    return report.reason in UNASKED or report.sensitive


def is_for_a_person(report: Absence) -> bool:
    """Whether the report is one that a person recognises or not."""
    return bar(report, Verdict.RECOGNISED) is None


def still_holds(ruling: Ruling, report: Absence) -> bool:
    """Whether a decision is about the report as it stands now.

    Days that came later, or another reason, were not decided about: nothing is recognised by itself (R6). Fewer days
    are as decided.
    """
    if ruling.reason is not report.reason or report.first_day < ruling.first_day:
        return False
    if report.last_day is None:
        is_longer = report.goes_on_from is not None and report.goes_on_from > ruling.at.date()
        return ruling.last_day is None and report.first_day == ruling.first_day and not is_longer
    return report.last_day <= (ruling.last_day or ruling.first_day + timedelta(days=OPEN_DAYS))


def newest(report: Absence, rulings: Iterable[Ruling]) -> Ruling | None:
    """The last decision about a report, whether or not it still holds."""
    return max((one for one in rulings if one.absence == report.id), key=lambda one: one.id, default=None)


def standing_verdict(report: Absence, rulings: Iterable[Ruling]) -> Verdict | None:
    """What stands of a report; None: nobody has decided about it as it is now."""
    last = newest(report, rulings)
    return last.verdict if last is not None and still_holds(last, report) else None


def is_open(report: Absence, rulings: Iterable[Ruling]) -> bool:
    """Whether a person still has to decide: nobody has, or something was asked first."""
    return is_for_a_person(report) and standing_verdict(report, rulings) in {None, Verdict.ASKED}
