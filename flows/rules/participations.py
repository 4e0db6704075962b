"""The dates of a participation: told by staff, with their history; what has no date of its own follows from others."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from flows.people import PersonId


class Point(StrEnum):
    """What a date can be told of. Ends of phases are named `end:` and the key of the phase."""

    ASSIGNED = "assigned"
    ENTRY = "entry"
    REDUCED = "reduced"
    PLACE = "place"
    LAST_DAY = "last_day"
    EXIT = "exit"
    JOB = "job"
    PLACED = "placed"


END_OF: Final = "end:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A part of the programme, in order. `weeks` it takes as a rule; None: staff say when it ends.

    `name` is what staff read.
    """

    key: str
    name: str
    weeks: int | None = None

    @property
    def end(self) -> str:
        """How its end is named among the dates."""
        return f"{END_OF}{self.key}"


@dataclass(frozen=True, slots=True)
class Told:
    """A day, and since when it is known (aware UTC)."""

    day: date
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One date was told, corrected or taken away, by a member of staff (None: an operator's command)."""

    what: str
    before: date | None
    after: date | None
    at: datetime
    by: PersonId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Participation:
    """Somebody's dates. `revision` rises with every change and guards what is planned on them.

    `appeared`: on this first day somebody was there, or was not; a person has said so (R22). `company`: who reads mail
    at the company that has to know of an absence (R20a).
    """

    id: int
    person: PersonId
    dates: Mapping[str, Told] = field(default_factory=dict)
    appeared: Mapping[date, bool] = field(default_factory=dict)
    history: tuple[Change, ...] = ()
    revision: int = 0
    company: PersonId | None = None

    def day(self, what: str) -> date | None:
        """The day told of this."""
        told = self.dates.get(what)
        return None if told is None else told.day

    @property
    def end(self) -> Told | None:
        """When it ends: the actual last day where it is known, otherwise the planned one."""
        return self.dates.get(Point.EXIT) or self.dates.get(Point.LAST_DAY)

    def takes_part(self, first: date, last: date) -> bool:
        """Whether there is any day of participation from `first` to `last`."""
        entry, end = self.day(Point.ENTRY), self.end
        return entry is not None and entry <= last and (end is None or end.day >= first)


def change(known: Participation, what: str, day: date | None, at: datetime, by: PersonId | None) -> Participation:
    """The participation with another day for this; None takes it away. The same day changes nothing."""
    before = known.day(what)
    if before == day:
        return known
    dates = {name: told for name, told in known.dates.items() if name != what}
    if day is not None:
        dates[what] = Told(day, at)
    step = Change(what=what, before=before, after=day, at=at, by=by)
    return replace(known, dates=dates, history=(*known.history, step), revision=known.revision + 1)


def ends(known: Participation, phases: tuple[Phase, ...]) -> dict[str, Told]:
    """When each phase ends, by its key: as told, otherwise so many weeks after the one before, as a rule (R34).

    Where neither is known, nothing is said of it or of those behind it.
    """
    found: dict[str, Told] = {}
    begins = known.dates.get(Point.ENTRY)
    for phase in phases:
        told = known.dates.get(phase.end)
        if told is None and begins is not None and phase.weeks is not None:
            told = Told(begins.day + timedelta(weeks=phase.weeks, days=-1), begins.at)
        if told is None:
            break
        found[phase.key] = told
        begins = Told(told.day + timedelta(days=1), told.at)
    return found


def phase_on(known: Participation, phases: tuple[Phase, ...], day: date) -> str:
    """In which phase a day lies, by its key; one whose end is not known goes on. "" where there are no phases."""
    ended = ends(known, phases)
    current = (one.key for one in phases if one.key not in ended or day <= ended[one.key].day)
    return next(current, phases[-1].key if phases else "")


def names(phases: tuple[Phase, ...]) -> tuple[str, ...]:
    """Everything of which a date can be told in a programme with these phases."""
    return (*(point.value for point in Point), *(phase.end for phase in phases))


class OutOfOrder(ValueError):
    """These days cannot be: `first` names what would have to come first, `then` what comes after it."""

    def __init__(self, first: str, then: str) -> None:
        super().__init__(f"{then} lies before {first}")
        self.first = first
        self.then = then


def check_order(known: Participation) -> None:
    """Raise `OutOfOrder` where somebody would leave before they begin, or stay longer than to the planned last day."""
    for first, then in (
        (Point.ASSIGNED, Point.ENTRY),
        (Point.ENTRY, Point.LAST_DAY),
        (Point.ENTRY, Point.EXIT),
        (Point.EXIT, Point.LAST_DAY),
        (Point.ENTRY, Point.PLACE),
    ):
        before, after = known.day(first), known.day(then)
        if before is not None and after is not None and after < before:
            raise OutOfOrder(first, then)
    entry = known.day(Point.ENTRY)
    if entry is not None:
        wrong = (name for name, told in known.dates.items() if name.startswith(END_OF) and told.day < entry)
        if (name := next(wrong, None)) is not None:
            raise OutOfOrder(Point.ENTRY, name)
