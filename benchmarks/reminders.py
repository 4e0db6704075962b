"""B4 and B5: reminders that are due, from the timer's row to the channel."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from benchmarks import schedulers
from benchmarks.recording import Transaction, recorded, replay
from benchmarks.runs import Contender, Run, Stopwatch, Unlike, interleave
from benchmarks.sizes import Sizes
from benchmarks.table import TIMES, Aim, Row, compare
from benchmarks.watching import watched
from benchmarks.world import NullChannel, World, assistant, fill, opened
from storage.driver import PRAGMAS
from storage.store import Store

NAMES = ("B4", "B5")
MEASURE = "due reminder claimed, guarded, rendered, sealed, handed to a null channel"


def measure(names: frozenset[str], sizes: Sizes, rounds: int, folder: Path) -> list[Row]:
    """The rows of B4 and B5."""
    world = fill(folder / "reminders", people=sizes.reminders // sizes.each, reminders=sizes.each)
    contenders: dict[str, Contender] = {"ours": partial(_ours, world, sizes.reminders)}
    if "B4" in names:
        part = _put_off_all_but(world.copy("part-of-reminders"), sizes.replayed)
        contenders["limit"] = partial(_limit, part, _record(part, sizes.replayed), sizes.replayed)
    if "B5" in names:
        contenders["stored"] = partial(schedulers.run_stored, folder / "scheduled", sizes.jobs)
        contenders["in memory"] = partial(schedulers.run_in_memory, folder / "scheduled", sizes.jobs)
    runs = interleave(contenders, rounds)
    rows = []
    if "B4" in names:
        raw, aim = "sqlite3 by hand: same statements, seals and batches", Aim(least=0.5, goal=0.75)
        rows.append(compare("B4", MEASURE, raw, (runs["ours"], runs["limit"]), aim))
    if "B5" in names:
        aim, jobs = Aim(least=5, goal=10, unit=TIMES), f"APScheduler 3, a job each, {sizes.jobs:,} jobs,"
        rows += [
            compare("B5", MEASURE, f"{jobs} kept in its own table", (runs["ours"], runs["stored"]), aim),
            compare("", "the same", f"{jobs} kept in memory: lost in a crash", (runs["ours"], runs["in memory"]), None),
        ]
    return rows


def _ours(world: World, reminders: int) -> Run:
    with opened(world.copy("ours")) as store:
        return asyncio.run(settle(store, reminders))


async def settle(store: Store, reminders: int) -> Run:
    """Let the program find the due reminders and send them until nothing is left; it must be that many."""
    channel = NullChannel()
    app = assistant(store, channel)
    watch = Stopwatch()
    async with watched() as beat:
        await app.settle()
    seconds = watch.seconds
    with store.read() as uow:
        left = uow.outbox.pending_count()
    if channel.taken != reminders or left:
        raise Unlike(f"of {reminders} reminders {channel.taken} were sent, {left} are left")
    return Run(count=reminders, seconds=seconds, block=beat.longest)


def _put_off_all_but(world: World, reminders: int) -> World:
    """The same database, in which only so many are due now: a recording of all would not fit into memory."""
    with closing(sqlite3.connect(world.database)) as connection:
        connection.execute(
            "UPDATE timers SET fire_at = fire_at + 86400000000 WHERE id NOT IN (SELECT id FROM timers LIMIT ?)",
            (reminders,),
        )
        connection.commit()
    return world


def _record(world: World, reminders: int) -> list[Transaction]:
    with recorded() as recording:
        _ours(world, reminders)
        return recording.kept


def _limit(world: World, transactions: Sequence[Transaction], reminders: int) -> Run:
    steps = replay(world.copy("limit").database, PRAGMAS, transactions)
    next(steps)
    watch = Stopwatch()
    for _ in steps:
        pass
    return Run(count=reminders, seconds=watch.seconds)
