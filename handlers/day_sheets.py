"""The day sheet: gathered for one member of staff, sent in the morning, shown to whoever asks for it (F27).

A stand-in's sheet holds what the access table lets a stand-in see: today's dates and what is open, no history.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from flows.dialogues import day_sheet
from flows.dialogues.day_sheet import Date, Sheet
from flows.engine.events import AlertKind, Said
from flows.engine.messages import Button, Level, MessageClass, Text
from flows.engine.replies import Reply
from flows.people import Person, Role
from flows.rules.absence import Absence, Proof, covers
from flows.rules.access import Operation, Relation, permits
from flows.rules.appointments import NOT_EXPECTED, Appointment, Invitee
from flows.rules.calendar import ONE_DAY
from flows.rules.staff_day import is_in_time, next_sheet, working_day_before
from handlers import absences, access, alert_cards, leave_days, phone_list
from handlers.occasion import Occasion, Sending
from handlers.pings import DAY_SHEET
from locales.catalog import own_name, render
from storage.uow import UnitOfWork

TIMER: Final = "day sheet"
ROLES: Final = (Role.CASEWORKER, Role.COORDINATOR)
COMMANDS: Final = frozenset({"/today", "today"})
LEADS_ON: Final = frozenset({day_sheet.MARKS.action, day_sheet.PROOFS.action})
Proofs = tuple[tuple[Person, Absence], ...]
Part = tuple[Appointment, Invitee, Person]
"""Somebody's part in an appointment."""


@dataclass(frozen=True, slots=True)
class Day:
    """What lies behind a sheet: it, whose marks are missing, whose proofs are open, and everybody it names."""

    sheet: Sheet
    marks: tuple[Part, ...]
    proofs: Proofs
    named: tuple[Person, ...]


def may_have_one(person: Person) -> bool:
    """Whether the table lets somebody in this role read a day sheet of anybody at all."""
    return permits(person.role, Operation.READ_DAY_SHEET, Relation)


def staff_with_sheets(uow: UnitOfWork) -> Iterator[Person]:
    """Everybody of the staff who gets one, if the profile has any."""
    if uow.profile.staff_day.sheet_at is not None:
        for role in ROLES:
            yield from (one for one in uow.people.all(role) if not uow.people.has_left(one.id))


def unset(uow: UnitOfWork) -> Iterator[Person]:
    """Whose next sheet is not set yet: somebody new, or the profile has had none so far."""
    waiting = uow.timers.waiting_for(TIMER)
    return (one for one in staff_with_sheets(uow) if one.id not in waiting)


def begin(uow: UnitOfWork, now: datetime) -> None:
    """Set the next sheet of everybody of the staff for whom none is set."""
    for person in [*unset(uow)]:
        uow.people.lock(person.id)
        set_next(Occasion(uow=uow, now=now, cause="start"), person)


def set_next(occasion: Occasion, person: Person) -> None:
    """Set the next sheet of this person; none where the profile has none."""
    at = occasion.uow.profile.staff_day.sheet_at
    if at is not None:
        moment = next_sheet(occasion.local(person), at)
        guard = at.isoformat("minutes")
        occasion.uow.timers.add(TIMER, moment.astimezone(UTC), person.id, person.id, guard)


def fire(occasion: Occasion, person: Person, _: int, guard: str) -> None:
    """It is morning: the sheet goes out on a working day to whoever is there; the next one is set in any case."""
    people, local = occasion.uow.people, occasion.local(person)
    if people.has_left(person.id):
        return
    set_next(occasion, person)
    on_time = is_in_time(local, time.fromisoformat(guard), occasion.calendar)
    if not on_time or people.is_away(person.id, local.date()):
        return
    day = gather(occasion, person)
    if not day.sheet.is_empty or occasion.uow.profile.staff_day.say_when_empty:
        dedupe = f"{DAY_SHEET}{person.id}:{local.date().isoformat()}"
        _show(occasion, person, day, Sending(message_class=MessageClass.ALERT, lasting=True, dedupe=dedupe))


def _show(occasion: Occasion, person: Person, day: Day, sending: Sending) -> None:
    if occasion.say(person, day_sheet.say(day.sheet), sending):
        note(occasion, person, day)


def note(occasion: Occasion, reader: Person, day: Day) -> None:
    """Everybody whom the sheet names may see that it was read."""
    for one in day.named:
        access.note_read(occasion, reader, Operation.READ_DAY_SHEET, one)


