"""Consent as far as C1 and C3 go: giving, withdrawing, and what ends with it (F15, F16)."""

from datetime import datetime

from flows.engine.events import AlertKind, ConsentDeclined, ConsentGiven, ConsentWithdrawn, Said
from flows.engine.messages import Button, MessageClass, Text
from flows.people import Person
from handlers import alerts, awaiting, reach
from handlers.alerts import News
from handlers.occasion import Occasion
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


def stop(occasion: Occasion, person: Person) -> None:
    """ "Stop" withdraws C1 at once, ends everything unsolicited and names the way by phone."""
    if "C1" in occasion.uow.consents.effective(person.id):
        withdraw(occasion.uow, person, "C1", occasion.now)
        alerts.raise_alert(occasion, person, News(kind=AlertKind.WITHDRAWAL))
    again = Button(Text("Messages again"), "start")
    occasion.say(
        person,
        Said(Text("I stop. You get no more messages from me. If you are ill, call {caseworker}: {phone}."), (again,)),
    )
    occasion.say(person, Said(Text("You can still write here that you are ill. I always pass that on.")))
