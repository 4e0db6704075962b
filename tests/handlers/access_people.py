"""People for one cell of the access matrix: somebody who acts, somebody concerned, and how they stand to each other."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from flows.engine.events import AlertKind
from flows.engine.messages import (
    NO_QUESTION,
    Inbound,
    InboundKind,
    Level,
    MessageClass,
    Outgoing,
    OutgoingButton,
    Question,
)
from flows.people import Address, Person, PersonId, Role
from flows.rules.access import Actor, Operation, Relation
from flows.rules.alerts import Alert
from handlers import inbound
from handlers.occasion import Occasion
from storage.events import RecordedEvent
from storage.outbox import Sent
from storage.uow import UnitOfWork
from tests.handlers.world import CHANNEL, LEASE

FORGED = "x"
TODAY = date(2026, 11, 23)
ONE_DAY = timedelta(days=1)
ROLES = {Actor(role.value): role for role in Role} | {Actor.SUBSTITUTE: Role.CASEWORKER}
"""Who is a person here; the others have no address and come as strangers."""
WITHOUT_A_NAME = (Actor.ANONYMOUS, Actor.OPERATOR, Actor.AUDITOR, Actor.SYSTEM)
STANDING_IN = (Relation.SUBSTITUTE_ACTIVE, Relation.SUBSTITUTE_NOT_YET, Relation.SUBSTITUTE_EXPIRED)
LEAVES = {
    Relation.SUBSTITUTE_ACTIVE: TODAY,
    Relation.SUBSTITUTE_NOT_YET: TODAY + ONE_DAY,
    Relation.SUBSTITUTE_EXPIRED: TODAY - ONE_DAY,
}


def exists(actor: Actor, relation: Relation) -> bool:
    """Whether anybody can be that: a caseworker who stands in is a substitute, and only they are.

    Who has no name here stands in no relation to anybody.
    """
    if actor in WITHOUT_A_NAME:
        return relation is Relation.NO_ONE
    if actor in {Actor.CASEWORKER, Actor.SUBSTITUTE}:
        return (actor is Actor.SUBSTITUTE) == (relation in STANDING_IN)
    return True


def make_person(uow: UnitOfWork, handle: str, role: Role, **more: object) -> Person:
    made = Person(id=PersonId(uow.new_id()), handle=handle, role=role, name=f"N{handle}", language="de")
    made = replace(made, **more)  # type: ignore[arg-type]  # fields of a person
    uow.people.add(made)
    uow.people.add_address(Address(id=uow.new_id(), person=made.id, channel=CHANNEL, external=handle))
    return made


@dataclass(slots=True)
class Stage:
    """One unit of work with the people of a cell; it is rolled back when the trial is over.

    `me` is who acts, None for a stranger; `concerned` whom it is about: oneself where the relation says so.
    """

    uow: UnitOfWork
    now: datetime
    actor: Actor
    relation: Relation
    me: Person | None
    concerned: Person
    caseworker: Person
    alert: Alert
    updates: int = 0

    @property
    def sender(self) -> str:
        """From where the actor writes."""
        return self.me.handle if self.me is not None else "nobody-knows"

    @property
    def occasion(self) -> Occasion:
        """An occasion of its own."""
        return Occasion(uow=self.uow, now=self.now, cause=f"trial:{self.uow.new_id()}")

    def receive(self, kind: InboundKind, sender: str = "", **more: Any) -> str | None:
        """What the actor does in the chat."""
        self.updates += 1
        update = Inbound(
            channel=CHANNEL, external_id=f"u{self.updates}", sender=sender or self.sender, kind=kind, **more
        )
        return inbound.receive(self.uow, update, self.now)

    def say(self, text: str) -> str | None:
        """The actor writes."""
        return self.receive(InboundKind.TEXT, text=text)

    def press(
        self, action: str, value: str = "", *, under: Person | None = None, question: Question = NO_QUESTION
    ) -> None:
        """The actor presses a button that stands under a message to them, or under one to somebody else."""
        owner = under or self.me or self.concerned
        place = next(iter(self.uow.people.places(owner.id)))
        message = Outgoing(
            id=self.uow.new_id(), to=owner.id, subject=owner.id, channel=place.channel, address=place.id, text=FORGED,
            language="de", level=Level.L3, message_class=MessageClass.REPLY, dedupe=f"forged:{self.uow.new_id()}",
            cause="trial", buttons=(OutgoingButton("x", action, value),), question=question, created=self.now,
            not_before=self.now,
        )  # fmt: skip
        assert self.uow.outbox.add(message)
        self.receive(InboundKind.TAP, tap=self.uow.outbox.get(message.id).buttons[0].handle)

    def written(self) -> list[Outgoing]:
        """Every message that has been written, but for those the buttons stand under."""
        found: list[Outgoing] = []
        while batch := self.uow.outbox.claim(self.now, LEASE, 100):
            found += [one.message for one in batch if one.message.text != FORGED]
            self.uow.outbox.mark_all_sent([Sent(one.message.id, one.lease, None, self.now) for one in batch])
        return found

    def was_read(self, operation: Operation) -> bool:
        """Whether the access log says that the actor has read this of the person."""
        reads = self.uow.access_log.reads_of(self.concerned.id, 100)
        return any((one.reader, one.operation) == (self.me and self.me.id, operation) for one in reads)

    def events(self, name: str) -> list[RecordedEvent]:
        """What was recorded under this name about whom it concerns."""
        found = self.uow.events.after(0)
        return [one for one in found if one.name == name and one.fields.get("who") == self.concerned.id]


Trial = Callable[[Stage], bool]


def set_up(uow: UnitOfWork, now: datetime, actor: Actor, relation: Relation) -> Stage:
    """Make the people of a cell and let them stand to each other as it says."""
    caseworker = make_person(uow, "w1", Role.CASEWORKER, group="G", phone="1")
    known = actor in ROLES and relation is not Relation.OTHER_CARRIER
    group = "G" if relation is Relation.SAME_PROGRAMME else "H"
    me = make_person(uow, "a1", ROLES[actor], group=group, phone="2") if known else None
    if relation is Relation.SELF and me is not None:
        concerned = me
    else:
        born = date(2012, 1, 1)
        concerned = make_person(uow, "s1", Role.PARTICIPANT, group="G", phone="3", born=born)
    uow.people.assign(concerned.id, caseworker.id)
    for purpose in ("C1", "C3"):
        uow.consents.record(concerned.id, purpose, "effective", actor=concerned.id, now=now, evidence={})
    if me is not None:
        _relate(uow, relation, me, concerned, caseworker)
    holder = me if relation is Relation.TOLD and me is not None else caseworker
    kind = AlertKind.VIOLENCE if actor is Actor.PROTECTION else AlertKind.MESSAGE
    alert = Alert(id=uow.new_id(), subject=concerned.id, kind=kind, to=holder.id, raised_at=now - timedelta(hours=1))
    uow.alerts.add(alert)
    if relation is Relation.HANDED and me is not None:
        uow.alerts.add_holder(alert.id, me.id)
    return Stage(uow, now, actor, relation, me, concerned, caseworker, alert)


def _relate(uow: UnitOfWork, relation: Relation, me: Person, concerned: Person, caseworker: Person) -> None:
    if relation is Relation.WARD:
        uow.people.set_guardian(concerned.id, me.id)
    elif relation in {Relation.ASSIGNED, Relation.FORMERLY_ASSIGNED}:
        uow.people.assign(concerned.id, me.id)
        if relation is Relation.FORMERLY_ASSIGNED:
            uow.people.assign(concerned.id, caseworker.id)
    elif relation in LEAVES:
        uow.people.set_substitute(caseworker.id, me.id)
        uow.people.add_leave(caseworker.id, LEAVES[relation], LEAVES[relation])
