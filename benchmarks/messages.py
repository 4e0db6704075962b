"""B1 and B3: one message of somebody who is ill today, handled and durable."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import usual_stack
from benchmarks.recording import Transaction, recorded, replay
from benchmarks.runs import Contender, Run, Stopwatch, Unlike, interleave
from benchmarks.sentences import ILL_TODAY
from benchmarks.sizes import Sizes
from benchmarks.table import TIMES, Aim, Row, compare
from benchmarks.watching import watched
from benchmarks.world import CHANNEL, NOW, NullChannel, World, assistant, fill, language, opened, sender
from flows.engine.messages import Inbound, InboundKind
from handlers import inbound
from storage.driver import PRAGMAS
from storage.store import Store

NAMES = ("B1", "B3")
MEASURE = "message handled and durable"
WARM = 40


def measure(names: frozenset[str], sizes: Sizes, rounds: int, folder: Path) -> list[Row]:
    """The rows of B1 and B3."""
    world = fill(folder / "messages", people=sizes.messages + WARM)
    contenders: dict[str, Contender] = {"ours": partial(_ours, world, sizes)}
    if "B1" in names:
        contenders |= {
            "limit": partial(_limit, world, _record(world, sizes)),
            "asyncio": partial(_in_a_loop, world, sizes),
        }
    if "B3" in names:
        contenders["peer"] = partial(_peer, folder / "usual", sizes)
    runs = interleave(contenders, rounds)
    rows = []
    if "B1" in names:
        raw, aim = "sqlite3 by hand: same statements and seals, a commit each", Aim(least=2, goal=3)
        rows.append(compare("B1", MEASURE, raw, (runs["ours"], runs["limit"]), aim))
        rows.append(compare("", "the same, awaited in an event loop", raw, (runs["asyncio"], runs["limit"]), None))
    if "B3" in names:
        usual, aim = "SQLAlchemy's async ORM on aiosqlite, same tables and seals", Aim(least=25, goal=50, unit=TIMES)
        rows.append(compare("B3", MEASURE, usual, (runs["ours"], runs["peer"]), aim))
    return rows


def updates(sizes: Sizes) -> list[Inbound]:
    """One message from each of many people, in all languages and many wordings; the first `WARM` are for warming up."""
    made = []
    for number in range(sizes.messages + WARM):
        spoken = language(number)
        wordings = ILL_TODAY[spoken]
        text = wordings[(number // len(ILL_TODAY)) % len(wordings)]
        made.append(
            Inbound(channel=CHANNEL, external_id=f"u{number}", sender=sender(number), kind=InboundKind.TEXT, text=text)
        )
    return made


def _ours(world: World, sizes: Sizes) -> Run:
    """Units through `Store.submit`, the next one handed in when one is durable."""
    with opened(world.copy("ours")) as store:
        todo = [partial(inbound.receive, inbound=update, now=NOW) for update in updates(sizes)]
        keep_in_flight(store.submit, todo[:WARM], sizes.in_flight)
        run = keep_in_flight(store.submit, todo[WARM:], sizes.in_flight)
        check(store, run.count)
    return run


def check(store: Store, messages: int) -> None:
    """A report of an illness leaves timers: whoever has fewer than one a message has not understood it."""
    with store.read() as uow:
        timers = len(uow.timers.due(NOW.replace(year=NOW.year + 1), 10 * messages))
    if timers < messages:
        raise Unlike(f"{messages} messages left only {timers} timers: they were not taken as reports")


def keep_in_flight(submit: Callable[..., Any], works: Sequence[Any], in_flight: int) -> Run:
    """Hand in all works, `in_flight` at a time; raises what any of them raised."""
    latencies: list[float] = []
    failures: list[BaseException] = []
    rest, ended = iter(works), threading.Event()

    def hand_in() -> None:
        work = next(rest, None)
        if work is not None:
            submit(work).add_done_callback(partial(settle, time.perf_counter()))

    def settle(began: float, future: Any) -> None:
        latencies.append(time.perf_counter() - began)
        if future.exception() is not None:
            failures.append(future.exception())
        if len(latencies) == len(works):
            ended.set()
        else:
            hand_in()

    watch = Stopwatch()
    for _ in range(in_flight):
        hand_in()
    ended.wait()
    if failures:
        raise failures[0]
    return Run(count=len(works), seconds=watch.seconds, latencies=latencies)


def _record(world: World, sizes: Sizes) -> list[Transaction]:
    """What our units do, one transaction each; as a side effect everything is loaded that is loaded once."""
    with recorded() as recording, opened(world.copy("recorded")) as store:
        todo = [partial(inbound.receive, inbound=update, now=NOW) for update in updates(sizes)]
        for work in todo[:WARM]:
            store.submit(work).result()
        before = len(recording.kept)
        for work in todo[WARM:]:
            store.submit(work).result()
        return recording.kept[before:]


def _limit(world: World, transactions: Sequence[Transaction]) -> Run:
    """The same statements and seals by hand."""
    steps = replay(world.copy("limit").database, PRAGMAS, transactions)
    next(steps)
    watch, latencies, last = Stopwatch(), [], 0.0
    for _ in steps:
        now = watch.seconds
        latencies.append(now - last)
        last = now
    return Run(count=len(transactions), seconds=last, latencies=latencies)


def _in_a_loop(world: World, sizes: Sizes) -> Run:
    """The same through `App.receive`, as channels call it."""
    with opened(world.copy("asyncio")) as store:
        app = assistant(store, NullChannel())
        todo = updates(sizes)
        asyncio.run(await_in_flight(app.receive, todo[:WARM], sizes.in_flight))
        return asyncio.run(await_in_flight(app.receive, todo[WARM:], sizes.in_flight))


async def await_in_flight(do: Callable[[Any], Any], works: Sequence[Any], in_flight: int) -> Run:
    """Await all works, `in_flight` at a time."""
    latencies: list[float] = []
    rest: Iterator[Any] = iter(works)

    async def work_on() -> None:
        for work in rest:
            began = time.perf_counter()
            await do(work)
            latencies.append(time.perf_counter() - began)

    watch = Stopwatch()
    async with watched() as beat, asyncio.TaskGroup() as tasks:
        for _ in range(in_flight):
            tasks.create_task(work_on())
    return Run(count=len(works), seconds=watch.seconds, latencies=latencies, block=beat.longest)


def _peer(folder: Path, sizes: Sizes) -> Run:
    """The usual stack."""
    todo = updates(sizes)[: WARM + sizes.peer_messages]
    people = [(sender(number), language(number)) for number in range(len(todo))]
    return asyncio.run(_peer_run(folder, todo, people, sizes))


async def _peer_run(folder: Path, todo: list[Inbound], people: list[tuple[str, str]], sizes: Sizes) -> Run:
    assistant_ = await usual_stack.set_up(folder, people)
    try:
        await await_in_flight(assistant_.receive, todo[:WARM], sizes.in_flight)
        return await await_in_flight(assistant_.receive, todo[WARM:], sizes.in_flight)
    finally:
        await assistant_.close()
