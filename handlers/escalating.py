"""An alert nobody has looked at goes on: to the next rung when its time is over, to whoever is there that day (F42).

No alert waits on anybody's leave: when the office opens it is looked who is responsible by now. Nothing ends by itself:
after the last rung it is said again and again.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from flows.engine.events import AlertEscalated, AlertKind, Said
from flows.engine.messages import MessageClass, Text
from flows.people import Person, Role
from flows.rules.alerts import Alert
from flows.rules.calendar import ONE_DAY
from flows.rules.ladder import ALONE, KEPT, RULES, Ladder, Rung, named
from handlers import alert_cards
from handlers.occasion import Occasion, Sending

TIMER: Final = "alert"
SOON: Final = timedelta(seconds=1)
WAITS: Final = {
    Role.PROTECTION: Text(
        "Something waits that only the protection person may read, and nobody is there for it. Please name somebody."
    ),
    Role.DPO: Text(
        "Something waits that only the data protection officer may read, and nobody is there for it. "
        "Please name somebody."
    ),
}


def ladder(occasion: Occasion) -> Ladder:
    """The table with the profile's spans."""
    return Ladder(occasion.uow.profile, occasion.calendar)


def first_to_know(occasion: Occasion, subject: Person, kind: AlertKind) -> list[Person]:
    """Who hears of it first, as of today."""
    if kind in KEPT:
        return [one for one in occasion.uow.people.all(KEPT[kind]) if one.id != subject.id]
    responsible = occasion.responsible(subject)
    return [responsible] if responsible else []


def told_at(occasion: Occasion, alert: Alert) -> datetime:
    """From when on its time runs, on the clock of whoever was told first: what is gathered is told with the digest.

    A report that staff have recorded counts from when it was told to them (R20b).
    """
    rules = ladder(occasion)
    told = None if alert.absence is None else occasion.uow.absences.get(alert.absence).told_at
    since = alert.raised_at if told is None else min(told, alert.raised_at)
    raised = since.astimezone(occasion.local(occasion.uow.people.get(alert.to)).tzinfo)
    return rules.next_digest(raised) if rules.is_gathered(alert.kind) else raised


def next_step_at(occasion: Occasion, alert: Alert) -> datetime:
    """When the next person gets it, or it is said again, unless somebody has seen it by then."""
    told = told_at(occasion, alert)
    return ladder(occasion).due(alert.kind, alert.step, told, occasion.now.astimezone(told.tzinfo))


def plan(occasion: Occasion, alert: Alert, due: datetime | None = None) -> None:
    """Set the timer for the next step (`due`: as it was settled before); it looks in when the office opens before."""
    due = next_step_at(occasion, alert) if due is None else due
    look = ladder(occasion).next_look(occasion.now.astimezone(due.tzinfo))
    guard = str(alert.step)
    if look < due:
        due, guard = look, f"{guard}:{due.isoformat()}"
    occasion.uow.timers.add(TIMER, max(due.astimezone(UTC), occasion.now + SOON), alert.subject, alert.id, guard)


def escalate(occasion: Occasion, alert_id: int, guard: str) -> None:
    """The clock comes to an alert: nobody has looked in time, or a new day has begun."""
    alert = occasion.uow.alerts.get(alert_id)
    step, _, later = guard.partition(":")
    if alert.acknowledged_by is not None or str(alert.step) != step:
        return
    look(occasion, alert, opening=bool(later))
    if later and occasion.now < datetime.fromisoformat(later):
        plan(occasion, alert, datetime.fromisoformat(later))
    else:
        advance(occasion, alert)


def look(occasion: Occasion, alert: Alert, *, opening: bool = False) -> None:
    """Whoever is responsible by now and does not have it gets it: a leave began or ended, somebody else took over.

    Whoever had it before a leave that is over now gets it again when the office is `opening`.
    """
    subject = occasion.uow.people.get(alert.subject)
    holders = occasion.uow.alerts.holders(alert.id)
    for to in first_to_know(occasion, subject, alert.kind):
        comes_new = to.id not in holders or (opening and _is_back(occasion, to))
        if comes_new and not is_absent(occasion, to):
            hand_on(occasion, alert, to)
    call_for_the_only_ones(occasion, subject, alert.kind)


def advance(occasion: Occasion, alert: Alert, *, patient: bool = True) -> None:
    """One step up. Not `patient`: whoever has it cannot be reached or has left; the next one gets it."""
    rungs = RULES[alert.kind].rungs
    if not patient and alert.step >= len(rungs):
        return
    stepped = replace(alert, step=alert.step + 1)
    occasion.uow.alerts.step(alert.id, stepped.step)
    for to in _next(occasion, alert, rungs, patient=patient):
        hand_on(occasion, stepped, to)
    plan(occasion, stepped)


