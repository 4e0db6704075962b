"""Months of everybody: who is ready, the tick "transmitted" that locks, signed notes afterwards (F36)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from flows.dialogues import attendance as says
from flows.dialogues.staff import person_in_words
from flows.engine.attendance_events import AttendanceNoted, MonthTransmitted
from flows.engine.events import Said
from flows.engine.flow import Facts
from flows.engine.messages import Button, Level, Text, Value, counted
from flows.people import Person, PersonId
from flows.rules.access import Operation
from flows.rules.attendance import Day, State, days_in
from flows.rules.month import Attendance, Hindrance, Word, hindrance, thirtieths
from flows.rules.month import Said as Told
from flows.rules.participations import Participation
from flows.rules.tasks import Task, TaskState
from handlers import access, attendance, sheets, statements
from handlers.inviting import WHO
from handlers.occasion import Occasion, Sending

ROW: Final = "month"
"""The task of the table that asks for the transmission (R23)."""
SENT: Final = "task_sent"
"""The second press of whoever ticks "transmitted" though not everybody is ready."""
MONTH: Final = re.compile(r"(?:/month|monat|month)(?:\s+(\S+))?(?:\s+(\d{4}))?", re.IGNORECASE)
NOTE: Final = re.compile(r"(?:/note|nachtrag|note)\s+(\S[^:]*?)\s+(\S+)\s*:\s*(\S.*)", re.IGNORECASE)
GERMAN: Final = (
    "januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
    "dezember",
)  # fmt: skip
ENGLISH: Final = tuple(one.key.casefold() for one in says.MONTHS)
MOST_OPEN: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One person's month: the days as they stand, what keeps it from going out, and how many thirtieths count (R25)."""

    person: Person
    days: tuple[Day, ...]
    hindrance: Hindrance | None
    participation: Participation | None
    thirtieths: int


def reports(occasion: Occasion, month: date, rule: Attendance) -> Iterator[Report]:
    """Everybody who took part in the month, by handle."""
    *_, last = days_in(month)
    uow = occasion.uow
    known = (one for one in uow.participations.all() if one.takes_part(month, last))
    for one in sorted(known, key=lambda each: uow.people.get(each.person).handle):
        yield report(occasion, uow.people.get(one.person), month, rule)


def report(occasion: Occasion, person: Person, month: date, rule: Attendance) -> Report:
    """One person's month."""
    days = attendance.month_of(occasion, person, month)
    said = occasion.uow.months.said_of(person.id, month)
    known = occasion.uow.participations.of(person.id)
    return Report(
        person=person,
        days=days,
        hindrance=hindrance(days, attendance.fingerprint(days), said, rule, occasion.now),
        participation=known,
        thirtieths=thirtieths(month, known, counts_31st=rule.counts_31st),
    )


def transmit(occasion: Occasion, by: Person, task: Task, *, all_the_same: bool) -> bool:
    """The month is with the agency: closed for everybody and locked. False: nothing was done, a question was put.

    Where somebody's month was not ready that is said first: afterwards nothing can be changed (R23, R27). Two who tick
    at once wait for each other; it is told once.
    """
    rule = attendance.rule_of(occasion.uow)
    if rule is None:
        return True
    month, uow = date.fromisoformat(f"{task.n}-01"), occasion.uow
    people = [one.person for one in reports(occasion, month, rule)]
    for person in sorted(people, key=lambda one: one.id):
        uow.people.lock(person.id)
    waiting = [one for one in reports(occasion, month, rule) if one.hindrance is not None]
    if waiting and not all_the_same and not attendance.is_locked(uow, month, occasion.now):
        _ask_first(occasion, by, task, len(waiting))
        return False
    uow.attendance.see(occasion.now)
    before = uow.months.locked(month)
    uow.months.lock(month, occasion.now, by.id)
    for person in people:
        statements.close(occasion, person, month)
    if before is None or before.by is None:
        uow.events.add(MonthTransmitted(month=task.n, by=by.id), occasion.now, subject=None)
    return True


def _ask_first(occasion: Occasion, by: Person, task: Task, count: int) -> None:
    text = counted(
        "The month of {n} person is not ready. Once transmitted nothing can be changed. Transmitted all the same?",
        "The months of {n} people are not ready. Once transmitted nothing can be changed. Transmitted all the same?",
        count,
    )
    way = Button(Text("Transmitted all the same"), SENT, str(task.id))
    occasion.say(by, Said(text, (way,)), Sending(lasting=True))


def may_tick(occasion: Occasion, by: Person, task: Task, *, all_the_same: bool) -> bool:
    """Whether a tick under a task may go through; one that transmits a month locks it first."""
    if task.row != ROW or task.state is not TaskState.OPEN:
        return True
    return transmit(occasion, by, task, all_the_same=all_the_same)


def hear(occasion: Occasion, by: Person, facts: Facts, text: str) -> bool:
    """Show how far a month is, or keep a note, as one line asks for; False for any other line."""
    words = " ".join(text.split())
    asked, noted = MONTH.fullmatch(words.rstrip("?!.")), NOTE.fullmatch(words)
    month = None if asked is None else _month(occasion, by, asked)
    if noted is None and month is None:
        return False
    if not sheets.may_have_one(by):
        access.refuse(occasion, by)
    elif attendance.rule_of(occasion.uow) is None:
        occasion.say(by, Said(says.NOT_KEPT))
    elif noted is not None:
        _note(occasion, by, facts, noted)
    elif month is not None:
        show(occasion, by, month)
    return True


