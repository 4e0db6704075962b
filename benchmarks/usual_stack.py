"""The usual stack, for B3: SQLAlchemy's async ORM on aiosqlite, one session per update, models on the same tables.

Written as its documentation advises: BEGIN IMMEDIATE by event, nothing expired on commit, relationships for what
belongs together so that the unit of work inserts in bulk. One pooled connection, because SQLite has one writer: tasks
then queue in the pool instead of in SQLite's busy handler, which is faster. It finds illness by one look into a set of
words and fills fixed German sentences, where ours reads five languages and renders catalogues.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, relationship

from benchmarks.world import CASEWORKERS, CHANNEL, NOW, PURPOSES
from flows.engine.messages import Inbound
from storage import columns, schema, tables
from storage.driver import PRAGMAS

TODAY, MICROS = NOW.date().isoformat(), int(NOW.timestamp() * 1_000_000)
HOUR = 3_600_000_000
ILL = ("krank", "fieber", "ill", "sick", "fever", "not well", "مريض", "حرارة", "хвор", "захвор", "температур")
SAID = (
    "Gute Besserung! Du bist ab {day} krankgemeldet. {caseworker} bekommt jetzt die Nachricht.",
    "Bitte sag auch selbst heute Bescheid: der Agentur für Arbeit.",
    "Du brauchst vom ersten Tag an eine Krankschreibung. Bitte zeig sie {caseworker}.",
    "Bis zu welchem Tag kannst du nicht kommen? Tipp auf einen Tag oder schreib ein Datum.",
)
ENDS = ("Nur heute", "Bis morgen", "Bis Mittwoch", "Bis Freitag", "Weiß ich nicht")
TOLD, WAYS = "{name} fehlt ab {day}: krank.", ("Gesehen", "Krankschreibung ist da")
SUBJECT, NEW_ID = AESGCM(bytes(32)), count(1)

BUTTONS = sa.Table(
    "buttons",
    sa.MetaData(),
    sa.Column("handle", sa.LargeBinary, primary_key=True),
    sa.Column("person", sa.Integer, sa.ForeignKey(tables.people.c.id), nullable=False),
    sa.Column("outbox", sa.Integer, sa.ForeignKey(tables.outbox.c.id), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("conversation", sa.Integer, sa.ForeignKey(tables.conversations.c.id)),
    sa.Column("turn", sa.Integer),
    sa.Column("expires", sa.BigInteger),
    sa.Column("used_at", sa.BigInteger),
    sqlite_with_rowid=False,
)
"""A random handle in a row for each button, as is usual; ours need no rows."""


class Base(DeclarativeBase):
    metadata = columns.metadata
    if TYPE_CHECKING:  # the columns of the tables that are used below, for who reads types
        id: Mapped[int]
        person: Mapped[int]
        handle: Mapped[str]
        channel: Mapped[str]
        fingerprint: Mapped[bytes]
        sealed: Mapped[bytes]
        purpose: Mapped[str]
        state: Mapped[str]
        participant: Mapped[int]
        caseworker: Mapped[int]
        first_day: Mapped[str]
        last_day: Mapped[str]


class Person(Base):
    __table__ = tables.people


class Address(Base):
    __table__ = tables.addresses


class Assignment(Base):
    __table__ = tables.assignments


class Leave(Base):
    __table__ = tables.leaves


class Consent(Base):
    __table__ = tables.consents


class InboxEntry(Base):
    __table__ = tables.inbox


class Conversation(Base):
    __table__ = tables.conversations


class Absence(Base):
    __table__ = tables.absences


class Event(Base):
    __table__ = tables.events


class Timer(Base):
    __table__ = tables.timers


class Holder(Base):
    __table__ = tables.alert_holders


class Alert(Base):
    __table__ = tables.alerts
    holders: Mapped[list[Holder]] = relationship()


class Button(Base):
    __table__ = BUTTONS


class Message(Base):
    __table__ = tables.outbox
    shown: Mapped[list[Button]] = relationship()


def seal(payload: dict[str, Any]) -> bytes:
    """The payload as encrypted JSON."""
    nonce = os.urandom(12)
    return nonce + SUBJECT.encrypt(nonce, json.dumps(payload).encode(), None)


def unseal(sealed: bytes) -> dict[str, Any]:
    """The payload again."""
    found: dict[str, Any] = json.loads(SUBJECT.decrypt(sealed[:12], sealed[12:], None))
    return found


def fingerprint(*parts: str) -> bytes:
    """What rows are searched by."""
    return hashlib.sha256("|".join(parts).encode()).digest()[:16]


class UsualAssistant:
    """Handles messages of people who are ill, one session each."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)

    async def close(self) -> None:
        """Let the database go."""
        await self._engine.dispose()

    async def receive(self, update: Inbound) -> None:
        """Take one message; returns after the commit."""
        async with self._sessions.begin() as session:
            who = Address.fingerprint == fingerprint(update.channel, update.sender)
            person = (await session.scalars(select(Person).join(Address, Address.person == Person.id).where(who))).one()
            seen = InboxEntry.fingerprint == fingerprint(update.channel, update.external_id)
            if await session.scalar(select(InboxEntry.id).where(seen)):
                return
            session.add(
                InboxEntry(
                    id=next(NEW_ID),
                    person=person.id,
                    channel=update.channel,
                    fingerprint=fingerprint(update.channel, update.external_id),
                    kind="text",
                    received=MICROS,
                    sealed=seal({"text": update.text}),
                )
            )
            if any(word in update.text.casefold() for word in ILL):
                await self._report(session, person)

    async def _report(self, session: AsyncSession, person: Person) -> None:
        consents = (await session.execute(select(Consent.purpose, Consent.state).filter_by(person=person.id))).all()
        reported = (await session.scalars(select(Absence).filter_by(person=person.id))).all()
        open_ = await session.scalar(select(Conversation).filter_by(person=person.id, status="waiting"))
        if reported or open_ is not None or len(consents) < len(PURPOSES):
            return
        responsible = select(Person).join(Assignment, Assignment.caseworker == Person.id)
        caseworker = (await session.scalars(responsible.where(Assignment.participant == person.id))).one()
        away = select(Leave.id).where(Leave.person == caseworker.id, Leave.first_day <= TODAY, Leave.last_day >= TODAY)
        if await session.scalar(away) is None:
            conversation, absence, alert = _records(person, caseworker)
            session.add_all([conversation, absence, alert, *_facts(person, absence, alert)])
            await session.flush()
            where = select(Address).where(Address.person.in_([person.id, caseworker.id]))
            places = {address.person: address for address in await session.scalars(where)}
            session.add_all(_messages(person, caseworker, places, conversation))


