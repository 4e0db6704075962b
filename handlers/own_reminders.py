"""Reminders that people set for themselves: set, said, listed, deleted; nobody else reads them (F62a, ADR 0028)."""

from datetime import UTC, datetime, time, timedelta
from typing import Final

from flows.dialogues import own_reminder as dialogue
from flows.dialogues import pause, withdrawal
from flows.dialogues.clock import problem_of
from flows.engine.answers import OVER
from flows.engine.conversation import Json
from flows.engine.events import Said
from flows.engine.flow import Facts
from flows.engine.messages import Text
from flows.engine.nudge_events import ReminderWished
from flows.engine.replies import Intent, Reply
from flows.people import Person
from flows.rules.access import Operation
from flows.rules.own_reminders import KEPT_FOR, LATE, LONGEST, MOST, USEFUL_FOR, OwnReminder
from handlers import access, forgetting, questions
from handlers.forgetting import TIMER
from handlers.occasion import Occasion, Sending
from locales.own_reminders import subject_of

LOOK_AGAIN: Final = timedelta(hours=1)
"""So often it is looked whether a hold after crisis words or a break without an end is over."""
WISHES: Final = frozenset({Intent.REMIND_ME, Intent.MY_REMINDERS})
ACTIONS: Final = {dialogue.NEW.action: Intent.REMIND_ME, dialogue.MINE.action: Intent.MY_REMINDERS}
LABELS: Final = {
    Intent.REMIND_ME: (dialogue.NEW.label, dialogue.NEW.action),
    Intent.MY_REMINDERS: (dialogue.MINE.label, dialogue.MINE.action),
}
NONE = Text("You have no reminders here.")
NO_MORE = Text("You have {n} reminders already. Delete one first, please.", {"n": MOST})


def grant(occasion: Occasion, person: Person, facts: Facts, reply: Reply, wish: Intent) -> None:
    """Show what waits, or set one more."""
    if wish is Intent.MY_REMINDERS:
        show(occasion, person)
    else:
        begin(occasion, person, facts, reply)


def begin(occasion: Occasion, person: Person, facts: Facts, reply: Reply) -> None:
    """Ask for what the words leave open; what is past, or not on the clock, is said and asked again."""
    if not _may(occasion, person):
        return
    if len(occasion.uow.own_reminders.ids(person.id)) >= MOST:
        occasion.say(person, Said(NO_MORE, (dialogue.MINE,)))
        return
    known = {} if reply.action else _known(occasion, person, reply)
    questions.begin(occasion, person, facts, dialogue.FLOW, known)


def _may(occasion: Occasion, person: Person) -> bool:
    if access.may_own(person, Operation.REMIND_SELF):
        if "C1" in occasion.uow.consents.effective(person.id, occasion.now):
            return True
        occasion.say(
            person, Said(Text("I may not write to you at the moment, so I cannot remind you."), (withdrawal.AGAIN,))
        )
        return False
    access.refuse(occasion, person)
    return False


def _known(occasion: Occasion, person: Person, reply: Reply) -> dict[str, Json]:
    """What the words say clearly: of what, on which day, at what time."""
    local, reading = occasion.local(person), reply.reading
    words = subject_of(reply.text, person.language)
    day = (reading.day or reading.first_day) if reading.date_problem is None else None
    clock: time | None = reading.clock
    if day is None and clock is None and reading.minutes is not None:
        soon = (occasion.now + timedelta(minutes=reading.minutes)).astimezone(local.tzinfo)
        day, clock = soon.date(), soon.time().replace(second=0, microsecond=0)
    if day is not None and not local.date() <= day:
        occasion.say(person, Said(OVER))
        day = None
    problem = problem_of(datetime.combine(day, clock, local.tzinfo), local) if day and clock is not None else None
    if problem is not None:
        occasion.say(person, Said(problem))
        clock = None
    known: dict[str, Json] = {
        "words": words if len(words) <= LONGEST else "",
        "day": day.isoformat() if day else "",
        "time": clock.isoformat("minutes") if clock else "",
    }
    return {name: value for name, value in known.items() if value}


