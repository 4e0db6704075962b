"""Consent as far as C1 and C3 go: giving, withdrawing, and what ends with it (F15, F16)."""

from datetime import datetime

from flows.engine.events import ConsentDeclined, ConsentGiven, ConsentWithdrawn
from flows.engine.messages import MessageClass
from flows.people import Person
from handlers import awaiting, reach
from storage.uow import UnitOfWork

EFFECTIVE = "effective"
WITHDRAWN = "withdrawn"
DECLINED = "declined"
UNSOLICITED = (MessageClass.REMINDER, MessageClass.BROADCAST)


def give(uow: UnitOfWork, person: Person, purpose: str, now: datetime) -> None:
    """Make a purpose effective for a person; says nothing."""
    uow.consents.record(person.id, purpose, EFFECTIVE, actor=person.id, now=now, evidence={"form": "electronic"})
    uow.events.add(ConsentGiven(who=person.id, purpose=purpose), now, subject=person.id)
    if purpose == reach.CONSENT:
        awaiting.agreed(uow, person.id, now)


def decline(uow: UnitOfWork, person: Person, purpose: str, now: datetime) -> None:
    """Keep that a purpose was declined; nothing else changes (F10)."""
    uow.consents.record(person.id, purpose, DECLINED, actor=person.id, now=now, evidence={"form": "electronic"})
    uow.events.add(ConsentDeclined(who=person.id, purpose=purpose), now, subject=person.id)
    if purpose == reach.CONSENT:
        awaiting.declined(uow, person, now)


def withdraw(uow: UnitOfWork, person: Person, purpose: str, now: datetime) -> None:
    """End a purpose before the next message: what waits in the outbox for it is dropped (F15); says nothing."""
    uow.consents.record(person.id, purpose, WITHDRAWN, actor=person.id, now=now, evidence={"form": "electronic"})
    uow.events.add(ConsentWithdrawn(who=person.id, purpose=purpose), now, subject=person.id)
    if purpose == "C1":
        uow.outbox.drop_pending(person.id, UNSOLICITED, "withdrawn", now)
