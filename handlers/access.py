"""Asks the table who may do what with whose data, refuses in one sentence, and writes down who reads (ADR 0018)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from flows.dialogues.levels import NOT_POSSIBLE
from flows.engine.alert_kinds import AlertKind
from flows.engine.certificate_events import DatesRead
from flows.engine.events import (
    AbsenceChanged,
    AbsenceReported,
    AbsenceTakenBack,
    ConsentDeclined,
    ConsentGiven,
    Decided,
    LatenessReported,
    NoticeRead,
    PaperSigned,
    Relayed,
    Said,
)
from flows.engine.intake_events import AskedBack, Corrected
from flows.engine.leave_events import ExtraLeaveTold
from flows.engine.meetings import MeetingWanted, NewTimeSet
from flows.engine.nudge_events import DateTold
from flows.engine.report_events import EarlyLeaveReported, ReportTold
from flows.engine.verdict_events import VerdictGiven
from flows.people import Person, PersonId, Role
from flows.rules import access as rules
from flows.rules.absence import Source
from flows.rules.access import Actor, Operation, Relation
from flows.rules.alerts import Alert
from flows.rules.wards import is_ward
from handlers.occasion import Occasion
from storage.access_log import Access
from storage.uow import UnitOfWork

DAY = timedelta(days=1)
READS_OUTSIDE = "outside reads"
"""The timer that fires at once when somebody has reached for too many outside their own list (`outside_reads.py`)."""


def may_own(person: Person, operation: Operation) -> bool:
    """Whether somebody in this person's role may do this with what is their own."""
    return rules.permits(person.role, operation, (Relation.SELF,))


def may_be_told(to: Person, alert: Alert) -> bool:
    """Whether an alert may be put before somebody at all, whoever has chosen them."""
    relation = Relation.TOLD if to.id == alert.to else Relation.HANDED
    return rules.permits(to.role, reading(alert), (relation,))


def reading(alert: Alert) -> Operation:
    """What reading this alert is in the table: one about staff is another thing than one about a participant."""
    return Operation.READ_ALARM if alert.kind is AlertKind.OUTSIDE_READS else Operation.READ_ALERT


def may_anybody(operation: Operation) -> bool:
    """Whether this needs no name at all."""
    return rules.is_allowed(Actor.ANONYMOUS, operation, Relation.NO_ONE)


def relations(occasion: Occasion, actor: Person, subject: Person, alert: Alert | None = None) -> frozenset[Relation]:
    """How `actor` stands to `subject` right now; none at all for somebody who has left.

    With `alert` what they were told is asked of this alert alone, whoever has acknowledged it.
    """
    if occasion.uow.people.has_left(actor.id):
        return frozenset()
    if actor.id == subject.id:
        return frozenset({Relation.SELF})
    found = {
        *_of_guardian(occasion, actor, subject),
        *_of_caseworker(occasion, actor, subject),
        *_of_alerts(occasion, actor, subject, alert),
    }
    return frozenset(found or {_of_programme(occasion.uow, actor, subject)})


def _of_guardian(occasion: Occasion, actor: Person, subject: Person) -> Iterable[Relation]:
    if is_ward(subject, occasion.now) and any(
        one.id == actor.id for one in occasion.uow.people.guardians_of(subject.id)
    ):
        yield Relation.WARD


def _of_caseworker(occasion: Occasion, actor: Person, subject: Person) -> Iterable[Relation]:
    people = occasion.uow.people
    caseworker = people.caseworker_of(subject.id)
    if caseworker is not None and caseworker.id == actor.id:
        yield Relation.ASSIGNED
        return
    if people.was_assigned(subject.id, actor.id):
        yield Relation.FORMERLY_ASSIGNED
    substitute = None if caseworker is None else people.substitute_of(caseworker.id)
    if caseworker is not None and substitute is not None and substitute.id == actor.id:
        yield _of_substitute(occasion, actor, caseworker)
    elif actor.role is Role.COORDINATOR and _is_responsible(occasion, actor, subject):
        yield Relation.SUBSTITUTE_ACTIVE