def _next(occasion: Occasion, alert: Alert, rungs: tuple[Rung, ...], *, patient: bool) -> list[Person]:
    if alert.step >= len(rungs) or rungs[alert.step] in ALONE:
        return _last(occasion, alert, rungs[-1])
    holders = occasion.uow.alerts.holders(alert.id)
    for rung in rungs[alert.step :]:
        person = _on(occasion, alert, rung)
        if person is not None and person.id not in holders and not is_absent(occasion, person):
            return [person]
        if patient and (person is None or person.id in holders):
            return []
    highest = _on(occasion, alert, rungs[-1])
    return [highest] if highest is not None and highest.id not in holders else []


def _on(occasion: Occasion, alert: Alert, rung: Rung) -> Person | None:
    """Who stands on a rung, absent or not; nobody, if there is nobody for it."""
    people = occasion.uow.people
    if rung is Rung.SUBSTITUTE:
        caseworker = people.caseworker_of(alert.subject)
        return people.substitute_of(caseworker.id) if caseworker else None
    leads = people.all(Role.COORDINATOR)
    return next((one for one in leads if not is_absent(occasion, one)), next(iter(leads), None))


def _last(occasion: Occasion, alert: Alert, rung: Rung) -> list[Person]:
    """Who hears of it again and again: the last rung, else whoever is responsible or has it and is there."""
    people, holders = occasion.uow.people, occasion.uow.alerts.holders(alert.id)
    if rung in ALONE:
        return _present(occasion, [one for one in map(people.get, holders) if one.role is ALONE[rung]])
    found = _on(occasion, alert, rung) or occasion.responsible(people.get(alert.subject))
    if found is not None and not people.has_left(found.id):
        return [found]
    return _present(occasion, [one for one in map(people.get, holders) if one.role.is_staff])[:1]


def _present(occasion: Occasion, people: Iterable[Person]) -> list[Person]:
    """Those who are there; all who have not left, if nobody is."""
    here = [one for one in people if not occasion.uow.people.has_left(one.id)]
    return [one for one in here if not is_absent(occasion, one)] or here


def _is_back(occasion: Occasion, person: Person) -> bool:
    """Whether today is the first working day after a leave."""
    day = occasion.local(person).date() - ONE_DAY
    while not occasion.calendar.is_working_day(day):
        day -= ONE_DAY
    return occasion.uow.people.is_away(person.id, day)


def is_absent(occasion: Occasion, person: Person) -> bool:
    """Whether somebody of the staff is on leave today, or works here no more."""
    people = occasion.uow.people
    return people.is_away(person.id, occasion.local(person).date()) or people.has_left(person.id)


def hand_on(occasion: Occasion, alert: Alert, to: Person) -> None:
    """Give an alert to one more person, or say it again."""
    occasion.uow.alerts.add_holder(alert.id, to.id)
    occasion.record(AlertEscalated(who=alert.subject, kind=named(alert.kind), to=to.id), alert.subject)
    card = alert_cards.card_of(occasion, alert)
    alert_cards.show(occasion, card, to, Text("Nobody has looked at this yet: {alert}", {"alert": card.says}))


def give_up(occasion: Occasion, holder: Person) -> None:
    """Somebody who has left holds alerts that nobody has seen: the next person gets each of them at once."""
    for alert in occasion.uow.alerts.open_to(holder.id):
        if alert.kind in KEPT:
            subject = occasion.uow.people.get(alert.subject)
            for to in first_to_know(occasion, subject, alert.kind):
                hand_on(occasion, alert, to)
            call_for_the_only_ones(occasion, subject, alert.kind)
        else:
            advance(occasion, alert, patient=False)


def call_for_protection(occasion: Occasion, kind: AlertKind) -> None:
    """As `call_for_the_only_ones`, where it is about nobody of the staff."""
    call_for_the_only_ones(occasion, None, kind)


def call_for_the_only_ones(occasion: Occasion, about: Person | None, kind: AlertKind) -> None:
    """Nobody is there for what one role alone may read: coordinators hear that it waits, once a day, no more (R59)."""
    if kind not in KEPT:
        return
    people, known = occasion.uow.people, None if about is None else about.id
    if any(one.id != known and not is_absent(occasion, one) for one in people.all(KEPT[kind])):
        return
    for to in people.all(Role.COORDINATOR):
        if to.id != known:
            dedupe = f"{KEPT[kind]}:{to.id}:{occasion.local(to).date()}"
            said = Said(WAITS[KEPT[kind]])
            occasion.say(to, said, Sending(message_class=MessageClass.ALERT, urgent=True, dedupe=dedupe))


def passes_on(occasion: Occasion, alert_id: int, step: int) -> None:
    """A message with the alert, written at `step`, reaches nobody: one more person gets it, if nobody has since."""
    alert = occasion.uow.alerts.get(alert_id)
    waits = alert.acknowledged_by is None and alert.step == step
    if waits and alert.kind not in KEPT:
        advance(occasion, alert, patient=False)
