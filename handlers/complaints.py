"""Complaints, discrimination, harassment: a way past the own caseworker to the protection person (F47, R59).

Whoever says what happened is heard at once, so that nothing is lost when they stop there; whoever only asks for the way
is told who reads it, and asked.
"""

from typing import Final

from flows.dialogues import complaint as dialogue
from flows.dialogues import message
from flows.engine.events import AlertKind, Relayed, Said
from flows.engine.flow import Facts
from flows.engine.messages import Level, Text
from flows.engine.replies import Intent, Reply
from flows.people import Person
from flows.rules.access import Operation
from flows.rules.thread import Kind
from handlers import access, escalating, inbox, questions
from handlers.inbox import ANSWERED_WITHIN
from handlers.occasion import Occasion

WISHES: Final = frozenset({Intent.COMPLAINT})
ACTIONS: Final = {dialogue.BEGIN.action: Intent.COMPLAINT}
LABELS: Final = {Intent.COMPLAINT: (dialogue.BEGIN.label, dialogue.BEGIN.action)}
TOLD_FROM: Final = 5
"""So many words tell something; fewer only ask for the way."""
NOBODY: Final = Text("For this nobody is named here at the moment. Please ask the management of the programme.")


def grant(occasion: Occasion, person: Person, facts: Facts, reply: Reply, wish: Intent) -> None:
    """Say who reads it, pass on what was told already, and ask for more."""
    readers = escalating.first_to_know(occasion, person, AlertKind.COMPLAINT)
    if not access.may_own(person, Operation.ASK_STAFF):
        access.refuse(occasion, person)
        return
    if not readers:
        occasion.say(person, Said(NOBODY, level=Level.L4))
        escalating.call_for_protection(occasion, AlertKind.COMPLAINT)
        return
    tells = not reply.action and _tells(reply.text)
    if tells:
        inbox.relay(occasion, person, Relayed(reply.text, past_caseworker=True))
    known = {"reader": readers[0].name, "told": "yes" if tells else ""}
    questions.begin(occasion, person, facts, dialogue.FLOW, {name: value for name, value in known.items() if value})


def _tells(words: str) -> bool:
    """Whether the words say what happened, and do not only ask where to say it."""
    return len(words.split()) >= TOLD_FROM and not any(mark in words for mark in questions.QUESTION_MARKS)


def offer(occasion: Occasion, person: Person, facts: Facts, words: str) -> None:
    """What fits nothing is offered to a human being: to the protection person where they wrote last (R59)."""
    last = occasion.uow.thread.last_to(person.id)
    if last is None or last.kind is not Kind.PROTECTED or last.at + ANSWERED_WITHIN < occasion.now:
        questions.begin(occasion, person, facts, message.OFFER, {"words": words})
        return
    readers = escalating.first_to_know(occasion, person, AlertKind.COMPLAINT)
    reader = next((one for one in readers if one.id == last.by), next(iter(readers), None))
    if reader is None:
        questions.begin(occasion, person, facts, message.OFFER, {"words": words})
        return
    questions.begin(occasion, person, facts, dialogue.ANSWER, {"words": words, "reader": reader.name})