def _month(occasion: Occasion, by: Person, asked: "re.Match[str]") -> date | None:
    """The month that a line names; without a name the one before this."""
    today = occasion.local(by).date()
    word = (asked[1] or "").casefold()
    if not word:
        return statements.month_before(today)
    number = next((names.index(word) + 1 for names in (GERMAN, ENGLISH) if word in names), None)
    if number is None:
        return None
    year = int(asked[2]) if asked[2] else today.year - (number > today.month)
    return date(year, number, 1)


def show(occasion: Occasion, by: Person, month: date) -> None:
    """One message for each person: what the month came to, what is still missing, and the way to it."""
    rule = attendance.rule_of(occasion.uow)
    shown = False
    for rows in sheets.people_kept(occasion, by).values():
        for person in rows:
            one = report(occasion, person, month, rule) if rule is not None else None
            if one is not None and one.days:
                shown = True
                _show_one(occasion, by, one, month)
    if not shown:
        occasion.say(by, Said(Text("{month}: nobody of yours took part.", {"month": says.name_of(month)})))


def _show_one(occasion: Occasion, by: Person, one: Report, month: date) -> None:
    counts = {state: sum(day.state is state for day in one.days) for state in State}
    text = Text(
        "{name}, {month}: there {there}, excused {excused}, unexcused {unexcused}, open {open}. {what}",
        {
            "month": says.name_of(month),
            "there": counts[State.PRESENT],
            "excused": counts[State.EXCUSED],
            "unexcused": counts[State.UNEXCUSED],
            "open": counts[State.OPEN],
            "what": says.READY if one.hindrance is None else says.HINDRANCES[one.hindrance],
        },
    )
    sending = Sending(subject=one.person, lasting=True)
    occasion.say(by, Said(text, tuple(_ways(one, month)), Level.L4), sending)
    for note in occasion.uow.months.said_of(one.person.id, month):
        if note.words or note.stands is not None:
            _show_words(occasion, by, one.person, note)
    access.note_read(occasion, by, Operation.KEEP_ATTENDANCE, one.person)


def _show_words(occasion: Occasion, by: Person, person: Person, said: Told) -> None:
    """An objection, a note or a decision, with who said it and when."""
    who = occasion.uow.people.get(said.by).name
    if said.stands is not None and said.day is not None:
        decided: dict[str, Value] = {
            "person": who,
            "at": said.at,
            "day": said.day,
            "state": says.STATES[said.stands[0]],
        }
        text = Text("{person}, {at}, decided after the lock: {day}, {state}", decided)
        occasion.say(by, Said(text, level=Level.L4), Sending(subject=person))
        return
    values: dict[str, Value] = {"person": who, "at": said.at, "word": says.SAID[said.word], "words": said.words}
    occasion.say(by, Said(Text("{person}, {at}, {word}: {words}", values), level=Level.L4), Sending(subject=person))


def _ways(one: Report, month: date) -> Iterator[Button]:
    number = one.person.id
    if one.hindrance is Hindrance.OPEN_DAYS:
        still = [day for day in one.days if day.state is State.OPEN][:MOST_OPEN]
        for day in still:
            yield Button(Text("{day}", {"day": day.day}), "sheet_one", f"{number};{day.day.isoformat()}")
    elif one.hindrance is not None:
        yield Button(says.TALKED, statements.TALKED, f"{number};{month.isoformat()}")


def _note(occasion: Occasion, by: Person, facts: Facts, told: "re.Match[str]") -> None:
    """Keep a signed note to a day of a locked month; a month that is open is changed on the sheet instead."""
    named = person_in_words(told[1], facts)
    day = sheets.read_day(told[2], occasion.local(by).date())
    if named is None or day is None:
        occasion.say(by, Said(WHO if named is None else says.WHICH_DAY))
        return
    person = occasion.uow.people.get(PersonId(int(named)))
    if not access.allows(occasion, by, Operation.KEEP_ATTENDANCE, person):
        return
    occasion.uow.people.lock(person.id)
    month, about = day.replace(day=1), Sending(subject=person)
    if not attendance.is_locked(occasion.uow, month, occasion.now):
        text = Text("{month} is not locked: change the day itself. Write: Anwesenheit {day}", {
            "month": says.name_of(month), "day": day,
        })  # fmt: skip
        occasion.say(by, Said(text), about)
        return
    note = Told(
        id=occasion.uow.new_id(), person=person.id, month=month, word=Word.NOTE, by=by.id, at=occasion.now,
        words=told[3], day=day,
    )  # fmt: skip
    occasion.uow.months.say(note)
    occasion.record(AttendanceNoted(who=person.id, day=day, by=by.id), person.id)
    occasion.say(
        by, Said(Text("The note is kept and signed: {name}, {day}. The month stays as it is.", {"day": day})), about
    )
