"""Trials of what staff do about people: breaks, who decides with somebody, papers, intakes, appointments."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

from flows.dialogues.consent import FLOW as CONSENT
from flows.dialogues.signing import FLOW as SIGNING
from flows.engine.events import PaperSigned, Reason
from flows.engine.flow import Happening
from flows.engine.intake_events import AskedBack, Corrected
from flows.engine.meetings import MeetingWanted, NewTimeSet
from flows.engine.nudge_events import DateTold
from flows.rules.absence import Absence
from flows.rules.access import Operation, Relation
from flows.rules.appointments import Appointment, Invitee, Kind
from flows.rules.certificates import Certificate
from flows.rules.consent import Form, Notice, Party, Side, State
from flows.rules.intake import Intake
from flows.rules.intake import State as Stood
from flows.rules.month import Said as Told
from flows.rules.month import Word
from flows.rules.participations import Participation, change
from flows.rules.purposes import Scope
from flows.rules.tasks import Task
from handlers import (
    appointments,
    attendance,
    certificate_checks,
    consenting,
    exports,
    feeds,
    figures,
    needed,
    on_page,
    signing,
    staff_page,
    staffing,
    tasks,
)
from handlers.apply import apply
from handlers.staffing import Refused
from storage.consent_payload import Proof
from tests.handlers.access_people import TODAY, Stage, Trial

ON_PAPER = Scope("C4")
STANDING = (
    "Einschätzung {} einsichtsfähig",
    "Rechtliche Betreuung {} C3",
    "Schweigepflichtentbindung {} liegt vor",
    "Kontakt gesperrt {}",
    "Kontakt freigegeben {}",
)


def _finish(stage: Stage, event: Happening) -> None:
    """The last step of a dialogue that was begun before: what it was begun for happens now, if it may."""
    if stage.me is not None:
        apply(stage.occasion, stage.me, [event])


def _all_or_none(*effects: bool) -> bool:
    """Several ways to do the same: whoever may, may by each of them."""
    assert len(set(effects)) == 1, effects
    return effects[0]


def arrange_break(stage: Stage) -> bool:
    """Say that the person has a break; and that a break of theirs is over. One's own break is somebody's own affair."""
    if stage.relation is Relation.SELF:
        stage.say(f"Pause {stage.concerned.name} bis auf weiteres")
        return any(one.fields["by"] != one.fields["who"] for one in stage.events("PauseBegan"))
    stage.uow.people.update(replace(stage.concerned, paused_since=stage.now))
    stage.say(f"Pause beenden {stage.concerned.name}")
    over = bool(stage.events("PauseEnded"))
    stage.say(f"Pause {stage.concerned.name} bis auf weiteres")
    return _all_or_none(over, bool(stage.events("PauseBegan")))


def record_standing(stage: Stage) -> bool:
    """Say each of the lines about who decides with the person."""
    for line in STANDING:
        stage.say(line.format(stage.concerned.name))
    done = len(stage.events("StandingRecorded"))
    assert done in {0, len(STANDING)}
    return done > 0


def _is_asked(stage: Stage) -> bool:
    """Whether the person is being asked for a consent; the question is put by."""
    stored = stage.uow.conversations.current(stage.concerned.id)
    if stored is None or stored.conversation.flow != CONSENT.name:
        return False
    consenting.drop(stage.occasion, stored)
    return True


def ask_consent(stage: Stage) -> bool:
    """Have the person asked for a consent, at once and when the moment comes that was waited for."""
    stage.now += timedelta(hours=1)  # by then the quiet hours are over
    stage.say(f"Einwilligung erfragen {stage.concerned.name} C11")
    asked = _is_asked(stage)
    if stage.me is None:
        return asked
    wish = needed.Wish("C11", stage.me.id, stage.now + timedelta(days=1))
    needed.try_again(stage.occasion, stage.concerned, str(wish))
    return _all_or_none(asked, _is_asked(stage))


def _let_a_paper_wait(stage: Stage) -> None:
    side = Side(state=State.ACKNOWLEDGED, form=Form.WRITTEN, notice=Notice(1, "0"), since=stage.now)
    proof = Proof(actor=stage.concerned.id, at=stage.now, evidence={"form": "test"})
    stage.uow.consents.keep(stage.concerned.id, ON_PAPER, Party.PERSON, side, proof)


def record_signature(stage: Stage) -> bool:
    """Say that the person has signed: is anybody asked which paper? Then the same in a dialogue begun before."""
    _let_a_paper_wait(stage)
    stage.say(f"Einwilligung unterschrieben {stage.concerned.name}")
    current = None if stage.me is None else stage.uow.conversations.current(stage.me.id)
    asked = current is not None and current.conversation.flow == SIGNING.name
    _finish(stage, PaperSigned(subject=stage.concerned.id, scopes=(ON_PAPER,), interpreter=""))
    signed = stage.uow.consents.of(stage.concerned.id).of(ON_PAPER).person.state is State.EFFECTIVE
    return _all_or_none(asked, signed)


def read_paper(stage: Stage) -> bool:
    """Open the page of papers to print while one of the person's waits."""
    _let_a_paper_wait(stage)
    if stage.me is None:
        return False
    listed = [one.id for one in signing.to_print(stage.occasion, stage.me)]
    return _all_or_none(stage.concerned.id in listed, stage.was_read(Operation.READ_PAPER))


