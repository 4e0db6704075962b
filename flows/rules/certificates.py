"""Certificates of illness: which days they prove, which stay open, and how long a picture is kept (R2, R3, R5).

Of a certificate two dates are kept, and nothing else that stands on it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from flows.engine.events import Reason
from flows.people import PersonId
from flows.rules.absence import Absence, Proof, end_of, needed_from
from flows.rules.calendar import ONE_DAY, WorkCalendar
from flows.rules.excuses import Span

EARLIEST: Final = timedelta(days=180)
LATEST: Final = timedelta(days=180)
"""How far from today the first and the last day may be: what is farther off is a slip, and asked again."""
FOLLOWS_WITHIN: Final = timedelta(days=7)
"""A certificate that begins so soon after another one continues it: what lies between is asked about."""
MOST_PAGES: Final = 6


class State(StrEnum):
    """What has become of a certificate."""

    WAITING = "waiting"
    """Nobody has taken its dates yet."""
    CHECKED = "checked"
    """Two dates are kept; the pictures are gone."""
    VISIBLE = "visible"
    """A diagnosis could be read: destroyed at once, another sheet was asked for."""
    LAPSED = "lapsed"
    """Nobody has looked in time: the pictures are gone."""
    WITHDRAWN = "withdrawn"
    """The person has taken the consent back before anybody looked."""


class DateProblem(StrEnum):
    """Why two dates cannot be those of a certificate."""

    MISSING = "missing"
    REVERSED = "reversed"
    FAR = "far"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One certificate; `pages` is how many pictures came, 0: staff had the paper in their hands.

    `absence` is the report it was sent for, if there was one; `sender` the guardian who sent it for the person, if one
    did. `span` is known once somebody has read it off.
    """

    id: int
    person: PersonId
    received: datetime
    absence: int | None = None
    sender: PersonId | None = None
    pages: int = 0
    state: State = State.WAITING
    span: Span | None = None
    settled: datetime | None = None
    by: PersonId | None = None

    @property
    def is_open(self) -> bool:
        """Whether its dates are still wanted."""
        return self.state is State.WAITING


def spans_in(certificates: Iterable[Certificate], since: date) -> tuple[Span, ...]:
    """The days that these prove, as far as they reach to `since` or later."""
    spans = (one.span for one in certificates)
    return tuple(span for span in spans if span is not None and span.last >= since)


def problem_with(first: date | None, last: date | None, today: date) -> DateProblem | None:
    """What is wrong with two dates; None: nothing."""
    if first is None or last is None:
        return DateProblem.MISSING
    if last < first:
        return DateProblem.REVERSED
    if first < today - EARLIEST or last > today + LATEST:
        return DateProblem.FAR
    return None


def meant_by(reports: Iterable[Absence]) -> Absence | None:
    """Which report a certificate is sent for: the newest illness whose proof is open, else the newest illness."""
    ill = [one for one in reports if one.reason is Reason.ILLNESS and not one.taken_back]
    ill.sort(key=lambda one: (one.proof is Proof.OPEN, one.first_day, one.id), reverse=True)
    return ill[0] if ill else None


def told_by(report: Absence, span: Span) -> Absence:
    """The report with what a certificate says of its end: one that was not known, or that is later than said."""
    if not span.first <= end_of(report) + ONE_DAY or span.last < report.first_day:
        return report
    if report.last_day is None or report.last_day < span.last:
        return replace(report, last_day=span.last)
    return report


def open_days(report: Absence, spans: Sequence[Span], calendar: WorkCalendar) -> tuple[date, ...]:
    """The working days of a report that no certificate covers (R5); of one without a known end only those before it."""
    last = report.last_day or max((span.last for span in spans), default=report.first_day)
    first = report.first_day if report.proven_until is None else report.proven_until + ONE_DAY
    return _uncovered(first, last, spans, calendar)


def gone_on(before: Absence, after: Absence, spans: Sequence[Span], calendar: WorkCalendar) -> Absence:
    """A proven illness that goes on: what was proven stays, and the further days need a sick note of their own (R5).

    Where nobody has entered the dates of the first one yet, it reaches as far as the report did.
    """
    was_proven = before.proof is Proof.RECEIVED and after.proof is Proof.RECEIVED
    if not was_proven or after.goes_on_from in {None, before.goes_on_from}:
        return after
    if not any(span.last >= before.first_day for span in spans):
        return replace(after, proof=Proof.OPEN, proven_until=before.last_day)
    return after if after.last_day and not open_days(after, spans, calendar) else replace(after, proof=Proof.OPEN)


def lacking(report: Absence, spans: Sequence[Span], calendar: WorkCalendar, proof_from: int) -> tuple[date, ...]:
    """The open days of a report that need a sick note: none before its `proof_from`-th day, none at all with 0 (R2)."""
    if not proof_from:
        return ()
    first = needed_from(report, proof_from)
    return tuple(day for day in open_days(report, spans, calendar) if day >= first)


def gap_before(span: Span, spans: Sequence[Span], calendar: WorkCalendar) -> tuple[date, ...]:
    """The working days between the certificate before and one that follows it within a week (R5)."""
    before = [one.last for one in spans if one.last < span.first <= one.last + ONE_DAY + FOLLOWS_WITHIN]
    return _uncovered(max(before) + ONE_DAY, span.first - ONE_DAY, spans, calendar) if before else ()


def _uncovered(first: date, last: date, spans: Sequence[Span], calendar: WorkCalendar) -> tuple[date, ...]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(day for day in days if calendar.is_working_day(day) and not any(day in span for span in spans))