def keep(occasion: Occasion, person: Person, wished: ReminderWished) -> None:
    """It is set. During a break the person is told that nothing comes before its end (R62)."""
    uow = occasion.uow
    if not _may(occasion, person):
        return
    if len(uow.own_reminders.ids(person.id)) >= MOST:
        occasion.say(person, Said(NO_MORE, (dialogue.MINE,)))
        return
    due = wished.at.astimezone(UTC)
    reminder = OwnReminder(id=uow.new_id(), person=person.id, due=due, words=wished.words)
    uow.own_reminders.add(reminder, occasion.now)
    uow.timers.add(TIMER, due, person.id, reminder.id, due.isoformat())
    occasion.say(person, Said(Text("I remind you: {at}. Only you see it.", {"at": wished.at}), (dialogue.MINE,)))
    known = uow.people.get(person.id)
    if known.paused_since is not None and (known.paused_until is None or due < known.paused_until):
        paused = Text("You have a break now. Until it is over I send nothing, this neither.")
        occasion.say(person, Said(paused, (pause.GO_ON,)))


def fire(occasion: Occasion, person: Person, ref: int, guard: str) -> None:
    """Its time has come: said now, after a break or a hold; without consent it is deleted unsaid."""
    uow = occasion.uow
    if "C1" not in uow.consents.effective(person.id, occasion.now):
        uow.own_reminders.drop(ref)
        return
    reminder = uow.own_reminders.get(ref)
    if reminder is None or reminder.due.isoformat() != guard:
        return
    if occasion.now > reminder.due + KEPT_FOR:
        uow.own_reminders.drop(ref)
        return
    if (again := _waits_until(occasion, person)) is not None:
        uow.timers.add(TIMER, again, person.id, ref, guard)
        return
    uow.own_reminders.drop(ref)
    late = occasion.now > reminder.due + LATE
    said = dialogue.reminder(reminder.words, reminder.due.astimezone(occasion.local(person).tzinfo) if late else None)
    expires = occasion.now + USEFUL_FOR
    occasion.say(person, said, Sending(purpose="C1", lasting=True, expires=expires, dedupe=f"{TIMER}:{ref}"))


def _waits_until(occasion: Occasion, person: Person) -> datetime | None:
    """When to look again while nothing may be sent: the end of a break, or soon."""
    if person.held_since is None and person.paused_since is None:
        return None
    if person.held_since is None and person.paused_until is not None:
        return min(person.paused_until.astimezone(UTC), occasion.now + LOOK_AGAIN)
    return occasion.now + LOOK_AGAIN


def show(occasion: Occasion, person: Person) -> None:
    """Every reminder that waits, with the button that deletes it."""
    if not access.may_own(person, Operation.REMIND_SELF):
        access.refuse(occasion, person)
        return
    zone = occasion.local(person).tzinfo
    waiting = occasion.uow.own_reminders.of(person.id)
    occasion.say(person, Said(dialogue.ONLY_YOU if waiting else NONE, (dialogue.NEW,)))
    for one in waiting:
        occasion.say(person, dialogue.entry(one.words, one.due.astimezone(zone), one.id), Sending(lasting=True))


def forget(occasion: Occasion, person: Person, value: str) -> None:
    """The person deletes one of theirs; whatever else the button may name is gone already."""
    if not access.may_own(person, Operation.REMIND_SELF):
        access.refuse(occasion, person)
        return
    ids = occasion.uow.own_reminders.ids(person.id)
    if not value.isdecimal() or int(value) not in ids:
        occasion.say(person, Said(Text("This reminder is gone already."), (dialogue.MINE,)))
        return
    forgetting.forget(occasion.uow, int(value))
    occasion.say(person, Said(Text("Deleted. I do not remind you of it."), (dialogue.MINE,)))


def told(occasion: Occasion, person: Person) -> list[Text]:
    """Lines for "my data"."""
    zone = occasion.local(person).tzinfo
    waiting = occasion.uow.own_reminders.of(person.id)
    lines = [Text("{at}: {words}", {"at": one.due.astimezone(zone), "words": one.words}) for one in waiting]
    return [Text("Your own reminders:"), *lines] if lines else []
