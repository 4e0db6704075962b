"""Opening, reading and what lies in the file."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from flows.engine.conversation import Conversation
from flows.engine.events import AbsenceReported, AlertKind, Reason
from flows.engine.messages import Inbound, InboundKind, Level, MessageClass, Outgoing, OutgoingButton
from flows.people import Address
from flows.rules.absence import Absence
from flows.rules.alerts import Alert
from storage.driver import SqliteDriver, TimeOuts
from storage.errors import ReadOnly, StatementTimeout, StoreBusy, StoreError, VaultError, WrongKey
from storage.settings import StoreSettings
from storage.statements import Statement
from storage.store import Store
from storage.uow import UnitOfWork
from tests.storage.conftest import MASTER, NOW, World, address, fresh_key, open_store, person, populate

ROOT = Path(__file__).resolve().parents[2]
HOLDER = """
import sys, time
from storage.settings import StoreSettings
from storage.store import Store
from storage.vault import Vault
Store.open(StoreSettings(url=sys.argv[1]), vault=Vault(bytes(range(32)), "lotse"), profile=None)
print("open", flush=True)
time.sleep(60)
"""
CANARIES = {
    "name": "Kanarienvogelname",
    "phone": "0151-5550199",
    "sign": "Flamingozeichen",
    "group": "Pelikangruppe",
    "language": "Zaunkoenigisch",
    "chat": "Rotkehlchenwort",
    "answer": "Dompfaffantwort",
    "flow": "Eisvogelfluss",
    "node": "Wiedehopfknoten",
    "text": "Nachtigalltext",
    "button": "Goldammerknopf",
    "value": "Zeisigwert",
    "dedupe": "Amselschluessel",
    "cause": "Drosselgrund",
    "external": "Finkenadresse",
    "evidence": "Starbeleg",
    "update": "Spatzenupdate",
}
TELLING = ("illness", "child_ill", "crisis", "AbsenceReported", "CrisisDetected")


def write_canaries(uow: UnitOfWork) -> None:
    """Put a canary into everything personal."""
    bird = replace(
        person(uow, "p7", CANARIES["name"]),
        phone=CANARIES["phone"],
        sign=CANARIES["sign"],
        group=CANARIES["group"],
        language=CANARIES["language"],
    )
    uow.people.update(bird)
    where = Address(id=uow.new_id(), person=bird.id, channel="web", external=CANARIES["external"])
    uow.people.add_address(where)
    update = Inbound(
        channel="web", external_id=CANARIES["update"], sender="x", kind=InboundKind.TEXT, text=CANARIES["chat"]
    )
    uow.inbox.accept(update, bird.id, NOW)
    talk = Conversation(flow=CANARIES["flow"], version=1, node=CANARIES["node"], answers={"a": CANARIES["answer"]})
    uow.conversations.save(uow.conversations.add(bird.id, talk, NOW), bird.id, talk, NOW)
    uow.consents.record(bird.id, "C1", "effective", actor=bird.id, now=NOW, evidence={"bytes": CANARIES["evidence"]})
    sick = Absence(id=uow.new_id(), person=bird.id, reason=Reason.ILLNESS, first_day=date(2026, 11, 23))
    uow.absences.add(sick, NOW)
    uow.alerts.add(Alert(id=uow.new_id(), subject=bird.id, kind=AlertKind.CRISIS, to=bird.id, raised_at=NOW))
    event = AbsenceReported(who=bird.id, reason=Reason.CHILD_ILL, first_day=sick.first_day)
    uow.events.add(event, NOW, subject=bird.id)
    uow.events.add(event, NOW, subject=None)
    button = OutgoingButton(CANARIES["button"], "today", CANARIES["value"])
    message = Outgoing(
        id=uow.new_id(),
        to=bird.id,
        subject=bird.id,
        channel="web",
        address=where.id,
        text=CANARIES["text"],
        language=CANARIES["language"],
        level=Level.L4,
        message_class=MessageClass.REPLY,
        dedupe=CANARIES["dedupe"],
        cause=CANARIES["cause"],
        buttons=(button,),
        created=NOW,
        not_before=NOW,
    )
    uow.outbox.add(message)
    [claimed] = [each for each in uow.outbox.claim(NOW, timedelta(1), 9) if each.message.id == message.id]
    uow.outbox.mark_sent(message.id, claimed.lease, "m1", NOW)


def test_no_file_holds_what_people_wrote(store: Store, world: World, database: Path) -> None:
    """Names, words, answers, reasons and addresses are in no file of the folder, before and after the checkpoint."""
    store.submit(write_canaries).result()
    written = [each.read_bytes() for each in database.parent.iterdir()]
    store.close()
    written += [each.read_bytes() for each in database.parent.iterdir()]
    assert sum(map(len, written)) > 100_000
    found = {
        word
        for word in (*CANARIES.values(), *TELLING, world.anna.name)
        for blob in written
        if word.encode() in blob or word.encode("utf-16-le") in blob
    }
    assert set() == found
    assert all(MASTER not in blob for blob in written)


def test_the_last_to_leave_empties_the_log(store: Store, world: World, database: Path) -> None:
    """After closing, nothing is left in a write-ahead log."""
    with store.read() as uow:
        uow.people.all()
    store.close()
    assert {"lotse.db", "lotse.db.lock"} == {each.name for each in database.parent.iterdir()}


SEALED = ("people", "addresses", "inbox", "conversations", "consents", "absences", "alerts", "events", "outbox")


@pytest.mark.parametrize("table", SEALED)
def test_a_seal_moved_to_another_row_does_not_open(store: Store, world: World, database: Path, table: str) -> None:
    """Whoever swaps two sealed columns of a table, of the same person or not, gets nothing opened."""
    for _ in range(2):
        store.submit(lambda uow: _rows(uow, world)).result()
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript("DROP TRIGGER IF EXISTS consents_no_update; DROP TRIGGER IF EXISTS events_no_update;")
        pairs = connection.execute(f"SELECT id, sealed FROM {table} ORDER BY id DESC LIMIT 2").fetchall()
        for (id_, _), (_, other) in zip(pairs, reversed(pairs), strict=True):
            connection.execute(f"UPDATE {table} SET sealed = ? WHERE id = ?", (other, id_))
        connection.commit()
    with store.read() as uow, pytest.raises(VaultError):
        _open_last(uow, world, table, pairs[0][0])


def _rows(uow: UnitOfWork, world: World) -> None:
    """Write a row into every sealed table about Anna."""
    anna = world.anna.id
    number = uow.new_id()
    address(uow, person(uow, f"x{number}", "Jemand"), "memory")
    uow.inbox.accept(
        Inbound(channel="web", external_id=str(number), sender="p1", kind=InboundKind.TEXT, text="Hallo"), anna, NOW
    )
    uow.conversations.add(anna, Conversation(flow="absence", version=1, node="until"), NOW)
    uow.consents.record(anna, "C1", "effective", actor=anna, now=NOW, evidence={})
    uow.absences.add(Absence(id=number, person=anna, reason=Reason.ILLNESS, first_day=date(2026, 11, 23)), NOW)
    uow.alerts.add(Alert(id=number, subject=anna, kind=AlertKind.CRISIS, to=world.clara.id, raised_at=NOW))
    uow.events.add(AbsenceReported(who=anna, reason=Reason.ILLNESS, first_day=date(2026, 11, 23)), NOW, subject=anna)
    uow.outbox.add(
        Outgoing(
            id=number,
            to=anna,
            subject=anna,
            channel="web",
            address=world.anna_web.id,
            text="Gute Besserung!",
            language="de",
            level=Level.L3,
            message_class=MessageClass.REPLY,
            dedupe=str(number),
            cause="inbox",
            created=NOW,
            not_before=NOW,
        )
    )


def _open_last(uow: UnitOfWork, world: World, table: str, id_: int) -> None:
    """Read the row through its repository."""
    anna = world.anna.id
    uow.guard.hears(anna, NOW)
    if table == "events":
        if [each for each in uow.events.after(0) if each.name == "Unreadable"]:
            raise VaultError("unreadable")
        return
    read: dict[str, Callable[[], object]] = {
        "people": uow.people.all,
        "addresses": lambda: uow.people.address(id_),
        "inbox": lambda: uow.inbox.history(anna),
        "conversations": lambda: uow.conversations.get(id_),
        "consents": lambda: uow.consents.trail(anna),
        "absences": lambda: uow.absences.get(id_),
        "alerts": lambda: uow.alerts.get(id_),
        "outbox": lambda: uow.outbox.get(id_),
    }
    read[table]()


@pytest.mark.parametrize("wrong", [{"master": fresh_key()}, {"carrier": "another carrier"}], ids=["master", "carrier"])
def test_a_key_that_does_not_fit_is_refused(settings: StoreSettings, wrong: dict[str, object]) -> None:
    """Another master key, or another carrier's name, opens nothing, changes nothing, and is named."""
    open_store(settings).close()
    with pytest.raises(WrongKey, match="master key does not fit"):
        open_store(settings, **wrong)  # type: ignore[arg-type]  # one of two keyword arguments
    open_store(settings).close()


