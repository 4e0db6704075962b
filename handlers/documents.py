"""Consent to hand one document to one recipient (C6 to C9): these very bytes, to nobody else (F17).

The consent is known by the bytes' digest and the recipient's stable name. Whoever hands something out asks `unlocks`
with what is about to be handed out: a corrected report is another document and has to be asked for again.
"""

from dataclasses import dataclass
from datetime import datetime

from flows.dialogues import consent as dialogue
from flows.people import Person, PersonId
from flows.rules.purposes import Scope
from handlers import consenting
from handlers.consenting import Question
from handlers.occasion import Occasion
from storage.uow import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What is to be handed out, under which purpose, to whom. Raises WrongScope for what is no such purpose."""

    code: str
    content: bytes
    recipient: str

    def __post_init__(self) -> None:
        """Refuse what could never be asked for."""
        Scope.of_document(self.code, self.content, recipient=self.recipient)

    @property
    def scope(self) -> Scope:
        """What the consent to it is about."""
        return Scope.of_document(self.code, self.content, recipient=self.recipient)


def offer(occasion: Occasion, person: Person, handover: Handover) -> bool:
    """Ask the person for this one document; a guardian is asked as well where one has to agree.

    False: it may not be asked now, because it was declined lately or counts already.
    """
    question = Question(subject=person, scope=handover.scope, introduction=dialogue.DOCUMENT)
    return consenting.begin(occasion, person, question)


def unlocks(uow: UnitOfWork, person: PersonId, handover: Handover, now: datetime) -> bool:
    """Whether exactly this may be handed to exactly them, at this moment."""
    return uow.consents.unlocks(person, handover.scope, now)
