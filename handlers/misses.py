"""After somebody was not there: one friendly question the next morning, then a word to staff (F26, R22).

Nothing here marks anybody: excused or unexcused is said by a person, never by the clock.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from flows.dialogues import meetings
from flows.engine.events import AlertKind, Said
from flows.engine.messages import Button, MessageClass, Text
from flows.people import Person
from flows.rules.appointments import Appointment, Invitee, Mark, is_day_for_reminders
from flows.rules.contact import Drop, Later, Why
from handlers import alerts, leave_days
from handlers.appointments import DEDUPE, TIMER
from handlers.occasion import Occasion, Sending

CARE: Final = "care"
SILENT: Final = "silent"
STEPS: Final = frozenset({CARE, SILENT})
MISSING: Final = frozenset({Mark.MISSED, Mark.UNEXCUSED})
WELL: Final = Button(Text("All is well"), "well", "care")


def follow(occasion: Occasion, person: Person, appointment: Appointment, invitee: Invitee) -> None:
    """Staff have said what became of it: whoever was missing is asked the next morning, anybody else is not."""
    occasion.uow.timers.cancel(TIMER, invitee.id)
    if invitee.mark in MISSING:
        _set(occasion, person, (appointment, invitee), CARE, _next_morning(occasion, person))


def _next_morning(occasion: Occasion, person: Person) -> datetime:
    local = occasion.local(person)
    day = local.date() + timedelta(days=1)
    while not is_day_for_reminders(day, occasion.calendar):
        day += timedelta(days=1)
    return datetime.combine(day, occasion.uow.profile.plan.care_at, local.tzinfo)


def _set(occasion: Occasion, person: Person, part: tuple[Appointment, Invitee], step: str, at: datetime) -> None:
    appointment, invitee = part
    guard = f"{appointment.revision}:{step}"
    occasion.uow.timers.add(TIMER, at.astimezone(UTC), person.id, invitee.id, guard)


def fire(occasion: Occasion, person: Person, appointment: Appointment, invitee: Invitee, step: str) -> None:
    """The morning after, or the end of the silence: what is still open is done."""
    if invitee.mark not in MISSING:
        return
    if step == CARE:
        _ask(occasion, person, appointment, invitee)
    elif not _has_written(occasion, person, occasion.now - occasion.uow.profile.plan.silent_after):
        text = Text(
            "{name} was not there ({at}) and has not answered since. Please get in touch.", {"at": appointment.starts}
        )
        alerts.raise_alert(occasion, person, alerts.News(kind=AlertKind.NO_ANSWER, text=text))


def _ask(occasion: Occasion, person: Person, appointment: Appointment, invitee: Invitee) -> None:
    """Ask once; whoever cannot be asked is staff's to ask. What is put off is decided anew then."""
    if _has_written(occasion, person, appointment.starts):
        return
    decided, back = occasion.may_reach(person), leave_days.rests_until(occasion, person)
    if back is not None:
        decided = Later(back, Why.QUIET)
    if isinstance(decided, Later):
        _set(occasion, person, (appointment, invitee), CARE, decided.at)
        return
    if not isinstance(decided, Drop):
        ways = (
            WELL,
            Button(meetings.MOVE, "move_next", f"care:{invitee.id}"),
            Button(Text("Please call me"), "call"),
            Button(meetings.ASK, "ask"),
        )
        sending = Sending(
            message_class=MessageClass.REMINDER,
            purpose="C1",
            lasting=True,
            dedupe=f"{DEDUPE}:{appointment.id}:{appointment.revision}:{invitee.id}:{CARE}",
        )
        question = Text("You were not there: {at}. Is everything all right?", {"at": appointment.starts})
        occasion.say(person, Said(question, ways, at=appointment.starts), sending)
    silent_at = occasion.now + occasion.uow.profile.plan.silent_after
    _set(occasion, person, (appointment, invitee), SILENT, silent_at)


def _has_written(occasion: Occasion, person: Person, since: datetime) -> bool:
    """Whether there was any word or press of theirs since then."""
    heard = occasion.uow.inbox.latest(person.id)
    return heard is not None and heard >= since


def knows(action: str) -> bool:
    """Whether a press answers the question of the morning after."""
    return action in {WELL.action, "move_next"}


def hear(occasion: Occasion, person: Person, action: str) -> None:
    """All is well, or another time is wished for: staff read it, nothing is counted."""
    occasion.say(person, Said(Text("Thank you. {caseworker} gets the message.")))
    if action == WELL.action:
        alerts.note(occasion, person, Text("{name} answers: all is well."))
        return
    news = alerts.News(kind=AlertKind.MESSAGE, text=Text("{name} was not there and would like a new date."))
    alerts.raise_alert(occasion, person, news)
