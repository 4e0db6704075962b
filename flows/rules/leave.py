"""Leave: what somebody is entitled to, what is granted, and what speaks against a request (R41 to R46, F37).

Days of leave are working days. Where the source and the law differ, or the source is silent, a setting of the profile
decides (ADR 0033). Nothing here knows why somebody has extra leave, only from when (R46).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from typing import Final

from flows.people import PersonId
from flows.rules.calendar import ONE_DAY, WorkCalendar
from flows.rules.excuses import Span

MONTHS: Final = 12
DEGREE: Final = 50
"""From this degree of disability on there is extra leave; equal status gives none (R44)."""
FARTHEST: Final = timedelta(days=370)
"""So far ahead leave can be asked for."""
LONGEST: Final = 92
"""So many calendar days a single request can span; more is a slip of the finger."""


class FullMonth(StrEnum):
    """What counts as a full month (R43): one of participation, from the day of entry, or one of the calendar."""

    PARTICIPATION = "participation"
    CALENDAR = "calendar"


class Rounding(StrEnum):
    """What becomes of a fraction of a day: always a whole one (the source), or from a half on (§ 5 (2) BUrlG)."""

    UP = "up"
    HALF_UP = "half_up"

    def __call__(self, days: Fraction) -> int:
        """Whole days, rounded once."""
        return ceil(days) if self is Rounding.UP else floor(days + Fraction(1, 2))


class Illness(StrEnum):
    """Whether days of leave with a certificate count as leave: they do not (§ 9 BUrlG), or they do."""

    GIVEN_BACK = "given_back"
    COUNTED = "counted"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveRule:
    """The rule of a programme. `per_month` days for each full month, `extra` days a year beside them."""

    per_month: Fraction = Fraction(5, 2)
    full_month: FullMonth = FullMonth.PARTICIPATION
    rounding: Rounding = Rounding.UP
    extra: int = 5
    extra_rounding: Rounding = Rounding.UP
    illness: Illness = Illness.GIVEN_BACK


def end_of_month(entry: date, months: int) -> date:
    """The last day of the n-th month counted from `entry`; where there is no such day, the last of its month."""
    first = entry.replace(day=1)
    year, month = divmod(first.month - 1 + months, MONTHS)
    begin = date(first.year + year, month + 1, 1)
    last = _last_of(begin)
    return begin - ONE_DAY if entry.day == 1 else min(begin + timedelta(days=entry.day - 2), last)


def _last_of(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - ONE_DAY


def full_months(entry: date, last: date, kind: FullMonth = FullMonth.PARTICIPATION) -> int:
    """How many full months lie from `entry` to `last`, both counted (R43)."""
    if kind is FullMonth.CALENDAR and entry.day != 1:
        entry = _last_of(entry.replace(day=1)) + ONE_DAY
    months = max(0, (last.year - entry.year) * MONTHS + last.month - entry.month + 1)
    while months and end_of_month(entry, months) > last:
        months -= 1
    return months


def days_for(months: int, rule: LeaveRule) -> int:
    """Days of leave for so many full months: rounded once, on the total (R41, R42)."""
    return rule.rounding(months * rule.per_month)


def has_extra(degree: int) -> bool:
    """Whether a recognised degree of disability gives extra leave (R44)."""
    return degree >= DEGREE


def extra_for(months: int, rule: LeaveRule) -> int:
    """Extra days for so many full months of one calendar year (R44, R45)."""
    return rule.extra_rounding(Fraction(min(months, MONTHS) * rule.extra, MONTHS))


def extra_days(since: date, last: date, rule: LeaveRule) -> int:
    """Extra days from the day the status holds to `last`, each calendar year by itself (R45)."""
    return sum(extra_for(full_months(first, end, rule.full_month), rule) for first, end in _by_year(since, last))


def _by_year(first: date, last: date) -> Iterator[tuple[date, date]]:
    for year in range(first.year, last.year + 1):
        yield max(first, date(year, 1, 1)), min(last, date(year, 12, 31))


class LeaveState(StrEnum):
    """requested: somebody has to decide · granted · declined · taken_back: by the person · replaced: by a change."""

    REQUESTED = "requested"
    GRANTED = "granted"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"
    REPLACED = "replaced"


class Deed(StrEnum):
    """What was done with a request; every deed is kept, none is changed."""

    REQUESTED = "requested"
    ASKED = "asked"
    GRANTED = "granted"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"
    REPLACED = "replaced"


ENDS: Final = {
    Deed.GRANTED: LeaveState.GRANTED,
    Deed.DECLINED: LeaveState.DECLINED,
    Deed.TAKEN_BACK: LeaveState.TAKEN_BACK,
    Deed.REPLACED: LeaveState.REPLACED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveStep:
    """One deed: by whom, when (aware UTC), with which words (a question, a reason)."""

    deed: Deed
    by: PersonId
    at: datetime
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """One request with everything that was done with it. `replaces`: the earlier request that it changes."""

    id: int
    person: PersonId
    first: date
    last: date
    steps: tuple[LeaveStep, ...]
    replaces: int | None = None

    @property
    def state(self) -> LeaveState:
        """What stands: the newest deed that says more than a question."""
        said = (ENDS[step.deed] for step in reversed(self.steps) if step.deed in ENDS)
        return next(said, LeaveState.REQUESTED)

    @property
    def decided(self) -> LeaveStep | None:
        """Who has decided it, if anybody has."""
        return next((step for step in self.steps if step.deed in {Deed.GRANTED, Deed.DECLINED}), None)

    @property
    def span(self) -> Span:
        """Its days."""
        return Span(self.first, self.last)

    @property
    def stands(self) -> bool:
        """Whether its days are taken, or may be soon."""
        return self.state in {LeaveState.REQUESTED, LeaveState.GRANTED}

    def done(self, step: LeaveStep) -> "Leave":
        """With one deed more."""
        return replace(self, steps=(*self.steps, step))


def granted(requests: Iterable[Leave]) -> tuple[Span, ...]:
    """The days that are granted."""
    return tuple(one.span for one in requests if one.state is LeaveState.GRANTED)


def gives_way(changed: Leave, standing: Iterable[Leave]) -> frozenset[int]:
    """What does not stand beside a change of one request: it, what it would change itself, other changes of that."""
    root = changed.id if changed.replaces is None or changed.state is LeaveState.GRANTED else changed.replaces
    return frozenset(one.id for one in standing if root in {one.id, one.replaces}) | {changed.id}


def working_days(first: date, last: date, calendar: WorkCalendar) -> tuple[date, ...]:
    """The days of leave it takes: no weekends, no holidays of the Land, no free days of the programme."""
    days = (first + ONE_DAY * number for number in range((last - first).days + 1))
    return tuple(day for day in days if calendar.is_working_day(day))


def used(spans: Iterable[Span], calendar: WorkCalendar, is_proven: Callable[[date], bool], rule: LeaveRule) -> int:
    """How many days the granted leave takes; days with a certificate are given back where the rule says so."""
    days = {day for span in spans for day in working_days(span.first, span.last, calendar)}
    return sum(rule.illness is Illness.COUNTED or not is_proven(day) for day in days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Participating:
    """From when to when somebody takes part, and since when they have extra leave; None: nobody has said so."""

    entry: date | None = None
    end: date | None = None
    extra_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Days of leave: earned `so_far`, for the `whole` participation, already `taken` (granted days).

    `so_far` None: the first day is not known. `whole` None: the last day is not known.
    """

    so_far: int | None = None
    whole: int | None = None
    taken: int = 0

    @property
    def left(self) -> int | None:
        """What is left of the whole participation, or of what is earned where its end is not known."""
        most = self.so_far if self.whole is None else self.whole
        return None if most is None else most - self.taken