def handle_intake(stage: Stage) -> bool:
    """Press each button under the person's intake, and finish what two of them begin."""
    known = Intake(
        id=stage.uow.new_id(),
        person=stage.concerned.id,
        state=Stood.SUBMITTED,
        answers={"german": "few"},
        submitted=stage.now,
    )
    stage.uow.intakes.add(known, stage.now)
    who = stage.concerned.id
    stage.press("answers", str(who))
    read = stage.was_read(Operation.HANDLE_INTAKE)
    _finish(stage, AskedBack(who=who, question="german", words=""))
    _finish(stage, Corrected(who=who, question="german", value="well", note=""))
    stage.press("accept", str(who))
    done = [bool(stage.events(name)) for name in ("IntakeAskedBack", "IntakeCorrected", "IntakeAccepted")]
    return _all_or_none(read, *done)


def _meeting(stage: Stage, weeks: int = 1) -> MeetingWanted:
    starts = stage.now + timedelta(days=2)
    later = tuple(starts + timedelta(weeks=week) for week in range(1, weeks))
    return MeetingWanted(people=(stage.concerned.id,), kind=Kind.PHONE, starts=starts, minutes=30, later=later)


def planned(stage: Stage, weeks: int = 1) -> tuple[Appointment, Invitee]:
    """An appointment of the person with their caseworker, or the first of several."""
    appointment = appointments.plan(stage.occasion, _meeting(stage, weeks), stage.caseworker)
    return appointment, stage.uow.appointments.invited(appointment.id)[0]


def arrange(stage: Stage) -> bool:
    """Plan, agree to another time, move, call off, one date and a series, and say what became of it."""
    held, part = planned(stage)
    stage.uow.appointments.answer(replace(part, wish=held.starts + timedelta(days=1)))
    stage.press("confirm", f"{part.id}:{held.revision}")
    moved = stage.uow.appointments.get(held.id).starts != held.starts
    off, other = planned(stage)
    stage.press("missed", str(other.id))
    marked = stage.uow.appointments.invitee(other.id).mark is not None
    stage.press("call_off", f"{off.id}:{off.revision}")
    cancelled = stage.uow.appointments.get(off.id).cancelled
    shifted, _ = planned(stage)
    stage.press("shift", f"{shifted.id}:{shifted.revision}")
    _finish(stage, NewTimeSet(appointment=shifted.id, revision=1, starts=shifted.starts + timedelta(days=3)))
    new_time = stage.uow.appointments.get(shifted.id).starts != shifted.starts
    series, _ = planned(stage, weeks=2)
    stage.press("call_off_rest", f"{series.id}:{series.revision}")
    rest = not stage.uow.appointments.of_series(series.id, stage.now)
    before = len(stage.uow.appointments.of(stage.concerned.id, stage.now))
    _finish(stage, _meeting(stage))
    more = len(stage.uow.appointments.of(stage.concerned.id, stage.now)) > before
    return _all_or_none(moved, marked, cancelled, new_time, rest, more)