@pytest.mark.file
def test_a_second_store_in_the_process_is_refused(store: Store, settings: StoreSettings) -> None:
    """One store owns the file; the second is told by whom."""
    with pytest.raises(StoreBusy, match="stop it"):
        open_store(settings)


@pytest.mark.file
def test_a_second_process_is_refused_until_the_first_is_gone(settings: StoreSettings) -> None:
    """Another process holds the file until it ends, even if it is killed."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, settings.url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert "open\n" == holder.stdout.readline()
        with pytest.raises(StoreBusy, match=f"process {holder.pid}"):
            open_store(settings)
        holder.kill()
        holder.wait(10)
    open_store(settings).close()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A wrong path says so."""
    with pytest.raises(StoreError, match="check the folder"):
        open_store(StoreSettings(url=f"sqlite:///{tmp_path}/nowhere/lotse.db"))


def test_everything_is_there_after_a_restart(settings: StoreSettings) -> None:
    """A store that is opened again knows everybody, and its ids go on."""
    first = open_store(settings)
    world = first.submit(populate).result()
    first.close()
    again = open_store(settings)
    with again.read() as uow:
        assert (world.anna, world.anna_web) == uow.people.find("web", "p1")
    assert again.submit(lambda uow: uow.new_id()).result() > world.clara_web.id
    again.close()


