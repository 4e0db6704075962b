"""Who may send pictures of certificates: the person themself, and guardians for their wards (F32, R20b)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from flows.dialogues import certificate
from flows.dialogues import ward_certificate as dialogue
from flows.engine.events import AbsenceReported, Reason, Said
from flows.engine.messages import Button, MessageClass
from flows.people import Person, PersonId
from flows.rules.access import Operation
from flows.rules.certificates import Certificate
from flows.rules.grounds import SICK_NOTES, TALK
from handlers import access
from handlers.occasion import Occasion, Sending
from storage.uow import UnitOfWork

TOLD: Final = Sending(message_class=MessageClass.REMINDER, purpose=TALK)


def has_agreed(uow: UnitOfWork, person: Person, now: datetime) -> bool:
    """Whether pictures of this person's certificates may be kept."""
    return {TALK, SICK_NOTES} <= uow.consents.effective(person.id, now)


def may_send(uow: UnitOfWork, person: Person, now: datetime) -> bool:
    """Whether somebody may send pictures of certificates: a participant who has agreed to it."""
    return has_agreed(uow, person, now) and access.may_own(person, Operation.SEND_CERTIFICATE)


def leads_on(occasion: Occasion, person: Person) -> tuple[Button, ...]:
    """The button that leads there, for whoever may."""
    return (certificate.PHOTO,) if may_send(occasion.uow, person, occasion.now) else ()


def wards_of(occasion: Occasion, guardian: Person) -> list[Person]:
    """For whom this guardian may send certificates at all."""
    wards = occasion.uow.people.wards_of(guardian.id)
    return [ward for ward in wards if access.may(occasion, guardian, Operation.SEND_FOR_WARD, ward)]


def ready(occasion: Occasion, wards: Iterable[Person]) -> list[Person]:
    """Those of them who have agreed to pictures of certificates."""
    return [ward for ward in wards if has_agreed(occasion.uow, ward, occasion.now)]


def find(occasion: Occasion, guardian: Person, number: PersonId) -> Person | None:
    """The ward a guardian means, if a picture may be sent for them now."""
    return next((one for one in ready(occasion, wards_of(occasion, guardian)) if one.id == number), None)


def lead(occasion: Occasion, guardian: Person) -> None:
    """Say where it is sent, for whom; where nobody has agreed, who takes the paper."""
    wards = wards_of(occasion, guardian)
    agreed = ready(occasion, wards)
    if agreed:
        occasion.say(guardian, dialogue.home([one.name for one in agreed]), Sending(subject=agreed[0]))
    else:
        occasion.say(guardian, dialogue.NOT_AGREED, Sending(subject=wards[0] if wards else None))


def offer(occasion: Occasion, guardian: Person, told: AbsenceReported) -> None:
    """After a report of an illness: the way to the page, where the ward has agreed to it (R3)."""
    ward = find(occasion, guardian, told.who)
    if ward is not None and told.reason is Reason.ILLNESS:
        occasion.say(guardian, dialogue.home([ward.name]), Sending(subject=ward))


def tell_of_arrival(occasion: Occasion, guardian: Person, ward: Person) -> None:
    """The guardian is thanked, and the ward reads what was sent about them (R58)."""
    occasion.say(guardian, dialogue.TAKEN, Sending(subject=ward))
    occasion.say(ward, dialogue.sent_for_you(guardian.name), TOLD)


def ask_again(occasion: Occasion, ward: Person, known: Certificate, said: Said) -> None:
    """Whoever sent it for somebody hears that it is gone, as long as they may send another one."""
    sender = None if known.sender is None else occasion.uow.people.get(known.sender)
    if sender is not None and access.may(occasion, sender, Operation.SEND_FOR_WARD, ward):
        occasion.say(sender, said, Sending(subject=ward))
