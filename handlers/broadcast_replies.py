"""What recipients answer to a broadcast: asked for by its button, kept, and read as a list by whoever sent it (F53)."""

from flows.dialogues import broadcast as dialogue
from flows.engine.broadcast_events import BroadcastAnswered
from flows.engine.conversation import Json
from flows.engine.events import Said
from flows.engine.messages import Text
from flows.people import Person
from flows.rules.access import Operation
from handlers import access, broadcast_cards, questions
from handlers.facts import gather
from handlers.occasion import Occasion


def press(occasion: Occasion, person: Person, value: str) -> bool:
    """Ask for the answer; a question that was open is left. False: the broadcast was not for them."""
    author = _author(occasion, person, value)
    if author is None:
        access.refuse(occasion, person)
        return True
    stored = questions.find_open(occasion, person)
    if stored is not None:
        questions.leave(occasion, person, stored)
    known: dict[str, Json] = {"broadcast": int(value), "author": author.name}
    questions.begin(occasion, person, gather(occasion, person), dialogue.REPLY, known)
    return True


def _author(occasion: Occasion, person: Person, value: str) -> Person | None:
    broadcasts = occasion.uow.broadcasts
    mine = value.isdecimal() and access.may_own(person, Operation.ANSWER_BROADCAST)
    if not mine or not broadcasts.was_sent_to(int(value), person.id):
        return None
    author = broadcasts.author(int(value))
    return None if author is None else broadcast_cards.whom_to_ask(occasion, author)


def keep(occasion: Occasion, person: Person, answered: BroadcastAnswered) -> None:
    """Keep it, and say who reads it."""
    author = _author(occasion, person, str(answered.broadcast))
    if author is None:
        access.refuse(occasion, person)
        return
    occasion.uow.broadcasts.reply(answered.broadcast, person.id, answered.words, occasion.now)
    occasion.say(person, Said(Text("Thank you. {person} reads your answer.", {"person": author.name})))
