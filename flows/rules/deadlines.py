"""Deadlines and nudges as rows of a table: on what day, whose they are, when they are said (F40, F41; RULES.md).

Everything is worked out from the state as it is now: what has moved or ended has no occurrence any more, so nothing of
it is said. A new rule is a new row (flows/rules/deadline_rows.py), or an entry in a profile.
"""

import calendar as months
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from flows.engine.messages import Text
from flows.rules.calendar import ONE_DAY, WorkCalendar
from flows.rules.participations import Participation, Phase, Point, Told, ends

WEEKS_AHEAD: Final = 3
AGAIN: Final = (1, 3, 5, 10)
"""So many working days after it was due an open task is said again, and from then on every ten."""
MOST_AGAIN: Final = 400
MORNING: Final = time(9)
USEFUL: Final = timedelta(days=3)


class On(StrEnum):
    """What a row hangs on: a date somebody has told, the calendar, a long silence, or something that happened."""

    ASSIGNED = "assigned"
    ENTRY = "entry"
    REDUCED = "reduced"
    JOB = "job"
    PLACED = "placed"
    PHASE_END = "phase_end"
    END = "end"
    EARLY_END = "early_end"
    REGULAR_END = "regular_end"
    FINAL = "final"
    """The end of the last phase, at latest the last day (R26)."""
    MONTH = "month"
    WEEK = "week"
    SIGN = "sign"
    HAPPENED = "happened"


class After(StrEnum):
    """A moment of the first day that the profile sets, behind its beginning (R22, F29)."""

    START = "start"
    ASKED = "asked"
    TOLD = "told"
    ALARM = "alarm"


BY_ITSELF: Final = frozenset({On.HAPPENED, On.WEEK, On.MONTH})
"""A task on these stays until somebody has done it, whatever happens to the dates."""


class Whose(StrEnum):
    """Who is to do it, or is nudged."""

    PARTICIPANT = "participant"
    CASEWORKER = "caseworker"
    COORDINATOR = "coordinator"


class Way(StrEnum):
    """How a task is done: by one tick, by saying who appeared, or by ticking contacts (R22, R40)."""

    TICK = "tick"
    APPEAR = "appear"
    CONTACT = "contact"
    CHECK_IN = "check_in"
    """A participant is asked how it goes (R54)."""
    FIRST_DAY = "first_day"
    """A participant is asked where they are (R22)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset:
    """How far behind its day something is due; negative: before. `working` counts working days of the Land."""

    months: int = 0
    weeks: int = 0
    days: int = 0
    working: int = 0

    def times(self, count: int) -> "Offset":
        """So many times as far."""
        return Offset(
            months=self.months * count, weeks=self.weeks * count, days=self.days * count, working=self.working * count
        )

    def after(self, day: date, calendar: WorkCalendar) -> date:
        """The day so far behind `day`. The same day of another month, or its last one where it has fewer."""
        day = _month_after(day, self.months) + timedelta(weeks=self.weeks, days=self.days)
        step = ONE_DAY if self.working > 0 else -ONE_DAY
        counted = 0
        while counted < abs(self.working):
            day += step
            counted += calendar.is_working_day(day)
        return day


def _month_after(day: date, count: int) -> date:
    if count == 0:
        return day
    years, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(years, month + 1, min(day.day, months.monthrange(years, month + 1)[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One rule. `rule` and `source` say where it comes from, `programmes` which sources bind it (none: every profile).

    `number` names a number of the profile that says how many times `offset` lies between; without it there the row
    is off, unless its source binds. `weeks` names a list of the profile: the row stands once for each week in it.
    `grace`: so many days more, before which a sign of the person makes an `unheard` one void.
    `clocks`: when it is said on its day, by the clock or so long after the day begins; `before`: so many working days
    earlier, too. `unless`: what makes it void once it is known. `unheard`: a sign of the person since makes it void.
    `still`: learnt too late, it is due at once and overdue (R28). `phase` None: at the end of each. `useful`: how long
    a participant is still helped by it. `words` are the profile's own, by language.
    """

    key: str
    rule: str
    source: str
    on: On
    whose: Whose
    text: Text
    programmes: frozenset[str] = frozenset()
    offset: Offset = Offset()
    number: str = ""
    weeks: str = ""
    grace: int = 0
    clocks: tuple[time | After, ...] = (MORNING,)
    before: tuple[int, ...] = ()
    unless: tuple[str, ...] = ()
    unheard: bool = False
    still: bool = True
    phase: str | None = None
    way: Way = Way.TICK
    useful: timedelta = USEFUL
    words: Mapping[str, str] = field(default_factory=dict)


