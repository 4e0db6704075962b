"""The door for the clock: a due timer does what it was set for, if what it believed still holds."""

from datetime import datetime

from flows.people import PersonId
from handlers import absences, alerts, appearing, appointments, questions, reach
from handlers.occasion import Occasion
from storage.timers import Timer
from storage.uow import UnitOfWork

FIRED = "fired"
KINDS = frozenset({absences.TIMER, appointments.TIMER, alerts.TIMER, questions.SILENCE, reach.TIMER})


def fire(uow: UnitOfWork, timer: Timer, now: datetime) -> bool:
    """Run one due timer; each kind checks its own guard. An unknown kind is kept as such and does nothing.

    False: another process is at it or has done it, or the person is being heard just now; the next tick looks again.
    """
    if timer.subject is not None and not uow.people.try_lock(timer.subject):
        return False
    if not uow.timers.take(timer.id, _outcome(timer)):
        return False
    if timer.ref is not None and timer.subject is not None:
        _fire(Occasion(uow=uow, now=now, cause=f"timer:{timer.id}"), timer, timer.subject, timer.ref)
    return True


def _outcome(timer: Timer) -> str:
    if timer.ref is None or timer.subject is None:
        return "about nothing"
    return FIRED if timer.kind in KINDS else "unknown kind"


def _fire(occasion: Occasion, timer: Timer, subject: PersonId, ref: int) -> None:
    match timer.kind:
        case absences.TIMER:
            absences.remind_of_proof(occasion, ref, timer.guard)
        case alerts.TIMER:
            alerts.escalate(occasion, ref, timer.guard)
        case appointments.TIMER:
            appearing.fire(occasion, ref, timer.guard)
        case questions.SILENCE:
            questions.break_silence(occasion, occasion.uow.people.get(subject), ref, timer.guard)
        case reach.TIMER:
            reach.look_again(occasion.uow, ref, timer.guard, occasion.now)
        case _:
            return
