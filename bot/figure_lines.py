"""No-show figures as lines that people and spreadsheets read: one for each cell, hidden ones are named (F28)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from flows.dialogues.meetings import STAFF_KINDS
from flows.engine.messages import Text
from flows.rules.figures import HALF, SMALLEST, Figures, Shown, next_month

from bot.figure_chart import Point, Words, draw
from bot.spreadsheets import Cell, csv_of
from bot.web.words import Reader

COLUMNS: Final = (
    "programme", "span", "from", "to", "by", "value", "missed", "attended", "marked", "rate", "low", "high", "hidden",
)  # fmt: skip
POINT_LANGUAGES: Final = frozenset({"en", "ar"})
"""Languages that write a point between whole and part."""
BY_ALL, BY_KIND, BY_PLACE = "all", "kind", "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One cell: which span (its first day), by what it is divided, which part, and what is in it."""

    first: date
    months: int
    by: str
    value: str
    count: Shown

    @property
    def last(self) -> date:
        """The last day of its span."""
        return next_month(self.first, self.months) - timedelta(days=1)


def lines(figures: Figures, reader: Reader) -> Iterator[Line]:
    """Every cell: months with their kinds, then half-years with their places."""
    for month in figures.months:
        yield Line(first=month.first, months=1, by=BY_ALL, value="", count=month.total)
        for kind, count in month.kinds.items():
            name = reader.say(STAFF_KINDS[kind])
            yield Line(first=month.first, months=1, by=BY_KIND, value=name, count=count)
    for half in figures.halves:
        yield Line(first=half.first, months=HALF, by=BY_ALL, value="", count=half.total)
        for place, count in half.places.items():
            name = place or reader.say(Text("elsewhere"))
            yield Line(first=half.first, months=HALF, by=BY_PLACE, value=name, count=count)


def percent(share: float, language: str) -> str:
    """A share as people read it: 12,5 %."""
    shown = f"{100 * share:.1f}"
    return f"{shown} %" if language in POINT_LANGUAGES else f"{shown.replace('.', ',')} %"


def span_of(line: Line) -> str:
    """A month as 11/2026, a half-year as 2026/1."""
    if line.months == 1:
        return month_label(line.first)
    return f"{line.first.year}/{1 if line.first.month == 1 else 2}"


def month_label(first: date) -> str:
    """A month in figures."""
    return f"{first.month:02}/{first.year}"


def _months(found: Sequence[Line]) -> list[Line]:
    return [line for line in found if line.months == 1 and line.by == BY_ALL]


def chart(found: Sequence[Line], reader: Reader, *, alone: bool = False) -> str:
    """The months as a chart, hidden ones without a mark; "" where there is no month."""
    months = _months(found)
    points = [
        Point(span_of(one)) if one.count is None else Point(span_of(one), one.count.rate, *one.count.interval)
        for one in months
    ]
    return draw(points, _words(months, reader), alone=alone) if months else ""


def _words(months: Sequence[Line], reader: Reader) -> Words:
    told = [f"{span_of(one)}: {percent(one.count.rate, reader.language)}" for one in months if one.count is not None]
    return Words(
        title=reader.t("Share of missed appointments by month"),
        described="; ".join(told) or reader.t("No month can be shown yet."),
        month=reader.t("Month"),
        share=reader.t("Missed"),
    )


def as_csv(found: Sequence[Line], programme: str) -> str:
    """For a spreadsheet: counts and shares with a point; a hidden cell is empty and says why."""
    return csv_of(COLUMNS, [_row(line, programme) for line in found])


def _row(line: Line, programme: str) -> tuple[Cell, ...]:
    span = "month" if line.months == 1 else "half-year"
    return (programme, span, line.first, line.last, line.by, line.value, *_cells(line.count))


def _cells(count: Shown) -> tuple[str, ...]:
    if count is None:
        return ("",) * 6 + (f"under {SMALLEST}",)
    shares = (count.rate, *count.interval)
    return (str(count.missed), str(count.attended), str(count.marked), *(f"{one:.4f}" for one in shares), "")
