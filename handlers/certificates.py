"""Certificates as they come and go: taken in sealed, let go after the check, after some hours, or with the consent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Final

from flows.dialogues import certificate as dialogue
from flows.dialogues import ward_certificate as of_ward
from flows.engine.certificate_events import CertificateDestroyed
from flows.engine.events import AlertKind, CertificateReceived
from flows.engine.messages import Inbound
from flows.people import Person, PersonId, Place
from flows.rules.calendar import ONE_DAY
from flows.rules.certificates import Certificate, State, meant_by
from handlers import absences, alerts, certificate_senders
from handlers.alerts import News
from handlers.certificate_senders import TOLD
from handlers.occasion import Occasion
from storage.uow import UnitOfWork

TIMER: Final = "certificate"


def receive(
    uow: UnitOfWork, upload: Inbound, pages: Sequence[bytes], now: datetime, ward: PersonId | None = None
) -> bool:
    """An upload from somebody's own page, for themself or a ward; the same one counts once. False: they may not."""
    found = uow.people.find(upload.channel, upload.sender, lock=True)
    if found is None:
        return False
    person, address = found
    uow.guard.hears(person.id, now)
    reached: dict[PersonId, Place | None] = {person.id: address}
    here = Occasion(uow=uow, now=now, cause="", channel=address.channel, reached=reached, here=address)
    concerned = _concerned(here, person, ward)
    if concerned is None:
        return False
    entry = uow.inbox.accept(upload, person.id, now)
    if entry is not None:
        here.cause = f"in:{entry}"
        take_in(here, concerned, pages, person)
    return True


def _concerned(occasion: Occasion, sender: Person, ward: PersonId | None) -> Person | None:
    """Whose certificate it is, as far as the sender may send one of theirs."""
    if ward is None:
        return sender if certificate_senders.may_send(occasion.uow, sender, occasion.now) else None
    occasion.uow.people.lock(ward)
    return certificate_senders.find(occasion, sender, ward)


def take_in(occasion: Occasion, person: Person, pages: Sequence[bytes], sender: Person) -> Certificate:
    """Keep the pictures sealed, let staff know, thank whoever sent them; nobody is reminded while somebody looks."""
    uow, beside = occasion.uow, sender.id != person.id
    report = meant_by(absences.of_person(occasion, person))
    known = Certificate(
        id=uow.new_id(),
        person=person.id,
        received=occasion.now,
        absence=None if report is None else report.id,
        sender=sender.id if beside else None,
        pages=len(pages),
    )
    uow.certificates.add(known, pages)
    uow.timers.add(TIMER, occasion.now + uow.profile.keep_pictures, person.id, known.id, known.state)
    if report is not None:
        uow.timers.cancel(absences.TIMER, report.id)
    occasion.record(CertificateReceived(who=person.id), person.id)
    if beside:
        certificate_senders.tell_of_arrival(occasion, sender, person)
    else:
        occasion.say(person, dialogue.TAKEN)
    text = of_ward.arrived(sender.name) if beside else dialogue.ARRIVED
    news = News(kind=AlertKind.ABSENCE, text=text, buttons=dialogue.ways_with(known))
    alerts.raise_alert(occasion, person, news)
    return known


def ask_for_dates(occasion: Occasion, person: Person, known: Certificate) -> None:
    """Whoever has the paper in hand is asked for its two dates once more on the next working day."""
    midnight = datetime.combine(occasion.local(person).date() + ONE_DAY, time(), occasion.local(person).tzinfo)
    morning = occasion.calendar.next_opening(midnight)
    occasion.uow.timers.add(TIMER, morning.astimezone(UTC), person.id, known.id, known.state)


def lapse(occasion: Occasion, person: Person, ref: int, _: str) -> None:
    """Nobody has looked in time: the pictures go, and both sides are told. A paper's dates are asked for again."""
    known = occasion.uow.certificates.get(ref)
    if known is None or not known.is_open:
        return
    if not known.pages:
        news = News(kind=AlertKind.PROOF_MISSING, text=dialogue.DATES_MISSING, buttons=dialogue.ways_with(known))
        alerts.raise_alert(occasion, person, news)
        return
    destroy(occasion, person, known, State.LAPSED)
    hours = int(occasion.uow.profile.keep_pictures.total_seconds() // 3600)
    alerts.note(occasion, person, dialogue.lapsed(hours))
    occasion.say(person, dialogue.LAPSED_TO_PERSON, TOLD)
    certificate_senders.ask_again(occasion, person, known, of_ward.LAPSED)


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
        report = uow.absences.get(known.absence)
        absences.plan_again(occasion, report, person, report.first_day)
    return gone