def _records(person: Person, caseworker: Person) -> tuple[Conversation, Absence, Alert]:
    conversation = Conversation(
        id=next(NEW_ID),
        person=person.id,
        status="waiting",
        turn=1,
        updated=MICROS,
        sealed=seal({"flow": "absence", "node": "until", "answers": {"reason": "illness", "first_day": TODAY}}),
    )
    absence = Absence(
        id=next(NEW_ID),
        person=person.id,
        first_day=TODAY,
        revision=1,
        changed=MICROS,
        sealed=seal({"reason": "illness", "proof": "open", "source": "self"}),
    )
    alert = Alert(
        id=next(NEW_ID),
        subject=person.id,
        recipient=caseworker.id,
        raised_at=MICROS,
        step=0,
        sealed=seal({"kind": "absence", "absence": absence.id, "words": ""}),
        holders=[Holder(person=caseworker.id, since=next(NEW_ID))],
    )
    return conversation, absence, alert


def _facts(person: Person, absence: Absence, alert: Alert) -> Iterator[Base]:
    for name in ("AbsenceReported", "AlertRaised"):
        fields = {"who": person.id, "first_day": TODAY}
        yield Event(id=next(NEW_ID), subject=person.id, at=MICROS, sealed=seal({"name": name, "fields": fields}))
    for kind, hours, ref in (("proof", 25, absence.id), ("proof", 49, absence.id), ("alert", 4, alert.id)):
        at = MICROS + hours * HOUR
        yield Timer(id=next(NEW_ID), kind=kind, fire_at=at, subject=person.id, ref=ref, guard="1")


