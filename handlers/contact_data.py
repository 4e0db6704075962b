"""How somebody is reached: told by themselves, and asked for after a long silence (F8)."""

from dataclasses import replace
from datetime import UTC, datetime

from flows.dialogues import my_data
from flows.dialogues.registry import find
from flows.engine.conversation import Status
from flows.engine.events import AlertKind, Said
from flows.engine.intake_events import ContactChanged, ContactGiven
from flows.engine.messages import MessageClass, Text
from flows.engine.run import start
from flows.people import Person, PersonId
from flows.rules.calendar import ONE_DAY
from handlers import alerts, leave_days, nudging
from handlers.alerts import News
from handlers.facts import gather
from handlers.occasion import Occasion, Sending
from storage.uow import UnitOfWork

TIMER = "reached"
ASK = "ask"
FLAG = "flag"
SILENT = Text("{name} has not been heard of here for a long time. Is the phone number still right? Please call.")


def take(occasion: Occasion, person: Person, given: ContactGiven) -> None:
    """Keep what the person said about themselves; staff read a new number."""
    known = occasion.uow.people.get(person.id)
    match given.what:
        case "phone":
            occasion.uow.people.update(replace(known, phone=given.value))
            number = Text("{name} has told a new phone number: {number}.", {"number": given.value})
            alerts.note(occasion, person, number)
        case "sign":
            occasion.uow.people.update(replace(known, sign=given.value))
        case _:
            pass
    occasion.record(ContactChanged(who=person.id, what=given.what), person.id)


def begin(uow: UnitOfWork, person: PersonId, now: datetime) -> None:
    """From now on it is looked after whether the person is still reached."""
    _look_at(uow, person, now + uow.profile.ask_after, ASK)
    if "silence" in uow.profile.deadlines.numbers:
        nudging.begin(uow, person, now)


def _look_at(uow: UnitOfWork, person: PersonId, at: datetime, what: str) -> None:
    uow.timers.add(TIMER, at.astimezone(UTC), person, person, what)


def look(occasion: Occasion, person: Person, guard: str) -> None:
    """Ask whoever was silent for long; tell staff of whoever does not answer then."""
    profile = occasion.uow.profile
    patience = profile.silent_after if guard == FLAG else profile.ask_after
    heard = occasion.uow.inbox.latest(person.id)
    back = leave_days.rests_until(occasion, person)
    if back is not None:
        _look_at(occasion.uow, person.id, back + ONE_DAY if guard == FLAG else back, guard)
    elif heard is not None and (
        occasion.now - heard < patience or (guard == FLAG and occasion.now - heard == patience)
    ):
        _look_at(occasion.uow, person.id, heard + profile.ask_after, ASK)
    elif guard == FLAG or not _may_ask(occasion, person):
        alerts.raise_alert(occasion, person, News(kind=AlertKind.NO_ANSWER, text=SILENT))
        _look_at(occasion.uow, person.id, occasion.now + profile.ask_after, ASK)
    else:
        _ask(occasion, person)
        _look_at(occasion.uow, person.id, occasion.now + profile.silent_after, FLAG)


def _may_ask(occasion: Occasion, person: Person) -> bool:
    return person.held_since is None and "C1" in occasion.uow.consents.effective(person.id, occasion.now)


def _ask(occasion: Occasion, person: Person) -> None:
    current = occasion.uow.conversations.current(person.id)
    if current is not None:
        flow = find(current.conversation.flow, occasion.uow.profile)
        status = Status.PAUSED if flow is not None and flow.keeps else Status.CANCELLED
        left = replace(current.conversation, status=status, turn=current.conversation.turn + 1)
        occasion.uow.conversations.save(current.id, person.id, left, occasion.now)
    turn = start(my_data.REACHED, now=occasion.local(person), facts=gather(occasion, person))
    stored = occasion.uow.conversations.add(person.id, turn.conversation, occasion.now)
    bound = (stored, turn.conversation.turn)
    sending = Sending(message_class=MessageClass.REMINDER, purpose="C1", turn=bound, lasting=True)
    for said in turn.events:
        if isinstance(said, Said):
            occasion.say(person, said, sending)
