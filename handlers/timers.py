"""The door for the clock: a due timer does what it was set for, if what it believed still holds."""

from datetime import datetime

from handlers import absences, alerts, questions
from handlers.occasion import Occasion
from storage.timers import Timer
from storage.uow import UnitOfWork


def fire(uow: UnitOfWork, timer: Timer, now: datetime) -> None:
    """Run one due timer; each kind checks its own guard. An unknown kind is kept as such and does nothing."""
    occasion = Occasion(uow=uow, now=now, cause=f"timer:{timer.id}")
    if timer.ref is None or timer.subject is None:
        uow.timers.done(timer.id, "about nothing")
        return
    match timer.kind:
        case absences.TIMER:
            absences.remind_of_proof(occasion, timer.ref, timer.guard)
        case alerts.TIMER:
            alerts.escalate(occasion, timer.ref, timer.guard)
        case questions.SILENCE:
            person = uow.people.get(timer.subject)
            questions.break_silence(occasion, person, timer.ref, timer.guard)
        case _:
            uow.timers.done(timer.id, "unknown kind")
            return
    uow.timers.done(timer.id, "fired")