def _of_substitute(occasion: Occasion, actor: Person, caseworker: Person) -> Relation:
    """Active from the first to the last second of the days on which the caseworker is away."""
    today, people = _today(occasion, actor), occasion.uow.people
    if people.is_away(caseworker.id, today):
        return Relation.SUBSTITUTE_ACTIVE
    been = people.has_been_away(caseworker.id, today)
    return Relation.SUBSTITUTE_EXPIRED if been else Relation.SUBSTITUTE_NOT_YET


def _today(occasion: Occasion, person: Person) -> date:
    return occasion.local(person).date()


def _is_responsible(occasion: Occasion, actor: Person, subject: Person) -> bool:
    responsible = occasion.responsible(subject)
    return responsible is not None and responsible.id == actor.id


def _of_alerts(occasion: Occasion, actor: Person, subject: Person, alert: Alert | None) -> Iterable[Relation]:
    """What an alert that this person holds lets them do, until somebody else has seen to it."""
    alerts = occasion.uow.alerts
    if not actor.role.is_staff:
        return
    if alert is not None:
        held = [alert] if actor.id in alerts.holders(alert.id) else []
    else:
        held = [one for one in alerts.held(subject.id, actor.id) if _still_holds(occasion.now, one, actor)]
    for one in held:
        yield Relation.TOLD if one.to == actor.id else Relation.HANDED


def _still_holds(now: datetime, alert: Alert, actor: Person) -> bool:
    by = alert.acknowledged_by
    return by is None or (by == actor.id and now < alert.raised_at + rules.HELD_FOR)


def _of_programme(uow: UnitOfWork, actor: Person, subject: Person) -> Relation:
    """Whoever answers for everything is in every programme; others where they are, or whom they look after is."""
    if actor.role in {Role.COORDINATOR, Role.DPO, Role.PROTECTION}:
        return Relation.SAME_PROGRAMME
    groups = {actor.group} if actor.group else {one.group for one in uow.people.participants_of(actor.id)}
    return Relation.SAME_PROGRAMME if subject.group in groups - {""} else Relation.OTHER_PROGRAMME


def within_reach(occasion: Occasion, person: Person) -> list[Person]:
    """Whom somebody acts for today: wards; the own participants first, then those of an absent colleague."""
    people = occasion.uow.people
    if person.role is Role.GUARDIAN:
        return [ward for ward in people.wards_of(person.id) if is_ward(ward, occasion.now)]
    if not person.role.is_staff or people.has_left(person.id):
        return []
    covered = people.covered_by(person.id, _today(occasion, person))
    own = people.participants_of(person.id)
    known = {one.id for one in own}
    return [*own, *(one for one in covered if one.id not in known)]


def may(occasion: Occasion, actor: Person, operation: Operation, subject: Person) -> bool:
    """Whether `actor` may do this with `subject` right now; nothing is said or written."""
    return rules.permits(actor.role, operation, relations(occasion, actor, subject))


def allows(
    occasion: Occasion, actor: Person, operation: Operation, subject: Person, alert: Alert | None = None
) -> bool:
    """As `may`; if not, the actor is told in the one sentence there is for that, and the attempt is written down."""
    if stands_so(occasion, actor, operation, subject, alert):
        return True
    refuse(occasion, actor)
    return False


def stands_so(
    occasion: Occasion, actor: Person, operation: Operation, subject: Person, alert: Alert | None = None
) -> bool:
    """As `allows`, where the words of the refusal are the caller's own."""
    known = relations(occasion, actor, subject, alert)
    if rules.permits(actor.role, operation, known):
        return True
    if actor.id != subject.id:
        outside = not known or bool(known & rules.OUTSIDE)
        _write(occasion, actor, _entry(occasion, actor, operation, subject, refused=True, outside=outside))
    return False


def refuse(occasion: Occasion, actor: Person) -> None:
    """The same words for what is foreign, over, or does not exist."""
    occasion.say(actor, Said(NOT_POSSIBLE))


def note_read(occasion: Occasion, reader: Person, operation: Operation, subject: Person) -> None:
    """Somebody of those whose task it is reads about the person: one entry, without what they read (F72)."""
    if reader.id != subject.id:
        occasion.uow.access_log.add(_entry(occasion, reader, operation, subject))


