"""How often people were absent: per planned day, by month and place, by half-year and group, small cells hidden (F38).

Where a sheet was kept in a month, its days are the planned ones, and its states count; elsewhere planned is a working
day of a participation, and what was reported counts. Days of leave and days that were called off are left out. Of each
day it is said whether they were excused, whether proof or a decision is still open, or whether a person has said that
there was no reason. Each of the three is a tree of its own, hidden as `flows/rules/figures.py` hides (ADR 0029); in a
cell with fewer than `SMALLEST` days on which people were there nothing is shown at all. No weekday and no reason comes
in, so none can come out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from flows.rules.attendance import Day, State
from flows.rules.excuses import Excuse
from flows.rules.figures import HALF, SMALLEST, Count, gives_away, half_of, next_month, parts


class Share(StrEnum):
    """What a day of absence was, as far as it is settled."""

    EXCUSED = "excused"
    OPEN = "open"
    UNEXCUSED = "unexcused"


OF_EXCUSE: Final[Mapping[Excuse, Share]] = {
    Excuse.PROVEN: Share.EXCUSED,
    Excuse.RECOGNISED: Share.EXCUSED,
    Excuse.OWN_WORD: Share.EXCUSED,
    Excuse.OPEN: Share.OPEN,
    Excuse.DECLINED: Share.UNEXCUSED,
}
"""A day of leave is none of them: nobody was expected."""


OF_STATE: Final[Mapping[State, Share | None]] = {
    State.PRESENT: None,
    State.EXCUSED: Share.EXCUSED,
    State.OPEN: Share.OPEN,
    State.UNEXCUSED: Share.UNEXCUSED,
}
"""What a day of the sheet is; one that was called off, or is still to come, is none of them."""


def counts(day: Day) -> bool:
    """Whether a day of the sheet was one on which somebody was expected."""
    return day.state in OF_STATE and not (day.state is State.EXCUSED and day.excuse is Excuse.LEAVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One planned day of somebody, without whose it is. `share` None: nothing was reported."""

    day: date
    place: str
    group: str
    share: Share | None


@dataclass(frozen=True, slots=True)
class Absent:
    """So many days of one share, so many on which nothing was reported, and how many were planned."""

    days: int = 0
    there: int = 0
    planned: int = 0

    def __add__(self, other: "Absent") -> "Absent":
        """Both together."""
        return Absent(self.days + other.days, self.there + other.there, self.planned + other.planned)

    @property
    def marked(self) -> int:
        """The denominator."""
        return self.planned

    @property
    def is_small(self) -> bool:
        """Whether showing it could say something about single people."""
        return min(self.days, self.there) < SMALLEST

    @property
    def rate(self) -> float:
        """The share of the planned days."""
        return self.days / self.planned

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % confidence interval of the rate."""
        return Count(self.days, self.planned - self.days).interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One cell of the table: a span by its first day and its months, a part of it ("" is all), and what is in it."""

    share: Share
    first: date
    months: int
    by: str
    value: str
    count: Absent | None


ALL, PLACE, GROUP = "all", "place", "group"
Tree = dict[date, dict[str, Absent]]


@dataclass(slots=True)
class _Tally:
    months: dict[Share, Tree] = field(default_factory=lambda: {share: {} for share in Share})
    halves: dict[Share, Tree] = field(default_factory=lambda: {share: {} for share in Share})

    def take(self, one: Planned) -> None:
        """Count one day in each of the three trees: also where it was another share, as planned."""
        month, half = one.day.replace(day=1), half_of(one.day)
        for share in Share:
            count = Absent(int(one.share is share), int(one.share is None), 1)
            for tree, first, key in ((self.months, month, one.place), (self.halves, half, one.group)):
                row = tree[share].setdefault(first, {})
                row[key] = row.get(key, Absent()) + count


def lines(days: Iterable[Planned], today: date) -> list[Line]:
    """Everything that may be shown on `today`: months that are over by place, half-years that are over by group."""
    tally = _Tally()
    for one in days:
        tally.take(one)
    found: list[Line] = []
    for share in Share:
        months = {first: row for first, row in sorted(tally.months[share].items()) if next_month(first) <= today}
        totals = {first: _sum(row.values()) for first, row in months.items()}
        for first, row in months.items():
            found += _row((share, first, 1, PLACE), row, is_shown=not totals[first].is_small)
        for first, row in sorted(tally.halves[share].items()):
            if next_month(first, HALF) <= today:
                found += _row((share, first, HALF, GROUP), row, is_shown=_is_shown(first, row, totals))
    return found


def _sum(counts: Iterable[Absent]) -> Absent:
    return sum(counts, start=Absent())


def _is_shown(first: date, row: Mapping[str, Absent], months: Mapping[date, Absent]) -> bool:
    """Whether a half-year is: it is not small, and does not give away what one of its hidden months is."""
    hidden = [count for month, count in months.items() if half_of(month) == first and count.is_small]
    return not _sum(row.values()).is_small and not gives_away(hidden)


def _row(where: tuple[Share, date, int, str], row: Mapping[str, Absent], *, is_shown: bool) -> list[Line]:
    share, first, months, by = where
    total = _sum(row.values()) if is_shown else None
    shown = parts(dict(sorted(row.items())), is_total_shown=is_shown)
    head = Line(share=share, first=first, months=months, by=ALL, value="", count=total)
    return [
        head,
        *(
            Line(share=share, first=first, months=months, by=by, value=value, count=count)
            for value, count in shown.items()
        ),
    ]
