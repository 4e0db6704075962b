"""A question of staff about an intake reaches the person and is put in the chat (F6)."""

from dataclasses import replace

from flows.dialogues import intake as dialogue
from flows.dialogues.registry import find
from flows.engine.conversation import Json, Status
from flows.engine.events import Said
from flows.engine.messages import Button, MessageClass, Text
from flows.engine.run import start
from flows.people import Person
from flows.rules.grounds import Ground
from flows.rules.intake import Intake
from handlers.facts import gather
from handlers.inbox import ANSWERED_WITHIN
from handlers.occasion import Occasion, Sending

ANSWER = Button(Text("Answer it"), "answer_back")


def way_to(occasion: Occasion, person: Person, intake: Intake) -> Sending | None:
    """How the person is told something about their intake; None: they want no messages.

    Soon after they have sent it that is an answer to them; later it waits for the day and needs their consent.
    """
    fresh = intake.submitted is not None and occasion.now - intake.submitted < ANSWERED_WITHIN
    if fresh:
        return Sending(message_class=MessageClass.REPLY, ground=Ground.PROGRAMME)
    if "C1" in occasion.uow.consents.effective(person.id, occasion.now):
        return Sending(message_class=MessageClass.REMINDER, purpose="C1")
    return None


def reach(occasion: Occasion, person: Person, intake: Intake) -> bool:
    """Let the person know that staff have asked; at once as a question, or with a button if they are at something."""
    sending = way_to(occasion, person, intake)
    query = intake.open_query
    if sending is None or query is None or person.held_since is not None:
        return False
    occasion.uow.guard.names(person.id, Ground.PROGRAMME)
    if occasion.uow.conversations.current(person.id) is None:
        return _put(occasion, person, intake, sending)
    asker = occasion.uow.people.get(query.by).name
    said = Said(Text("{person} has a question about your answers.", {"person": asker}), (ANSWER,))
    return occasion.say(person, said, replace(sending, lasting=True))


def put(occasion: Occasion, person: Person) -> bool:
    """The person wants to answer now; False when nothing is asked."""
    known = occasion.uow.intakes.of(person.id)
    return known is not None and _put(occasion, person, known, Sending())


def _put(occasion: Occasion, person: Person, known: Intake, sending: Sending) -> bool:
    flow = find(dialogue.NAME, occasion.uow.profile)
    query = known.open_query
    if flow is None or query is None:
        return False
    _leave(occasion, person)
    asker, given = occasion.uow.people.get(query.by).name, known.answers.get(query.question)
    answers: dict[str, Json] = {"_way": "back", "_by": asker, "_words": query.words}
    if query.question in flow.nodes and query.question:
        answers["_only"] = query.question
        if isinstance(given, list):
            answers[f"_ticked_{query.question}"] = given
    turn = start(flow, now=occasion.local(person), facts=gather(occasion, person), answers=answers)
    stored = occasion.uow.conversations.add(person.id, turn.conversation, occasion.now)
    for said in turn.events:
        if isinstance(said, Said):
            occasion.say(person, said, replace(sending, turn=(stored, turn.conversation.turn), lasting=True))
    return True


def _leave(occasion: Occasion, person: Person) -> None:
    """Put aside what is open: only one question waits at a time."""
    current = occasion.uow.conversations.current(person.id)
    if current is not None:
        flow = find(current.conversation.flow, occasion.uow.profile)
        status = Status.PAUSED if flow is not None and flow.keeps else Status.CANCELLED
        left = replace(current.conversation, status=status, turn=current.conversation.turn + 1)
        occasion.uow.conversations.save(current.id, person.id, left, occasion.now)