def read_appointments(stage: Stage) -> bool:
    """Ask for the own appointments, one of which is with the person."""
    appointments.plan(stage.occasion, _meeting(stage), stage.me or stage.caseworker)
    stage.written()
    stage.say("Meine Termine")
    told = [message.text for message in stage.written() if stage.me is not None and message.to == stage.me.id]
    named = any(stage.concerned.name in text for text in told) and stage.relation is not Relation.SELF
    return _all_or_none(named, stage.was_read(Operation.READ_APPOINTMENTS))


def read_day_sheet(stage: Stage) -> bool:
    """Ask what is today while the person is reported absent."""
    absence = Absence(
        id=stage.uow.new_id(), person=stage.concerned.id, reason=Reason.ILLNESS, first_day=stage.now.date()
    )
    stage.uow.absences.add(absence, stage.now)
    stage.say("/today")
    told = [message.text for message in stage.written() if stage.me is not None and message.to == stage.me.id]
    named = any(stage.concerned.name in text for text in told) and stage.relation is not Relation.SELF
    return _all_or_none(named, stage.was_read(Operation.READ_DAY_SHEET))


def read_certificate(stage: Stage) -> bool:
    """Look at the certificate that the person has sent."""
    known = Certificate(id=stage.uow.new_id(), person=stage.concerned.id, received=stage.now, pages=1)
    occasion = stage.occasion
    stage.uow.certificates.add(known, [b"picture"])
    found = None if stage.me is None else certificate_checks.find(occasion, stage.me, known.id)
    listed = [] if stage.me is None else certificate_checks.waiting_for(occasion, stage.me)
    assert (found is not None) or not listed, (stage.actor, stage.relation)
    return _all_or_none(found is not None, stage.was_read(Operation.READ_CERTIFICATE))


def keep_own_leave(stage: Stage) -> bool:
    """Write that the person of the case is away; whoever writes is away, and nobody else."""
    if stage.me is None:
        return False
    stage.say("Abwesend am 1.12.2027")
    return stage.uow.people.is_away(stage.concerned.id, date(2027, 12, 1))


def see_figures(stage: Stage) -> bool:
    """Ask for the figures; they are nobody's in particular."""
    seen = stage.me is not None and figures.read_for(stage.uow, stage.me, stage.now) is not None
    return seen and stage.relation is Relation.SELF


def see_staff(stage: Stage) -> bool:
    """Look at the list of who works here; it is nobody's in particular."""
    if stage.me is None:
        return False
    listed = staff_page.members(on_page.occasion_of(stage.uow, stage.me, stage.now))
    return bool(listed) and stage.relation is Relation.SELF


def keep_staff(stage: Stage) -> bool:
    """Do to the account of a caseworker whatever can be done to one; it is nobody's in particular."""
    if stage.me is None:
        return False
    occasion, done = on_page.occasion_of(stage.uow, stage.me, stage.now), 0
    who = stage.uow.people.by_handle("c2")
    assert who is not None
    acts = (
        lambda: staffing.bind(occasion, who, TODAY.isoformat()),
        lambda: staffing.offer(occasion, who, "demir-neu", again=True),
        lambda: staffing.put_into(occasion, who, "Z"),
        lambda: staffing.hand_over_all(occasion, who, "c1"),
        lambda: staffing.end(occasion, who, sure=True),
    )
    for act in acts:
        with suppress(Refused):
            act()
            done += 1
    assert done in {0, len(acts)}, done
    assert stage.uow.people.has_left(who.id) == bool(done)
    return bool(done) and stage.relation is Relation.SELF


def fetch_calendar(stage: Stage) -> bool:
    """Make an address for a calendar program: it leads to the own dates, or nowhere."""
    if stage.me is None:
        return False
    with suppress(feeds.NotTheirs):
        feeds.begin(stage.uow, stage.me, bytes(32), stage.now)
    found = feeds.whose(stage.uow, bytes(32))
    return found is not None and found.id == stage.concerned.id


