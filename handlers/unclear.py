"""Words after a reminder that leave open what they mean are asked about by buttons; nothing confirms by accident."""

from typing import Final

from flows.dialogues import answering
from flows.engine.conversation import Json
from flows.engine.events import Said
from flows.engine.flow import Facts
from flows.engine.meetings import AnswerWanted
from flows.engine.messages import Text
from flows.engine.replies import Intent, Reply
from flows.engine.run import UNREAD
from flows.people import Person
from flows.rules.appointments import Appointment, Invitee
from handlers import appointments, invited, moves, questions
from handlers.facts import gather
from handlers.occasion import Occasion
from storage.conversations import StoredConversation

UNCLEAR: Final = invited.ANSWERING | {Intent.CANCEL, Intent.PAUSE}
"""What says nothing clear about an appointment, or stands beside words that do not."""
MOST_WORDS: Final = 14


def hear(occasion: Occasion, person: Person, facts: Facts, stored: StoredConversation | None, reply: Reply) -> bool:
    """Words after a reminder that leave open what they mean are asked about by buttons; False: they are clear enough.

    "Yes, but only at eleven" and "I will try" confirm nothing. "I am late" right after a reminder of another day
    may be about that day.
    """
    if stored is not None or reply.action or person.held_since is not None:
        return False
    late = _late_then(occasion, person, reply)
    if late is not None:
        _ask(occasion, facts, late, {"about": answering.LATE, "words": reply.text, **_how_late(reply)})
        return True
    asked = invited.asked_lately(occasion, person)
    if not asked or not _leaves_open(reply):
        return False
    if Intent.CANCEL in reply.reading.intents:
        invited.offer_ways(occasion, person, *asked[0])
    else:
        _ask(occasion, facts, asked[0], {"words": reply.text})
    return True


def _leaves_open(reply: Reply) -> bool:
    """Whether a few words say nothing that is understood on its own. A long message is for a human being to read."""
    wishes = set(reply.reading.intents)
    is_talk = bool(wishes) and wishes <= invited.POLITE
    is_short = len(reply.text.split()) <= MOST_WORDS or Intent.TAKE_BACK in wishes
    return wishes <= UNCLEAR and not is_talk and is_short


def _late_then(occasion: Occasion, person: Person, reply: Reply) -> tuple[Appointment, Invitee] | None:
    """What they were reminded of today and which is on another day, if they say "late" and have nothing today."""
    if set(reply.reading.intents) - invited.POLITE != {Intent.LATE}:
        return None
    local = occasion.local(person)
    if any(one.starts.astimezone(local.tzinfo).date() == local.date() for one, _ in invited.ahead(occasion, person)):
        return None
    return next(
        (
            part
            for part in invited.asked_lately(occasion, person, settled=True)
            if part[1].asked is not None and part[1].asked.astimezone(local.tzinfo).date() == local.date()
        ),
        None,
    )


def _how_late(reply: Reply) -> dict[str, Json]:
    clock = reply.reading.clock
    return {"minutes": reply.reading.minutes, "clock": clock.isoformat("minutes") if clock else ""}


def _ask(occasion: Occasion, facts: Facts, part: tuple[Appointment, Invitee], said: dict[str, Json]) -> None:
    """Put the question; whoever takes over when it stays open reads the first words, too."""
    (appointment, invitee), person = part, facts.person
    details = appointments.details(occasion, appointment, person)
    starts = appointment.starts.astimezone(occasion.local(person).tzinfo)
    about = answering.known(details, appointment.kind, starts)
    answers: dict[str, Json] = {**about, "invitee": str(invitee.id), UNREAD: [said["words"]], **said}
    questions.begin(occasion, person, facts, answering.FLOW, {name: one for name, one in answers.items() if one})


def take(occasion: Occasion, person: Person, wanted: AnswerWanted) -> None:
    """They have tapped what their words meant."""
    part = moves.part_of(occasion, person, wanted.invitee)
    if part is None:
        occasion.say(person, Said(moves.OVER))
        return
    match wanted.what:
        case answering.COME:
            invited.confirm(occasion, person, *part)
        case answering.MOVE:
            invited.begin_move(occasion, person, gather(occasion, person), *part)
        case answering.LATE:
            invited.come_late(occasion, person, *part, wanted.words)
            occasion.say(person, Said(Text("Thank you. {caseworker} gets the message.")))
        case _:
            invited.offer_ways(occasion, person, *part)
