"""`python -m benchmarks`: measure, and print one table."""

import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated

import typer

from benchmarks import broadcasts, future, machine, messages, reminders, servers, startup, table, updates
from benchmarks.runs import Unlike
from benchmarks.sizes import FULL, QUICK, Sizes
from benchmarks.table import Row

Measure = Callable[[frozenset[str], Sizes, int, Path], list[Row]]
BENCHMARKS: tuple[tuple[tuple[str, ...], Measure], ...] = (
    (messages.NAMES, messages.measure),
    (updates.NAMES, updates.measure),
    (reminders.NAMES, reminders.measure),
    (future.NAMES, future.measure),
    (servers.NAMES, servers.measure),
    (broadcasts.NAMES, broadcasts.measure),
    (startup.NAMES, startup.measure),
)
"""In the order of the table; those that share their runs are one entry."""

KNOWN = tuple(name for names, _ in BENCHMARKS for name in names)
README = Path(__file__).resolve().parent.parent / "README.md"
WRONG = 2

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@cli.command()
def measure(  # noqa: PLR0913, PLR0917 - the options of the command line
    names: Annotated[list[str] | None, typer.Argument(help=f"which: {' '.join(KNOWN)}; all without any")] = None,
    rounds: Annotated[int, typer.Option(min=1, help="how often each contender runs, in turn with the others")] = 5,
    folder: Annotated[Path, typer.Option(help="where databases are made: the file system matters")] = Path("var"),
    json: Annotated[bool, typer.Option("--json", help="print JSON instead of a table")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="write the table into the README, too")] = False,
    broadcast: Annotated[int | None, typer.Option(min=30, help="to how many B8 broadcasts: 10000 take 6 min")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="very small sizes: a look, no measurement")] = False,
) -> None:
    """Measure how fast the assistant is beside the usual stack and beside what the machine allows.

    Example: python -m benchmarks B1 B3 --rounds 3
    """
    wanted = frozenset(name.upper() for name in names or KNOWN)
    if wanted - set(KNOWN):
        sys.stderr.write(f"no benchmark {' '.join(sorted(wanted - set(KNOWN)))}; there are: {' '.join(KNOWN)}\n")
        raise typer.Exit(WRONG)
    sizes = QUICK if quick else FULL
    rows = _run(wanted, sizes if broadcast is None else replace(sizes, broadcast=broadcast), rounds, folder)
    where, how = machine.describe(folder), f"Medians of {rounds} interleaved rounds, {date.today()}"  # noqa: DTZ011, TID251 - the day on the machine that was measured
    if markdown:
        table.write_into(README, table.as_markdown(rows, where, how))
    if json:
        sys.stdout.write(table.as_json(rows, where, how) + "\n")
    else:
        table.print_table(rows, where, how)


def _run(wanted: frozenset[str], sizes: Sizes, rounds: int, folder: Path) -> list[Row]:
    folder.mkdir(parents=True, exist_ok=True)
    place = Path(mkdtemp(prefix="bench-", dir=folder)).absolute()
    rows: list[Row] = []
    try:
        for names, one in BENCHMARKS:
            if wanted & set(names):
                sys.stderr.write(f"measuring {' '.join(sorted(wanted & set(names)))} …\n")
                rows += one(wanted & set(names), sizes, rounds, place)
    except Unlike as error:
        sys.stderr.write(f"not measured: {error}\n")
        raise typer.Exit(1) from None
    finally:
        shutil.rmtree(place)
    return rows


if __name__ == "__main__":
    cli()