def _messages(
    person: Person, caseworker: Person, places: dict[int, Address], conversation: Conversation
) -> Iterator[Message]:
    values = {"name": unseal(person.sealed)["name"], "caseworker": unseal(caseworker.sealed)["name"], "day": TODAY}
    yield _message(person, places[caseworker.id], "alert", TOLD.format(**values), WAYS, None)
    for text in SAID:
        buttons = ENDS if text is SAID[-1] else ()
        yield _message(person, places[person.id], "reply", text.format(**values), buttons, conversation)


def _message(  # noqa: PLR0913, PLR0917 - a row of the outbox is made of these
    subject: Person, to: Address, kind: str, text: str, buttons: Sequence[str], asked: Conversation | None
) -> Message:
    external = unseal(to.sealed)["external"]
    handles = [os.urandom(12).hex() for _ in buttons]
    return Message(
        id=next(NEW_ID),
        recipient=to.person,
        subject=subject.id,
        channel=to.channel,
        address=to.id,
        message_class=kind,
        dedupe=os.urandom(16),
        created=MICROS,
        not_before=MICROS,
        status="pending",
        attempts=0,
        sealed=seal({"text": text, "to": external, "buttons": list(zip(handles, buttons, strict=True))}),
        shown=[
            Button(
                handle=fingerprint(handle),
                person=to.person,
                position=position,
                conversation=asked.id if asked else None,
                turn=1 if asked else None,
                expires=MICROS + int(timedelta(days=6) / timedelta(microseconds=1)),
            )
            for position, handle in enumerate(handles)
        ],
    )


async def set_up(folder: Path, people: Sequence[tuple[str, str]]) -> UsualAssistant:
    """A fresh database with these people (address and language), and the assistant on it."""
    shutil.rmtree(folder, ignore_errors=True)
    schema.migrate(f"sqlite:///{folder}/usual.db")
    engine = create_async_engine(f"sqlite+aiosqlite:///{folder}/usual.db", pool_size=1, max_overflow=0)
    event.listen(engine.sync_engine, "connect", _prepare)
    async with engine.begin() as connection:
        await connection.run_sync(BUTTONS.metadata.create_all)
    event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    async with AsyncSession(engine) as session, session.begin():
        staff = [_person(f"c{number}", "caseworker", "de") for number in range(CASEWORKERS)]
        added = [_person(handle, "participant", language) for handle, language in people]
        session.add_all([*staff, *added])
        await session.flush()
        session.add_all(_address(person) for person in (*staff, *added))
        for number, person in enumerate(added):
            session.add(Assignment(participant=person.id, caseworker=staff[number % CASEWORKERS].id))
            session.add_all(_consent(person, purpose) for purpose in PURPOSES)
    return UsualAssistant(engine)


def _prepare(connection: Any, _: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _person(handle: str, role: str, language: str) -> Person:
    sealed = seal({"name": f"Robin {handle.title()}", "language": language, "phone": "0221 4710 101"})
    return Person(id=next(NEW_ID), handle=handle, role=role, sealed=sealed)


def _address(person: Person) -> Address:
    found = fingerprint(CHANNEL, person.handle)
    sealed = seal({"external": person.handle})
    return Address(id=next(NEW_ID), person=person.id, channel=CHANNEL, fingerprint=found, sealed=sealed)


def _consent(person: Person, purpose: str) -> Consent:
    return Consent(
        id=next(NEW_ID),
        person=person.id,
        purpose=purpose,
        state="effective",
        actor=person.id,
        at=MICROS,
        sealed=seal({"source": "benchmark"}),
        digest=os.urandom(32),
    )
