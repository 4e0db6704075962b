"""The door for the clock: a due timer does what it was set for, if what it believed still holds."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from flows.people import Person, PersonId
from handlers import (
    absences,
    appearing,
    appointments,
    broadcast_runs,
    call_wishes,
    certificates,
    consent,
    consenting,
    contact_data,
    day_sheets,
    digests,
    escalating,
    forgetting,
    host_reminders,
    intake,
    joining,
    needed,
    nudging,
    outside_reads,
    own_reminders,
    pausing,
    questions,
    reach,
    snoozing,
    statements,
)
from handlers.occasion import Occasion
from storage.timers import Timer
from storage.uow import UnitOfWork

FIRED = "fired"
KINDS = frozenset(
    {
        absences.TIMER,
        appointments.TIMER,
        escalating.TIMER,
        joining.TIMER,
        call_wishes.TIMER,
        snoozing.TIMER,
        digests.TIMER,
        questions.SILENCE,
        reach.TIMER,
        pausing.TIMER,
        consent.OF_AGE,
        consenting.ANEW,
        needed.TIMER,
        intake.TIMER,
        contact_data.TIMER,
        day_sheets.TIMER,
        host_reminders.TIMER,
        forgetting.TIMER,
        nudging.TIMER,
        certificates.TIMER,
        statements.TIMER,
        broadcast_runs.TIMER,
        statements.AGAIN,
        outside_reads.TIMER,
    }
)


def fire(uow: UnitOfWork, timer: Timer, now: datetime) -> bool:
    """Run one due timer; each kind checks its own guard. An unknown kind is kept as such and does nothing.

    False: another process is at it or has done it, or the person is being heard just now; the next tick looks again.
    """
    if timer.subject is not None and not uow.people.try_lock(timer.subject):
        return False
    if not uow.timers.take(timer.id, _outcome(timer)):
        return False
    if timer.ref is not None and timer.subject is not None:
        _fire(Occasion(uow=uow, now=now, cause=_cause(timer)), timer, timer.subject, timer.ref)
    return True


def fire_all(uow: UnitOfWork, due: Sequence[Timer], now: datetime) -> int:
    """As `fire` for each of them in one unit of work, and how many have fired; one that fails undoes all.

    What they will ask is asked for all at once.
    """
    subjects = {timer.subject for timer in due if timer.subject is not None}
    free = uow.people.try_lock_all(subjects)
    ours = [timer for timer in due if timer.subject is None or timer.subject in free]
    taken = uow.timers.take_all((timer.id, _outcome(timer)) for timer in ours)
    firing = [timer for timer, is_ours in zip(ours, taken, strict=True) if is_ours]
    occasion = Occasion(uow=uow, now=now, cause="")
    _look_up(occasion, free, firing)
    for timer in firing:
        if timer.ref is not None and timer.subject is not None:
            _fire(occasion.beside(_cause(timer)), timer, timer.subject, timer.ref)
    return len(firing)


def _look_up(occasion: Occasion, people: Iterable[PersonId], firing: Sequence[Timer]) -> None:
    """Ask for all at once what firing asks about these people, on whatever day it is where they live."""
    uow = occasion.uow
    days = defaultdict(list)
    for person in people:
        days[occasion.local(uow.people.get(person)).date()].append(person)
    for day, living in days.items():
        uow.people.look_around(living, day)
        uow.consents.look_up(living)
    uow.absences.look_up(_refs(firing, absences.TIMER))
    uow.appointments.look_up_invitees(_refs(firing, appointments.TIMER))
    reminders = {absences.TIMER, appointments.TIMER}
    occasion.look_back({one.subject for one in firing if one.subject is not None and one.kind in reminders})


def _refs(firing: Sequence[Timer], kind: str) -> list[int]:
    return [timer.ref for timer in firing if timer.ref is not None and timer.kind == kind]


def _cause(timer: Timer) -> str:
    return f"timer:{timer.id}"


def _outcome(timer: Timer) -> str:
    if timer.ref is None or timer.subject is None:
        return "about nothing"
    return FIRED if timer.kind in KINDS else "unknown kind"


def _fire(occasion: Occasion, timer: Timer, subject: PersonId, ref: int) -> None:
    """Do what this kind of timer is for; an unknown kind does nothing."""
    guard, people = timer.guard, occasion.uow.people
    match timer.kind:
        case absences.TIMER:
            absences.remind_of_proof(occasion, ref, guard)
        case kind if kind in OF_ALERT:
            OF_ALERT[kind](occasion, ref, guard)
        case appointments.TIMER:
            appearing.fire(occasion, ref, guard)
        case reach.TIMER:
            reach.look_again(occasion.uow, ref, guard, occasion.now)
        case pausing.TIMER:
            pausing.is_over(occasion, subject, guard)
        case kind if kind in _OF_PERSON:
            _OF_PERSON[kind](occasion, people.get(subject), ref, guard)
        case _:
            return


def _tell_joined(occasion: Occasion, ref: int, _: str) -> None:
    joining.tell(occasion, ref)


def _tell_wish(occasion: Occasion, ref: int, _: str) -> None:
    call_wishes.tell(occasion, ref)


OF_ALERT: Final[dict[str, Callable[[Occasion, int, str], None]]] = {
    escalating.TIMER: escalating.escalate,
    joining.TIMER: _tell_joined,
    call_wishes.TIMER: _tell_wish,
    snoozing.TIMER: snoozing.come_back,
}
"""What is done about an alert, or about somebody's having one."""


def _come_of_age(occasion: Occasion, person: Person, _: int, guard: str) -> None:
    consenting.come_of_age(occasion, person, guard)


def _ask_anew(occasion: Occasion, person: Person, _: int, guard: str) -> None:
    consenting.ask_anew(occasion, person, guard)


def _gather(occasion: Occasion, person: Person, _: int, __: str) -> None:
    digests.fire(occasion, person)


def _ask_when_it_fits(occasion: Occasion, person: Person, _: int, guard: str) -> None:
    needed.try_again(occasion, person, guard)


def _look_for(occasion: Occasion, person: Person, _: int, guard: str) -> None:
    contact_data.look(occasion, person, guard)


_OF_PERSON: Final[Mapping[str, Callable[[Occasion, Person, int, str], object]]] = {
    questions.SILENCE: questions.break_silence,
    intake.TIMER: intake.nudge,
    consent.OF_AGE: _come_of_age,
    consenting.ANEW: _ask_anew,
    needed.TIMER: _ask_when_it_fits,
    contact_data.TIMER: _look_for,
    day_sheets.TIMER: day_sheets.fire,
    host_reminders.TIMER: host_reminders.fire,
    digests.TIMER: _gather,
    outside_reads.TIMER: outside_reads.look,
    forgetting.TIMER: own_reminders.fire,
    nudging.TIMER: nudging.fire,
    certificates.TIMER: certificates.lapse,
    statements.TIMER: statements.fire,
    broadcast_runs.TIMER: broadcast_runs.fire,
    statements.AGAIN: statements.fire_again,
}
"""What is done for somebody at a time set for them."""
