"""What an absence sets off: the record, the alert in the same transaction, the proof reminders (R1, R3)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from flows.dialogues.certificate import PHOTO
from flows.engine.events import (
    AbsenceChanged,
    AbsenceReported,
    AbsenceTakenBack,
    AlertKind,
    CertificateReceived,
    ReminderSent,
    Said,
)
from flows.engine.messages import Button, Level, MessageClass, Text, Value
from flows.people import Person, PersonId
from flows.rules.absence import ONE_DAY, Absence, Proof, Source, proof_days, proof_of
from flows.rules.certificates import gone_on, spans_in
from flows.rules.contact import Later, Send
from flows.rules.own_reasons import own_of
from handlers import alerts, covered, uncovered_days
from handlers.alerts import News
from handlers.occasion import Occasion, Sending
from storage.uow import UnitOfWork

TIMER = "proof"
LOOK_BACK = timedelta(days=60)
PROOF_MISSING = Said(
    Text("Your sick note is still missing. Please show it to {caseworker}. What fits?"),
    (
        PHOTO,
        Button(Text("I go to the doctor tomorrow"), "doctor_tomorrow"),
        Button(Text("I have no doctor"), "no_doctor"),
        Button(Text("Write to {caseworker}"), "ask"),
    ),
    Level.L4,
)

PROOF_NEEDED_NOW = Said(
    Text("Are you still ill? Then you need a sick note now. Please show it to {caseworker}. What fits?"),
    (Button(Text("I am coming after all"), "come"), *PROOF_MISSING.buttons),
    Level.L4,
)
"""The same where the first days need none: somebody may be well again without having said so."""


def look_ahead(uow: UnitOfWork, person: PersonId, today: date) -> None:
    """`of_person` will be asked."""
    uow.absences.look_ahead(person, since=today - LOOK_BACK)


def of_person(occasion: Occasion, person: Person) -> tuple[Absence, ...]:
    """The person's reports of the last weeks and all later ones, newest first."""
    since = occasion.local(person).date() - LOOK_BACK
    return tuple(occasion.uow.absences.of(person.id, since=since))


def report(occasion: Occasion, event: AbsenceReported, by: Person) -> None:
    """A new report: recorded, stamped, and passed on at once, at any hour (R1)."""
    person = by if by.id == event.who else occasion.uow.people.get(event.who)
    absence = Absence(
        id=occasion.uow.new_id(),
        person=event.who,
        reason=event.reason,
        first_day=event.first_day,
        last_day=event.last_day,
        source=Source(event.source),
    )
    absence = _by_profile(occasion, replace(absence, proof=_proof(occasion, absence)))
    occasion.uow.absences.add(absence, occasion.now)
    occasion.record(event, event.who)
    covered.report_covers(occasion, person, absence)
    plan_proof(occasion, absence, person)
    _let_know(occasion, absence, person, by)


def change(occasion: Occasion, event: AbsenceChanged, by: Person) -> None:
    """More or other is known: the record follows, its timers are planned anew."""
    person, known = occasion.uow.people.get(event.who), _meant(occasion, event.who, event.absence, event.first_day)
    changed = replace(
        known,
        reason=event.reason,
        first_day=event.first_day,
        last_day=event.last_day,
        proof=known.proof if known.reason is event.reason else Proof.NOT_NEEDED,
        revision=known.revision + 1,
        goes_on_from=event.goes_on_from or known.goes_on_from,
    )
    changed = _by_profile(occasion, _gone_on(occasion, known, replace(changed, proof=_proof(occasion, changed))))
    occasion.uow.absences.change(changed, occasion.now)
    occasion.uow.timers.cancel(TIMER, known.id)
    occasion.record(event, event.who)
    covered.report_is_off(occasion, person, known)
    covered.report_covers(occasion, person, changed)
    plan_proof(occasion, changed, person)
    _let_know(occasion, changed, person, by)


def take_back(occasion: Occasion, event: AbsenceTakenBack, by: Person) -> None:
    """The person comes after all: nothing more is asked about this report; the history stays."""
    person, known = occasion.uow.people.get(event.who), _meant(occasion, event.who, event.absence, event.first_day)
    taken_back = replace(known, taken_back=True, revision=known.revision + 1)
    occasion.uow.absences.change(taken_back, occasion.now)
    occasion.uow.timers.cancel(TIMER, known.id)
    occasion.record(event, event.who)
    covered.report_is_off(occasion, person, known)
    _let_know(occasion, taken_back, person, by)


def receive_proof(occasion: Occasion, absence_id: int, by: Person) -> bool:
    """Staff have the sick note in hand: no more reminders (R3). False: that was noted before."""
    absence = occasion.uow.absences.get(absence_id)
    person = occasion.uow.people.get(absence.person)
    if absence.proof is not Proof.OPEN:
        occasion.say(by, Said(Text("The sick note is already noted.")), Sending(subject=person))
        return False
    occasion.uow.absences.change(replace(absence, proof=Proof.RECEIVED, revision=absence.revision + 1), occasion.now)
    occasion.uow.timers.cancel(TIMER, absence.id)
    occasion.record(CertificateReceived(who=person.id), person.id)
    occasion.say(by, Said(Text("Noted: the sick note of {name} is here.")), Sending(subject=person))
    if "C1" in occasion.uow.consents.effective(person.id, occasion.now):
        said = Said(Text("Thank you, your sick note has arrived."), level=Level.L4)
        occasion.say(person, said, Sending(message_class=MessageClass.REMINDER, purpose="C1"))
    return True


