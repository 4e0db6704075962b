"""The offer to let a company know: after a report, where it has to hear of it and mail is on (R20a)."""

from dataclasses import replace
from datetime import date
from typing import Final

from flows.engine.events import Reason, Said
from flows.engine.messages import Button, Haste, MessageClass, Text
from flows.people import Person, PersonId
from flows.rules.absence import covers
from flows.rules.consent import Form
from handlers import absences
from handlers.company_mail import CODE
from handlers.occasion import REPLY, Occasion, Sending
from storage.uow import UnitOfWork

CHANNEL: Final = "mail"
COMPANY: Final = "company"
SHOW: Final = "company_sentence"
NO_SERVER: Final = Said(
    Text(
        "I cannot send mail to your company from here. Please call there. If that is hard, {caseworker} helps: {phone}."
    ),
    (Button(Text("Write to {caseworker}"), "ask"),),
)


def company_of(uow: UnitOfWork, person: PersonId) -> Person | None:
    """Whom to write to; None where nobody is known, or no mail arrives there any more."""
    known = uow.participations.of(person)
    if known is None or known.company is None or not uow.people.places(known.company):
        return None
    return uow.people.get(known.company)


def has_to_know(occasion: Occasion, person: Person) -> bool:
    """Whether somebody in a company has to hear of an absence of this person, and may hear it from here."""
    profile = occasion.uow.profile
    told = profile.must_tell.get(person.phase, profile.must_tell.get("", ()))
    if COMPANY not in told or profile.level_of(CHANNEL) is None or profile.consent.form_of(CODE) is Form.WRITTEN:
        return False
    agreed = "C1" in occasion.uow.consents.effective(person.id, occasion.now)
    return agreed and company_of(occasion.uow, person.id) is not None


def offer(occasion: Occasion, person: Person, day: date, sending: Sending = REPLY) -> None:
    """Say that one sentence can be written about the report of this day, where a company has to know and mail is on.

    Once for each state of a report; in mourning nothing more is asked (R12).
    """
    report = next((one for one in absences.of_person(occasion, person) if covers(one, day)), None)
    if report is None or report.reason is Reason.BEREAVEMENT or not has_to_know(occasion, person):
        return
    once = replace(sending, lasting=True, dedupe=f"sentence:{report.id}:{report.revision}")
    if not occasion.uow.profile.mails:
        occasion.say(person, NO_SERVER, once)
        return
    show = Button(Text("Show me the sentence"), SHOW, str(report.id))
    text = Text("If you like, I write one sentence to your company. You read it first and decide.")
    occasion.say(person, Said(text, (show,)), once)


def offer_after_silence(occasion: Occasion, person: Person, day: date) -> None:
    """The same when the question until when stays unanswered: it is known from when, and that is a sentence, too."""
    unasked = Sending(message_class=MessageClass.REMINDER, purpose="C1", haste=Haste.PROMPT)
    offer(occasion, person, day, unasked)
