"""The clock over deadlines: what is due as things are now is said, and the next moment waited for (F40, F41).

One timer for each person. Nothing is planned further ahead: whatever has changed meanwhile is worked out anew.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from flows.engine.nudge_events import NudgeSent
from flows.people import Person, PersonId, Role
from flows.rules import deadlines
from flows.rules.contact import Drop, Later
from flows.rules.deadline_rows import TABLE
from flows.rules.deadlines import BY_ITSELF, Occurrence, On, Row, State, Way, Whose, binding
from flows.rules.participations import Told
from flows.rules.tasks import Task, TaskState
from handlers import check_ins, leave_days, tasks
from handlers.occasion import Occasion
from storage.uow import UnitOfWork

TIMER: Final = "deadline"
SOON: Final = timedelta(seconds=1)
FIRST_LOOK: Final = timedelta(days=1)
WEEK: Final = timedelta(days=6)
STALE: Final = timedelta(hours=1)
"""What is later than this waits for the office to open: nobody of the staff is written to at night for it."""
LOOK_AGAIN: Final = timedelta(days=20)
"""So long at most until it is worked out anew: what lies further off may not be known yet."""


def rows_of(uow: UnitOfWork) -> dict[str, Row]:
    """The rows that bind the profile, by their keys."""
    return {row.key: row for row in binding(TABLE, uow.profile.deadlines)}


def begin(uow: UnitOfWork, person: PersonId, now: datetime) -> None:
    """Somebody is reached here from now on: their silence counts, whatever dates there are."""
    uow.timers.add(TIMER, now.astimezone(UTC) + FIRST_LOOK, person, person, "")


def plan_anew(uow: UnitOfWork, person: Person, now: datetime) -> None:
    """Something has changed: it is worked out anew at once."""
    _wait(uow, person, now)


def _wait(uow: UnitOfWork, person: Person, at: datetime) -> None:
    uow.timers.cancel(TIMER, person.id)
    uow.timers.add(TIMER, at.astimezone(UTC), person.id, person.id, _guard(uow, person))


def _guard(uow: UnitOfWork, person: Person) -> str:
    known = uow.participations.of(person.id) if person.role is Role.PARTICIPANT else None
    return "" if known is None else str(known.revision)


def fire(occasion: Occasion, person: Person, _: int, guard: str) -> None:
    """A moment has come: everything that is due and not said yet is said, if the dates are as they were."""
    if _guard(occasion.uow, person) != guard:
        return
    rows = _rows_for(occasion, person)
    standing = [*_occurrences(occasion, person, rows)]
    _end_what_is_void(occasion, person, rows, {one.name for one in standing})
    known = {task.name: task for task in occasion.uow.tasks.of(person.id)}
    local, following = occasion.local(person), [occasion.now + LOOK_AGAIN]
    for one in [*standing, *_by_itself(known.values(), rows, {one.name for one in standing})]:
        task = known.get(one.name)
        if task is not None and task.state is not TaskState.OPEN:
            continue
        moments = deadlines.moments(one, occasion.uow.profile.deadlines, occasion.calendar, local.tzinfo or UTC)
        again = _say(occasion, person, (one, task), [moment for moment in moments if moment <= local])
        following += [again] if again is not None else []
        following += [moment for moment in moments if moment > local][:1]
    _wait(occasion.uow, person, max(min(moment.astimezone(UTC) for moment in following), occasion.now + SOON))


def _rows_for(occasion: Occasion, person: Person) -> dict[str, Row]:
    """The rows about a participant, or those of a coordinator's own."""
    of_lead = person.role is not Role.PARTICIPANT
    return {key: row for key, row in rows_of(occasion.uow).items() if (row.on is On.MONTH) is of_lead}


def state_of(occasion: Occasion, person: Person) -> State:
    """What it is worked out from."""
    today = occasion.local(person).date()
    if person.role is not Role.PARTICIPANT:
        return State(today=today, months=tuple(_months(occasion.uow, today)))
    heard = occasion.uow.inbox.latest(person.id)
    zone = occasion.local(person).tzinfo
    sign = None if heard is None else Told(heard.astimezone(zone).date(), heard)
    return State(today=today, participation=occasion.uow.participations.of(person.id), sign=sign)


