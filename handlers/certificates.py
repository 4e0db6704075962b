"""Certificates as they come and go: taken in sealed, let go after the check, after some hours, or with the consent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from flows.dialogues import certificate as dialogue
from flows.engine.certificate_events import CertificateDestroyed
from flows.engine.events import AlertKind, CertificateReceived
from flows.engine.messages import Button, Inbound, MessageClass
from flows.people import Person, PersonId, Place
from flows.rules.access import Operation
from flows.rules.certificates import Certificate, State, meant_by, spans_in
from flows.rules.excuses import Span
from flows.rules.grounds import SICK_NOTES, TALK
from handlers import absences, access, alerts
from handlers.alerts import News
from handlers.occasion import Occasion, Sending
from storage.uow import UnitOfWork

TIMER: Final = "certificate"
TOLD: Final = Sending(message_class=MessageClass.REMINDER, purpose=TALK)


def may_send(uow: UnitOfWork, person: Person, now: datetime) -> bool:
    """Whether somebody may send pictures of certificates: a participant who has agreed to it."""
    agreed = {TALK, SICK_NOTES} <= uow.consents.effective(person.id, now)
    return agreed and access.may_own(person, Operation.SEND_CERTIFICATE)


def leads_on(occasion: Occasion, person: Person) -> tuple[Button, ...]:
    """The button that leads there, for whoever may."""
    return (dialogue.PHOTO,) if may_send(occasion.uow, person, occasion.now) else ()


def receive(uow: UnitOfWork, upload: Inbound, pages: Sequence[bytes], now: datetime) -> bool:
    """An upload from the person's own page; the same one counts once. False: they may not send any."""
    found = uow.people.find(upload.channel, upload.sender, lock=True)
    if found is None:
        return False
    person, address = found
    uow.guard.hears(person.id, now)
    if not may_send(uow, person, now):
        return False
    entry = uow.inbox.accept(upload, person.id, now)
    if entry is not None:
        reached: dict[PersonId, Place | None] = {person.id: address}
        cause, channel = f"in:{entry}", address.channel
        here = Occasion(uow=uow, now=now, cause=cause, channel=channel, reached=reached, here=address)
        take_in(here, person, pages)
    return True


def take_in(occasion: Occasion, person: Person, pages: Sequence[bytes]) -> Certificate:
    """Keep the pictures sealed, let staff know, thank the person; nobody is reminded while somebody looks."""
    uow = occasion.uow
    report = meant_by(absences.of_person(occasion, person))
    known = Certificate(
        id=uow.new_id(),
        person=person.id,
        received=occasion.now,
        absence=None if report is None else report.id,
        pages=len(pages),
    )
    uow.certificates.add(known, pages)
    uow.timers.add(TIMER, occasion.now + uow.profile.keep_pictures, person.id, known.id, known.state)
    if report is not None:
        uow.timers.cancel(absences.TIMER, report.id)
    occasion.record(CertificateReceived(who=person.id), person.id)
    occasion.say(person, dialogue.TAKEN)
    news = News(kind=AlertKind.ABSENCE, text=dialogue.ARRIVED, buttons=dialogue.ways_with(known))
    alerts.raise_alert(occasion, person, news)
    return known


def spans_of(uow: UnitOfWork, person: PersonId, since: date) -> tuple[Span, ...]:
    """The days that certificates of the person prove, as far as they reach to `since` or later."""
    return spans_in(uow.certificates.of(person), since)


def lapse(occasion: Occasion, person: Person, ref: int, _: str) -> None:
    """Nobody has looked in time: the pictures go, and both sides are told."""
    known = occasion.uow.certificates.get(ref)
    if known is None or not known.is_open or not known.pages:
        return
    destroy(occasion, person, known, State.LAPSED)
    hours = int(occasion.uow.profile.keep_pictures.total_seconds() // 3600)
    alerts.note(occasion, person, dialogue.lapsed(hours))
    occasion.say(person, dialogue.LAPSED_TO_PERSON, TOLD)


def forget_waiting(occasion: Occasion, person: Person) -> None:
    """The consent has ended: what nobody has looked at yet is destroyed at once."""
    waiting = [one for one in occasion.uow.certificates.open_of(person.id) if one.pages]
    for known in waiting:
        destroy(occasion, person, known, State.WITHDRAWN)
    if waiting:
        alerts.note(occasion, person, dialogue.WITHDRAWN)


def destroy(
    occasion: Occasion, person: Person, known: Certificate, state: State, by: Person | None = None
) -> Certificate:
    """Its pictures are gone; that it was there stays. What it was sent for is asked about again."""
    uow = occasion.uow
    gone = replace(known, state=state, settled=occasion.now, by=None if by is None else by.id)
    uow.certificates.save(gone)
    uow.certificates.destroy_pages(known.id)
    uow.timers.cancel(TIMER, known.id)
    occasion.record(CertificateDestroyed(who=person.id, why=state.value), person.id)
    if known.absence is not None and state is not State.WITHDRAWN:
        absences.plan_proof(occasion, uow.absences.get(known.absence), person)
    return gone
