"""The month for the agency as a table: one line for each person, one column for each day (docs/attendance.md).

`AgencySoftware` is the seam for whatever program a carrier hands its months to: it gets the same lines as a file does.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from flows.rules.attendance import days_in
from flows.rules.month import Code
from handlers.exports import Line, MonthFile

from bot.spreadsheets import Cell, csv_of, write_csv, write_xlsx, xlsx_of

DAYS: Final = 31
COLUMNS: Final = (
    "month", "participant", "name", "first_day", "last_day",
    *(f"d{number:02}" for number in range(1, DAYS + 1)),
    "k", "e", "ue", "thirtieths",
)  # fmt: skip


class AgencySoftware(Protocol):
    """Where a carrier's months go. Nothing but codes is handed over: no reason, no word (R20, R38)."""

    def take(self, month: MonthFile) -> None:
        """Take over one month; raises `OSError` if that cannot be done."""


class TableFile:
    """A file that somebody brings to the agency: CSV, or XLSX by its name."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def take(self, month: MonthFile) -> None:
        """Write a new file; one that is there is left alone."""
        with self._path.open("xb") as target:
            if self._path.suffix == ".xlsx":
                write_xlsx(target, title(month), COLUMNS, rows(month))
            else:
                write_csv(target, COLUMNS, rows(month))


def title(month: MonthFile) -> str:
    """What the table is called."""
    return month.month.isoformat()[:7]


def rows(month: MonthFile) -> list[Sequence[Cell]]:
    """One for each person, in the order of `COLUMNS`."""
    return [_row(month, line) for line in month.lines]


def _row(month: MonthFile, line: Line) -> Sequence[Cell]:
    days = [line.codes.get(day) for day in days_in(month.month)]
    cells = [None if code is None else code.value for code in days] + [None] * (DAYS - len(days))
    counts = [sum(code is each for code in days) for each in (Code.K, Code.E, Code.UE)]
    return (title(month), line.handle, line.name, line.first, line.last, *cells, *counts, line.thirtieths)


def as_csv(month: MonthFile) -> str:
    """For a browser."""
    return csv_of(COLUMNS, rows(month))


def as_xlsx(month: MonthFile) -> bytes:
    """For a browser."""
    return xlsx_of(title(month), COLUMNS, rows(month))
