"""Somebody decides about a reported reason: kept, told to the person kindly, and never overwritten (F33; R5, R6, R17).

Nothing here decides by itself, and nothing but a second press of a person tells that somebody was absent without an
important reason.
"""

from datetime import date, timedelta
from typing import Final

from flows.engine.events import AlertAcknowledged, AlertKind, Said
from flows.engine.messages import Button, Level, MessageClass, Text, Value
from flows.engine.verdict_events import AbsenceDecided, ProofRequested, VerdictAnswered, VerdictGiven, VerdictHappening
from flows.people import Person
from flows.rules.absence import Absence, end_of
from flows.rules.deadline_rows import TABLE
from flows.rules.deadlines import binding
from flows.rules.excuses import Excuse, Verdict, excuse_on
from flows.rules.verdicts import Bar, Ruling, bar, newest, still_holds
from handlers import alerts, tasks, verdict_ways
from handlers.alerts import News
from handlers.excusing import known_of
from handlers.occasion import Occasion, Sending

TASK: Final = "unexcused"
ANSWER: Final = "answer_verdict"
BARRED: Final = {
    Bar.PROVEN: Text("The sick note covers these days: they are excused, nobody decides about them."),
    Bar.PROOF_OPEN: Text("About an illness the sick note decides. It is still missing; I remind {name} of it."),
    Bar.OWN_WORD: Text("Here the own word is enough when somebody is ill. There is nothing to decide."),
    Bar.ALWAYS_COUNTS: Text("This reason always counts in this programme. There is nothing to decide."),
    Bar.TAKEN_BACK: Text("{name} comes after all, this report is taken back. There is nothing to decide."),
    Bar.NEVER_ASKED: Text("The own word is enough for this. Please do not ask in writing; {name} may tell it."),
}
DONE: Final = {
    Verdict.RECOGNISED: Text("Noted: recognised. I tell {name}."),
    Verdict.ASKED: Text("I have asked {name}. The answer comes here."),
    Verdict.DECLINED: Text("Noted: not recognised. I tell {name}, and why."),
}
NO_MESSAGES: Final = Text("{name} does not want messages here. Please call.")
AFTER_DECLINING: Final = Text(
    "Was {name} absent all the same? Only if you confirm it, a task follows: tell the agency, today."
)


def keep(occasion: Occasion, person: Person, event: VerdictHappening) -> None:
    """Carry out what came of a dialogue about a decision."""
    match event:
        case VerdictGiven():
            decide(occasion, person, event)
        case VerdictAnswered():
            _hear_answer(occasion, person, event)


def decide(occasion: Occasion, by: Person, given: VerdictGiven) -> None:
    """Keep what somebody decided, unless there is nothing to decide or somebody else was faster."""
    uow, verdict = occasion.uow, Verdict(given.verdict)
    uow.people.lock(given.who)
    report = uow.absences.get(given.absence)
    if report.person != given.who:
        return
    person = uow.people.get(report.person)
    barred = bar(report, verdict)
    if barred is not None:
        occasion.say(by, Said(BARRED[barred]), Sending(subject=person))
        return
    last = newest(report, uow.verdicts.of(person.id))
    if last is not None and (last.id != given.seen or (last.verdict is verdict and still_holds(last, report))):
        _say_it_is_decided(occasion, by, report, last)
        return
    ruling = _ruling(occasion, by, report, given)
    uow.verdicts.add(ruling)
    _record(occasion, ruling)
    _see(occasion, report, by)
    if verdict is not Verdict.DECLINED:
        tasks.undone(occasion, person, TASK, about(report), by)
    told = _tell(occasion, person, by, report, ruling)
    ways = verdict_ways.of(occasion, report, again=True)
    about_it = Sending(subject=person, lasting=True)
    occasion.say(by, Said(DONE[verdict], ways), about_it)
    if not told:
        occasion.say(by, Said(NO_MESSAGES), about_it)
    if verdict is Verdict.DECLINED and _binds(occasion):
        occasion.say(by, Said(AFTER_DECLINING, (_confirm(ruling),)), about_it)


def _confirm(ruling: Ruling) -> Button:
    return Button(verdict_ways.UNEXCUSED, "unexcused", f"{verdict_ways.PREFIX}:{ruling.absence}:{ruling.id}")


def _ruling(occasion: Occasion, by: Person, report: Absence, given: VerdictGiven) -> Ruling:
    return Ruling(
        id=occasion.uow.new_id(),
        absence=report.id,
        person=report.person,
        by=by.id,
        at=occasion.now,
        verdict=Verdict(given.verdict),
        reason=report.reason,
        first_day=report.first_day,
        last_day=report.last_day,
        words=given.words,
    )


def _record(occasion: Occasion, ruling: Ruling) -> None:
    if ruling.verdict is Verdict.ASKED:
        occasion.record(ProofRequested(who=ruling.person, by=ruling.by), ruling.person)
        return
    decision = "accepted" if ruling.verdict is Verdict.RECOGNISED else "declined"
    occasion.record(AbsenceDecided(who=ruling.person, decision=decision, by=ruling.by), ruling.person)


