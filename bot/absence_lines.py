"""Rates of absence as lines that people and spreadsheets read, and as charts: one for each share (F38)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from flows.dialogues.words import PLACES
from flows.engine.messages import Text
from flows.rules.absence_figures import ALL, Line, Share
from flows.rules.figures import SMALLEST, next_month

from bot.figure_chart import Point, Words, draw
from bot.figure_lines import month_label, percent
from bot.spreadsheets import Cell, csv_of, xlsx_of
from bot.web.words import Reader

COLUMNS: Final = (
    "programme", "share", "span", "from", "to", "by", "value", "days", "planned", "rate", "low", "high", "hidden",
)  # fmt: skip
SHEET: Final = "absences"
TITLES: Final[Mapping[Share, Text]] = {
    Share.EXCUSED: Text("Excused: proven, or recognised by a person"),
    Share.OPEN: Text("Open: proof or decision is missing"),
    Share.UNEXCUSED: Text("Unexcused: a person has said so"),
}


def called(line: Line, reader: Reader) -> str:
    """What a part of the table is called: a place, or a group as it is."""
    if line.by == ALL:
        return reader.t("all")
    if line.by == "place" and line.value in PLACES:
        return reader.say(PLACES[line.value])
    return line.value or reader.t("without a group")


def span_of(line: Line) -> str:
    """A month as 11/2026, a half-year as 2026/1."""
    if line.months == 1:
        return month_label(line.first)
    return f"{line.first.year}/{1 if line.first.month == 1 else 2}"


def last_of(line: Line) -> date:
    """The last day of its span."""
    return next_month(line.first, line.months) - timedelta(days=1)


def chart(found: Sequence[Line], share: Share, reader: Reader, *, alone: bool = False) -> str:
    """The months of one share, hidden ones without a mark; "" where there is no month."""
    months = [one for one in found if one.share is share and one.months == 1 and one.by == ALL]
    points = [
        Point(span_of(one)) if one.count is None else Point(span_of(one), one.count.rate, *one.count.interval)
        for one in months
    ]
    told = [f"{span_of(one)}: {percent(one.count.rate, reader.language)}" for one in months if one.count is not None]
    words = Words(
        title=reader.say(TITLES[share]),
        described="; ".join(told) or reader.t("No month can be shown yet."),
        month=reader.t("Month"),
        share=reader.t("Share"),
    )
    return draw(points, words, alone=alone) if told else ""


def rows(found: Sequence[Line], programme: str) -> list[tuple[Cell, ...]]:
    """For a spreadsheet: counts, and shares as numbers; a hidden cell is empty and says why."""
    return [(programme, *_head(line), *_cells(line)) for line in found]


def _head(line: Line) -> tuple[Cell, ...]:
    span = "month" if line.months == 1 else "half-year"
    return (line.share.value, span, line.first, last_of(line), line.by, line.value)


def _cells(line: Line) -> tuple[Cell, ...]:
    if line.count is None:
        return (None,) * 5 + (f"under {SMALLEST}",)
    shares = (line.count.rate, *line.count.interval)
    return (line.count.days, line.count.planned, *(round(one, 4) for one in shares), None)


def as_csv(found: Sequence[Line], programme: str) -> str:
    """The lines as comma-separated text."""
    return csv_of(COLUMNS, rows(found, programme))


def as_xlsx(found: Sequence[Line], programme: str) -> bytes:
    """The lines as a book with one sheet."""
    return xlsx_of(SHEET, COLUMNS, rows(found, programme))
