"""B6: a million timers that are not due yet must cost the due ones nothing.

Each run is a process of its own, so that its memory is its own: `python -m benchmarks.future <folder> <reminders>`.
"""

import asyncio
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

from benchmarks.machine import peak_memory
from benchmarks.reminders import settle
from benchmarks.runs import Run, Unlike, at_rest, interleave
from benchmarks.sizes import Sizes
from benchmarks.table import Aim, Row, compare, in_megabytes
from benchmarks.world import NOW, World, fill, opened
from handlers.absences import TIMER

NAMES = ("B6",)
ROOT = Path(__file__).resolve().parent.parent
MEASURE = "due reminders sent while {many:,} timers wait for later days"
MOST_MEGABYTES = 20
MICROSECOND = timedelta(microseconds=1)


def measure(names: frozenset[str], sizes: Sizes, rounds: int, folder: Path) -> list[Row]:
    """The rows of B6: the rate, and the memory it takes."""
    del names
    base = fill(folder / "future", people=sizes.fired // sizes.each, reminders=sizes.each)
    few, many = base.copy("few"), base.copy("many")
    _add_timers(few, sizes.few_timers)
    _add_timers(many, sizes.many_timers)
    runs = interleave(
        {"many": partial(_run, many, sizes.fired), "few": partial(_run, few, sizes.fired)},
        rounds,
    )
    ours = MEASURE.format(many=sizes.many_timers)
    row = compare(
        "B6", ours, f"while {sizes.few_timers:,} wait", (runs["many"], runs["few"]), Aim(least=0.9, goal=0.98)
    )
    return [row, _memory(runs["many"].memory, runs["few"].memory)]


def _memory(many: int, few: int) -> Row:
    growth = many - few
    return Row(
        number="",
        measure="peak memory of these processes",
        compared="",
        ours=in_megabytes(many),
        theirs=in_megabytes(few),
        ratio=f"{growth / 1_000_000:+.0f} MB",
        target=f"≤ {MOST_MEGABYTES} MB",
        met=growth <= MOST_MEGABYTES * 1_000_000,
    )


def _add_timers(world: World, timers: int) -> None:
    """Timers spread over the next year, about people who exist."""
    with closing(sqlite3.connect(world.database)) as connection:
        people = [person for (person,) in connection.execute("SELECT id FROM people")]
        connection.executemany(
            "INSERT INTO timers (id, kind, fire_at, subject, ref, guard) VALUES (?, ?, ?, ?, ?, '1')",
            _timers(timers, people),
        )
        connection.commit()


def _timers(timers: int, people: list[int]) -> Iterator[tuple[object, ...]]:
    tomorrow = int((NOW + timedelta(days=1)).timestamp()) * 1_000_000
    step = int(timedelta(days=365) / MICROSECOND) // timers
    for number in range(1, timers + 1):
        yield number, TIMER, tomorrow + number * step, people[number % len(people)], number


def _run(world: World, reminders: int) -> Run:
    """One run in a process of its own."""
    copied = world.copy(f"{world.folder.name}-run")
    done = subprocess.run(
        [sys.executable, "-m", __name__, str(copied.folder), str(reminders)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Unlike(f"the process ended with {done.returncode}: {done.stderr[-300:]}")
    return Run(**json.loads(done.stdout))


def main(folder: str, reminders: str) -> None:
    """What the process does; prints its `Run` as JSON."""
    with opened(World(Path(folder))) as store, at_rest():
        run = asyncio.run(settle(store, int(reminders)))
    found = {"count": run.count, "seconds": run.seconds, "block": run.block, "memory": peak_memory()}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
