"""What has to be right before anything of a file is taken: people, relations, names; and what is good to know."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby

from flows.people import Person, PersonId, Role
from flows.rules.access import Operation
from flows.rules.appointments import Appointment
from flows.rules.hours import Span
from flows.rules.imports import LONGEST, SHORTEST, Remark, Report, Row
from handlers import access
from handlers.occasion import Occasion
from storage.errors import UnknownRow
from storage.uow import UnitOfWork


def known(uow: UnitOfWork, row: Row) -> Appointment | None:
    """The appointment that a row is about, if there is one already."""
    if row.own is not None:
        with suppress(UnknownRow):
            return uow.appointments.get(row.own)
    return uow.appointments.by_source(row.source)


def people_of(uow: UnitOfWork, row: Row) -> list[Person]:
    """Whom a row names, as far as there is somebody."""
    found = (uow.people.by_handle(handle) for handle in row.people)
    return [one for one in found if one is not None]


def check(occasion: Occasion, rows: Sequence[Row], report: Report) -> None:
    """Note every fault and everything that is good to know."""
    seen: dict[str, int] = {}
    allowed: dict[tuple[str, str], str] = {}
    for row in rows:
        if row.source in seen:
            what = f"stands in line {seen[row.source]} already: each date needs its own"
            report.faults.append(Remark(row.line, "id", what))
        seen.setdefault(row.source, row.line)
        if not SHORTEST <= row.minutes <= LONGEST:
            what = f"{row.minutes} is not from {SHORTEST} to {LONGEST}"
            report.faults.append(Remark(row.line, "minutes", what))
        before = known(occasion.uow, row)
        if before is None:
            report.faults += _of_new(occasion, row, allowed)
        else:
            report.faults += _of_known(occasion, row, before, allowed)
    if not report.faults:
        report.notes += _notes(occasion, rows)


def _of_new(occasion: Occasion, row: Row, allowed: dict[tuple[str, str], str]) -> Iterator[Remark]:
    if row.cancelled:
        return
    organiser = occasion.uow.people.by_handle(row.organiser) if row.organiser else None
    if organiser is None:
        what = f"there is nobody with the handle {row.organiser!r}" if row.organiser else "is missing"
        yield Remark(row.line, "with", f"{what}: write a handle of staff such as c1, or say --with c1")
        return
    if not organiser.role.is_staff or occasion.uow.people.has_left(organiser.id):
        yield Remark(row.line, "with", f"{row.organiser} is nobody of the staff (any more)")
        return
    if not row.people:
        yield Remark(row.line, "people", "is missing: write handles such as p1, or say --people p1")
    yield from _of_people(occasion, row, organiser, allowed)


def _of_people(
    occasion: Occasion, row: Row, organiser: Person, allowed: dict[tuple[str, str], str]
) -> Iterator[Remark]:
    for handle in row.people:
        pair = (organiser.handle, handle)
        if pair not in allowed:
            allowed[pair] = _why_not(occasion, organiser, handle)
        if allowed[pair]:
            yield Remark(row.line, "people", allowed[pair])


def _why_not(occasion: Occasion, organiser: Person, handle: str) -> str:
    """Why these two can have no appointment; "" if they can."""
    person = occasion.uow.people.by_handle(handle)
    if person is None or person.role is not Role.PARTICIPANT:
        return f"there is no participant with the handle {handle!r}: people are found by their handle, never by a name"
    if not access.may(occasion, organiser, Operation.ARRANGE, person):
        return f"{organiser.handle} does not look after {handle}: name whoever does in the column with"
    return ""


def _of_known(
    occasion: Occasion, row: Row, before: Appointment, allowed: dict[tuple[str, str], str]
) -> Iterator[Remark]:
    organiser = occasion.uow.people.get(before.organiser)
    if row.sequence < before.sequence or row.own == before.id:
        return
    if row.organiser and row.organiser != organiser.handle:
        yield Remark(row.line, "with", f"it is with {organiser.handle}: call it off, and enter it under a new id")
    if before.cancelled and not row.cancelled:
        yield Remark(row.line, "state", "it is called off here, and people know: enter it under a new id")
    invited = {occasion.uow.people.get(one.person).handle for one in occasion.uow.appointments.invited(before.id)}
    if row.people and not row.cancelled and (missing := sorted(invited - set(row.people))):
        what = f"{', '.join(missing)} takes part: name everybody, or call it off and enter it under a new id"
        yield Remark(row.line, "people", what)
    if not row.cancelled:
        yield from _of_people(occasion, row, organiser, allowed)


def _notes(occasion: Occasion, rows: Sequence[Row]) -> Iterator[Remark]:
    silent: set[PersonId] = set()
    for row in rows:
        if row.ends <= occasion.now:
            yield Remark(row.line, "start", "is over: it is kept, and nobody is told")
            continue
        for person in people_of(occasion.uow, row):
            if person.id not in silent and "C1" not in occasion.uow.consents.effective(person.id, occasion.now):
                silent.add(person.id)
                yield Remark(row.line, "people", f"{person.handle} gets no messages: please tell them yourself")
        organiser = occasion.uow.people.by_handle(row.organiser) if row.organiser else None
        zone = row.starts.tzinfo if organiser is None else occasion.local(organiser).tzinfo
        if not row.cancelled and not occasion.calendar.is_working_day(row.starts.astimezone(zone).date()):
            yield Remark(row.line, "start", "is no working day")
    yield from _clashes(occasion, rows)


def _clashes(occasion: Occasion, rows: Iterable[Row]) -> Iterator[Remark]:
    """New dates that lie on something else of whoever they are with."""
    coming = [
        one
        for one in rows
        if not one.cancelled and one.ends > occasion.now and known(occasion.uow, one) is None and one.organiser
    ]
    for handle, theirs in groupby(sorted(coming, key=lambda one: one.organiser), key=lambda one: one.organiser):
        fresh = list(theirs)
        organiser = occasion.uow.people.by_handle(handle)
        until = max(one.ends for one in fresh)
        spans = occasion.uow.appointments.taken(organiser.id, occasion.now, until) if organiser else []
        elsewhere = occasion.uow.busy.of(organiser.id, occasion.now, until) if organiser else []
        everything = sorted(
            [*((one.starts, one.ends, 0) for one in (*spans, *elsewhere)), *((r.starts, r.ends, r.line) for r in fresh)]
        )
        yield from _overlapping(everything, handle)


def _overlapping(everything: Sequence[tuple[object, object, int]], handle: str) -> Iterator[Remark]:
    latest: Span | None = None
    last = 0
    for starts, ends, line in everything:
        span = Span(starts, ends)  # type: ignore[arg-type]  # instants, sorted beside their line
        if latest is not None and span.starts < latest.ends and (line or last):
            yield Remark(line or last, "start", f"{handle} has something else at that time")
        if latest is None or span.ends > latest.ends:
            latest, last = span, line