def note_outside_read(occasion: Occasion, reader: Person, operation: Operation, subject: Person) -> None:
    """As `note_read`, for somebody who reached for it: outside the own list it counts towards the alarm."""
    if reader.id != subject.id:
        outside = bool(relations(occasion, reader, subject) & rules.OUTSIDE)
        _write(occasion, reader, _entry(occasion, reader, operation, subject, outside=outside))


def _entry(occasion: Occasion, reader: Person, operation: Operation, subject: Person, **more: bool) -> Access:
    return Access(subject=subject.id, reader=reader.id, operation=operation, at=occasion.now, **more)


def _write(occasion: Occasion, reader: Person, access: Access) -> None:
    """Write an entry; the one that is too much is looked into at once, by itself."""
    log, most = occasion.uow.access_log, occasion.uow.profile.outside_reads
    since = occasion.now - DAY
    before = log.outside_since(reader.id, since) if access.outside else most
    log.add(access)
    if before < most <= log.outside_since(reader.id, since):
        occasion.uow.timers.add(READS_OUTSIDE, occasion.now, reader.id, reader.id, "")


def admits(occasion: Occasion, person: Person, events: Iterable[object]) -> bool:
    """Whether everything a dialogue is about to do to others may be done now, whenever it was begun."""
    return all(_admits(occasion, person, event) for event in events)


def _admits(occasion: Occasion, person: Person, event: object) -> bool:
    match event:
        case Relayed(to=None):
            return _admits_own(occasion, person, Operation.ASK_STAFF)
        case Relayed():
            return event.to is None or allows(occasion, person, Operation.WRITE_TO, occasion.uow.people.get(event.to))
        case ConsentGiven() | ConsentDeclined():
            return _admits_own(occasion, person, Operation.DECIDE_CONSENT)
        case NoticeRead() | Decided():
            return event.subject != person.id or _admits_own(occasion, person, Operation.DECIDE_CONSENT)
        case AbsenceReported() | AbsenceChanged() | AbsenceTakenBack() | LatenessReported() | EarlyLeaveReported():
            return _admits_report(occasion, person, event)
        case _:
            return _admits_of_staff(occasion, person, event)


_OF_STAFF = {
    DatesRead: Operation.RECEIVE_PROOF,
    DateTold: Operation.KEEP_DATES,
    VerdictGiven: Operation.DECIDE_ABSENCE,
    ReportTold: Operation.RECORD_REPORT,
    ExtraLeaveTold: Operation.KEEP_EXTRA_LEAVE,
}


def _admits_of_staff(occasion: Occasion, person: Person, event: object) -> bool:
    match event:
        case PaperSigned():
            return _admits_for(occasion, person, Operation.RECORD_SIGNATURE, event.subject)
        case AskedBack() | Corrected():
            return _admits_for(occasion, person, Operation.HANDLE_INTAKE, event.who)
        case MeetingWanted():
            return _admits_for(occasion, person, Operation.ARRANGE, *event.people)
        case NewTimeSet():
            invited = occasion.uow.appointments.invited(event.appointment)
            return _admits_for(occasion, person, Operation.ARRANGE, *(one.person for one in invited))
        case DatesRead() | DateTold() | VerdictGiven() | ReportTold() | ExtraLeaveTold():
            return _admits_for(occasion, person, _OF_STAFF[type(event)], event.who)
        case _:
            return True


def _admits_for(occasion: Occasion, person: Person, operation: Operation, *subjects: PersonId) -> bool:
    people = occasion.uow.people
    return all(allows(occasion, person, operation, people.get(subject)) for subject in subjects)


def _admits_report(
    occasion: Occasion,
    person: Person,
    event: AbsenceReported | AbsenceChanged | AbsenceTakenBack | LatenessReported | EarlyLeaveReported,
) -> bool:
    source = event.source if isinstance(event, AbsenceReported) else ""
    if event.who == person.id and source in {"", Source.SELF}:
        return _admits_own(occasion, person, Operation.REPORT_OWN)
    for_ward = person.role is Role.GUARDIAN and source in {"", Source.OTHERS}
    operation = Operation.REPORT_FOR_WARD if for_ward else Operation.RECORD_REPORT
    return allows(occasion, person, operation, occasion.uow.people.get(event.who))


def _admits_own(occasion: Occasion, person: Person, operation: Operation) -> bool:
    if may_own(person, operation):
        return True
    refuse(occasion, person)
    return False
