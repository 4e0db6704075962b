"""APScheduler 3, for B5: one job per reminder, kept in its own table or in memory.

The job does what somebody would write who keeps reminders that way: look whether the note is still missing and consent
still there, render the same texts with the same catalogue, seal, write down what goes out, commit, hand it over, write
down that it went. One worker, because SQLite has one writer; no misfire limit, so that nothing is dropped.

Kept in its own table (`SQLAlchemyJobStore` on a file with a write-ahead log, as durable as ours) jobs are still there
after a restart, but for those it had taken up: it deletes a job before it runs it. Kept in memory, its default, all
that has not run is lost in a crash; that is faster, and not the same. Neither opens what is sealed, keeps the order at
an address, records an event, or sends again what was cut off; ours does.
"""

import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import BaseJobStore
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks.runs import Run, Stopwatch, Unlike
from benchmarks.world import language
from flows.engine.messages import Text
from locales.catalog import render

LONG_DUE = datetime(2020, 1, 1, tzinfo=UTC)
ASKED = Text("Your sick note is still missing. Please show it to {caseworker}. What fits?")
WAYS = (Text("I go to the doctor tomorrow"), Text("I have no doctor"), Text("Write to {caseworker}"))
CASEWORKER = {"caseworker": "Frau Albers"}
TABLES = """
CREATE TABLE people (id INTEGER PRIMARY KEY, name BLOB NOT NULL, language TEXT NOT NULL, consent INTEGER NOT NULL);
CREATE TABLE absences (id INTEGER PRIMARY KEY, person INTEGER NOT NULL REFERENCES people, proof TEXT NOT NULL);
CREATE TABLE outbox (id INTEGER PRIMARY KEY, absence INTEGER NOT NULL UNIQUE REFERENCES absences,
                     status TEXT NOT NULL, sealed BLOB NOT NULL);
"""
READ = """SELECT people.language, people.consent, absences.proof FROM absences
          JOIN people ON people.id = absences.person WHERE absences.id = ?"""


@dataclass(slots=True)
class Desk:
    """What the jobs work with."""

    connection: sqlite3.Connection
    cipher: AESGCM
    left: int
    ended: threading.Event


desks: list[Desk] = []
"""The desk of the run under way: a stored job can only name a function of a module, and numbers."""


def remind(absence: int) -> None:
    """One reminder."""
    desk = desks[-1]
    execute = desk.connection.execute
    execute("BEGIN IMMEDIATE")
    spoken, consent, proof = execute(READ, (absence,)).fetchone()
    if consent and proof == "open":
        said = [render(text, spoken, params=CASEWORKER) for text in (ASKED, *WAYS)]
        nonce = os.urandom(12)
        sealed = nonce + desk.cipher.encrypt(nonce, json.dumps(said).encode(), str(absence).encode())
        execute("INSERT INTO outbox (absence, status, sealed) VALUES (?, 'sending', ?)", (absence, sealed))
        execute("COMMIT")
        execute("UPDATE outbox SET status = 'sent' WHERE absence = ?", (absence,))
    else:
        execute("COMMIT")
    desk.left -= 1
    if not desk.left:
        desk.ended.set()


def run_stored(folder: Path, jobs: int) -> Run:
    """Jobs in APScheduler's own table, in a database beside."""
    with _desk(folder, jobs) as desk:
        engine = sa.create_engine(f"sqlite:///{folder}/jobs.db")
        sa.event.listen(engine, "connect", _set_up)
        try:
            return _run(SQLAlchemyJobStore(engine=engine), desk, jobs)
        finally:
            engine.dispose()


def run_in_memory(folder: Path, jobs: int) -> Run:
    """Jobs in the memory store."""
    with _desk(folder, jobs) as desk:
        return _run(MemoryJobStore(), desk, jobs)


def _run(store: BaseJobStore, desk: Desk, jobs: int) -> Run:
    scheduler = BackgroundScheduler(
        jobstores={"default": store}, executors={"default": ThreadPoolExecutor(1)}, timezone="UTC"
    )
    scheduler.add_listener(partial(_fail, desk), EVENT_JOB_ERROR | EVENT_JOB_MISSED)
    scheduler.start(paused=True)
    try:
        for job in range(1, jobs + 1):
            scheduler.add_job(
                "benchmarks.schedulers:remind", "date", run_date=LONG_DUE, args=(job,), misfire_grace_time=None
            )
        watch = Stopwatch()
        scheduler.resume()
        desk.ended.wait()
        if desk.left:
            raise Unlike(f"{desk.left} of {jobs} jobs did not end")
        return Run(count=jobs, seconds=watch.seconds)
    finally:
        scheduler.shutdown()


def _fail(desk: Desk, _: object) -> None:
    desk.ended.set()


def _set_up(connection: sqlite3.Connection, _: object = None) -> None:
    """Durable, and with as few waits for the disk as that takes."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


@contextmanager
def _desk(folder: Path, jobs: int) -> Iterator[Desk]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    connection = sqlite3.connect(folder / "reminders.db", isolation_level=None, check_same_thread=False)
    _set_up(connection)
    connection.executescript(TABLES)
    connection.execute("BEGIN")
    numbers = range(1, jobs + 1)
    connection.executemany(
        "INSERT INTO people VALUES (?, ?, ?, 1)", ((number, os.urandom(40), language(number)) for number in numbers)
    )
    connection.executemany("INSERT INTO absences VALUES (?, ?, 'open')", ((number, number) for number in numbers))
    connection.execute("COMMIT")
    desk = Desk(connection, AESGCM(bytes(32)), jobs, threading.Event())
    desks.append(desk)
    try:
        yield desk
    finally:
        desks.pop()
        connection.close()