def remind_of_proof(occasion: Occasion, absence_id: int, guard: str) -> None:
    """Ask for the sick note, unless it is there, not wanted any more, or everything automatic is held.

    After days of downtime several are due at once: they are one a day.
    """
    absence = occasion.uow.absences.get(absence_id)
    person = occasion.uow.people.get(absence.person)
    wanted = absence.proof is Proof.OPEN and not absence.taken_back and str(absence.revision) == guard
    allowed = {"C1", "C3"} <= occasion.uow.consents.effective(person.id, occasion.now)
    if not (wanted and allowed):
        return
    local = occasion.local(person)
    tonight = datetime.combine(local.date(), occasion.uow.profile.quiet_from, local.tzinfo)
    decided = occasion.may_reach(person, until=tonight)
    if isinstance(decided, Later):
        occasion.uow.timers.add(TIMER, decided.at.astimezone(UTC), person.id, absence.id, guard)
    if not isinstance(decided, Send):
        return
    sending = Sending(
        message_class=MessageClass.REMINDER,
        purpose="C3",
        expires=tonight.astimezone(UTC),
        dedupe=f"{TIMER}:{absence.id}:{local.date().isoformat()}",
    )
    usual = PROOF_MISSING if occasion.uow.profile.evidence_rule.proof_from == 1 else PROOF_NEEDED_NOW
    if occasion.say(person, uncovered_days.asked(occasion, absence, usual), sending):
        occasion.record(ReminderSent(who=person.id, about="proof"), person.id)


def asked_about(dedupe: str) -> int | None:
    """Which absence a message asks about; None if about none."""
    kind, _, rest = dedupe.partition(":")
    return int(rest.partition(":")[0]) if kind == TIMER else None


def is_still_asked(uow: UnitOfWork, dedupe: str) -> bool:
    """Whether a message may go out as far as absences know: a reminder is idle once the proof is there."""
    about = asked_about(dedupe)
    if about is None:
        return True
    absence = uow.absences.get(about)
    return absence.proof is Proof.OPEN and not absence.taken_back


def _proof(occasion: Occasion, absence: Absence) -> Proof:
    return proof_of(absence, occasion.uow.profile.evidence_rule.proof_from)


def _by_profile(occasion: Occasion, absence: Absence) -> Absence:
    """What the profile says of a reason of its own (ADR 0035)."""
    own = own_of(absence.reason, occasion.uow.profile.own_reasons)
    decided, sensitive = (True, False) if own is None else (own.decided, own.sensitive)
    return replace(absence, decided=decided, sensitive=sensitive)


def _gone_on(occasion: Occasion, known: Absence, changed: Absence) -> Absence:
    """An illness that goes on after it was proven: its further days need a sick note too."""
    if known.proof is not Proof.RECEIVED or changed.goes_on_from == known.goes_on_from:
        return changed
    spans = spans_in(occasion.uow.certificates.of(known.person), known.first_day)
    return gone_on(known, changed, spans, occasion.calendar)


def that_begins(occasion: Occasion, who: PersonId, first_day: date) -> Absence | None:
    """The report that stands of somebody for a first day."""
    found = occasion.uow.absences.of(who, since=first_day)
    return next((one for one in found if one.first_day == first_day and not one.taken_back), None)


def _meant(occasion: Occasion, who: PersonId, absence_id: int, first_day: date) -> Absence:
    if absence_id:
        return occasion.uow.absences.get(absence_id)
    since = first_day - LOOK_BACK
    found = [one for one in occasion.uow.absences.of(who, since=since) if one.first_day == first_day]
    return next((one for one in found if not one.taken_back), found[0])


def plan_proof(occasion: Occasion, absence: Absence, person: Person) -> None:
    """Ask for the proof on the days it is asked for, as far as they are still to come (R3)."""
    if absence.proof is not Proof.OPEN:
        return
    at, zone = occasion.uow.profile.proof_reminder_at, occasion.local(person).tzinfo
    for day in proof_days(absence, occasion.calendar, occasion.uow.profile.evidence_rule.proof_from):
        fire_at = datetime.combine(day, at, zone).astimezone(UTC)
        if fire_at > occasion.now:
            occasion.uow.timers.add(TIMER, fire_at, person.id, absence.id, str(absence.revision))


def plan_again(occasion: Occasion, absence: Absence, person: Person, since: date) -> None:
    """What came was not enough: ask on the two working days after today, or after the first day that is open (R3)."""
    if absence.proof is not Proof.OPEN:
        return
    local, at = occasion.local(person), occasion.uow.profile.proof_reminder_at
    later = max(local.date(), since) + ONE_DAY
    for n in (1, 2):
        fire_at = datetime.combine(occasion.calendar.nth_working_day(later, n), at, local.tzinfo)
        occasion.uow.timers.add(TIMER, fire_at.astimezone(UTC), person.id, absence.id, str(absence.revision))


def _let_know(occasion: Occasion, absence: Absence, person: Person, by: Person) -> None:
    responsible = occasion.responsible(person)
    if responsible is not None and responsible.id != by.id:
        alerts.raise_alert(occasion, person, News(kind=AlertKind.ABSENCE, absence=absence))
    if by.id != person.id and "C1" in occasion.uow.consents.effective(person.id, occasion.now):
        occasion.say(
            person,
            Said(_noted(absence, by), level=Level.L4),
            Sending(message_class=MessageClass.REMINDER, purpose="C1"),
        )


def _noted(absence: Absence, by: Person) -> Text:
    """What the person reads when somebody else has recorded it."""
    days: dict[str, Value] = {"caseworker": by.name, "day": absence.first_day}
    if absence.taken_back:
        return Text("{caseworker} has noted: you come after all on {day}.", days)
    if absence.last_day in {None, absence.first_day}:
        return Text("{caseworker} has noted: you are absent from {day}.", days)
    until: dict[str, Value] = {"caseworker": by.name, "first": absence.first_day, "last": absence.last_day}
    return Text("{caseworker} has noted: you are absent from {first} until {last}.", until)
