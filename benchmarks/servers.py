"""B7: the same message on PostgreSQL, beside asyncpg by hand, and with two processes beside one."""

import asyncio
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks.messages import MEASURE, WARM, await_in_flight, keep_in_flight, updates
from benchmarks.recording import NONCE_BYTES, Sealed, Step, Transaction
from benchmarks.runs import Contender, Run, Stopwatch, interleave
from benchmarks.sizes import Sizes
from benchmarks.table import TIMES, Aim, Row, compare
from benchmarks.world import NOW, opened_at, populate
from bot.app import hand_in
from flows.engine.messages import Inbound
from storage.postgres_wire import Question, Wire
from storage.store import Store
from storage.vault import Key
from tests.postgres import Server, running_server

NAMES = ("B7",)
CONNECTIONS: Final = 8
PROCESSES: Final = 2
CONTROL: Final = (b"BEGIN", b"COMMIT", b"ROLLBACK", b"WITH moved")
CHAIN: Final = b"audit_groups"

_MORE: Final = Aim(least=1.3, goal=1.7, unit=TIMES)
_HEAD_TABLE: Final = "CREATE TABLE audit_head (chain bigint PRIMARY KEY, seq bigint NOT NULL, hash bytea NOT NULL)"
_FIRST_HEAD: Final = "INSERT INTO audit_head VALUES (0, 1000000, sha256(''))"
_MOVE_HEAD: Final = "UPDATE audit_head SET seq = seq + 1, hash = sha256(hash || $1) WHERE chain = 0 RETURNING seq, hash"
_ADD_GROUP: Final = "INSERT INTO audit_groups (chain, seq, previous, entries, hash) VALUES (0, $1, $2, $3, $2)"


@dataclass(frozen=True, slots=True)
class Unit:
    """What one unit of ours does to the database; `entries` is what it adds to the audit chain."""

    steps: Transaction
    entries: bytes


def measure(names: frozenset[str], sizes: Sizes, rounds: int, folder: Path) -> list[Row]:
    """The rows of B7."""
    del names
    place = folder / "server"
    place.mkdir()
    with running_server(place, durable=True) as server:
        filled = server.create()
        with opened_at(filled) as store:
            populate(store, people=sizes.messages + WARM)
        units = _record(server, filled, sizes)
        contenders: dict[str, Contender] = {
            "ours": partial(_ours, server, filled, sizes),
            "raw": partial(_raw, server, filled, units, sizes),
            "two": partial(_several, server, filled, sizes, PROCESSES),
            "one": partial(_several, server, filled, sizes, 1),
        }
        runs = interleave(contenders, rounds)
    raw = f"asyncpg by hand: same statements and seals, {CONNECTIONS} connections, one audit chain"
    return [
        compare("B7", f"{MEASURE}, PostgreSQL", raw, (runs["ours"], runs["raw"]), Aim(least=0.9, goal=1.4)),
        compare("", "the same, two processes", "one process", (runs["two"], runs["one"]), _MORE),
    ]


def _ours(server: Server, filled: str, sizes: Sizes) -> Run:
    """Units through `Store.submit`, the next one handed in when one is durable."""
    url = server.create(filled)
    with opened_at(url) as store:
        todo, submit = updates(sizes), partial(_submit, store)
        keep_in_flight(submit, todo[:WARM], sizes.in_flight)
        run = keep_in_flight(submit, todo[WARM:], sizes.in_flight)
    server.drop(url)
    return run


def _submit(store: Store, update: Inbound) -> Any:
    return hand_in(store, update, NOW)


def _several(server: Server, filled: str, sizes: Sizes, processes: int) -> Run:
    """The same messages, shared out over processes of their own."""
    url = server.create(filled)
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Barrier(processes + 1)
    workers = [
        spawn.Process(target=_work, args=(url, sizes, number, processes, ready), daemon=True)
        for number in range(processes)
    ]
    for worker in workers:
        worker.start()
    ready.wait()
    watch = Stopwatch()
    ready.wait()
    run = Run(count=sizes.messages, seconds=watch.seconds)
    for worker in workers:
        worker.join()
    server.drop(url)
    return run


def _work(url: str, sizes: Sizes, number: int, processes: int, ready: Barrier) -> None:
    """One process: its share of the messages, between two meetings with the others."""
    todo = updates(sizes)
    with opened_at(url) as store:
        submit = partial(_submit, store)
        keep_in_flight(submit, todo[number:WARM:processes], sizes.in_flight)
        ready.wait()
        keep_in_flight(submit, todo[WARM + number :: processes], sizes.in_flight)
        ready.wait()


