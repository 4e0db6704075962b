"""Leads whoever has a sick note to the page where it is sent, whatever channel they are on and however they say it."""

from typing import Final

from flows.dialogues import absence, recording
from flows.dialogues import certificate as dialogue
from flows.engine.replies import Reply
from flows.people import Person, Role
from flows.rules.absence import Proof
from handlers import absences, certificate_senders, questions
from handlers.facts import gather
from handlers.occasion import Occasion
from locales.sick_notes import has_sick_note
from storage.conversations import StoredConversation

ACTION: Final = dialogue.PHOTO.action
REPORTS: Final = frozenset({absence.FLOW.name, recording.FLOW.name})


def lead(occasion: Occasion, person: Person) -> None:
    """Say where it is sent; whoever has not agreed to that shows the paper."""
    if person.role is Role.GUARDIAN:
        certificate_senders.lead(occasion, person)
        return
    agreed = certificate_senders.may_send(occasion.uow, person, occasion.now)
    occasion.say(person, dialogue.HOME if agreed else dialogue.NOT_AGREED)


def hear(occasion: Occasion, person: Person, stored: StoredConversation | None, reply: Reply) -> bool:
    """Lead whoever says that they have one, also from the question until when, which stays; False for other words."""
    if stored is not None and stored.conversation.flow not in REPORTS:
        return False
    if not _speaks_of_one(occasion, person, reply):
        return False
    lead(occasion, person)
    if stored is not None:
        questions.repeat(occasion, person, gather(occasion, person))
    return True


def _speaks_of_one(occasion: Occasion, person: Person, reply: Reply) -> bool:
    """Without a report that lacks a proof the same words may be the report."""
    if reply.action or reply.reading.last_day or reply.reading.endings or not has_sick_note(reply.text):
        return False
    if reply.reading.goes_on:
        return False
    if person.role is Role.GUARDIAN:
        concerned = certificate_senders.wards_of(occasion, person)
    else:
        concerned = [person] if person.role is Role.PARTICIPANT else []
    reports = (report for one in concerned for report in absences.of_person(occasion, one))
    lacking = any(one.proof is Proof.OPEN and not one.taken_back for one in reports)
    return lacking or not reply.reading.intents