def _say_it_is_decided(occasion: Occasion, by: Person, report: Absence, last: Ruling) -> None:
    """Somebody was faster, or it was the same press twice: what stands is shown, with what else can be decided."""
    who = occasion.uow.people.get(last.by).name
    said = Said(_decided_by(last.verdict, who), verdict_ways.of(occasion, report, again=True))
    occasion.say(by, said, Sending(subject=occasion.uow.people.get(report.person), lasting=True))


def _decided_by(verdict: Verdict, who: str) -> Text:
    match verdict:
        case Verdict.RECOGNISED:
            return Text("{person} has already recognised this.", {"person": who})
        case Verdict.ASKED:
            return Text("{person} has already asked about this.", {"person": who})
        case Verdict.DECLINED:
            return Text("{person} has already decided: not recognised.", {"person": who})


def _see(occasion: Occasion, report: Absence, by: Person) -> None:
    """Whoever decides about a report has seen it."""
    for alert in occasion.uow.alerts.about(report.person):
        if alert.absence == report.id and occasion.uow.alerts.acknowledge(alert.id, by.id, occasion.now):
            occasion.record(AlertAcknowledged(who=report.person, kind=alert.kind, by=by.id), report.person)


def _tell(occasion: Occasion, person: Person, by: Person, report: Absence, ruling: Ruling) -> bool:
    """The person hears it in their language, and why; on what is not a yes they can answer. False: not told here."""
    sending = Sending(message_class=MessageClass.REMINDER, purpose="C1", lasting=True)
    if not occasion.say(person, Said(_told(ruling, by, report), level=Level.L4), sending):
        return False
    if ruling.verdict is not Verdict.RECOGNISED:
        occasion.say_words(person, ruling.words, sending)
        ways = (Button(Text("Answer"), ANSWER, str(report.id)), Button(Text("Please call me"), "call"))
        occasion.say(person, Said(_may_answer(ruling), ways), sending)
    return True


def _told(ruling: Ruling, by: Person, report: Absence) -> Text:
    values: dict[str, Value] = {"person": by.name, "first": report.first_day}
    if ruling.verdict is Verdict.ASKED:
        return Text("{person} has a question about your absence from {first}:", values)
    if ruling.verdict is Verdict.DECLINED:
        return Text("{person} has not recognised the reason for {first}. This is why:", values)
    if report.last_day is None:
        return Text("{person} has recognised your reason. You are excused from {first}.", values)
    if report.last_day == report.first_day:
        return Text("{person} has recognised your reason. You are excused on {first}.", values)
    until = {**values, "last": report.last_day}
    return Text("{person} has recognised your reason. You are excused from {first} until {last}.", until)


def _may_answer(ruling: Ruling) -> Text:
    if ruling.verdict is Verdict.ASKED:
        return Text("You can answer here in your own words. A few words are enough.")
    return Text("Is there more to say, or do you see it differently? You can answer here. {caseworker} reads it.")


def _hear_answer(occasion: Occasion, person: Person, answered: VerdictAnswered) -> None:
    """What the person says to it comes with everything that can be decided now."""
    report = occasion.uow.absences.get(answered.absence)
    if report.person != person.id:
        return
    text = Text("{name} answers about the absence from {first}. The words follow.", {"first": report.first_day})
    news = News(kind=AlertKind.ABSENCE, absence=report, text=text, words=answered.words)
    alerts.raise_alert(occasion, person, news)


def about(report: Absence) -> str:
    """What a task about this report is known by."""
    return f"absence:{report.id}"


def _binds(occasion: Occasion) -> bool:
    """Whether the agency has to hear of an absence without important reason (R17)."""
    return any(row.key == TASK for row in binding(TABLE, occasion.uow.profile.deadlines))


def confirm_unexcused(occasion: Occasion, by: Person, report: Absence, seen: int) -> None:
    """Somebody says that the person was absent without an important reason: the task follows, due today (R17)."""
    occasion.uow.people.lock(report.person)
    person = occasion.uow.people.get(report.person)
    sending = Sending(subject=person, lasting=True)
    last = newest(report, occasion.uow.verdicts.of(person.id))
    if last is None or last.id != seen or last.verdict is not Verdict.DECLINED:
        if last is not None:
            _say_it_is_decided(occasion, by, report, last)
        return
    today = occasion.local(person).date()
    if report.first_day > today:
        occasion.say(by, Said(Text("This day is still to come. You can confirm it then."), (_confirm(last),)), sending)
    elif not any(_is_declined(occasion, person, day) for day in _days(report, today)):
        occasion.say(by, Said(BARRED[bar(report, Verdict.DECLINED) or Bar.PROVEN]), sending)
    else:
        occasion.say(by, Said(Text("Noted. The task follows.")), sending)
        tasks.happened(occasion, person, TASK, about(report))


def _days(report: Absence, today: date) -> list[date]:
    last = min(end_of(report), today)
    return [report.first_day + timedelta(days=n) for n in range((last - report.first_day).days + 1)]


def _is_declined(occasion: Occasion, person: Person, day: date) -> bool:
    return excuse_on(day, known_of(occasion, person.id, day)) is Excuse.DECLINED
