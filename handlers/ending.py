"""What somebody says or taps to end something, before any open question is looked at: it works everywhere (F15)."""

from dataclasses import replace
from typing import Final

from flows.dialogues import absence, pause, withdrawal
from flows.dialogues.withdrawal import EVERYTHING, REMINDERS
from flows.engine.events import Said
from flows.engine.replies import Ending, Intent, Reading, Reply
from flows.people import Person
from handlers import pausing, questions
from handlers import withdrawal as acts
from handlers.facts import gather
from handlers.occasion import Occasion
from handlers.understanding import as_label
from storage.conversations import StoredConversation

CODES: Final = {Ending.REMINDERS: REMINDERS, Ending.FOREIGN: "C2", Ending.CERTIFICATES: "C3"}
LONGEST_WISH: Final = 20
"""Where any words are an answer, a wish of more words than that is taken for one."""
LATER: Final = frozenset({Intent.PAUSE, Intent.STOP})
REPORTS: Final = frozenset(
    {Intent.ILL, Intent.CHILD_ILL, Intent.OFFICIAL_DATE, Intent.ABSENT, Intent.CANNOT_COME, Intent.LATE}
)


def hear(occasion: Occasion, person: Person, stored: StoredConversation | None, reply: Reply) -> Reply | None:
    """End what the reply wants to end. What is left of the reply for others to handle; None: nothing."""
    reply = reply if reply.action or stored is not None else _as_choice(occasion, person, reply)
    if reply.action:
        return None if _press(occasion, person, reply) else reply
    if _is_answer(stored, reply):
        return reply
    reading = reply.reading
    if reading.endings:
        return _end(occasion, person, stored, reply)
    intents = reading.intents
    if intents == (Intent.PAUSE,) and stored is None and _asks_for_break(reply):
        occasion.say(person, pause.ask_how_long())
        return None
    if intents[:1] == (Intent.STOP,) and set(intents[1:]) & REPORTS:
        _leave(occasion, person, stored)
        acts.stop(occasion, person)
        return _rest_of(reply)
    return reply


def _as_choice(occasion: Occasion, person: Person, reply: Reply) -> Reply:
    """After "stop" the label of one of the three ways, written instead of tapped, counts as a tap."""
    if "C1" in occasion.uow.consents.effective(person.id, occasion.now) or not acts.is_undecided(occasion, person):
        return reply
    return as_label(reply, withdrawal.ask_what(), person, {})


def _is_answer(stored: StoredConversation | None, reply: Reply) -> bool:
    """Whether the words are an answer to the open question rather than a wish of their own."""
    if stored is None:
        return False
    if questions.takes_any_words(stored):
        return len(reply.text.split()) > LONGEST_WISH
    if reply.reading.endings != (Ending.REST,):
        return False
    return reply.reading.rest_until is None or stored.conversation.flow == absence.FLOW.name


def _asks_for_break(reply: Reply) -> bool:
    """Whether "pause" was said, not only "wait" or "later"."""
    return Ending.REST in reply.reading.endings or reply.text.strip(" .!?/").casefold() in _BREAK


_BREAK: Final = frozenset({"pause", "пауза", "перерва", "перерыв", "break", "استراحة", "استراحه", "توقف مؤقت"})


def _end(occasion: Occasion, person: Person, stored: StoredConversation | None, reply: Reply) -> Reply | None:
    reading = reply.reading
    if Ending.ERASURE in reading.endings:
        _leave(occasion, person, stored)
        acts.end_all(occasion, person, erasure=True)
        return _rest_of(reply)
    if Ending.ASKED in reading.endings:
        acts.ask_which(occasion, person)
        return _rest_of(reply)
    wanted = [CODES[ending] for ending in reading.endings if ending in CODES]
    if wanted:
        acts.end_some(occasion, person, wanted)
    if Ending.REMIND_AGAIN in reading.endings:
        acts.remind_again(occasion, person)
    if Ending.REST in reading.endings:
        _rest(occasion, person, reading)
    left = _rest_of(reply)
    if left is None and wanted:
        questions.repeat(occasion, person, gather(occasion, person))
    return left


def _rest(occasion: Occasion, person: Person, reading: Reading) -> None:
    if reading.rest_until is None:
        occasion.say(person, pause.ask_how_long())
    else:
        pausing.rest(occasion, person, reading.rest_until)


def _rest_of(reply: Reply) -> Reply | None:
    """The reply without what has been done; None if there was nothing else in it."""
    others = tuple(intent for intent in reply.reading.intents if intent in REPORTS or intent is Intent.CALL_ME)
    if not others:
        return None
    return replace(reply, reading=replace(reply.reading, intents=others, endings=(), rest_until=None))


def _leave(occasion: Occasion, person: Person, stored: StoredConversation | None) -> None:
    if stored is not None:
        questions.leave(occasion, person, stored)


def _press(occasion: Occasion, person: Person, reply: Reply) -> bool:
    """A button about ending or a break; False for any other."""
    match reply.action, reply.value:
        case ("stop_all", value) if value.startswith(EVERYTHING):
            _everything(occasion, person, value)
        case ("stop_one", value):
            _one(occasion, person, value)
        case ("pause", value) if value:
            _pause(occasion, person, value)
        case ("remind", _):
            acts.remind_again(occasion, person)
        case _:
            return False
    return True


def _everything(occasion: Occasion, person: Person, value: str) -> None:
    _, _, ward = value.partition(";")
    if not ward:
        acts.end_all(occasion, person)
    elif (about := _ward(occasion, person, ward)) is not None:
        acts.end_for(occasion, person, about, sorted(acts.can_end_for(occasion, about)))


def _one(occasion: Occasion, person: Person, value: str) -> None:
    code, _, ward = value.partition(";")
    if ward:
        about = _ward(occasion, person, ward)
        if about is not None:
            acts.end_for(occasion, person, about, [code])
    elif code in withdrawal.NAMES:
        acts.end_some(occasion, person, [code])
    else:
        acts.ask_which(occasion, person)


def _pause(occasion: Occasion, person: Person, value: str) -> None:
    kind, _, days = value.partition(":")
    again = acts.clarify(occasion, person)
    match kind:
        case "open":
            pausing.rest(occasion, person, None)
        case "days" if days.isdecimal():
            pausing.rest(occasion, person, pausing.day_in(occasion, person, int(days)))
        case "choose":
            pausing.rest(occasion, person, pausing.day_in(occasion, person, pause.USUAL_DAYS))
        case _:
            occasion.say(person, pause.ask_how_long())
    if again:
        occasion.say(person, Said(withdrawal.STANDS_AGAIN))


def _ward(occasion: Occasion, guardian: Person, ward: str) -> Person | None:
    """The ward for whom the guardian may still end something now; otherwise it is said that they cannot."""
    wards = {str(one.id): one for one in acts.wards_of(occasion, guardian)}
    if ward not in wards:
        occasion.say(guardian, Said(withdrawal.NOT_YOURS))
    return wards.get(ward)
