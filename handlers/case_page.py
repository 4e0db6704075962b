"""The page of one participant: who they are, what is open, what comes next, and, for the own caseworker, what was.

A stand-in sees what is open and what comes next, not what was (PRIVACY.md, "Access"). Why somebody was away stays
closed until it is asked for, and that look is an entry of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Final

from flows.dialogues import day_sheet, meetings, withdrawal
from flows.dialogues.reason_names import for_staff
from flows.engine.messages import Text
from flows.people import Person, Role
from flows.rules.absence import Absence
from flows.rules.access import Operation
from flows.rules.appointments import Appointment, Invitee
from flows.rules.leave import LeaveState
from flows.rules.own_reasons import OwnReason
from flows.rules.tasks import TaskState
from handlers import access, alert_cards, tasks, threads
from handlers.on_page import PageOccasion, Told
from locales.catalog import own_name

LOOK_BACK: Final = timedelta(days=366)
MOST_NEXT: Final = 5
NO_NUMBER: Final = Text("no number")


@dataclass(frozen=True, slots=True)
class Past:
    """One thing that was: on which day, and what."""

    day: date
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """What the page says. `history` None: this reader sees no history. `opened`: reasons are shown.

    `written`: the latest messages and notes, where they were asked for.
    """

    person: Person
    facts: tuple[tuple[Text, str], ...]
    open: tuple[Told, ...]
    coming: tuple[str, ...]
    history: tuple[Past, ...] | None = None
    opened: bool = False
    written: tuple[str, ...] | None = None


def own_people(occasion: PageOccasion, words: str = "") -> list[Person]:
    """Whom the reader looks after today; with `words` those whose name or group begins with one of them."""
    reach = access.within_reach(occasion, occasion.reader)
    mine = [one for one in reach if access.may(occasion, occasion.reader, Operation.READ_CASE, one)]
    wanted = words.casefold().split()
    return [one for one in mine if _fits(one, wanted)]


def _fits(person: Person, wanted: list[str]) -> bool:
    known = f"{person.name} {person.group}".casefold().split()
    return all(any(each.startswith(word) for each in known) for word in wanted)


def find(occasion: PageOccasion, handle: str, *, opened: bool = False, written: bool = False) -> CasePage | None:
    """The page about whoever has this handle; None for nobody, and for whoever is not the reader's to look after.

    Each look is an entry; one that was refused counts towards the alarm.
    """
    reader, person = occasion.reader, occasion.uow.people.by_handle(handle)
    if person is None or person.role is not Role.PARTICIPANT:
        return None
    if not access.stands_so(occasion, reader, Operation.READ_CASE, person):
        return None
    access.note_outside_read(occasion, reader, Operation.READ_CASE, person)
    history = None
    if access.may(occasion, reader, Operation.READ_HISTORY, person):
        history = tuple(sorted(_history(occasion, person, opened=opened), key=lambda one: one.day, reverse=True))
        access.note_read(occasion, reader, Operation.READ_HISTORY, person)
    return CasePage(
        person=person,
        facts=tuple(_facts(occasion, person)),
        open=tuple(_open(occasion, person)),
        coming=tuple(occasion.put(_dated(one)) for one, _ in _dates(occasion, person, occasion.now)[:MOST_NEXT]),
        history=history,
        opened=opened and history is not None,
        written=_written(occasion, person) if written else None,
    )


def _written(occasion: PageOccasion, person: Person) -> tuple[str, ...]:
    """What the reader may read of what was written, the latest last; a stand-in since the leave began."""
    reader = occasion.reader
    if not access.may(occasion, reader, Operation.READ_THREAD, person):
        return ()
    entries = threads.readable(occasion, reader, person, threads.MOST_SHOWN)
    if entries:
        access.note_read(occasion, reader, Operation.READ_THREAD, person)
    return tuple(occasion.put(threads.line_of(occasion, reader, entry)) for entry in reversed(entries))


def _facts(occasion: PageOccasion, person: Person) -> Iterator[tuple[Text, str]]:
    uow, none = occasion.uow, Text("none")
    yield Text("Phone number"), person.phone or occasion.put(NO_NUMBER)
    yield Text("Language"), own_name(person.language) if person.language else occasion.put(none)
    if person.group:
        yield Text("Group"), person.group
    caseworker = uow.people.caseworker_of(person.id)
    stand_in = None if caseworker is None else uow.people.substitute_of(caseworker.id)
    yield Text("Contact person"), occasion.put(none) if caseworker is None else caseworker.name
    yield Text("Stand-in"), occasion.put(none) if stand_in is None else stand_in.name
    effective = uow.consents.effective(person.id, occasion.now)
    held = [occasion.put(name) for code, name in withdrawal.NAMES.items() if code in effective]
    yield Text("Consents"), ", ".join(held) or occasion.put(none)


def _open(occasion: PageOccasion, person: Person) -> Iterator[Told]:
    """Alerts that the reader holds about them, and tasks, each with its ways on."""
    reader = occasion.reader
    for alert in occasion.uow.alerts.held(person.id, reader.id):
        if alert.acknowledged_by is None:
            card = alert_cards.card_of(occasion, alert)
            yield from occasion.only(partial(alert_cards.show, occasion, card, reader, card.says))
    yield from (one for one in occasion.only(partial(tasks.show_about, occasion, reader, person)) if one.ways)


def _dates(occasion: PageOccasion, person: Person, since: datetime) -> list[tuple[Appointment, Invitee]]:
    found = occasion.uow.appointments.of(person.id, since)
    return sorted((one for one in found if not one[0].cancelled), key=lambda one: one[0].starts)


def _dated(appointment: Appointment) -> Text:
    return Text("{at}: {kind}", {"at": appointment.starts, "kind": meetings.STAFF_KINDS[appointment.kind]})


def _history(occasion: PageOccasion, person: Person, *, opened: bool) -> Iterator[Past]:
    """Reports, appointments, leave and tasks that were done, of about a year."""
    today, uow = occasion.local(person).date(), occasion.uow
    since = today - LOOK_BACK
    for absence in uow.absences.of(person.id, since=since):
        yield Past(absence.first_day, occasion.put(_reported(absence, uow.profile.own_reasons, opened=opened)))
    begin = datetime.combine(since, time(0), UTC)
    for appointment, invitee in _dates(occasion, person, begin):
        if appointment.starts < occasion.now:
            local = appointment.starts.astimezone(occasion.local(person).tzinfo)
            yield Past(local.date(), occasion.put(_was(appointment, invitee)))
    for leave in uow.leaves.of(person.id):
        if leave.state is LeaveState.GRANTED and leave.first >= since:
            yield Past(leave.first, occasion.put(Text("Leave until {day}", {"day": leave.last})))
    yield from _done(occasion, person, since)


def _reported(absence: Absence, own: tuple[OwnReason, ...], *, opened: bool) -> Text:
    if absence.taken_back:
        return Text("Report taken back")
    if opened:
        reason = for_staff(absence.reason, own)
        if absence.last_day is None:
            return Text("Reported absent: {reason}", {"reason": reason})
        return Text("Reported absent until {day}: {reason}", {"day": absence.last_day, "reason": reason})
    if absence.last_day is None:
        return Text("Reported absent")
    return Text("Reported absent until {day}", {"day": absence.last_day})


def _was(appointment: Appointment, invitee: Invitee) -> Text:
    kind = meetings.STAFF_KINDS[appointment.kind]
    said = day_sheet.ANSWERS[invitee.answer] if invitee.mark is None else day_sheet.MARKED[invitee.mark]
    return Text("{kind} ({answer})", {"kind": kind, "answer": said})


def _done(occasion: PageOccasion, person: Person, since: date) -> Iterator[Past]:
    for task in occasion.uow.tasks.of(person.id):
        row = tasks.row_of(occasion, task)
        if task.state is TaskState.DONE and task.done_at is not None and row is not None and task.due >= since:
            what = tasks.says(row, task, occasion, person)
            yield Past(task.done_at.date(), occasion.put(Text("Done: {task}", {"task": what}), person))
