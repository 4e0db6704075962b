"""Tasks (Wiedervorlage): opened by a deadline or an event, said to whoever is responsible, done by somebody (F41)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from flows.engine.events import AlertAcknowledged, AlertKind, Said
from flows.engine.messages import Button, Level, MessageClass, Text, Value
from flows.engine.nudge_events import TaskDone, TaskOpened
from flows.people import Person, Role
from flows.rules.access import Operation
from flows.rules.deadline_rows import TABLE
from flows.rules.deadlines import Occurrence, On, Row, Way, binding
from flows.rules.tasks import Contact, Task, TaskState, Tick
from handlers import access, alerts
from handlers.alerts import News
from handlers.facts import within_reach
from handlers.occasion import Occasion, Sending

DONE: Final = Text("Task done")
CONTACTS: Final[Mapping[Contact, Text]] = {
    Contact.PERSON_ON_SITE: Text("With the person, on site"),
    Contact.MENTOR_ON_SITE: Text("With the mentor, on site"),
    Contact.PERSON: Text("With the person, otherwise"),
    Contact.MENTOR: Text("With the mentor, otherwise"),
}
"""What staff tick for a week (R40)."""
SHOW: Final = Button(Text("Tasks"), "tasks")
NOTHING: Final = Text("There is nothing to do: no task is open.")
GONE: Final = Text("This task does not exist any more.")
MOST_SHOWN: Final = 15


def of_occurrence(occasion: Occasion, person: Person, one: Occurrence) -> Task:
    """A new task for it, not stored yet."""
    return Task(
        id=occasion.uow.new_id(),
        person=person.id,
        row=one.row.key,
        n=one.n,
        anchor=one.anchor,
        due=one.due,
        told=one.told.astimezone(UTC),
    )


def open_for(occasion: Occasion, person: Person, one: Occurrence) -> Task:
    """Something is to be done from now on."""
    task = of_occurrence(occasion, person, one)
    occasion.uow.tasks.add(task)
    occasion.record(TaskOpened(who=person.id, task=task.row), person.id)
    return task


def row_of(occasion: Occasion, task: Task) -> Row | None:
    """The rule a task comes from, while the profile still has it."""
    rows = binding(TABLE, occasion.uow.profile.deadlines)
    return next((row for row in rows if row.key == task.row), None)


def say(occasion: Occasion, person: Person, one: Occurrence, task: Task, moment: datetime) -> None:
    """Tell whoever is responsible: an alert, which goes on to the next person while nobody looks.

    As long as nobody has looked it is only said once more: one task goes up the ladder once.
    """
    text = _with_day(occasion, person, task, says(one.row, task, occasion, person))
    raised = [] if _repeat(occasion, person, task, text) else _raise(occasion, person, task, text)
    occasion.uow.tasks.save(replace(task, said=moment.astimezone(UTC), alerts=(*task.alerts, *raised)))


def _raise(occasion: Occasion, person: Person, task: Task, text: Text) -> list[int]:
    """Raise an alert; its id."""
    row = row_of(occasion, task)
    news = News(kind=AlertKind.DEADLINE, text=text, buttons=() if row is None else ways(row, task))
    before = {alert.id for alert in occasion.uow.alerts.about(person.id)}
    alerts.raise_alert(occasion, person, news)
    return [alert.id for alert in occasion.uow.alerts.about(person.id) if alert.id not in before]


def _repeat(occasion: Occasion, person: Person, task: Task, text: Text) -> bool:
    """Say it again to whoever is responsible, where an alert about it waits; False where none does."""
    waits = any(occasion.uow.alerts.get(number).acknowledged_by is None for number in task.alerts)
    to, row = occasion.responsible(person), row_of(occasion, task)
    if not waits or to is None or row is None:
        return False
    about = Sending(message_class=MessageClass.ALERT, subject=person, lasting=True)
    if occasion.say(to, Said(text, ways(row, task), Level.L4), about):
        access.note_read(occasion, to, Operation.READ_TASKS, person)
    return True


def says(row: Row, task: Task, occasion: Occasion, person: Person) -> Text:
    """What is to be done, in the words of the row or of the profile."""
    if row.words:
        reader = occasion.responsible(person)
        language = "de" if reader is None else reader.language
        return Text("{name}: {words}", {"words": row.words.get(language) or next(iter(row.words.values()))})
    values: dict[str, Value] = {"anchor": task.anchor}
    if row.on is On.MONTH:
        values["month"] = task.n
    return Text(row.text.key, values)


def _with_day(occasion: Occasion, person: Person, task: Task, text: Text) -> Text:
    """With the day it is due: today, overdue since, until (R28)."""
    today = occasion.local(person).date()
    if task.due < today:
        return Text("Overdue since {due}. {task}", {"due": task.due, "task": text})
    if task.due == today:
        return Text("Due today. {task}", {"task": text})
    return Text("Until {due}. {task}", {"due": task.due, "task": text})


def ways(row: Row, task: Task) -> tuple[Button, ...]:
    """The buttons by which it is done."""
    done = Button(DONE, "task_done", str(task.id))
    if row.way is Way.APPEAR and not {"there", "absent"} & task.ticks.keys():
        there = Button(Text("Is there"), "task_there", str(task.id))
        return (there, Button(Text("Is not there"), "task_absent", str(task.id)), done)
    if row.way is Way.CONTACT:
        left = (what for what in Contact if what.value not in task.ticks)
        return (*(Button(CONTACTS[what], "task_met", f"{task.id}:{what.value}") for what in left), done)
    return (done,)


def finish(occasion: Occasion, task: Task, by: Person) -> None:
    """Somebody has done it: nothing more is said about it, and what was raised for it is seen by them."""
    person = occasion.uow.people.get(task.person)
    if task.state is not TaskState.OPEN:
        occasion.say(by, Said(_already(occasion, task)), Sending(subject=person))
        return
    done = replace(task, state=TaskState.DONE, done_by=by.id, done_at=occasion.now)
    occasion.uow.tasks.save(done)
    occasion.record(TaskDone(who=person.id, task=task.row, by=by.id), person.id)
    see(occasion, task, by)
    occasion.say(by, Said(Text("Noted as done: {at}.", {"at": occasion.local(by)})), Sending(subject=person))


def see(occasion: Occasion, task: Task, by: Person) -> None:
    """What was raised for a task is seen by whoever has done it, or has moved what it hung on."""
    for number in task.alerts:
        if occasion.uow.alerts.acknowledge(number, by.id, occasion.now):
            seen = AlertAcknowledged(who=task.person, kind=AlertKind.DEADLINE, by=by.id)
            occasion.record(seen, task.person)


def _already(occasion: Occasion, task: Task) -> Text:
    if task.done_by is None:
        return GONE
    who = occasion.uow.people.get(task.done_by).name
    if task.done_at is None:
        return Text("{person} has already done this.", {"person": who})
    return Text("{person} has already done this: {at}.", {"person": who, "at": task.done_at})


def tick(task: Task, what: str, by: Person, now: datetime) -> Task:
    """The task with a tick more; a tick that is there stays as it is."""
    return task if what in task.ticks else replace(task, ticks={**task.ticks, what: Tick(by.id, now)})


def show(occasion: Occasion, by: Person) -> None:
    """Every open task of those somebody acts for today, and their own; what is due first comes first."""
    people = [occasion.uow.people.get(one) for one in within_reach(occasion, by)]
    if by.role is Role.COORDINATOR:
        people.append(by)
    readable = [one for one in people if access.may(occasion, by, Operation.READ_TASKS, one)]
    waiting = [(task, person) for person in readable for task in occasion.uow.tasks.open_of(person.id)]
    show_some(occasion, by, waiting)


def show_about(occasion: Occasion, by: Person, person: Person) -> None:
    """The open tasks about one person."""
    if access.allows(occasion, by, Operation.READ_TASKS, person):
        show_some(occasion, by, [(task, person) for task in occasion.uow.tasks.open_of(person.id)])


def show_some(occasion: Occasion, by: Person, waiting: list[tuple[Task, Person]]) -> None:
    """Each as a message with its buttons."""
    shown = 0
    for task, person in sorted(waiting, key=lambda one: (one[0].due, one[0].id)):
        row = row_of(occasion, task)
        if row is None or task.said is None or shown == MOST_SHOWN:
            continue
        shown += 1
        text = _with_day(occasion, person, task, says(row, task, occasion, person))
        occasion.say(by, Said(text, ways(row, task), Level.L4), Sending(subject=person, lasting=True))
        access.note_read(occasion, by, Operation.READ_TASKS, person)
    if not shown:
        occasion.say(by, Said(NOTHING))


def happened(occasion: Occasion, person: Person, key: str, about: str) -> None:
    """Something has happened from which a task follows, due the same working day (R17, R19); once for each `about`."""
    rows = {row.key: row for row in binding(TABLE, occasion.uow.profile.deadlines)}
    row = rows.get(key)
    if row is None:
        return
    known = [task for task in occasion.uow.tasks.of(person.id) if task.row == key and task.n == about]
    if any(task.state is not TaskState.VOID for task in known):
        return
    today = occasion.local(person).date()
    due = occasion.calendar.nth_working_day(today, 1)
    one = Occurrence(row=row, n=about, anchor=today, due=due, told=occasion.local(person))
    say(occasion, person, one, open_for(occasion, person, one), occasion.local(person))
    _plan_anew(occasion, person)


def undone(occasion: Occasion, person: Person, key: str, about: str, by: Person) -> None:
    """It was not so: what followed from it is not to be done."""
    for task in occasion.uow.tasks.open_of(person.id):
        if task.row == key and task.n == about:
            occasion.uow.tasks.save(replace(task, state=TaskState.VOID))
            see(occasion, task, by)


def _plan_anew(occasion: Occasion, person: Person) -> None:
    from handlers import nudging  # noqa: PLC0415 - the clock says tasks, and a new task is waited for by the clock

    nudging.plan_anew(occasion.uow, person, occasion.now)


def week_of(occasion: Occasion, person: Person, day: date) -> Task | None:
    """The open task about the contacts of the week of this day; opened if there is none (R40)."""
    rows = [row for row in binding(TABLE, occasion.uow.profile.deadlines) if row.way is Way.CONTACT]
    known = occasion.uow.participations.of(person.id)
    year, week, weekday = day.isocalendar()
    monday = date.fromordinal(day.toordinal() - weekday + 1)
    sunday = date.fromordinal(monday.toordinal() + 6)
    if not rows or known is None or not known.takes_part(monday, sunday):
        return None
    n = f"{year}-W{week:02}"
    for task in occasion.uow.tasks.of(person.id):
        if task.row == rows[0].key and task.n == n:
            return task
    due = rows[0].offset.after(monday, occasion.calendar)
    begun = datetime(monday.year, monday.month, monday.day, tzinfo=UTC)
    return open_for(occasion, person, Occurrence(row=rows[0], n=n, anchor=monday, due=due, told=begun))