def _occurrences(occasion: Occasion, person: Person, rows: dict[str, Row]) -> Iterable[Occurrence]:
    state, settings = state_of(occasion, person), occasion.uow.profile.deadlines
    return deadlines.occurrences(rows.values(), state, settings, occasion.calendar)


def _months(uow: UnitOfWork, today: date) -> list[date]:
    """The month before this one and this one, as far as anybody took part in them (R23)."""
    this = today.replace(day=1)
    before = (this - timedelta(days=1)).replace(day=1)
    after = (this + timedelta(days=31)).replace(day=1)
    everybody = uow.participations.all()
    spans = ((before, this - timedelta(days=1)), (this, after - timedelta(days=1)))
    return [first for first, last in spans if any(one.takes_part(first, last) for one in everybody)]


def _by_itself(known: Iterable[Task], rows: dict[str, Row], standing: set[str]) -> Iterable[Occurrence]:
    """Open tasks that stand whatever becomes of the dates."""
    for task in known:
        row = rows.get(task.row)
        if task.state is TaskState.OPEN and row is not None and row.on in BY_ITSELF and task.name not in standing:
            yield Occurrence(row=row, n=task.n, anchor=task.anchor, due=task.due, told=task.told)


def _end_what_is_void(occasion: Occasion, person: Person, rows: dict[str, Row], standing: set[str]) -> None:
    """Whatever hung on a date that has moved or gone is not to be done any more."""
    for task in occasion.uow.tasks.open_of(person.id):
        if task.name not in standing and not _stands_alone(occasion, person, task, rows.get(task.row)):
            occasion.uow.tasks.save(replace(task, state=TaskState.VOID))
            _see(occasion, person, task)


def _see(occasion: Occasion, person: Person, task: Task) -> None:
    """Whoever moved the day has seen what was raised for the old one: it goes to nobody else."""
    known = occasion.uow.participations.of(person.id)
    by = known.history[-1].by if known is not None and known.history else None
    if by is not None:
        tasks.see(occasion, task, occasion.uow.people.get(by))


def _stands_alone(occasion: Occasion, person: Person, task: Task, row: Row | None) -> bool:
    """Whether it has to be done all the same: what has happened, a month; a week while somebody took part in it."""
    if row is None or row.on not in BY_ITSELF:
        return False
    if row.on is not On.WEEK:
        return True
    known = occasion.uow.participations.of(person.id)
    return known is not None and known.takes_part(task.anchor, task.anchor + WEEK)


def _say(
    occasion: Occasion, person: Person, what: tuple[Occurrence, Task | None], passed: list[datetime]
) -> datetime | None:
    """Say it once for all moments that have passed; when to try again, if it may not be said yet."""
    one, task = what
    if not passed or (task is not None and task.said is not None and task.said >= passed[-1]):
        return None
    if one.row.whose is Whose.PARTICIPANT:
        return _nudge(occasion, person, one, passed[-1])
    local = occasion.local(person)
    if local - passed[-1] > STALE and not occasion.calendar.is_open(local):
        return occasion.calendar.next_opening(local)
    tasks.say(occasion, person, one, task or tasks.open_for(occasion, person, one), passed[-1])
    return None


def _nudge(occasion: Occasion, person: Person, one: Occurrence, moment: datetime) -> datetime | None:
    """Say it to the participant as the contact policy lets it; what is of no use any more, after leave, is left out."""
    until, back = moment + one.row.useful, leave_days.rests_until(occasion, person)
    if back is not None and back < until:
        return back
    decided = occasion.may_reach(person, until=until, urgent=one.row.way is Way.FIRST_DAY)
    if back is None and isinstance(decided, Later):
        return decided.at
    state = TaskState.VOID
    if back is None and not isinstance(decided, Drop) and check_ins.say(occasion, person, one, until):
        state = TaskState.SAID
        occasion.record(NudgeSent(who=person.id, about=one.row.key), person.id)
    task = tasks.of_occurrence(occasion, person, one)
    occasion.uow.tasks.add(replace(task, state=state, said=moment))
    return None