def hear(occasion: Occasion, person: Person, reply: Reply) -> bool:
    """Take a question for the day, or a press under a sheet; False for anything else."""
    if reply.action in LEADS_ON:
        _lead_on(occasion, person, reply.action)
        return True
    words = " ".join(reply.text.split()).casefold().rstrip("?؟ ")
    if not reply.action and words in {"/proofs", render(day_sheet.PROOFS.label, person.language).casefold()}:
        _lead_on(occasion, person, day_sheet.PROOFS.action)
        return True
    if reply.action or words not in {*COMMANDS, render(day_sheet.ASK, person.language).casefold().rstrip("?؟ ")}:
        return False
    if not may_have_one(person):
        occasion.say(person, Said(day_sheet.NOTHING))
    else:
        _show(occasion, person, gather(occasion, person), Sending(lasting=True))
    return True


def _lead_on(occasion: Occasion, person: Person, action: str) -> None:
    """One message for each mark that is missing, or for each open proof, with the way to settle it."""
    day = gather(occasion, person)
    is_marks = action == day_sheet.MARKS.action
    shown = list(_mark_cards(day) if is_marks else _proof_cards(day))
    if not shown:
        occasion.say(person, Said(Text("Nothing of this is open.")))
    for subject, text, buttons in shown:
        occasion.say(person, Said(text, buttons, Level.L4), Sending(subject=subject, lasting=True))
        access.note_read(occasion, person, Operation.READ_DAY_SHEET, subject)


def _mark_cards(day: Day) -> Iterator[tuple[Person, Text, tuple[Button, ...]]]:
    for appointment, invitee, subject in day.marks:
        value = str(invitee.id)
        ways = (Button(Text("Was there"), "attended", value), Button(Text("Was not there"), "missed", value))
        yield subject, Text("{name}, {at}: was there, or not?", {"at": appointment.starts}), ways


def _proof_cards(day: Day) -> Iterator[tuple[Person, Text, tuple[Button, ...]]]:
    for subject, absence in day.proofs:
        here = Button(alert_cards.PROOF_HERE, "proof", str(absence.id))
        yield subject, Text("{name}: the proof is open since {day}.", {"day": absence.first_day}), (here,)


def open_proofs(occasion: Occasion, staff: Person) -> Proofs:
    """Whose proof is open, of those whose day sheet this person may read; each is read about (F34)."""
    theirs = looked_after(occasion, staff)
    found = tuple((one, each) for one in theirs for each in absences.of_person(occasion, one) if proof_is_open(each))
    for person in {one.id: one for one, _ in found}.values():
        access.note_read(occasion, staff, Operation.READ_DAY_SHEET, person)
    return found


def gather(occasion: Occasion, staff: Person) -> Day:
    """Everything of today that is this person's to know."""
    local, theirs = occasion.local(staff), looked_after(occasion, staff)
    today, uow = local.date(), occasion.uow
    hosts = hosts_of(occasion, staff, theirs)
    parts = _parts(occasion, staff, hosts, (today, today + ONE_DAY))
    before = _parts(occasion, staff, hosts, (working_day_before(today, occasion.calendar), today))
    reports = {one.id: absences.of_person(occasion, one) for one in theirs}
    away = [(one, report) for one in theirs for report in reports[one.id] if covers(report, today)]
    ill = {one.id for one, _ in away}
    found = ((one, leave_days.on(occasion, one, today)) for one in theirs if one.id not in ill)
    on_leave = [(one, span) for one, span in found if span is not None]
    proofs = tuple((one, each) for one in theirs for each in reports[one.id] if proof_is_open(each))
    marks = tuple(part for part in before if _lacks_mark(occasion, part))
    calls = [one for one in phone_list.waiting(uow) if one.person in reports]
    sheet = Sheet(
        day=today,
        dates=tuple(_dates(occasion, staff, parts)),
        absent=tuple((one.name, report.last_day) for one, report in away),
        on_leave=tuple((one.name, span.last) for one, span in on_leave),
        marks=len(marks),
        proofs=len(proofs),
        alerts=len(uow.alerts.open_to(staff.id)),
        calls=len(calls),
    )
    named = {
        one.id: one for one in (*(part[2] for part in parts), *(one for one, _ in away), *(one for one, _ in on_leave))
    }
    return Day(sheet, marks, proofs, tuple(named.values()))