@contextmanager
def _recorded() -> Iterator[list[list[tuple[bytes, Sequence[Any], list[Sealed]]]]]:
    """Everything that is asked of the server, cut at each commit."""
    transactions: list[list[tuple[bytes, Sequence[Any], list[Sealed]]]] = [[]]
    plain: dict[bytes, tuple[bytes, bytes]] = {}
    seal, ask = Key.seal, Wire.ask

    def noting(key: Key, table: str, column: str, row: int | str, plaintext: bytes) -> bytes:
        sealed = seal(key, table, column, row, plaintext)
        plain[sealed] = (f"{table}|{column}|{row}".encode(), plaintext)
        return sealed

    def asking(wire: Wire, question: Question, values: Sequence[Any], tag: object) -> None:
        if question.sql == b"COMMIT":
            transactions.append([])
        elif not question.sql.startswith(CONTROL):
            seals = [Sealed(place, *plain[value]) for place, value in enumerate(values) if value in plain]
            transactions[-1].append((question.sql, values, seals))
        ask(wire, question, values, tag)

    with patch.object(Key, "seal", noting), patch.object(Wire, "ask", asking):
        yield transactions


def _record(server: Server, filled: str, sizes: Sizes) -> list[Unit]:
    """What our units do; the chain is left to whoever does it again."""
    url = server.create(filled)
    with opened_at(url) as store, _recorded() as transactions:
        for update in updates(sizes):
            _submit(store, update).result()
    server.drop(url)
    return [_unit(asked) for asked in transactions if asked]


def _unit(asked: Sequence[tuple[bytes, Sequence[Any], list[Sealed]]]) -> Unit:
    steps, entries = [], b""
    for sql, values, seals in asked:
        if CHAIN not in sql:
            steps.append(Step(sql.decode(), tuple(values), tuple(seals)))
        elif sql.startswith(b"INSERT"):
            entries = max((value for value in values if isinstance(value, bytes)), key=len)
    return Unit(steps, entries)


def _raw(server: Server, filled: str, units: Sequence[Unit], sizes: Sizes) -> Run:
    """The loop somebody would write who needs nothing else."""
    url = server.create(filled)
    run = asyncio.run(_replay(url, units))
    server.drop(url)
    del sizes
    return run


async def _replay(url: str, units: Sequence[Unit]) -> Run:
    import asyncpg  # noqa: PLC0415 - a peer, installed for the benchmarks only

    connections = [await asyncpg.connect(url) for _ in range(CONNECTIONS)]
    await connections[0].execute(_HEAD_TABLE)
    await connections[0].execute(_FIRST_HEAD)
    hands = [_Hand(connection) for connection in connections]
    free: asyncio.Queue[_Hand] = asyncio.Queue()
    for hand in hands:
        free.put_nowait(hand)

    async def do(unit: Unit) -> None:
        hand = await free.get()
        await hand.do(unit)
        free.put_nowait(hand)

    await await_in_flight(do, units[:WARM], CONNECTIONS)
    run = await await_in_flight(do, units[WARM:], CONNECTIONS)
    for connection in connections:
        await connection.close()
    return run


class _Hand:
    """One connection; statements are prepared once on it."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._prepared: dict[str, Any] = {}
        self._encrypt = AESGCM(bytes(32)).encrypt

    async def do(self, unit: Unit) -> None:
        """One transaction; the chain comes last, so that others wait for its row as short as possible."""
        async with self._connection.transaction():
            for step in unit.steps:
                params: Any = step.params
                if step.seals:
                    params = list(params)
                    for seal in step.seals:
                        nonce = os.urandom(NONCE_BYTES)
                        params[seal.place] = b"\x01" + nonce + self._encrypt(nonce, seal.plaintext, seal.bound)
                await self._fetch(step.sql, *params)
            if unit.entries:
                [(seq, hash_)] = await self._fetch(_MOVE_HEAD, unit.entries)
                await self._fetch(_ADD_GROUP, seq, hash_, unit.entries)

    async def _fetch(self, sql: str, *params: Any) -> Any:
        prepared = self._prepared.get(sql)
        if prepared is None:
            prepared = self._prepared[sql] = await self._connection.prepare(sql)
        return await prepared.fetch(*params)