def account(known: Participating, today: date, taken: int, rule: LeaveRule, *, with_extra: bool = True) -> Account:
    """What somebody has, has taken and has left on `today`."""
    if known.entry is None:
        return Account(taken=taken)
    until = today if known.end is None else min(today, known.end)
    whole = None if known.end is None else _earned(known, known.end, rule, with_extra=with_extra)
    return Account(so_far=_earned(known, until, rule, with_extra=with_extra), whole=whole, taken=taken)


def _earned(known: Participating, last: date, rule: LeaveRule, *, with_extra: bool) -> int:
    if known.entry is None or last < known.entry:
        return 0
    days = days_for(full_months(known.entry, last, rule.full_month), rule)
    if not with_extra or known.extra_from is None or known.extra_from > last:
        return days
    return days + extra_days(max(known.entry, known.extra_from), last, rule)


class Conflict(StrEnum):
    """What speaks against a request. The first ones make it impossible, the others are said and left to people."""

    PAST = "past"
    REVERSED = "reversed"
    TOO_LONG = "too_long"
    BEFORE_ENTRY = "before_entry"
    AFTER_END = "after_end"
    OVERLAP = "overlap"
    NO_WORKING_DAY = "no_working_day"
    TOO_MANY = "too_many"
    ILL = "ill"
    APPOINTMENT = "appointment"


IMPOSSIBLE: Final = frozenset(
    {
        Conflict.PAST,
        Conflict.REVERSED,
        Conflict.TOO_LONG,
        Conflict.BEFORE_ENTRY,
        Conflict.AFTER_END,
        Conflict.OVERLAP,
        Conflict.NO_WORKING_DAY,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a request is held against: the days `taken` by other requests, reports and appointments."""

    today: date
    calendar: WorkCalendar
    known: Participating
    left: int | None
    taken: tuple[Span, ...] = ()
    absent: tuple[Span, ...] = ()
    dates: tuple[date, ...] = ()


def conflicts(first: date, last: date, around: Around) -> tuple[Conflict, ...]:
    """Everything that speaks against these days, what makes them impossible first."""
    if last < first:
        return (Conflict.REVERSED,)
    wanted, days = Span(first, last), len(working_days(first, last, around.calendar))
    entry, end = around.known.entry, around.known.end
    holds = {
        Conflict.PAST: first < around.today,
        Conflict.TOO_LONG: (last - first).days >= LONGEST or last > around.today + FARTHEST,
        Conflict.BEFORE_ENTRY: entry is not None and first < entry,
        Conflict.AFTER_END: end is not None and last > end,
        Conflict.OVERLAP: any(_touch(wanted, span) for span in around.taken),
        Conflict.NO_WORKING_DAY: not days,
        Conflict.TOO_MANY: around.left is not None and days > around.left,
        Conflict.ILL: any(_touch(wanted, span) for span in around.absent),
        Conflict.APPOINTMENT: any(day in wanted for day in around.dates),
    }
    return tuple(conflict for conflict, is_so in holds.items() if is_so)


def _touch(one: Span, other: Span) -> bool:
    return one.first <= other.last and other.first <= one.last