def keep_dates(stage: Stage) -> bool:
    """Tell a date of the person's participation at the end of a dialogue that was begun before."""
    stage.say(f"Daten {stage.concerned.name}")
    _finish(stage, DateTold(who=stage.concerned.id, what="entry", day=TODAY))
    return bool(stage.events("ParticipationDated"))


def set_company(stage: Stage) -> bool:
    """Say who reads mail in the company of the person."""
    stage.say(f"Firma {stage.concerned.name}: Frau Kern, kern@werkstatt.example")
    known = stage.uow.participations.of(stage.concerned.id)
    return known is not None and known.company is not None


def _task(stage: Stage) -> Task:
    """Something is to be done about the person."""
    task = Task(
        id=stage.uow.new_id(),
        person=stage.concerned.id,
        row="unexcused",
        n="x",
        anchor=TODAY,
        due=TODAY,
        told=stage.now,
        said=stage.now,
    )
    stage.uow.tasks.add(task)
    return task


def read_tasks(stage: Stage) -> bool:
    """Ask what is to be done about the person."""
    _task(stage)
    if stage.me is None or not stage.me.role.is_staff:
        stage.say("Aufgaben")
    else:
        tasks.show_about(stage.occasion, stage.me, stage.concerned)
    shown = any("wichtigen Grund" in one.text for one in stage.written())
    if stage.relation is Relation.SELF:
        return shown
    return _all_or_none(shown, stage.was_read(Operation.READ_TASKS))


def tick_task(stage: Stage) -> bool:
    """Press "done" under a task about the person."""
    task = _task(stage)
    stage.press("task_done", str(task.id))
    return bool(stage.events("TaskDone"))


def keep_attendance(stage: Stage) -> bool:
    """Press a mark under a sheet, and note that the person's month was talked about."""
    stage.press("sheet_mark", f"{stage.concerned.id};{TODAY.isoformat()};unexcused")
    stage.press("month_talked", f"{stage.concerned.id};{TODAY.replace(day=1).isoformat()}")
    return _all_or_none(bool(stage.events("AttendanceMarked")), bool(stage.events("StatementAnswered")))


def see_month(stage: Stage) -> bool:
    """Ask for the month of the agency while the person's is ready."""
    entry = change(Participation(id=stage.uow.new_id(), person=stage.concerned.id), "entry", TODAY, stage.now, None)
    stage.uow.participations.add(entry, stage.now)
    stage.uow.months.close(stage.concerned.id, TODAY.replace(day=1), (), stage.now)
    told = Told(
        id=stage.uow.new_id(),
        person=stage.concerned.id,
        month=TODAY.replace(day=1),
        word=Word.RIGHT,
        by=stage.concerned.id,
        at=stage.now,
        days=attendance.fingerprint(()),
    )
    stage.uow.months.say(told)
    if stage.me is None:
        return False
    seen = exports.read_for(stage.occasion, stage.me, TODAY.replace(day=1)) is not None
    return seen and stage.relation is Relation.SELF


OF_STAFF: Mapping[Operation, Trial] = {
    Operation.SEE_STAFF: see_staff,
    Operation.KEEP_STAFF: keep_staff,
    Operation.KEEP_OWN_LEAVE: keep_own_leave,
    Operation.ARRANGE_BREAK: arrange_break,
    Operation.KEEP_DATES: keep_dates,
    Operation.SET_COMPANY: set_company,
    Operation.READ_TASKS: read_tasks,
    Operation.TICK_TASK: tick_task,
    Operation.RECORD_STANDING: record_standing,
    Operation.ASK_CONSENT: ask_consent,
    Operation.RECORD_SIGNATURE: record_signature,
    Operation.READ_PAPER: read_paper,
    Operation.HANDLE_INTAKE: handle_intake,
    Operation.ARRANGE: arrange,
    Operation.FETCH_CALENDAR: fetch_calendar,
    Operation.READ_APPOINTMENTS: read_appointments,
    Operation.READ_DAY_SHEET: read_day_sheet,
    Operation.READ_CERTIFICATE: read_certificate,
    Operation.SEE_FIGURES: see_figures,
    Operation.KEEP_ATTENDANCE: keep_attendance,
    Operation.SEE_MONTH: see_month,
}
