"""How often somebody was not there: counts, rates with an interval, and what is too small to be shown (F28).

Counted are marks of staff alone: missed / (attended + missed). Excused, moved and cancelled are left out, and nobody's
answers are looked at. Where the smaller count of a cell is under `SMALLEST` the cell is hidden, and so is whatever else
it could be worked out from. A month is shown when it is over, a half-year when it is over; nothing is summed up over
other spans, so that no two views differ by one small cell.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import sqrt
from typing import Any, Final, Protocol, TypeVar

from flows.rules.appointments import Kind, Mark

SMALLEST: Final = 5
Z: Final = 1.959963984540054
"""The 97.5 % point of the normal distribution: 95 % lie between minus and plus this."""
MISSED: Final = frozenset({Mark.MISSED, Mark.UNEXCUSED})
HALF: Final = 6
K = TypeVar("K")


class Cell(Protocol):
    """What a tree hides or shows: counts that add up."""

    @property
    def marked(self) -> int:
        """The denominator."""
        ...

    @property
    def is_small(self) -> bool:
        """Whether showing it could say something about single people."""
        ...


C = TypeVar("C", bound=Cell)


@dataclass(frozen=True, slots=True)
class Count:
    """How many were missed, how many attended."""

    missed: int = 0
    attended: int = 0

    def __add__(self, other: "Count") -> "Count":
        """Both together."""
        return Count(self.missed + other.missed, self.attended + other.attended)

    @property
    def marked(self) -> int:
        """The denominator."""
        return self.missed + self.attended

    @property
    def is_small(self) -> bool:
        """Whether showing it could say something about single people."""
        return min(self.missed, self.attended) < SMALLEST

    @property
    def rate(self) -> float:
        """The share that was missed; there must be something in it."""
        return self.missed / self.marked

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % confidence interval of the rate."""
        n, p = self.marked, self.rate
        middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
        return max(0.0, middle - half), min(1.0, middle + half)


Shown = Count | None
"""A cell that is shown, or None for a hidden one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """One mark without whose it is: on which day, how and where people met ("" without a place that has a name)."""

    day: date
    kind: Kind
    place: str
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month that is over, with its kinds of appointments."""

    first: date
    total: Shown
    kinds: Mapping[Kind, Shown]


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfYear:
    """A half-year that is over, with its places."""

    first: date
    total: Shown
    places: Mapping[str, Shown]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything that is shown, newest last."""

    months: tuple[Month, ...] = ()
    halves: tuple[HalfYear, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The shown months before a start, and those from it on. `left_out`: how many hidden ones lie among them."""

    start: date
    before: Shown
    after: Shown
    left_out: int


@dataclass(slots=True)
class _Tally:
    """What is counted, before anything is hidden."""

    months: dict[date, dict[Kind, Count]] = field(default_factory=dict)
    halves: dict[date, dict[str, Count]] = field(default_factory=dict)

    def take(self, one: Marked) -> None:
        """Count one mark, if it is one that counts."""
        missed = one.mark in MISSED
        if not missed and one.mark is not Mark.ATTENDED:
            return
        count = Count(int(missed), int(not missed))
        month, half = one.day.replace(day=1), half_of(one.day)
        _add(self.months.setdefault(month, {}), one.kind, count)
        _add(self.halves.setdefault(half, {}), one.place, count)


def _add(counts: dict[K, Count], key: K, count: Count) -> None:
    counts[key] = counts.get(key, Count()) + count


def half_of(day: date) -> date:
    """The first day of the half-year of a day."""
    return date(day.year, 1 if day.month <= HALF else HALF + 1, 1)


def next_month(first: date, by: int = 1) -> date:
    """The first day of a later (or, with a negative number, earlier) month."""
    months = first.year * 12 + first.month - 1 + by
    return date(months // 12, months % 12 + 1, 1)


def sum_of(counts: Iterable[Count]) -> Count:
    """All together."""
    return sum(counts, start=Count())


def figures(marks: Iterable[Marked], today: date) -> Figures:
    """What of these marks may be shown on `today`."""
    tally = _Tally()
    for one in marks:
        tally.take(one)
    months = {first: kinds for first, kinds in sorted(tally.months.items()) if next_month(first) <= today}
    totals = {first: sum_of(kinds.values()) for first, kinds in months.items()}
    shown = {first: None if total.is_small else total for first, total in totals.items()}
    return Figures(
        months=tuple(
            Month(first=first, total=shown[first], kinds=parts(kinds, is_total_shown=shown[first] is not None))
            for first, kinds in months.items()
        ),
        halves=tuple(
            _half(first, places, totals)
            for first, places in sorted(tally.halves.items())
            if next_month(first, HALF) <= today
        ),
    )


def _half(first: date, places: Mapping[str, Count], months: Mapping[date, Count]) -> HalfYear:
    total = sum_of(places.values())
    hidden = [count for month, count in months.items() if half_of(month) == first and count.is_small]
    is_shown = not total.is_small and not gives_away(hidden)
    return HalfYear(first=first, total=total if is_shown else None, places=parts(places, is_total_shown=is_shown))


def gives_away(hidden: Sequence[Cell]) -> bool:
    """Whether the sum of hidden cells, which a shown total gives, says too much about one of them."""
    together: Any = None
    for one in hidden:
        together = one if together is None else together + one
    return together is not None and (len(hidden) == 1 or together.is_small)


def parts(counts: Mapping[K, C], *, is_total_shown: bool) -> dict[K, C | None]:
    """The parts of a total; the smallest of the others are hidden, too, until hidden ones cannot be worked out."""
    if not is_total_shown:
        return dict.fromkeys(counts)
    hidden = {key for key, count in counts.items() if count.is_small}
    others = sorted((key for key in counts if key not in hidden), key=lambda key: counts[key].marked)
    while others and gives_away([counts[key] for key in hidden]):
        hidden.add(others.pop(0))
    return {key: None if key in hidden else count for key, count in counts.items()}


def compare(known: Figures, start: date, months: int = 12) -> Comparison:
    """The months shown before `start` (the first of a month) beside those from it on, up to so many on each side.

    Made of what is shown already: it says nothing new about anybody, and nobody went without a reminder for it.
    """
    earliest, latest = next_month(start, -months), next_month(start, months)
    around = [one for one in known.months if earliest <= one.first < latest]
    before = [one.total for one in around if one.first < start and one.total is not None]
    after = [one.total for one in around if one.first >= start and one.total is not None]
    return Comparison(
        start=start,
        before=sum_of(before) if before else None,
        after=sum_of(after) if after else None,
        left_out=len(around) - len(before) - len(after),
    )