def test_ids_go_on_when_the_clock_was_set_back(settings: StoreSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a restart with a clock that is years behind, a message's place in the history is still above the last."""
    first = open_store(settings)
    world = first.submit(populate).result()

    def send(uow: UnitOfWork) -> int:
        _rows(uow, world)
        [claimed] = uow.outbox.claim(NOW, timedelta(minutes=1), 1)
        uow.outbox.mark_sent(claimed.message.id, claimed.lease, None, NOW)
        return uow.outbox.history(world.anna.id)[-1].seq

    before = first.submit(send).result()
    first.close()
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    again = open_store(settings)
    assert 0 == again._ids._clock()
    assert again.submit(send).result() > before
    again.close()


def test_reading_cannot_write(store: Store, world: World) -> None:
    """A unit for reading refuses every change."""
    with store.read() as uow, pytest.raises(ReadOnly):
        uow.people.update(world.anna)


def test_reading_sees_one_moment(store: Store, world: World) -> None:
    """What is committed while somebody reads is seen by the next who reads."""
    with store.read() as early:
        assert 3 == len(early.people.all())
        store.submit(lambda uow: person(uow, "p9", "Neu")).result()
        with store.read() as late:
            assert 4 == len(late.people.all())
        assert 3 == len(early.people.all())


def test_an_error_while_reading_reaches_the_reader(store: Store, world: World) -> None:
    """What goes wrong inside is not hidden, and the connection is good for the next."""
    with pytest.raises(ZeroDivisionError), store.read():
        _ = 1 / 0
    with store.read() as uow:
        assert world.anna == uow.people.get(world.anna.id)


def test_a_statement_that_takes_too_long_is_stopped(database: Path) -> None:
    """A query without end raises after the statement time-out."""
    numbers = sa.select(sa.literal_column("1").label("n")).cte("numbers", recursive=True)
    endless = numbers.union_all(sa.select(numbers.c.n + sa.literal_column("1")))
    driver = SqliteDriver(database, TimeOuts(statement=timedelta(milliseconds=50)))
    began = time.monotonic()
    with pytest.raises(StatementTimeout, match="statement_timeout"):
        driver.rows(Statement(sa.select(sa.func.count()).select_from(endless)))
    assert time.monotonic() - began < 10
    driver.close()


def test_the_profile_reaches_every_unit(store: Store) -> None:
    """What the composition root gave to the store is at hand in each unit."""
    with store.read() as uow:
        assert "demo" == uow.profile == store.submit(lambda unit: unit.profile).result()