FIRST_DAY: Final[Mapping[After, timedelta]] = {
    After.START: timedelta(0),
    After.ASKED: timedelta(minutes=10),
    After.TOLD: timedelta(minutes=20),
    After.ALARM: timedelta(hours=1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """What a profile says about all this. `programme` is the source whose rows bind it, `off` are rows that do not.

    `numbers` and `lists` are what the sources leave open, `own` the profile's own rows. `begins`: when a day begins,
    `after`: how long after it somebody who is not there is asked, and told of.
    """

    programme: str = ""
    off: frozenset[str] = frozenset()
    phases: tuple[Phase, ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)
    lists: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    own: tuple[Row, ...] = ()
    begins: time = time(8)
    after: Mapping[After, timedelta] = field(default_factory=lambda: FIRST_DAY)


def binding(table: Iterable[Row], settings: Deadlines) -> tuple[Row, ...]:
    """The rows that hold in a profile: those its source binds, those it has numbers for, and its own."""
    return tuple(row for row in (*table, *settings.own) if _binds(row, settings))


def _binds(row: Row, settings: Deadlines) -> bool:
    if row.key in settings.off or (row.programmes and settings.programme not in row.programmes):
        return False
    if row.weeks:
        return bool(settings.lists.get(row.weeks))
    return not row.number or settings.numbers.get(row.number, 0) > 0


def missing(table: Iterable[Row], settings: Deadlines) -> list[str]:
    """The numbers that the rows of the profile's source need and the profile does not have."""
    bound = (row for row in table if settings.programme in row.programmes and row.key not in settings.off)
    return sorted({row.number for row in bound if row.number and row.number not in settings.numbers})


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What occurrences are worked out from, for one person on `today`.

    `sign`: when they were last heard of; `months`: first days of months in which anybody took part (R23).
    """

    today: date
    participation: Participation | None = None
    sign: Told | None = None
    months: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One row on one day. `n` tells those of one row apart; `anchor` is the day it hangs on, `told` since when."""

    row: Row
    n: str
    anchor: date
    due: date
    told: datetime

    @property
    def name(self) -> str:
        """What it is known by: if its day moves, it is another one."""
        return f"{self.row.key}|{self.n}|{self.anchor}"

    @property
    def is_late(self) -> bool:
        """Whether it was known only after it had been due."""
        return self.due < self.told.date()


def occurrences(rows: Iterable[Row], state: State, settings: Deadlines, calendar: WorkCalendar) -> list[Occurrence]:
    """Everything that stands as things are, the earliest first."""
    found = [one for row in rows for one in _of_row(row, state, settings, calendar)]
    return sorted(found, key=lambda one: (one.due, one.row.key, one.n))


def _of_row(row: Row, state: State, settings: Deadlines, calendar: WorkCalendar) -> Iterator[Occurrence]:
    for n, anchor in _anchors(row, state, settings):
        for count in settings.lists[row.weeks] if row.weeks else (settings.numbers.get(row.number, 1),):
            due = row.offset.times(count).after(anchor.day, calendar) + timedelta(days=row.grace)
            one = Occurrence(row=row, n=f"{n}{count}" if row.weeks else n, anchor=anchor.day, due=due, told=anchor.at)
            if _stands(one, state):
                yield one


def _stands(one: Occurrence, state: State) -> bool:
    row, known = one.row, state.participation
    if not row.still and one.is_late:
        return False
    if row.unheard and state.sign is not None and state.sign.day >= one.due - timedelta(days=row.grace):
        return False
    if known is None:
        return True
    if any(known.day(point) is not None for point in row.unless):
        return False
    outlasts = row.on in {On.END, On.EARLY_END, On.REGULAR_END, On.FINAL, On.PLACED, On.MONTH}
    return outlasts or known.end is None or one.anchor <= known.end.day


def _anchors(row: Row, state: State, settings: Deadlines) -> Iterator[tuple[str, Told]]:
    """The days a row hangs on."""
    if row.on is On.MONTH:
        yield from ((first.isoformat()[:7], _known(_month_after(first, 1))) for first in state.months)
    elif row.on is On.SIGN:
        if state.sign is not None and _is_there(state):
            yield "", state.sign
    elif state.participation is None:
        return
    elif row.on is On.WEEK:
        yield from _weeks(state.participation, state.today)
    elif row.on is On.PHASE_END:
        found = ends(state.participation, settings.phases)
        yield from ((key, told) for key, told in found.items() if row.phase in {None, key})
    elif (told := _date(row.on, state.participation, settings)) is not None:
        yield "", told


def _is_there(state: State) -> bool:
    """Whether somebody takes part today, as far as dates are known."""
    known = state.participation
    return known is None or known.end is None or state.today <= known.end.day


def _known(day: date) -> Told:
    """What the calendar says was always known."""
    return Told(day, datetime(day.year, day.month, 1, tzinfo=UTC))


def _weeks(known: Participation, today: date) -> Iterator[tuple[str, Told]]:
    """The calendar weeks from this one on in which somebody takes part (R40)."""
    monday = today - timedelta(days=today.weekday())
    for number in range(WEEKS_AHEAD):
        first = monday + timedelta(weeks=number)
        if known.takes_part(first, first + timedelta(days=6)):
            year, week, _ = first.isocalendar()
            yield f"{year}-W{week:02}", Told(first, datetime.combine(first, time(0), UTC))


def _date(on: On, known: Participation, settings: Deadlines) -> Told | None:
    leaves, last = known.dates.get(Point.EXIT), known.dates.get(Point.LAST_DAY)
    early = leaves is not None and (last is None or leaves.day < last.day)
    match on:
        case On.END:
            return known.end
        case On.EARLY_END:
            return leaves if early else None
        case On.REGULAR_END:
            return None if early else known.end
        case On.FINAL:
            whole = ends(known, settings.phases)
            last_phase = whole.get(settings.phases[-1].key) if settings.phases else None
            return min((told for told in (last_phase, known.end) if told), key=lambda told: told.day, default=None)
        case _:
            return known.dates.get(on.value)


def moments(one: Occurrence, settings: Deadlines, calendar: WorkCalendar, zone: tzinfo) -> list[datetime]:
    """When it is said, as long as it is not done (on the clock of `zone`), the earliest first.

    Whatever day it is due, it is said on working days: on the last one before. What was learnt too late is said as soon
    as it is known. What nobody has done is said again and again, with growing distance.
    """
    told = one.told.astimezone(zone)
    days = {_working(one.due, calendar), *(_earlier(one.due, count, calendar) for count in one.row.before)}
    if one.row.whose is Whose.PARTICIPANT:
        days = {one.due}
    planned = sorted(_at(day, clock, settings, zone) for day in days for clock in one.row.clocks)
    known = [moment for moment in planned if moment >= told]
    if not any(moment.date() >= _working(one.due, calendar) for moment in known) and one.row.still:
        known.append(told)
    if one.row.whose is Whose.PARTICIPANT:
        return known
    return sorted([*known, *_again(max(one.due, told.date()), calendar, zone)])


def _at(day: date, clock: time | After, settings: Deadlines, zone: tzinfo) -> datetime:
    if isinstance(clock, time):
        return datetime.combine(day, clock, zone)
    return datetime.combine(day, settings.begins, zone) + settings.after[clock]


def _working(day: date, calendar: WorkCalendar) -> date:
    while not calendar.is_working_day(day):
        day -= ONE_DAY
    return day


def _earlier(day: date, count: int, calendar: WorkCalendar) -> date:
    return Offset(working=-count).after(day, calendar)


def _again(day: date, calendar: WorkCalendar, zone: tzinfo) -> Iterator[datetime]:
    counts = (*AGAIN, *range(AGAIN[-1] + 10, MOST_AGAIN, 10))
    counted, wanted = 0, iter(counts)
    following = next(wanted, None)
    while following is not None:
        day += ONE_DAY
        counted += calendar.is_working_day(day)
        if counted == following and calendar.is_working_day(day):
            yield datetime.combine(day, MORNING, zone)
            following = next(wanted, None)
