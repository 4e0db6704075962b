"""What stands of a day somebody was not there: proven, recognised, on leave, still open or declined (R2, R5, R6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from flows.engine.events import Reason
from flows.rules.absence import Absence, Proof, covers, needed_from


class Excuse(StrEnum):
    """What stands of one day; the order is the order in which one goes before another on the same day."""

    PROVEN = "proven"  # a certificate covers it: nobody can decline it (R5)
    LEAVE = "leave"  # granted leave
    RECOGNISED = "recognised"  # a person has recognised the reason (R6)
    OWN_WORD = "own_word"  # ill, and the profile asks for no certificate on this day (R2)
    OPEN = "open"  # reported; proof or decision is still missing
    DECLINED = "declined"  # a person has declined the reason (R6)


class Verdict(StrEnum):
    """What a person decided about a reported reason (R6)."""

    RECOGNISED = "recognised"
    ASKED = "asked"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both counted: of a certificate, or of granted leave."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a person's absences: reports, the newest verdict on each by its id, certificates, leave.

    `proof_from`: from which day of an illness on a sick note is needed (R2). `decided` False: nobody recognises other
    reasons, letting us know is enough. `counts`: the letters that the profile gives its own reasons.
    """

    reports: tuple[Absence, ...] = ()
    verdicts: dict[int, Verdict]
    certificates: tuple[Span, ...] = ()
    leave: tuple[Span, ...] = ()
    proof_from: int = 1
    decided: bool = True
    counts: Mapping[Reason, str] = field(default_factory=dict)


def excuse_on(day: date, known: Known) -> Excuse | None:
    """What stands of `day`; None if nobody has said anything about it.

    A certificate goes before everything, by its own dates, reported or not (R5); what is only asked stays open; a
    report that was taken back says nothing.
    """
    if _within(day, known.certificates):
        return Excuse.PROVEN
    found = {_of(report, day, known) for report in known.reports if covers(report, day)}
    if _within(day, known.leave):
        found.add(Excuse.LEAVE)
    return next((excuse for excuse in Excuse if excuse in found), None)


def _within(day: date, spans: Iterable[Span]) -> bool:
    return any(day in span for span in spans)


def _of(report: Absence, day: date, known: Known) -> Excuse:
    if report.reason is Reason.ILLNESS:
        if report.proven_until is not None and day <= report.proven_until:
            return Excuse.PROVEN
        is_early = report.proof is Proof.OPEN and day < needed_from(report, known.proof_from)
        return Excuse.OWN_WORD if is_early else _OF_ILLNESS[report.proof]
    is_decided = known.decided and report.decided
    return _OF_VERDICT[known.verdicts.get(report.id)] if is_decided else Excuse.OWN_WORD


def counts_on(day: date, known: Known) -> str:
    """The agency's letter that the profile gives the days of its own reason; "": the excuse alone says it (R20)."""
    excuse = excuse_on(day, known)
    if excuse not in {Excuse.OWN_WORD, Excuse.RECOGNISED}:
        return ""
    given = (one for one in known.reports if covers(one, day) and _of(one, day, known) is excuse)
    return next((known.counts[one.reason] for one in given if one.reason in known.counts), "")


_OF_ILLNESS = {Proof.RECEIVED: Excuse.PROVEN, Proof.NOT_NEEDED: Excuse.OWN_WORD, Proof.OPEN: Excuse.OPEN}
_OF_VERDICT = {
    Verdict.RECOGNISED: Excuse.RECOGNISED,
    Verdict.DECLINED: Excuse.DECLINED,
    Verdict.ASKED: Excuse.OPEN,
    None: Excuse.OPEN,
}
