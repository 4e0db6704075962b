"""Reads a table of appointments (CSV): columns by name, semicolons or commas, and each fault with its line."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from flows.rules.appointments import SIGNED, Kind, comes_twice, exists
from flows.rules.imports import Row
from locales.catalog import LANGUAGES

from bot.calendars.entries import Fault, UnreadableFile

COLUMNS: Final = (
    "id", "people", "with", "kind", "start", "minutes", "place", "way", "link", "interpreter", "interpreter_name",
    "interpreter_contact", "state", "series",
)  # fmt: skip
NEEDED: Final = ("id", "start", "minutes")
STATES: Final = ("planned", "cancelled")
MOST_ROWS: Final = 5000
LONGEST: Final = 300
FORMS: Final = ("%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M")
EXAMPLE: Final = "write it as in 2026-12-01 10:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds for every date that does not say otherwise; `zone` is where times without an offset are."""

    organiser: str = ""
    people: tuple[str, ...] = ()
    kind: Kind = Kind.IN_PERSON
    place: str = ""
    zone: str = "Europe/Berlin"


def decode(data: bytes) -> tuple[str, str]:
    """The text, and how it was written: UTF-8 (with or without a mark at its begin), else Windows-1252."""
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), "Windows-1252"


def read_table(text: str, defaults: Defaults) -> list[Row]:
    """A row for each line. Raises `UnreadableFile` that names each fault with line and column."""
    lines = text.splitlines()
    head = lines[0] if lines else ""
    separator = ";" if head.count(";") >= head.count(",") and ";" in head else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    names = [name.strip().casefold() for name in next(reader, [])]
    faults = list(_of_head(names))
    if faults:
        raise UnreadableFile(faults)
    rows: list[Row] = []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        line = reader.line_num
        if len(rows) >= MOST_ROWS:
            raise UnreadableFile([Fault(line, "file", f"more than {MOST_ROWS} lines: split the file")])
        if len(cells) > len(names):
            faults.append(Fault(line, "file", f"has {len(cells)} cells, the first line names {len(names)} columns"))
            continue
        found = _Line(line, {name: plain(cell) for name, cell in zip(names, cells, strict=False)}, defaults)
        row = found.row()
        faults += found.faults
        rows += [row] if row is not None else []
    if faults:
        raise UnreadableFile(faults)
    return rows


def plain(cell: str) -> str:
    """Text without control characters, whatever it was in the file: markup and formulas are text like any other."""
    return "".join(char if char.isprintable() else " " for char in cell).strip()


def _of_head(names: list[str]) -> Iterator[Fault]:
    for name in NEEDED:
        if name not in names:
            yield Fault(1, name, f"this column is missing; there are: {', '.join(COLUMNS)}")
    for name in names:
        if name not in COLUMNS:
            yield Fault(1, name or "(empty)", f"there is no such column; there are: {', '.join(COLUMNS)}")
    if len(set(names)) < len(names):
        yield Fault(1, "file", "a column is there twice")


class _Line:
    """One line of the table, and what is wrong with it."""

    def __init__(self, line: int, cells: Mapping[str, str], defaults: Defaults) -> None:
        self._line, self._cells, self._defaults = line, cells, defaults
        self.faults: list[Fault] = []

    def row(self) -> Row | None:
        """The row; None if something is wrong."""
        starts, minutes = self._start(), self._minutes()
        kind, interpreter = self._kind(), self._interpreter()
        state = self._of("state", STATES, "planned")
        name = self._cells.get("id", "")
        if not name:
            self._fault("id", "is missing: a lasting name for each date, such as a number")
        if any(len(cell) > LONGEST for cell in self._cells.values()):
            self._fault("file", f"a cell has more than {LONGEST} characters")
        if self.faults or starts is None or minutes is None:
            return None
        return Row(
            line=self._line,
            source=f"csv:{name}",
            people=self._people(),
            organiser=self._cells.get("with", "").casefold() or self._defaults.organiser,
            starts=starts,
            minutes=minutes,
            kind=kind,
            place=self._cells.get("place", "") or self._defaults.place,
            way=self._cells.get("way", ""),
            link=self._cells.get("link", ""),
            interpreter=interpreter,
            interpreter_name=self._cells.get("interpreter_name", ""),
            interpreter_contact=self._cells.get("interpreter_contact", ""),
            cancelled=state == "cancelled",
            series=f"csv:{series}" if (series := self._cells.get("series", "")) else "",
        )

    def _fault(self, where: str, what: str) -> None:
        self.faults.append(Fault(self._line, where, what))

    def _of(self, column: str, known: tuple[str, ...], otherwise: str) -> str:
        value = self._cells.get(column, "").casefold() or otherwise
        if value and value not in known:
            self._fault(column, f"there is no {value!r}; there are: {', '.join(known)}")
        return value

    def _people(self) -> tuple[str, ...]:
        words = self._cells.get("people", "").replace(",", " ").replace("+", " ").split()
        return tuple(dict.fromkeys(word.casefold() for word in words)) or self._defaults.people

    def _kind(self) -> Kind:
        value = self._of("kind", tuple(Kind), self._defaults.kind.value)
        return Kind(value) if value in tuple(Kind) else Kind.IN_PERSON

    def _interpreter(self) -> str:
        return self._of("interpreter", (*LANGUAGES, SIGNED), "")

    def _minutes(self) -> int | None:
        value = self._cells.get("minutes", "")
        if value.isdecimal():
            return int(value)
        self._fault("minutes", f"{value!r} is no whole number: write it as in 45")
        return None

    def _start(self) -> datetime | None:
        value = self._cells.get("start", "")
        moment = _moment(value)
        if moment is None:
            self._fault("start", f"{value!r} is no day with a time: {EXAMPLE}")
            return None
        if moment.tzinfo is not None:
            return moment
        local = moment.replace(tzinfo=ZoneInfo(self._defaults.zone))
        if not exists(local):
            self._fault("start", f"{value} does not exist that night, clocks go forward: choose another time")
        elif comes_twice(local):
            offset = local.utcoffset() or timedelta()
            hours = offset // timedelta(hours=1)
            written = f"{moment:%Y-%m-%dT%H:%M}+{hours:02}:00"
            self._fault("start", f"{value} comes twice that night: write {written}, or an hour less after the plus")
        return local


def _moment(value: str) -> datetime | None:
    for form in FORMS:
        try:
            return datetime.strptime(value, form)  # noqa: DTZ007 - the zone is added by whoever knows it
        except ValueError:
            continue
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if "T" in value.upper() or ":" in value else None