def looked_after(occasion: Occasion, staff: Person) -> list[Person]:
    """Whom this person looks after today: the own ones, and those of colleagues they stand in for."""
    people = occasion.uow.people
    reach = access.within_reach(occasion, staff)
    if staff.role is Role.COORDINATOR:
        away = (one for one in people.all(Role.CASEWORKER) if people.is_away(one.id, occasion.local(one).date()))
        reach += [each for one in away for each in people.participants_of(one.id)]
    known = {one.id: one for one in reach}
    return [one for one in known.values() if access.may(occasion, staff, Operation.READ_DAY_SHEET, one)]


def hosts_of(occasion: Occasion, staff: Person, theirs: list[Person]) -> list[Person]:
    """Whose appointments are looked at: the own ones, and those of absent colleagues."""
    found = {staff.id: staff}
    for one in theirs:
        caseworker = occasion.uow.people.caseworker_of(one.id)
        if caseworker is not None and occasion.uow.people.is_away(caseworker.id, occasion.local(caseworker).date()):
            found[caseworker.id] = caseworker
    return list(found.values())


def _parts(occasion: Occasion, staff: Person, hosts: list[Person], days: tuple[date, date]) -> list[Part]:
    """Everybody's part in what begins on these local days (the second excluded), as far as `staff` may see it."""
    uow, zone = occasion.uow, occasion.local(staff).tzinfo
    since, until = (datetime.combine(day, time(0), zone).astimezone(UTC) for day in days)
    held = [one for host in hosts for one in uow.appointments.held_by(host.id, since, until)]
    takes_place = sorted((one for one in held if not one.cancelled and one.starts >= since), key=_order)
    return [
        (appointment, invitee, person)
        for appointment in takes_place
        for invitee in uow.appointments.invited(appointment.id)
        if _may_see(occasion, staff, person := uow.people.get(invitee.person))
    ]


def _may_see(occasion: Occasion, staff: Person, person: Person) -> bool:
    return access.may(occasion, staff, Operation.READ_DAY_SHEET, person)


def _order(appointment: Appointment) -> tuple[datetime, int]:
    return appointment.starts, appointment.id


def _dates(occasion: Occasion, staff: Person, parts: list[Part]) -> Iterator[Date]:
    zone = occasion.local(staff).tzinfo
    for appointment in dict.fromkeys(part[0] for part in parts):
        theirs = [part for part in parts if part[0] is appointment]
        yield Date(
            appointment=appointment,
            starts=appointment.starts.astimezone(zone),
            people=tuple((part[2].name, _says(occasion, part)) for part in theirs),
            others=len(occasion.uow.appointments.invited(appointment.id)) - len(theirs),
            language=own_name(appointment.interpreter) if appointment.interpreter else "",
        )


def _says(occasion: Occasion, part: Part) -> Text:
    """What is known of one person's coming: a mark, a report, a word of theirs, an answer."""
    appointment, invitee, person = part
    if invitee.mark is not None:
        return day_sheet.MARKED[invitee.mark]
    day = appointment.starts.astimezone(occasion.local(person).tzinfo).date()
    if any(covers(one, day) for one in absences.of_person(occasion, person)):
        return day_sheet.ABSENT
    if invitee.answer not in NOT_EXPECTED and _is_late(occasion, person):
        return day_sheet.LATE
    return day_sheet.ANSWERS[invitee.answer]


def _is_late(occasion: Occasion, person: Person) -> bool:
    """Whether they have said today that they come later."""
    today = occasion.local(person).replace(hour=0, minute=0, second=0, microsecond=0)
    told = (one for one in occasion.uow.alerts.about(person.id) if one.kind is AlertKind.LATENESS)
    return any(one.raised_at >= today.astimezone(UTC) for one in told)


def proof_is_open(absence: Absence) -> bool:
    """Whether the proof of a report is still awaited."""
    return absence.proof is Proof.OPEN and not absence.taken_back


def _lacks_mark(occasion: Occasion, part: Part) -> bool:
    """Whether somebody was expected, and nobody has said yet whether they were there."""
    appointment, invitee, person = part
    if invitee.mark is not None or invitee.answer in NOT_EXPECTED or appointment.ends > occasion.now:
        return False
    day = appointment.starts.astimezone(occasion.local(person).tzinfo).date()
    return not any(covers(one, day) for one in absences.of_person(occasion, person))
