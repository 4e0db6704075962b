"""The table: one row per measure, printed by rich, kept in the README, or given as JSON."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.runs import Runs

MARK = "<!-- bench -->"
COLUMNS = ("", "measure", "compared with", "ours", "theirs", "ratio", "target", "goal", "met", "beside")
PERCENT, TIMES = "%", "×"
FINE = 10


class NoPlace(Exception):
    """The README has no pair of markers to put the table between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table. `ratio` is ours over theirs, or a plain figure; None as target: reported only."""

    number: str
    measure: str
    compared: str = ""
    ours: str
    theirs: str = "–"
    ratio: str = "–"
    target: str = "–"
    goal: str = "–"
    met: bool | None = None
    beside: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What the ratio ought to be: at least, and better; in per cent or as a multiple."""

    least: float
    goal: float
    unit: str = PERCENT

    def show(self, ratio: float) -> str:
        """The ratio as the table writes it."""
        if self.unit == PERCENT:
            return f"{ratio * 100:.0f} %"
        return f"{ratio:.1f}×" if ratio < FINE else f"{ratio:.0f}×"


def compare(number: str, measure: str, compared: str, pair: tuple[Runs, Runs], aim: Aim | None) -> Row:
    """The row of two contenders, ours first; without an aim it is only reported."""
    ours, theirs = pair
    ratio = ours.ratio(theirs)
    return Row(
        number=number,
        measure=measure,
        compared=compared,
        ours=per_second(ours.rate),
        theirs=per_second(theirs.rate),
        ratio=(aim or Aim(least=0, goal=0)).show(ratio),
        target=aim.show(aim.least) if aim else "–",
        goal=aim.show(aim.goal) if aim else "–",
        met=ratio >= aim.least if aim else None,
        beside=ours.beside,
    )


def per_second(rate: float) -> str:
    """A rate in words."""
    return f"{rate:,.0f}/s" if rate >= FINE else f"{rate:.1f}/s"


def in_megabytes(size: int) -> str:
    """Bytes in words."""
    return f"{size / 1_000_000:.0f} MB"


def print_table(rows: Sequence[Row], machine: str, how: str) -> None:
    """The table for people."""
    table = Table(title=f"{machine}\n{how}", title_justify="left")
    for column in COLUMNS:
        table.add_column(column, overflow="fold", justify="right" if column in {"ours", "theirs", "ratio"} else "left")
    for row in rows:
        table.add_row(*_cells(row))
    Console(width=max(Console().width, 160)).print(table)


def as_json(rows: Sequence[Row], machine: str, how: str) -> str:
    """The table for programs."""
    return json.dumps(
        {"machine": machine, "how": how, "rows": [asdict(row) for row in rows]}, ensure_ascii=False, indent=2
    )


def as_markdown(rows: Sequence[Row], machine: str, how: str) -> str:
    """The table for the README."""
    lines = [f"{how} on {machine}.", ""]
    lines += [_line(COLUMNS), _line(["---"] * len(COLUMNS)), *(_line(_cells(row)) for row in rows)]
    return "\n".join(lines)


def write_into(readme: Path, markdown: str) -> None:
    """Put the table between the two markers of the file. Raises `NoPlace` when they are not there."""
    text = readme.read_text("utf-8")
    between = re.compile(f"{MARK}.*{MARK}", re.DOTALL)
    if not between.search(text):
        raise NoPlace(f"{readme.name} has no two lines {MARK}: add them where the table belongs")
    readme.write_text(between.sub(lambda _: f"{MARK}\n\n{markdown}\n\n{MARK}", text, count=1), "utf-8")


def _cells(row: Row) -> tuple[str, ...]:
    met = "–" if row.met is None else "yes" if row.met else "no"
    return (
        row.number,
        row.measure,
        row.compared,
        row.ours,
        row.theirs,
        row.ratio,
        row.target,
        row.goal,
        met,
        row.beside,
    )


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
