"""What staff do with a certificate: look at it, read two dates off it, or destroy it because it shows too much."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from flows.dialogues import certificate as dialogue
from flows.dialogues import ward_certificate as of_ward
from flows.engine.certificate_events import CertificateChecked, DatesRead
from flows.engine.conversation import Json
from flows.engine.events import AbsenceChanged, AlertAcknowledged, Reason, Said
from flows.engine.messages import Button, Level, Text
from flows.people import Person
from flows.rules.absence import OPEN_DAYS, Absence, Proof, end_of
from flows.rules.access import Operation
from flows.rules.calendar import ONE_DAY
from flows.rules.certificates import (
    EARLIEST,
    Certificate,
    DateProblem,
    State,
    gap_before,
    lacking,
    problem_with,
    told_by,
)
from flows.rules.excuses import Span
from handlers import absences, access, certificate_senders, certificates, covered, uncovered_days
from handlers.certificate_senders import TOLD
from handlers.occasion import Occasion, Sending

ACTIONS: Final = (dialogue.DATES, dialogue.VISIBLE)


def waiting_for(occasion: Occasion, by: Person) -> list[tuple[Person, Certificate]]:
    """Certificates whose dates somebody may read off; everybody they name has been read about."""
    people = occasion.uow.people
    alerted = [people.get(alert.subject) for alert in occasion.uow.alerts.open_to(by.id)]
    known = {one.id: one for one in (*access.within_reach(occasion, by), *alerted)}
    theirs = [one for one in known.values() if access.may(occasion, by, Operation.READ_CERTIFICATE, one)]
    found = [(one, each) for one in theirs for each in occasion.uow.certificates.open_of(one.id)]
    for person in {person.id: person for person, _ in found}.values():
        access.note_read(occasion, by, Operation.READ_CERTIFICATE, person)
    return found


def find(occasion: Occasion, by: Person, number: int) -> tuple[Person, Certificate] | None:
    """One certificate that this person may look at, which is noted; None for any other."""
    known = occasion.uow.certificates.get(number)
    if known is None:
        return None
    person = occasion.uow.people.get(known.person)
    if not access.may(occasion, by, Operation.READ_CERTIFICATE, person):
        return None
    access.note_read(occasion, by, Operation.READ_CERTIFICATE, person)
    return person, known


def receive_paper(occasion: Occasion, absence_id: int, by: Person) -> Certificate | None:
    """Staff have the paper in hand: the proof is there at once, its dates are asked for. None: it is noted already."""
    uow, absence = occasion.uow, occasion.uow.absences.get(absence_id)
    uow.people.lock(absence.person)
    if not absences.receive_proof(occasion, absence_id, by):
        return None
    sent = next((one for one in uow.certificates.open_of(absence.person) if one.absence == absence_id), None)
    if sent is not None:
        return sent
    known = Certificate(id=uow.new_id(), person=absence.person, received=occasion.now, absence=absence_id)
    uow.certificates.add(known)
    certificates.ask_for_dates(occasion, uow.people.get(known.person), known)
    return known


def to_ask(occasion: Occasion, known: Certificate) -> dict[str, Json]:
    """What the dialogue about its dates begins with: the days of the report are there to tap."""
    report = None if known.absence is None else occasion.uow.absences.get(known.absence)
    last = None if report is None else report.last_day
    return {
        "certificate": str(known.id),
        "subject": str(known.person),
        "name": occasion.uow.people.get(known.person).name,
        "known_first": "" if report is None else report.first_day.isoformat(),
        "known_last": "" if last is None else last.isoformat(),
    }


def is_open(occasion: Occasion, number: int, by: Person) -> Certificate | None:
    """The certificate, if its dates are still wanted; whoever comes too late is told who was first."""
    known = occasion.uow.certificates.get(number)
    if known is not None and known.is_open:
        return known
    _tell_second(occasion, known, by)
    return None


def _tell_second(occasion: Occasion, known: Certificate | None, by: Person) -> None:
    if known is None:
        occasion.say(by, Said(dialogue.GONE))
        return
    who = None if known.by is None else occasion.uow.people.get(known.by).name
    subject = occasion.uow.people.get(known.person)
    occasion.say(by, Said(dialogue.already(known, who), level=Level.L4), Sending(subject=subject))


def destroy_visible(occasion: Occasion, number: int, by: Person) -> bool:
    """A diagnosis can be read: the pictures go at once, the person is asked for the other sheet. False: too late."""
    before = occasion.uow.certificates.get(number)
    if before is not None:
        occasion.uow.people.lock(before.person)
    known = is_open(occasion, number, by)
    if known is None:
        return False
    person = occasion.uow.people.get(known.person)
    certificates.destroy(occasion, person, known, State.VISIBLE, by)
    _see(occasion, person, known, by)
    occasion.say(by, Said(dialogue.DESTROYED, level=Level.L4), Sending(subject=person))
    occasion.say(person, dialogue.VISIBLE_TO_PERSON, TOLD)
    certificate_senders.ask_again(occasion, person, known, of_ward.VISIBLE)
    return True


def enter(occasion: Occasion, by: Person, read: DatesRead) -> DateProblem | None:
    """The two dates count from now on, and the pictures are gone; of two at once the second hears of the first (R5)."""
    uow = occasion.uow
    uow.people.lock(read.who)
    known = is_open(occasion, read.certificate, by)
    if known is None:
        return None
    problem = problem_with(read.first_day, read.last_day, occasion.local(by).date())
    if problem is not None:
        occasion.say(by, Said(dialogue.PROBLEMS[problem], dialogue.ways_with(known)))
        return problem
    person, span = uow.people.get(known.person), Span(read.first_day, read.last_day)
    uow.certificates.save(replace(known, state=State.CHECKED, span=span, settled=occasion.now, by=by.id))
    uow.certificates.destroy_pages(known.id)
    uow.timers.cancel(certificates.TIMER, known.id)
    checked = CertificateChecked(who=person.id, first_day=span.first, last_day=span.last, by=by.id)
    occasion.record(checked, person.id)
    _see(occasion, person, known, by)
    _tell(occasion, person, by, span)
    return None


def _tell(occasion: Occasion, person: Person, by: Person, span: Span) -> None:
    """Both sides hear which days count, and which are still without a certificate."""
    left = _settle(occasion, person, span)
    about = Sending(subject=person)
    occasion.say(by, Said(dialogue.checked(span.first, span.last), level=Level.L4), about)
    occasion.say(person, dialogue.excused(span.first, span.last), TOLD)
    if left:
        occasion.say(by, Said(dialogue.still_open(left, for_staff=True), level=Level.L4), about)
        ways = (*certificate_senders.leads_on(occasion, person), Button(Text("Write to {caseworker}"), "ask"))
        occasion.say(person, Said(dialogue.still_open(left), ways, Level.L4), TOLD)


def _settle(occasion: Occasion, person: Person, span: Span) -> Sequence[date]:
    """Give each report of an illness that the certificate speaks of its proof, as far as it reaches; the open days."""
    since = span.first - timedelta(days=OPEN_DAYS)
    spans = uncovered_days.spans_of(occasion.uow, person.id, span.first - EARLIEST)
    reports = [one for one in occasion.uow.absences.of(person.id, since=since) if _speaks_of(one, span)]
    proof_from = occasion.uow.profile.evidence_rule.proof_from
    left = {*gap_before(span, spans, occasion.calendar)} if proof_from else set()
    newest = max(reports, key=lambda one: (one.first_day, one.id), default=None)
    for report in reports:
        told = told_by(report, span) if report is newest else report
        if told.proven_until is not None and span.first <= told.proven_until:
            told = replace(told, proven_until=None)
        days = lacking(told, spans, occasion.calendar, proof_from)
        left.update(days)
        kept = _keep(occasion, person, report, replace(told, proof=_proof(told, days)))
        if days:
            absences.plan_again(occasion, kept, person, days[0])
    return sorted(left)[: uncovered_days.MOST_DAYS]


def _speaks_of(report: Absence, span: Span) -> bool:
    ill = report.reason is Reason.ILLNESS and not report.taken_back
    return ill and report.first_day <= span.last and span.first <= end_of(report) + ONE_DAY


def _proof(report: Absence, days: Sequence[date]) -> Proof:
    """A report is proven as a whole when no day is left; else what the profile asked for is open (again)."""
    if not days:
        return Proof.RECEIVED
    return Proof.OPEN if report.proof is not Proof.NOT_NEEDED else Proof.NOT_NEEDED


def _keep(occasion: Occasion, person: Person, before: Absence, after: Absence) -> Absence:
    """The report as it is kept; nothing is asked about it any more."""
    occasion.uow.timers.cancel(absences.TIMER, before.id)
    if before == after:
        return before
    after = replace(after, revision=before.revision + 1)
    occasion.uow.absences.change(after, occasion.now)
    if before.last_day != after.last_day:
        changed = AbsenceChanged(
            who=person.id,
            reason=after.reason,
            first_day=after.first_day,
            last_day=after.last_day,
            absence=after.id,
        )
        occasion.record(changed, person.id)
        covered.report_is_off(occasion, person, before)
        covered.report_covers(occasion, person, after)
    return after


def _see(occasion: Occasion, person: Person, known: Certificate, by: Person) -> None:
    """Whoever has dealt with it has seen what was raised for it."""
    for alert in occasion.uow.alerts.about(person.id):
        if alert.acknowledged_by is None and _is_about(alert.buttons, known):
            occasion.uow.alerts.acknowledge(alert.id, by.id, occasion.now)
            occasion.record(AlertAcknowledged(who=person.id, kind=alert.kind, by=by.id), person.id)


def _is_about(buttons: Iterable[Button], known: Certificate) -> bool:
    return any(button.action in ACTIONS and button.value == str(known.id) for button in buttons)
