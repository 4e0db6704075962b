"""Several processes write to one database, each its own audit chain; what was done to any of them is found."""

import json
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.app import App, build, prepare
from bot.clock import SetClock
from bot.operating.auditing import Auditor
from bot.settings import DatabaseSettings, Settings
from flows.engine.events import LatenessReported
from flows.people import PersonId
from storage.uow import UnitOfWork
from tests.postgres import EMPTY, Server

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)
PROCESSES, UNITS, PATIENCE = 3, 30, 60
MUTATIONS = (
    "UPDATE audit_groups SET hash = sha256(hash) WHERE chain = %(chain)s AND seq = %(seq)s",
    "UPDATE audit_groups SET previous = sha256(previous) WHERE chain = %(chain)s AND seq = %(seq)s",
    "UPDATE audit_groups SET entries = set_byte(entries, 40, 255 - get_byte(entries, 40))"
    " WHERE chain = %(chain)s AND seq = %(seq)s",
    "DELETE FROM audit_groups WHERE chain = %(chain)s AND seq = %(seq)s",
    "DELETE FROM audit_groups WHERE chain = %(chain)s AND seq >= %(seq)s",
    "DELETE FROM audit_groups WHERE chain = %(chain)s",
    "UPDATE audit_groups SET seq = seq + 1000 WHERE chain = %(chain)s AND seq = %(seq)s",
    "UPDATE audit_groups SET chain = chain + 500 WHERE chain = %(chain)s",
    "UPDATE audit_roots SET seq = seq + 1 WHERE chain = %(chain)s",
    "DELETE FROM audit_roots WHERE chain = %(chain)s",
    "UPDATE events SET at = at + 1 WHERE id = %(event)s",
    "DELETE FROM events WHERE id = %(event)s",
)


def settings_of(url: str, folder: Path) -> Settings:
    """Settings of every process."""
    return Settings(database=DatabaseSettings(url=url, key_file=folder / "keys" / "master.key"))


def record(uow: UnitOfWork) -> None:
    """Something that is in the chain."""
    uow.events.add(LatenessReported(who=PersonId(1), day=NOW.date()), NOW, subject=None)


def work(url: str, folder: str, together: Any, dies: bool) -> None:
    """A process at work; one of them is cut off."""
    store = build(settings_of(url, Path(folder)), channels=[]).store
    together.wait(PATIENCE)
    for _ in range(UNITS):
        store.submit(record).result(PATIENCE)
    if dies:
        for _ in range(UNITS):
            store.submit(record)
        os._exit(9)
    store.close()


@pytest.fixture(scope="module")
def written(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A database that several processes have written at once, and its folder."""
    url, folder = server.create(EMPTY), tmp_path_factory.mktemp("several")
    prepare(settings_of(url, folder))
    spawn = multiprocessing.get_context("spawn")
    together = spawn.Barrier(PROCESSES)
    children = [
        spawn.Process(target=work, args=(url, str(folder), together, number == 0), daemon=True)
        for number in range(PROCESSES)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join(PATIENCE)
    assert sorted([0, 0, 9]) == sorted(child.exitcode or 0 for child in children)
    yield url, folder
    server.drop(url)


@contextmanager
def opened(written: tuple[str, Path]) -> Iterator[App]:
    """One more process on the database."""
    app = build(settings_of(*written), clock=SetClock(NOW), channels=[])
    try:
        yield app
    finally:
        app.store.close()


def type_verify(written: tuple[str, Path]) -> "subprocess.CompletedProcess[str]":
    """`python -m bot audit verify`, as an operator types it."""
    url, folder = written
    environment = {**os.environ, "DATABASE_URL": url, "LOTSE_DATABASE__KEY_FILE": str(folder / "keys" / "master.key")}
    return subprocess.run(
        [sys.executable, "-m", "bot", "audit", "verify", "--json"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip


async def test_every_chain_is_verified_and_signed(written: tuple[str, Path]) -> None:
    """The command counts the entries of all processes, also of one that was cut off; a night signs each chain once."""
    typed = type_verify(written)
    before = json.loads(typed.stdout)
    assert (0, "") == (typed.returncode, before["fault"]), typed.stderr
    assert before["entries"] >= PROCESSES * UNITS
    with opened(written) as app, opened(written) as same:
        chains = read(app, lambda uow: uow.audit.chains())
        assert len(chains) >= PROCESSES
        for one in (app, same):
            auditor = Auditor(one.settings, one.store, one.clock)
            await auditor.start()
            await auditor.verify_and_sign()
        assert chains == [root.chain for root in read(app, lambda uow: uow.audit.roots())]
    typed = type_verify(written)
    assert {**before, "roots": len(chains)} == json.loads(typed.stdout), typed.stderr


def read(app: App, look: Callable[[UnitOfWork], Any]) -> Any:
    """Something from the database."""
    with app.store.read() as uow:
        return look(uow)


async def test_what_was_done_to_any_chain_is_found(written: tuple[str, Path]) -> None:
    """Every kind of change, in the middle and at the end of each chain, one at a time; put right, all is whole."""
    url, _ = written
    with opened(written) as app:
        auditor = Auditor(app.settings, app.store, app.clock)
        await auditor.start()
        await auditor.verify_and_sign()
        for chain in read(app, lambda uow: uow.audit.chains()):
            last = read(app, partial(head, chain=chain))
            for mutation, seq in product(MUTATIONS, (1, (last + 1) // 2, last)):
                where = {"chain": chain, "seq": seq}
                assert await is_found(auditor, url, mutation, where), (mutation, where)
        assert not (await auditor.verify()).fault
    assert 0 == type_verify(written).returncode


def head(uow: UnitOfWork, chain: int) -> int:
    """The number of the newest group of a chain."""
    found = uow.audit.head(chain)
    assert found is not None
    return found[0]


async def is_found(auditor: Auditor, url: str, mutation: str, where: dict[str, int]) -> bool:
    """Whether a change past the program is found; it is put right afterwards."""
    tables = ("audit_groups", "audit_roots", "events")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for table in tables:
            connection.execute(f"CREATE TEMP TABLE kept_{table} AS SELECT * FROM {table}".encode())
        entry = connection.execute(
            "SELECT entries FROM audit_groups WHERE chain = %(chain)s AND seq = %(seq)s", where
        ).fetchone()
        assert entry is not None
        connection.execute(mutation.encode(), {**where, "event": int.from_bytes(entry[0][1:9], "big")})
        try:
            return bool((await auditor.verify()).fault)
        finally:
            for table in tables:
                connection.execute(f"TRUNCATE {table}".encode())
                connection.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}".encode())
